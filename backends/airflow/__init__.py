"""Airflow: a pipeline becomes a DAG file of plain Python, for 2.11 and for 3.1 and newer."""

from collections.abc import Mapping

from pipec.backends.airflow.capabilities import of_version
from pipec.backends.airflow.fields import VERSIONS
from pipec.backends.capability import Capability
from pipec.compiler.diagnostics import Diagnostic, Findings
from pipec.compiler.ir import Pipeline
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Airflow:
    """The target `airflow`; what is made for 3.1 runs on every newer version too."""

    name: str = "airflow"
    title: str = "Apache Airflow"
    versions: tuple[str, ...] = VERSIONS
    default_version: str = "3.3"

    def capabilities(self, version: str) -> Mapping[str, Capability]:
        return of_version(version)

    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        from pipec.backends.airflow.check import check

        return check(pipeline, version)

    def check_settings(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        from pipec.backends.airflow.check import check_settings

        findings = Findings()
        check_settings(pipeline, version, findings)
        return findings.found

    def emit(self, pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:
        from pipec.backends.airflow.document import write

        return write(pipeline, version, one_file)


def backend() -> Airflow:
    return Airflow()
