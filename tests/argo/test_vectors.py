"""The published vectors of expressions, computed by a real controller.

One step takes the value of each vector that has one as an input; each other vector is a `when` that
must fail its step without a pod.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import load
from pipec.compiler.compilation import check_spec, check_target

from .cluster import Cluster, decoded
from .test_runs import image

pytestmark = pytest.mark.cluster

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "expressions.json").read_text(encoding="utf-8")
)
SCRIPT = """
import json, os
from pathlib import Path
found = {p.name: p.read_text() for p in Path(os.environ["PIPEC_INPUTS"]).iterdir()}
Path(os.environ["PIPEC_OUTPUTS"], "found").write_text(json.dumps(found))
"""


def spec() -> tuple[dict[str, Any], dict[str, str]]:
    """Make the spec, and what each input is expected to hold."""
    given: dict[str, str] = {}
    expected: dict[str, str] = {}
    steps: dict[str, Any] = {}
    for number, (text, _, value) in enumerate(TABLE["vectors"]):
        if isinstance(value, str):
            given[f"v{number}"] = "${{ " + text + " }}"
            expected[f"v{number}"] = value
        elif "params" in text:
            steps[f"e{number}"] = {"when": f"default({text}, null) != null", "run": "true"}
    steps["all"] = {"inputs": given, "python": SCRIPT, "outputs": {"found": "map<string>"}}
    params = {
        name: {"type": type} | ({} if value is None else {"default": value})
        for name, (type, value) in TABLE["params"].items()
    }
    defaults = {"image": image("pipec.test/python:3.11")}
    return {
        "pipec": 1,
        "name": "vectors",
        "defaults": defaults,
        "params": params,
        "steps": steps,
    }, expected


def test_vectors_are_computed_alike() -> None:
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    cluster = Cluster(kubeconfig)
    made, expected = spec()
    checked = check_spec("vectors.yaml", json.dumps(made, ensure_ascii=False).encode())
    assert checked.pipeline, checked.diagnostics
    backend = load("argo")
    refused = [one for one in check_target(checked, backend, "3.7") if one.severity == "error"]
    assert not refused
    cluster.apply(backend.emit(checked.pipeline, "3.7", True)["vectors.yaml"].decode())
    name = cluster.submit("vectors", {})
    nodes = {one["displayName"]: one for one in cluster.result(name)["status"]["nodes"].values()}
    outputs = nodes["all"].get("outputs") or {}
    values = {one["name"]: one["value"] for one in outputs.get("parameters", [])}
    assert json.loads(decoded(values["found"])) == expected
    bad = [name for name, node in nodes.items() if name[0] == "e" and node["phase"] == "Error"]
    failed = {name.removesuffix("--values") for name in bad}  # where a step before computes it
    assert failed == {one for one in made["steps"] if one != "all"}
    cluster.delete(name)
