"""Airflow: a pipeline becomes a DAG file of plain Python, for 2.11 and for 3.1 and newer."""

from collections.abc import Mapping

from pipec.backends.airflow import options
from pipec.backends.airflow.capabilities import of_version
from pipec.backends.capability import Capability
from pipec.compiler.diagnostics import Diagnostic, Findings
from pipec.compiler.ir import Pipeline
from pipec.compiler.records import dataclass
from pipec.compiler.rules.reading import steps_of


@dataclass(frozen=True, slots=True)
class Airflow:
    """The target `airflow`; what is made for 3.1 runs on every newer version too."""

    name: str = "airflow"
    title: str = "Apache Airflow"
    versions: tuple[str, ...] = options.VERSIONS
    default_version: str = "3.3"

    def capabilities(self, version: str) -> Mapping[str, Capability]:
        return of_version(version)

    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        from pipec.backends.airflow.check import check

        return check(pipeline, version)

    def check_settings(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:  # noqa: ARG002 # the keys are those of every version
        findings = Findings()
        options.read(pipeline, findings)
        for step in steps_of(pipeline):
            options.of_step(step, findings)
        return findings.found

    def emit(self, pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:
        from pipec.backends.airflow.document import write

        return write(pipeline, version, one_file)


def backend() -> Airflow:
    return Airflow()
