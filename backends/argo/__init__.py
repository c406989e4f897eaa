"""Argo Workflows: a WorkflowTemplate with all logic, a CronWorkflow, and a ConfigMap of files."""

from collections.abc import Mapping
from typing import Any

from pipec.backends.argo.capabilities import capabilities
from pipec.backends.capability import Capability
from pipec.compiler.diagnostics import Diagnostic, Findings
from pipec.compiler.ir import Pipeline

VERSIONS = ("3.6", "3.7", "4.0", "4.1")  # oldest first


class Argo:
    """The target `argo`."""

    name = "argo"
    title = "Argo Workflows"
    versions = VERSIONS
    default_version = "3.7"

    def __init__(self) -> None:
        self._made: tuple[Pipeline, str, list[dict[str, Any]]] | None = None

    def _objects(self, pipeline: Pipeline, version: str) -> list[dict[str, Any]]:
        """Make the objects once, for the check of their size and for the manifest."""
        if self._made is None or self._made[0] is not pipeline or self._made[1] != version:
            from pipec.backends.argo.manifest import objects

            self._made = (pipeline, version, objects(pipeline, version))
        return self._made[2]

    def capabilities(self, version: str) -> Mapping[str, Capability]:
        """Give what Argo makes of each feature."""
        return capabilities(version)

    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        """Find what Argo cannot do beyond what the capabilities say: limits, names, expressions."""
        from pipec.backends.argo.checks import check

        return check(pipeline, version, lambda: self._objects(pipeline, version))

    def check_settings(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        """Find unknown keys and wrong values in `targets.argo`."""
        from pipec.backends.argo import settings

        findings = Findings()
        settings.check(pipeline, version, findings)
        return findings.found

    def emit(self, pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:  # noqa: ARG002 # always one file
        """Make the manifest of a pipeline, one file."""
        from pipec.backends.argo.manifest import head
        from pipec.backends.argo.writer import write

        text = write(self._objects(pipeline, version), head(pipeline, version))
        return {f"{pipeline.name}.yaml": text.encode()}


def backend() -> Argo:
    """Give the backend."""
    return Argo()
