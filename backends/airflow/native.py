"""The native settings in `targets.airflow` of a pipeline and of its steps."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from pipec.backends.airflow import fields
from pipec.backends.airflow.fields import Field, Imported, Moment, Span
from pipec.backends.airflow.options import OPTIONS
from pipec.backends.airflow.retries import seconds
from pipec.backends.python.printer import Call, Code, Text, listing, literal
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.records import dataclass
from pipec.compiler.spelling import slip, suggest

_NO_TEMPLATES = "nothing in the DAG is a template"
_RETRY = "say `retry` in the step"
# What pipec writes itself, and the spec's own word for it.
_INSTEAD_DAG: Mapping[str, str] = {
    "auto_register": "the DAG is always there to be found",
    "catchup": "say `catchup` in `schedule`",
    "concurrency": "say `max_parallel` in the spec",
    "dag_id": "say `name` in the spec",
    "dagrun_timeout": "say `timeout` in the spec; Airflow's own ends a run without `finally`",
    "description": "say `description` in the spec",
    "fail_fast": "say `fail_fast` in the spec",
    "fail_stop": "say `fail_fast` in the spec",
    "jinja_environment_kwargs": _NO_TEMPLATES,
    "params": "say `params` in the spec",
    "render_template_as_native_obj": _NO_TEMPLATES,
    "schedule": "say `schedule` in the spec",
    "schedule_interval": "say `schedule` in the spec",
    "template_searchpath": _NO_TEMPLATES,
    "template_undefined": _NO_TEMPLATES,
    "timetable": "say `schedule` in the spec",
    "user_defined_filters": _NO_TEMPLATES,
    "user_defined_macros": _NO_TEMPLATES,
}
_INSTEAD_TASK: Mapping[str, str] = {
    "deferrable": "a step holds its worker while its program runs; only `approve` waits elsewhere",
    "do_xcom_push": "say `outputs` in the step",
    "doc_md": "say `description` in the step",
    "execution_timeout": "say `timeout` in the step",
    "max_active_tis_per_dagrun": "say `max_parallel` in the step",
    "max_retry_delay": _RETRY,
    "multiple_outputs": "say `outputs` in the step",
    "params": "say `params` in the spec",
    "render_template_as_native_obj": _NO_TEMPLATES,
    "resources": "say `resources` in the step",
    "retries": _RETRY,
    "retry_delay": _RETRY,
    "retry_exponential_backoff": _RETRY,
    "retry_policy": _RETRY,
    "task_concurrency": "say `max_parallel` in the step",
    "task_id": "it is the step's own name",
    "trigger_rule": "say `trigger_rule` in the step",
}
_INSTEAD: Mapping[str, Mapping[str, str]] = {"dag": _INSTEAD_DAG, "task": _INSTEAD_TASK}
# What the task before a step does not take from it: it is about the program.
_PROGRAM_ALONE = {
    *("doc", "doc_json", "doc_rst", "doc_yaml", "inlets", "map_index_template", "outlets"),
    *("max_active_tis_per_dag", "on_execute_callback", "on_retry_callback", "on_success_callback"),
    *("post_execute", "pre_execute", "task_display_name"),
}


@dataclass(frozen=True, slots=True)
class Native:
    """What is set on the DAG, and on tasks: those of the pipeline are `default_args`."""

    dag: Mapping[str, Any]
    task: Mapping[str, Any]

    def before(self) -> dict[str, Any]:
        """Give the settings of the task before a step."""
        return {key: one for key, one in self.task.items() if key not in _PROGRAM_ALONE}


_NOTHING = Native({}, {})


def of_pipeline(pipeline: Pipeline, version: str, findings: Findings | None = None) -> Native:
    """Give the native settings of a pipeline that are right, and report the others.

    A name that DAGs and tasks both have is the DAG's here, and the tasks' in `default_args`.
    """
    given = pipeline.targets.get("airflow", {})
    place = pipeline.place.at("targets", "airflow")
    reader = _Reader(version, findings or Findings())
    own = [*OPTIONS, "default_args"]
    dag: dict[str, Any] = {}
    task: dict[str, Any] = {}
    for key, value in given.items():
        if key in own:
            continue
        known = reader.read(dag, key, value, "dag", place)
        if not known and not reader.read(task, key, value, "task", place):
            reader.unknown(key, ("dag", "task"), own, place)
    if "default_args" in given:
        reader.read_all(task, given["default_args"], place.at("default_args"))
    return Native(_ordered(dag, "dag"), _ordered(task, "task"))


def of_step(step: Step, version: str, findings: Findings | None = None) -> Native:
    """Give the native settings of a step that are right, and report the others."""
    if "airflow" not in step.targets:
        return _NOTHING
    reader = _Reader(version, findings or Findings())
    place = step.place.at("targets", "airflow")
    own = [name for name, option in OPTIONS.items() if option.step]
    found: dict[str, Any] = {}
    given = step.targets["airflow"]
    reader.read_all(found, given, place, own)
    return Native({}, _ordered(found, "task"))


def _settable(level: str, version: str) -> list[str]:
    rows = fields.table()[level].items()
    return [k for k, one in rows if k not in _INSTEAD[level] and one.there(version)]


def _ordered(found: Mapping[str, Any], level: str) -> dict[str, Any]:
    """Sort settings as the signature of Airflow has them."""
    return {key: found[key] for key in fields.table()[level] if key in found} if found else {}


class _Reader:
    """Reads settings for one version, and reports what is wrong with them."""

    def __init__(self, version: str, findings: Findings) -> None:
        self.version, self.findings = version, findings

    def read_all(
        self, found: dict[str, Any], given: Any, place: Place, own: Iterable[str] = ()
    ) -> None:
        """Read settings of tasks."""
        if not isinstance(given, Mapping):
            self.findings.error("wrong-type", f'"{place.route[-1]}" must be a map', place)
            return
        for key, value in given.items():
            if key not in own and not self.read(found, key, value, "task", place):
                self.unknown(key, ("task",), own, place)

    def read(self, found: dict[str, Any], key: str, value: Any, level: str, place: Place) -> bool:
        """Read one setting; False if there is none of that name."""
        instead = _INSTEAD[level].get(key)
        field = fields.table()[level].get(key)
        if instead is not None:
            message = f'"{key}" is written by pipec itself'
            self.findings.error("unknown-key", message, place.of_key(key), instead)
        elif field is None or not field.there(self.version):
            return False
        else:
            self._read_value(found, key, value, field, place)
        return True

    def _read_value(
        self, found: dict[str, Any], key: str, value: Any, field: Field, place: Place
    ) -> None:
        try:
            found[key] = fields.read(key, field.type, value)
            fields.check_value(key, found[key])
        except ValueError as error:
            self.findings.error("wrong-type", f'"{key}" must be {error}', place.at(key))
        if field.warns(self.version):
            message = f'airflow {self.version} warns of "{key}": a later one will not have it'
            self.findings.warning("approximate", message, place.of_key(key))

    def unknown(self, key: str, levels: Iterable[str], own: Iterable[str], place: Place) -> None:
        """Report a key that is no setting, and say what it could have been."""
        known = [*own, *(one for level in levels for one in _settable(level, self.version))]
        instead = {k: words for level in levels for k, words in _INSTEAD[level].items()}
        near = suggest(key, dict.fromkeys([*known, *instead]))
        where = "airflow" if "dag" in levels else "a task of airflow"
        rows = fields.table()
        other = next((rows[one][key] for one in levels if key in rows[one]), None)
        if other is not None:
            came, went = f"it came with {other.since}", f"the last that had it is {other.until}"
            help = came if other.since else went
        elif "dag" not in levels and key in rows["dag"]:
            help = "it is one of the DAG: set it in `targets` of the pipeline"
        elif near in instead:
            help = f'"{near}" is written by pipec itself: {instead[near]}'
        elif near:
            help = f'did you mean "{near}"?'
        else:
            more = "the arguments of `DAG` and of tasks" if "dag" in levels else "those of tasks"
            help = f"known are {', '.join([*own, more])}"
        fix = None if other else slip(key, near, known)
        message = f'"{key}" is no setting of {where} {self.version}'
        self.findings.error("unknown-key", message, place.of_key(key), help, fix=fix)


def check(pipeline: Pipeline, native: Native, findings: Findings) -> None:
    """Find settings that fight with what the spec says in its own words."""
    place = pipeline.place.at("targets", "airflow")
    schedule = pipeline.schedule
    if "max_active_runs" in native.dag and schedule and schedule.overlap == "forbid":
        findings.error(
            "unsupported",
            '"max_active_runs" says again what `overlap: forbid` of the schedule says',
            place.of_key("max_active_runs"),
            "say `overlap: allow` to set it here",
        )
    if "max_active_tasks" in native.dag and pipeline.max_parallel is not None:
        findings.error(
            "unsupported",
            '"max_active_tasks" says again what `max_parallel` of the pipeline says',
            place.of_key("max_active_tasks"),
            "keep one",
        )
    runs = native.dag.get("allowed_run_types")
    wanted = "scheduled" if schedule else "manual"
    if runs is not None and wanted not in runs:
        findings.error(
            "unsupported",
            f'"allowed_run_types" has to hold `{wanted}`: nothing else would start a run',
            place.at("allowed_run_types"),
        )


def imported(natives: Iterable[Native]) -> list[str]:
    """Give the import paths of all that is imported, sorted."""
    found: set[str] = set()
    for native in natives:
        for value in (*native.dag.values(), *native.task.values()):
            some = value if isinstance(value, list) else [value]
            found |= {one.path for one in some if isinstance(one, Imported)}
    return sorted(found)


def bound(paths: Iterable[str], taken: Container[str]) -> dict[str, str]:
    """Give for each import path the name that it has in the file, which nothing else has."""
    found: dict[str, str] = {}
    for path in paths:
        name = path.rpartition(".")[2]
        while name in taken or name in found.values():
            name += "_"
        found[path] = name
    return found


def code(value: Any, names: Mapping[str, str], zone: str = "UTC") -> Code:
    """Write a setting as Python; `names` has what is imported, `zone` is where a day begins."""
    match value:
        case Imported():
            return Code(names[value.path])
        case Span():
            return seconds(value.seconds)
        case Moment():
            parts = [("", Code(str(one))) for one in value.parts]
            where = zone if len(value.parts) == 3 else "UTC"
            return Call("pendulum.datetime", [*parts, ("tz=", Text(where))])
        case list():
            return listing(code(one, names, zone) for one in value)
    return literal(value)
