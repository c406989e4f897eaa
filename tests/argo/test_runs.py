"""Specs run on a real controller, and their traces beside what the language says.

`runs/NAME.yaml` is a spec, `runs/NAME.json` the trace written by hand, `runs/NAME--CASE.json` the
one with other `params`, without `steps` where none may start. `{"file": TEXT}` and
`{"dir": {PATH: TEXT}}` stand for their hashes.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import load
from pipec.compiler.compilation import check_spec
from pipec.compiler.ir import Pipeline

from .cluster import Cluster, Order, Run, Trace

CASES = sorted((Path(__file__).parent / "runs").glob("*.json"))
assert CASES

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("argo-runs")]


def image(text: str) -> str:
    """Give a spec with images that the cluster has."""
    ours = os.environ.get("PIPEC_TEST_IMAGE")
    if ours:
        for one in ("pipec.test/busybox:1", "pipec.test/python:3.11"):
            text = text.replace(one, ours)
    return text


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    return Cluster(kubeconfig)


def pipeline_of(case: Path) -> Pipeline:
    spec = case.with_name(case.stem.partition("--")[0] + ".yaml")
    checked = check_spec(str(spec), image(spec.read_text(encoding="utf-8")).encode())
    assert checked.pipeline, checked.diagnostics
    return checked.pipeline


@pytest.fixture(scope="session")
def runs(cluster: Cluster, request: pytest.FixtureRequest) -> dict[str, Run]:
    """Run all cases that are wanted, and give their runs by the names of the cases."""
    orders: dict[str, Order] = {}
    here = [one for one in request.session.items if one.path == Path(__file__)]
    specs = [getattr(one, "callspec", None) for one in here]
    wanted = {one.params["case"] for one in specs if one and "case" in one.params}
    applied = set()
    for case in sorted(wanted):
        pipeline = pipeline_of(case)
        if pipeline.name not in applied:
            made = load("argo").emit(pipeline, "3.7", True)
            cluster.apply(made[f"{pipeline.name}.yaml"].decode())
            applied.add(pipeline.name)
        params = json.loads(case.read_text(encoding="utf-8")).get("params", {})
        orders[case.stem] = Order(pipeline.name.replace("_", "-"), params)
    return {run.key: run for run in cluster.run_all(orders)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_trace(case: Path, cluster: Cluster, runs: dict[str, Run]) -> None:
    run = runs[case.stem]
    assert run.workflow, f"{run.name} has not ended"
    made = bare(Trace(pipeline_of(case), run.workflow, cluster.artifacts).make())
    expected = whole(hashed(json.loads(case.read_text(encoding="utf-8"))))
    expected.pop("params", None)
    if "steps" not in expected:  # refused: no program of the steps may start
        assert made["state"] == expected["state"]
        assert not any(one["attempts"] for one in made["steps"].values())
        return
    for trace in (made, expected):  # how far it had come when it was cut off is a matter of time
        for step in trace["steps"].values():
            if step["state"] == "cancelled":
                step.pop("attempts")
    if cluster.artifacts is None:
        made, expected = without_files(made), without_files(expected)
    different = {
        name: (one, expected["steps"].get(name))
        for name, one in made["steps"].items()
        if one != expected["steps"].get(name)
    }
    assert not different, cluster.logs(run.name)[-6000:]
    assert made == expected
    cluster.delete(run.name)


def bare(trace: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a trace written by hand does not say: the run, nulls of failed instances."""
    del trace["run"]
    rows = list(trace["steps"].values())
    for row in rows:
        for one in row.get("instances", ()):
            rows += one.get("steps", {}).values()
            if one["state"] != "succeeded":
                assert not any(value is not None for value in one.pop("outputs").values())
        rows += row.get("steps", {}).values()
    return trace


def whole(trace: dict[str, Any]) -> dict[str, Any]:
    """Add the empty outputs, which are left out where a trace is written by hand."""
    for step in trace.get("steps", {}).values():
        for one in (step, *step.get("instances", [])):
            if one is step or one["state"] == "succeeded":
                one.setdefault("outputs", {})
            whole(one)
    return trace


def hashed(value: Any) -> Any:
    """Put hashes in place of files and folders."""
    if isinstance(value, list):
        return [hashed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["file"] and isinstance(value["file"], str):
        return "sha256:" + hashlib.sha256(value["file"].encode()).hexdigest()
    if list(value) == ["dir"] and isinstance(value["dir"], dict):
        sums = {k: hashlib.sha256(v.encode()).hexdigest() for k, v in value["dir"].items()}
        lines = [f"{k}\0{sums[k]}\n".encode() for k in sorted(sums, key=str.encode)]
        return "sha256:" + hashlib.sha256(b"".join(lines)).hexdigest()
    return {k: hashed(v) for k, v in value.items()}


def without_files(value: Any) -> Any:
    """Leave the hashes out, where the store cannot be looked into."""
    if isinstance(value, list):
        return [without_files(one) for one in value]
    if isinstance(value, dict):
        return {k: without_files(v) for k, v in value.items()}
    return None if isinstance(value, str) and value.startswith("sha256:") else value
