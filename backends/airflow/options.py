"""pipec's own keys of `targets.airflow`, of a pipeline and of a step, as data."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pipec.backends.airflow.fields import VERSIONS
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """`read` gives the value or raises ValueError with what is expected; `step` says whether a
    step may set it too."""

    read: Callable[[Any], Any]
    title: str
    step: bool = False


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return str(value)


def _store(value: Any) -> str:
    found = _text(value)
    scheme, separator, rest = found.partition("://")
    if separator:
        host = rest.partition("/")[0]
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) or scheme in ("http", "https"):
            raise ValueError(
                "a URL that Airflow can write to, such as s3://connection@bucket/folder"
            )
        if not rest.strip("/") or {"?", "#"} & set(rest) or ":" in host.partition("@")[0]:
            raise ValueError(
                "a URL such as s3://connection@bucket/folder, without a password and a query"
            )
        return found.rstrip("/")
    if not found.startswith("/"):
        raise ValueError(
            "an absolute path of a folder that all workers share, or a URL such as"
            " s3://connection@bucket/folder"
        )
    return found


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(value if len(value) == 10 else "").isoformat()
    except (TypeError, ValueError):
        raise ValueError("a date such as 2026-01-31") from None


def _version(value: Any) -> str:
    if value not in VERSIONS:
        raise ValueError(f"one of {', '.join(VERSIONS)}; each is for newer ones of its major too")
    return str(value)


def _execution(value: Any) -> str:
    if value not in ("kubernetes", "worker"):
        raise ValueError(
            "`kubernetes`, which runs steps with an image in pods, or `worker`, which runs them on"
            " the worker without it"
        )
    return str(value)


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("a map of arguments of KubernetesPodOperator")
    return dict(value)


OPTIONS: Mapping[str, Option] = {
    "version": Option(_version, "the version of Airflow"),
    "artifacts": Option(_store, "the folder or URL that files pass through"),
    "execution": Option(_execution, "where steps with an image run", step=True),
    "kubernetes": Option(_map, "arguments of the operator that runs pods", step=True),
    "start_date": Option(_date, "the first day that a schedule is about"),
}


def read(pipeline: Pipeline, findings: Findings | None = None) -> dict[str, Any]:
    """Give the options of a pipeline that are right, and report the others."""
    place = pipeline.place.at("targets", "airflow")
    return _read(pipeline.targets.get("airflow", {}), place, False, findings)


def of_step(step: Step, findings: Findings | None = None) -> dict[str, Any]:
    """Give the options of a step that are right, and report the others."""
    place = step.place.at("targets", "airflow")
    return _read(step.targets.get("airflow", {}), place, True, findings)


def _read(
    given: Mapping[str, Any], place: Place, in_step: bool, findings: Findings | None
) -> dict[str, Any]:
    findings = findings or Findings()
    found = {}
    for key, value in given.items():
        option = OPTIONS.get(key)
        if option is None or (in_step and not option.step):
            continue  # a native setting, or no setting at all: see `native`
        try:
            found[key] = option.read(value)
        except ValueError as error:
            findings.error("wrong-type", f'"{key}" must be {error}', place.at(key))
    return found
