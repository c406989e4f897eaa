"""Pipelines of hundreds of steps: as they are before 4.0, split from 4.0 on, or refused."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from pipec.backends import load
from pipec.backends.argo import manifest
from pipec.backends.argo.trace import Trace
from pipec.compiler.compilation import check_spec

from .cluster import Cluster
from .conftest import compile_spec
from .test_runs import image
from .tools import argolint

HEAD = "pipec: 1\nname: big\ndefaults: {image: 'pipec.test/busybox:1'}\n"


def chains(steps: int, length: int) -> str:
    """Give a spec of chains of steps."""
    lines = [
        f"  s{n}: {{run: 'true'{f', needs: [s{n - 1}]' if n % length else ''}}}\n"
        for n in range(steps)
    ]
    return HEAD + "params: {n: {type: int, default: 1}}\nsteps:\n" + "".join(lines)


def linted(text: str, folder: Path, *words: str) -> None:
    path = folder / "big.yaml"
    path.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [argolint(), *words, str(path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("steps", [250, 1000])
def test_a_big_graph_is_one_object_before_4(steps: int, tmp_path: Path) -> None:
    made = compile_spec(chains(steps, 10), "3.7").manifest
    assert made.count("kind: WorkflowTemplate") == 1
    linted(made, tmp_path)


@pytest.mark.parametrize(("steps", "objects", "parts"), [(200, 2, 0), (250, 2, 2), (1000, 6, 5)])
def test_a_big_graph_is_split_for_4(steps: int, objects: int, parts: int, tmp_path: Path) -> None:
    result = compile_spec(chains(steps, 10), "4.1")
    assert not result.errors
    specs = [
        one["spec"]
        for one in yaml.safe_load_all(result.manifest)
        if one["kind"] == "WorkflowTemplate"
    ]
    assert len(specs) == objects
    assert all(len(one["templates"]) <= 200 for one in specs)
    graphs = [one for one in specs[0]["templates"] if "dag" in one]
    assert all(len(one["dag"]["tasks"]) <= 200 for one in graphs)
    assert sum("-part--" in one["name"] for one in graphs) == parts
    called = [task for one in graphs for task in one["dag"]["tasks"] if task["name"][0] == "s"]
    assert len([one for one in called if one["name"] != "steps"]) == steps
    linted(result.manifest, tmp_path, "-v4")


def test_what_hangs_together_is_refused_with_the_numbers() -> None:
    (error,) = compile_spec(chains(250, 250), "4.1").errors
    assert error.message == "argo 4.1 takes 200 tasks in a graph, and this makes 250"


SMALL = (
    HEAD.replace("big", "split-up")
    + """\
params: {n: {type: int, default: 1}}
steps:
  a: {run: 'echo 5 >"$PIPEC_OUTPUTS/v"', outputs: {v: int}}
  b: {run: 'echo "$V" >"$PIPEC_OUTPUTS/w"', env: {V: "${{ steps.a.outputs.v + params.n }}"}, outputs: {w: int}}
  c: {run: exit 3}
  d: {run: 'true', needs: [c]}
  e: {run: 'true', when: params.n > 5}
finally:
  f: {run: 'echo "$S $T" >"$PIPEC_OUTPUTS/s"', env: {S: "${{ steps.c.state }} ${{ steps.d.state }}", T: "${{ run.state }}"}, outputs: {s: string}}
"""  # noqa: E501 # a spec
)


@pytest.mark.cluster
def test_a_split_pipeline_runs_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    monkeypatch.setattr(manifest, "STRICT", ("3.7",))
    monkeypatch.setattr(manifest, "TASKS", 2)
    monkeypatch.setattr(manifest, "TEMPLATES", 9)
    pipeline = check_spec("split.yaml", image(SMALL).encode()).pipeline
    assert pipeline
    made = load("argo").emit(pipeline, "3.7", True)["split-up.yaml"].decode()
    assert made.count("kind: WorkflowTemplate") == 2
    assert "part--3" in made
    cluster = Cluster(kubeconfig)
    cluster.apply(made)
    name = cluster.submit("split-up", {})
    trace = Trace(pipeline, cluster.result(name), cluster.artifacts).make()
    assert trace["state"] == "failed"
    found = {key: (one["state"], one["attempts"]) for key, one in trace["steps"].items()}
    assert found == {
        "a": ("succeeded", 1),
        "b": ("succeeded", 1),
        "c": ("failed", 1),
        "d": ("upstream_failed", 0),
        "e": ("skipped", 0),
        "f": ("succeeded", 1),
    }
    assert trace["steps"]["b"]["outputs"] == {"w": 6}
    assert trace["steps"]["f"]["outputs"] == {"s": "failed upstream_failed failed"}
    cluster.delete(name)
