"""Argo Workflows: a WorkflowTemplate with all logic, a CronWorkflow, and a ConfigMap of files."""

from collections.abc import Mapping

from pipec.backends.argo.capabilities import capabilities
from pipec.backends.capability import Capability
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline


class Argo:
    """The target `argo`."""

    name = "argo"
    title = "Argo Workflows"
    versions = ("3.6", "3.7", "4.0", "4.1")
    default_version = "3.7"

    def capabilities(self, version: str) -> Mapping[str, Capability]:
        """Give what Argo makes of each feature."""
        return capabilities(version)

    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        """Find what Argo cannot do beyond what the capabilities say: limits, names, expressions."""
        from pipec.backends.argo.checks import check

        return check(pipeline, version)

    def emit(self, pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:  # noqa: ARG002 # always one file
        """Make the manifest of a pipeline, one file."""
        from pipec.backends.argo.manifest import manifest

        return {f"{pipeline.name}.yaml": manifest(pipeline, version).encode()}


def backend() -> Argo:
    """Give the backend."""
    return Argo()
