"""A whole DAG file, and the files beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from pipec.backends.airflow import carried, fields, imports, native, options
from pipec.backends.airflow.groups import functions
from pipec.backends.airflow.parameters import parameters
from pipec.backends.airflow.plan import Plan, plan_of
from pipec.backends.airflow.retries import seconds
from pipec.backends.airflow.statements import assign, statement
from pipec.backends.airflow.steps import simple_docstring
from pipec.backends.airflow.wiring import wiring
from pipec.backends.python import pieces
from pipec.backends.python.printer import (
    Call,
    Code,
    Text,
    call,
    literal,
    mapping,
)
from pipec.backends.python.quoting import quote
from pipec.compiler.ir import Pipeline
from pipec.compiler.rules.reading import steps_of

INLINE_LIMIT = 65_536  # bytes of `files` that may stand in a DAG file
PIECE = 65_536  # characters of a file that are parsed at once


def file_name(pipeline: Pipeline) -> str:
    """Give the name of the DAG file without its ending, which Python can import."""
    return pipeline.name.replace("-", "_")


def write(pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:
    """Give the DAG file and what goes with it, by path."""
    plan = plan_of(pipeline, version)
    tasks = [f"{text}\n" for step in pipeline.all_steps.values() for text in functions(step, plan)]
    body = [f"{_dag(plan)}\n" if tasks else _dag(plan), *tasks, *wiring(plan)]
    files = _files(pipeline)
    inline = one_file and _fits_inline(files)
    constants = _constants(plan, files if inline else None)
    name = file_name(pipeline)
    alone = one_file or not tasks  # where only people are asked, nothing is carried
    text = (_alone if alone else _beside_module)(plan, constants, body)
    _parse_back(text.removesuffix("".join(body)), body, f"{name}.py")
    found = {f"{name}.py": text.encode()}
    if not alone:
        module, source = carried.module(version, plan.more)
        found[f"{module}.py"] = source.encode()
    if files and not inline:
        found |= {f"{name}_files/{path}": data for path, data in files.items()}
    return found


def _parse_back(head: str, body: Sequence[str], name: str) -> None:
    """Raise SyntaxError if this is no Python; in pieces, since a parsed file takes much memory."""
    compile(f"{head}{body[0]}    pass\n", name, "exec", dont_inherit=True)
    some, size = "", 0
    for one in [*body[1:], ""]:
        if size > PIECE or (not one and some):
            compile(f"with piece:\n{some}", name, "exec", dont_inherit=True)
            some, size = "", 0
        some += one
        size += len(one)


def _alone(plan: Plan, constants: str, body: Sequence[str]) -> str:
    """Put the functions that are used into the file itself."""
    used = _used(plan, constants, body)
    chosen = pieces.wanted(carried.pieces(plan.version, plan.more), used)
    used = used.union(*(one.words for one in chosen))
    lines = imports.lines(used & imports.known(plan.version), plan.version, plan.imported)
    middle = f"{pieces.source(chosen)}\n\n" if chosen else ""
    constants = f"{constants}\n" if constants else ""
    return f"{_title(plan.pipeline)}{lines}\n{middle}{constants}{''.join(body)}"


def _beside_module(plan: Plan, constants: str, body: Sequence[str]) -> str:
    """Import the functions that are used from the module beside the file."""
    used = _used(plan, constants, body) | {"Path", "sys"}
    lines = imports.lines(used & imports.known(plan.version), plan.version, plan.imported)
    module, _ = carried.module(plan.version, plan.more)
    path = (
        "# Airflow puts the dags folder on the path, not its sub-folders.\n"
        "sys.path.append(str(Path(__file__).parent))\n"
        f"{imports.from_module(module, used & carried.pieces(plan.version, plan.more).keys())}"
    )
    constants = f"\n{constants}" if constants else ""
    return f"{_title(plan.pipeline)}{lines}\n{path}{constants}\n{''.join(body)}"


def _used(plan: Plan, constants: str, body: Sequence[str]) -> set[str]:
    names = {*carried.pieces(plan.version, plan.more), *imports.known(plan.version)}
    return pieces.used([constants, *body], names)


def _title(pipeline: Pipeline) -> str:
    spec = PurePath(pipeline.path).name
    shown = spec if re.fullmatch(r"[A-Za-z0-9_.-]{1,50}", spec) and spec != "-" else "a spec"
    head = f"# Made by pipec from {shown}. Change that file and compile again.\n"
    if simple_docstring(pipeline.description, 0):
        return f'{head}"""{pipeline.description}"""\n\n'
    return f"{head}\n"


def _files(pipeline: Pipeline) -> dict[str, bytes]:
    if not pipeline.files:
        return {}
    from pipec.compiler.diagnostics import Findings
    from pipec.compiler.files import collect

    return {path: real.read_bytes() for path, real in collect(pipeline, Findings()).items()}


def _fits_inline(files: Mapping[str, bytes]) -> bool:
    """Say whether files can stand in the DAG file: texts, and not too many."""
    if sum(map(len, files.values())) > INLINE_LIMIT:
        return False
    try:
        return all("\r" not in data.decode() for data in files.values())
    except UnicodeDecodeError:
        return False


def _constants(plan: Plan, inline: Mapping[str, bytes] | None) -> str:
    pipeline, found = plan.pipeline, ""
    if pipeline.files:
        if inline is not None:
            value: Code = mapping((path, Text(data.decode())) for path, data in inline.items())
            found += assign("FILES", value, 0)
        else:
            found += f"FILES = Path(__file__).parent / {quote(f'{file_name(pipeline)}_files')}\n"
    if any(o.type.is_artifact for s in steps_of(pipeline) for o in s.outputs.values()):
        folder = options.read(pipeline).get("artifacts")
        made: Code = call("Path", Text(folder)) if folder else call("artifacts_folder")
        if folder and "://" in folder:
            made = Text(folder)
        found += assign("ARTIFACTS", made, 0)
    if pipeline.timeout is not None:
        found += f"RUN_TIMEOUT = {seconds(pipeline.timeout).flat}\n"
    return found


def _dag(plan: Plan) -> str:
    pipeline, own = plan.pipeline, options.read(plan.pipeline)
    given = native.of_pipeline(pipeline, plan.version)
    found: dict[str, Code] = {"dag_id": Text(pipeline.name)}
    if pipeline.description is not None:
        found["description"] = Text(pipeline.description)
    found |= _schedule(pipeline, own.get("start_date"), plan.version)
    if pipeline.max_parallel is not None:
        found["max_active_tasks"] = literal(pipeline.max_parallel)
    # An installation may repeat tasks by default; here a step says itself if it is repeated.
    defaults: dict[str, Any] = {"owner": pipeline.owner} if pipeline.owner else {}
    defaults |= {"retries": 0, **given.task}
    found["default_args"] = _settings(defaults, plan)
    if pipeline.params:
        found["params"] = parameters(pipeline)
    labels = [f"{k}:{v}" for k, v in pipeline.labels.items() if len(f"{k}:{v}") <= 100]
    tags = list(dict.fromkeys([*labels, *given.dag.get("tags", ())]))
    more = {**given.dag, "tags": tags} if tags else given.dag
    found |= dict(_items(more, plan))
    made = Call("DAG", [(f"{key}=", one) for key, one in found.items()])
    return statement("with ", made, 0, ":")


def _items(given: Mapping[str, Any], plan: Plan) -> Iterator[tuple[str, Code]]:
    return ((key, native.code(one, plan.imported, plan.zone)) for key, one in given.items())


def _settings(given: Mapping[str, Any], plan: Plan) -> Code:
    return mapping(_items(given, plan))


def _schedule(pipeline: Pipeline, first_day: str | None, version: str) -> dict[str, Code]:
    schedule = pipeline.schedule
    if schedule is None:
        never: dict[str, Code] = {"schedule": Code("None")}
        return {**never, "start_date": _day(first_day, "UTC")} if first_day else never
    zone = Text(schedule.timezone)
    timetable: list[tuple[str, Code]] = [("", Text(schedule.cron)), ("timezone=", zone)]
    found: dict[str, Code] = {}
    if version.startswith("2."):
        # Airflow 2 must have a first day; without catching up, any day of the past will do.
        first_day = first_day or "2025-01-01"
    elif first_day is None:
        # Without a first day and with this, the first deployment starts no tick of the past.
        timetable.append(("run_immediately=", seconds(0)))
    found["schedule"] = Call("CronTriggerTimetable", timetable)
    if first_day:
        found["start_date"] = _day(first_day, schedule.timezone)
    found["catchup"] = Code(str(schedule.catchup))
    if schedule.overlap == "forbid":
        found["max_active_runs"] = Code("1")
    return found


def _day(text: str, zone: str) -> Code:
    return native.code(fields.moment(text), {}, zone)
