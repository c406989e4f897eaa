# mypy: ignore-errors
"""Finds what may be set on a DAG and on a task: started by `make_fields.py` with Airflow's Python.

    python probe_fields.py FILE

FILE gets `{"dag": {name: type}, "task": {name: type}}`, with the types that `backends/airflow`
knows; `!` after one says that this Airflow warns of it. Works on Airflow 2.11 and 3.x.
"""

import inspect
import json
import re
import sys
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

try:
    from airflow.sdk import DAG, BaseOperator, task
except ImportError:
    from airflow import DAG
    from airflow.decorators import task
    from airflow.models.baseoperator import BaseOperator

try:
    from airflow.utils.types import DagRunType
except ImportError:
    from airflow.sdk.types import DagRunType

RUNS = "words:" + ",".join(sorted(one.value for one in DagRunType))
# Where a signature says too little, or less than Airflow takes. An `object` is an import path.
KNOWN = {
    "access_control": "map:any",
    "allowed_run_types": RUNS,
    "deadline": "object",
    "default_view": "word:duration,gantt,graph,grid,landing_times",
    "executor_config": "map-or-object",
    "inlets": "object",
    "max_active_runs": "int",
    "max_active_tasks": "int",
    "max_consecutive_failed_dag_runs": "int",
    "orientation": "word:BT,LR,RL,TB",
    "outlets": "object",
    "rerun_with_latest_version": "bool",
    "weight_rule": "text",  # or the name of a registered strategy
}
WORDS = {"str": "text", "int": "int", "bool": "bool", "float": "number"}
SAMPLES = {
    "text": "x",
    "texts": ["x"],
    "text-or-texts": "x",
    "int": 1,
    "number": 1.0,
    "bool": True,
    "time": timedelta(seconds=1),
    "date": datetime(2026, 1, 1, tzinfo=UTC),
    "map:text": {"x": "https://example.org"},
    "map:any": {"x": {"can_edit"}},
    "map-or-object": {},
}
SPECIAL = {
    "allowed_run_types": ["manual"],
    "deadline": None,
    "inlets": None,
    "outlets": None,
    "trigger_rule": "all_done",
    "weight_rule": "absolute",
}


def type_of(name, annotation, default):
    """Give the type of an argument in pipec's words; None for what no spec can hold."""
    if name in KNOWN:
        return KNOWN[name]
    text = annotation if isinstance(annotation, str) else ""
    parts = {one.strip() for one in re.split(r"\|(?![^\[]*\])", text)} - {"None", ""}
    if not parts and isinstance(default, bool):
        return "bool"
    if any(one.rstrip("]").endswith(("Callback", "Hook")) for one in parts):
        return "object"
    if any(one.startswith("timedelta") for one in parts):
        return "time"
    if parts == {"datetime"}:
        return "date"
    if len(parts) == 1 and parts <= set(WORDS):
        return WORDS[parts.pop()]
    if parts in ({"str", "Sequence[str]"}, {"str", "Iterable[str]"}):
        return "text-or-texts"
    if parts in ({"Collection[str]"}, {"list[str]"}):
        return "texts"
    if parts == {"dict[str, str]"}:
        return "map:text"
    return None


def sample(name, kind):
    """Give a value to try."""
    if name in SPECIAL:
        return SPECIAL[name]
    word, _, choices = kind.partition(":")
    if word.startswith("word"):
        first = choices.partition(",")[0]
        return [first] if word == "words" else first
    return SAMPLES.get(kind, print)


def probe():
    """Stand for a step."""


def tried(level, name, value):
    """Give the warning or error of Airflow where an argument is set, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            more = {name: value}
            if level == "dag":
                DAG("probe", schedule=None, **more)
            else:
                with DAG("probe", schedule=None):
                    task(**more)(probe)()
        except Exception as error:
            print(f"{level}.{name}: {type(error).__name__}: {error}", file=sys.stderr)
            return error
    return None


def main(file):
    with warnings.catch_warnings():  # what Airflow warns of at its first use is not ours
        warnings.simplefilter("ignore")
        with DAG("warm", schedule=None):
            task(probe)()
    found = {}
    for level, made in (("dag", DAG), ("task", BaseOperator)):
        found[level] = {}
        for name, one in inspect.signature(made.__init__).parameters.items():
            kind = type_of(name, one.annotation, one.default)
            if kind is None:
                continue
            said = tried(level, name, sample(name, kind))
            if said is None:
                found[level][name] = kind
            elif type(said).__name__ == "RemovedInAirflow4Warning":
                found[level][name] = kind + "!"
    Path(file).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
