"""The keys of `targets.airflow`, of a pipeline and of a step, as data, and how they are read."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.records import dataclass
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.types import INT
from pipec.compiler.values import ValueSyntaxError, from_text

VERSIONS = ("2.11", "3.1", "3.3")  # oldest first


@dataclass(frozen=True, slots=True)
class Option:
    """`read` gives the value or raises ValueError with what is expected; `step` says whether a
    step may set it too, and `only_step` whether a pipeline may not."""

    read: Callable[[Any], Any]
    title: str
    step: bool = False
    task: bool = False


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return str(value)


def _number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        found: int = from_text(INT, value if isinstance(value, str) else "")
    except ValueSyntaxError:
        raise ValueError("a whole number") from None
    return found


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("a list of texts")
    return [_text(one) for one in value]


def _tags(value: Any) -> list[str]:
    found = _texts(value)
    if any(len(one) > 100 for one in found):
        raise ValueError("a list of texts of at most 100 characters")
    return found


def _folder(value: Any) -> str:
    found = _text(value)
    if "://" in found or not found.startswith("/"):
        raise ValueError("an absolute path of a folder that all workers share")
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
    if value != "worker":
        raise ValueError("`worker`, which runs steps with an image on the worker without it")
    return "worker"


OPTIONS: Mapping[str, Option] = {
    "version": Option(_version, "the version of Airflow"),
    "artifacts": Option(_folder, "the folder that files pass through"),
    "execution": Option(_execution, "where steps with an image run", step=True),
    "start_date": Option(_date, "the first day that a schedule is about"),
    "tags": Option(_tags, "tags of the DAG, after its labels"),
    "owner": Option(_text, "the owner, instead of the pipeline's", step=True, task=True),
    "pool": Option(_text, "the pool that tasks take a slot of", step=True, task=True),
    "queue": Option(_text, "the queue of a Celery worker", step=True, task=True),
    "priority_weight": Option(_number, "which task goes first", step=True, task=True),
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
            _unknown(key, place, in_step, findings)
            continue
        try:
            found[key] = option.read(value)
        except ValueError as error:
            findings.error("wrong-type", f'"{key}" must be {error}', place.at(key))
    return found


def _unknown(key: str, place: Place, in_step: bool, findings: Findings) -> None:
    keys = [name for name, option in OPTIONS.items() if option.step or not in_step]
    near = suggest(key, keys)
    where = "a step" if in_step else "a pipeline"
    findings.error(
        "unknown-key",
        f'"{key}" is not a key of `targets.airflow` of {where}',
        place.of_key(key),
        f'did you mean "{near}"?' if near else f"the keys are {', '.join(keys)}",
        fix=slip(key, near, keys),
    )
