"""Emitted DAGs under a whole Airflow, as it is deployed: the traces are those of `pipec run`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import plans, scheduler
from .test_real import SPECS, checked, comparable, emit

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
LIVE = Path(__file__).with_name("live_specs")
# Specs that end alike here and in `pipec run`; a short one unless more is asked for.
MORE = ("rules", "nested", "fanout") if os.environ.get("PIPEC_LONG") else ()
ALIKE = [LIVE / "mixed.yaml", *(SPECS / f"{name}.yaml" for name in MORE)]
ANSWERS = {"yes": True, "no": False}


@pytest.fixture(scope="module", params=["3.3", "2.11"])
def traces(request: pytest.FixtureRequest, tmp_path_factory: Any) -> dict[str, Any]:
    """Run all specs at the same time in one Airflow."""
    home, version = tmp_path_factory.mktemp("scheduler"), request.param
    jobs = {}
    for path in dict.fromkeys([*ALIKE, *sorted(LIVE.glob("*.yaml"))]):
        if path.stem == "asked" and version == "2.11":
            continue  # refused: there is nobody to ask
        pipeline = checked(path)
        emit(pipeline, version, home / "dags")
        jobs[path.stem] = {
            "dag_id": pipeline.name,
            "plan": plans.plan_of(pipeline, version),
            "scheduled": pipeline.schedule is not None,
            "answers": ANSWERS if path.stem == "asked" else {},
        }
    found = scheduler.run(
        version, home / "dags", [*jobs.values()], home, seconds=600 if MORE else 240
    )
    return dict(zip(jobs, found, strict=True))


def local(spec: Path, folder: Path, *arguments: str) -> Any:
    command = [sys.executable, "-m", "pipec", "run", str(spec), *arguments]
    files = ["--state", str(folder / "state"), "--trace", str(folder / "trace.json")]
    subprocess.run([*command, *files], capture_output=True)
    return json.loads((folder / "trace.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("spec", ALIKE, ids=lambda one: one.stem)
def test_same_as_local(traces: dict[str, Any], spec: Path, tmp_path: Path) -> None:
    assert comparable(traces[spec.stem]) == comparable(local(spec, tmp_path))


def test_a_schedule_fires(traces: dict[str, Any], tmp_path: Path) -> None:
    trace = traces["every_minute"]
    assert trace.get("state") == "succeeded", trace
    date = trace["steps"]["tick"]["outputs"]["date"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:00Z", date)
    expected = local(LIVE / "every_minute.yaml", tmp_path, "--date", date)
    assert comparable(trace) == comparable(expected)


def test_a_person_is_asked(traces: dict[str, Any], tmp_path: Path) -> None:
    if "asked" not in traces:
        pytest.skip("airflow 2.11 has nobody to ask, and pipec refuses it")
    answers = ["--approve", "yes", "--deny", "no", "--deny", "maybe"]
    expected = local(LIVE / "asked.yaml", tmp_path, *answers)
    assert expected["steps"]["end"]["outputs"] == {"states": "succeeded failed skipped"}
    assert without_attempts(traces["asked"]) == without_attempts(expected)


def without_attempts(trace: Any) -> Any:
    """Leave out how often a person was asked, which no target counts."""
    steps = {name: (one["state"], one["outputs"]) for name, one in trace["steps"].items()}
    return trace["state"], steps
