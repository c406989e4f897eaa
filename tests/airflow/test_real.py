"""Emitted DAGs on real Airflow: their traces are what the language says, on every version."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.airflow import backend
from pipec.compiler.compilation import check_spec
from pipec.compiler.ir import Pipeline

from . import environment, plans
from .hostile import FEW, TEXTS, carrier, dumped

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
VERSIONS = [
    pytest.param(one, marks=pytest.mark.xdist_group(f"airflow-{one}")) for one in ("3.3", "2.11")
]
SPECS = Path(__file__).with_name("specs")
NAMES = sorted(one.stem for one in SPECS.glob("*.yaml"))
WORKED_OUT = sorted(one.name.partition(".")[0] for one in SPECS.glob("*.expected.json"))


# What `native.yaml` has called; it says so in the file `said` of the dags folder.
ALERTS = """
from pathlib import Path


def say(name, context):
    ti = context["ti"]
    with Path(__file__).with_name("said").open("a") as file:
        print(name, ti.task_id, ti.map_index, file=file)


def notify(context):
    say("notify", context)


def json(context):
    say("json", context)


def skipped(context):
    say("skipped", context)


def failed(context):
    say("failed", context)
"""


def checked(path: Path) -> Pipeline:
    found = check_spec(str(path))
    assert found.pipeline is not None, found.diagnostics
    return found.pipeline


def emit(pipeline: Pipeline, version: str, dags: Path, one_file: bool = False) -> None:
    for path, data in backend().emit(pipeline, version, one_file).items():
        (dags / path).parent.mkdir(parents=True, exist_ok=True)
        (dags / path).write_bytes(data)


@pytest.fixture(scope="module", params=VERSIONS)
def traces(request: pytest.FixtureRequest, tmp_path_factory: Any) -> dict[str, Any]:
    """Run all specs in one start of Airflow; every other file stands in a sub-folder, and every
    third carries its functions."""
    home = tmp_path_factory.mktemp("airflow")
    jobs = []
    for index, name in enumerate(NAMES):
        pipeline = checked(SPECS / f"{name}.yaml")
        dags = home / "dags" / "team" if index % 2 else home / "dags"
        emit(pipeline, request.param, dags, one_file=index % 3 == 2)
        jobs.append({"dag_id": pipeline.name, "plan": plans.plan_of(pipeline, request.param)})
    (home / "carrier.yaml").write_text(dumped(carrier()), encoding="utf-8")
    pipeline = checked(home / "carrier.yaml")
    emit(pipeline, request.param, home / "dags")
    jobs.append({"dag_id": "carrier", "plan": plans.plan_of(pipeline, request.param)})
    (home / "dags" / "alerts.py").write_text(ALERTS, encoding="utf-8")
    secret = {"AIRFLOW_VAR_DEPLOY/TOKEN": "s3cret", "AIRFLOW_VAR_ABSENT": "x"}
    found = environment.run(request.param, home / "dags", jobs, home, **secret)
    said = (home / "dags" / "said").read_text(encoding="utf-8").splitlines()
    return {**dict(zip([*NAMES, "carrier"], found, strict=True)), "said": sorted(said)}


def test_callbacks_are_called(traces: dict[str, Any]) -> None:
    expected = ["notify each 0", "notify each 1", "json each 0", "json each 1"]
    assert traces["said"] == sorted([*expected, "notify notify -1", "skipped never -1"])


def test_hostile_texts_arrive(traces: dict[str, Any]) -> None:
    trace = traces["carrier"]
    assert trace.get("state") == "succeeded", trace
    outputs = {name: step["outputs"] for name, step in trace["steps"].items()}
    told = outputs["constant"]["told"]
    assert told == {"argv": list(TEXTS), "env": list(TEXTS), "inputs": []}
    assert outputs["constant"]["all"] == list(TEXTS)
    assert [outputs["constant"][f"o{index}"] for index in range(len(TEXTS))] == list(TEXTS)
    assert outputs["given"]["told"]["argv"] == list(TEXTS[:60])
    assert sorted(outputs["given"]["told"]["env"]) == sorted(FEW)
    assert outputs["passed"]["told"]["argv"] == list(TEXTS)
    assert outputs["passed"]["told"]["inputs"] == list(TEXTS)
    assert outputs["echoed"]["o"] == "{{ 7*7 }}${#x}"
    assert outputs["each"]["o"] == list(FEW)
    assert outputs["stands"]["o"] == ["$(id)", "run.sh", "a\nb", "\u2028", "%s"]


def comparable(trace: Any) -> Any:
    """Leave out of a trace what targets need not agree on."""
    if isinstance(trace, dict):
        left_out = ("run", "cached", "exit_code")
        return {key: comparable(one) for key, one in trace.items() if key not in left_out}
    return [comparable(one) for one in trace] if isinstance(trace, list) else trace


@pytest.mark.parametrize("name", [one for one in NAMES if one not in ("runtime", "secrets")])
def test_same_as_local(traces: dict[str, Any], name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipec", "run", str(SPECS / f"{name}.yaml")]
    subprocess.run(
        [*command, "--state", str(tmp_path / "state"), "--trace", str(tmp_path / "trace.json")],
        capture_output=True,
    )
    trace = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    assert comparable(traces[name]) == comparable(trace)


def flat(steps: dict[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    """Give state, attempts and outputs of every step and instance: `each[1].fit` is one inside."""
    found: dict[str, list[Any]] = {}
    for name, step in steps.items():
        instances = enumerate(step.get("instances", ()))
        entries = {"": step, **{f"[{index}]": one for index, one in instances}}
        for suffix, one in entries.items():
            here = f"{prefix}{name}{suffix}"
            found[here] = [one["state"], one["attempts"], one["outputs"]]
            found |= flat(one.get("steps", {}), f"{here}.")
    return found


@pytest.mark.parametrize("name", WORKED_OUT)
def test_trace(traces: dict[str, Any], name: str) -> None:
    expected = json.loads((SPECS / f"{name}.expected.json").read_text(encoding="utf-8"))
    trace = traces[name]
    assert "steps" in trace, trace
    found = {name: one for name, one in flat(trace["steps"]).items() if name in expected["steps"]}
    for step, wanted in expected["steps"].items():
        assert found[step][: len(wanted)] == wanted, step
    assert trace["state"] == expected["state"]
    if name != "runtime":  # which steps had ended when the run was stopped is a matter of time
        outer = [one for one in expected["steps"] if not set(one) & {".", "["}]
        assert outer == list(trace["steps"])
