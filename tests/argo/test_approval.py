"""A person says yes or no: what `argo resume` and `argo stop --node-field-selector` do."""

import os
import time

import pytest

from pipec.backends import load
from pipec.compiler.compilation import check_spec

from .cluster import Cluster, Trace
from .test_runs import image

pytestmark = pytest.mark.cluster

SPEC = """
pipec: 1
name: approval
defaults: {image: "pipec.test/busybox:1"}
steps:
  ok: {approve: "Deploy to {{prod}}?"}
  unasked: {approve: "Really?", when: false}
  go: {needs: [ok], run: "true"}
  undo: {needs: [ok], trigger_rule: any_failed, run: "true"}
finally:
  report:
    env: {STATE: "${{ steps.ok.state }}"}
    run: echo "$STATE" >"$PIPEC_OUTPUTS/state"
    outputs: {state: string}
"""
STATES = {
    "Succeeded": {"ok": "succeeded", "unasked": "skipped", "go": "succeeded", "undo": "skipped"},
    "Failed": {"ok": "failed", "unasked": "skipped", "go": "upstream_failed", "undo": "succeeded"},
}


@pytest.mark.parametrize("answer", ["Succeeded", "Failed"])
def test_answer(answer: str) -> None:
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    cluster = Cluster(kubeconfig)
    pipeline = check_spec("approval.yaml", image(SPEC).encode()).pipeline
    assert pipeline
    cluster.apply(load("argo").emit(pipeline, "3.7", True)["approval.yaml"].decode())
    name = cluster.submit("approval", {})
    node = asked(cluster, name)
    cluster.decide(name, node, answer)
    made = Trace(pipeline, cluster.result(name), cluster.artifacts).make()
    states = {key: one["state"] for key, one in made["steps"].items()}
    assert states == {**STATES[answer], "report": "succeeded"}
    assert made["state"] == answer.lower()
    seen = made["steps"]["report"]["outputs"]["state"]
    assert seen == STATES[answer]["ok"]
    cluster.delete(name)


def asked(cluster: Cluster, name: str) -> str:
    """Wait until the person is asked, and give the node's id."""
    for _ in range(60):
        nodes = cluster.workflow(name).get("status", {}).get("nodes") or {}
        for node, one in nodes.items():
            if one["type"] == "Suspend" and one["phase"] == "Running":
                return str(node)
        time.sleep(1)
    raise AssertionError("nobody was asked")
