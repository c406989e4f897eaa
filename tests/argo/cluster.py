"""Running manifests on a cluster with Argo.

Any cluster will do that KUBECONFIG points at: its current namespace runs the workflows.
PIPEC_KUBECTL names kubectl where it is not on PATH, PIPEC_ARTIFACTS a folder that holds the
objects of the artifact store under their keys.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pipec.backends.argo.finished import nodes_of
from pipec.backends.argo.trace import Trace, decoded

__all__ = ["Cluster", "Trace", "decoded"]
BUSY = ("(Timeout)", "timeout", "timed out", "TooManyRequests", "EOF")
ENDED = ("Succeeded", "Failed", "Error")
SIDE_BY_SIDE = 6  # workflows; more would only wait for the same cores
Node = dict[str, Any]


class Order(NamedTuple):
    """A run that is wanted: of which template, with what, and what is said where it asks."""

    template: str
    params: Mapping[str, str]
    answers: Mapping[str, bool] = {}


class Run(NamedTuple):
    """A run of an order: its key, its Workflow's name, and the Workflow, None if it goes on yet."""

    key: str
    name: str
    workflow: Node | None


class Cluster:
    """What tests do with a cluster."""

    def __init__(self, kubeconfig: str) -> None:
        self.home = Path(kubeconfig).parent
        given = os.environ.get("PIPEC_KUBECTL") or shutil.which("kubectl")
        beside = self.home.parent / "bin" / "kube"
        self.command = [given] if given else [str(beside), "kubectl"]

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl and give what it prints. Raises AssertionError.

        What is safe to repeat is tried again where a busy API server did not answer in time.
        """
        for pause in (2, 5, 10, 20, None):
            run = subprocess.run(
                [*self.command, *words], input=stdin, capture_output=True, text=True, check=False
            )
            if not run.returncode:
                return run.stdout
            busy = any(one in run.stderr for one in BUSY) and words[0] != "create"
            if pause is None or not busy:
                break
            time.sleep(pause)
        raise AssertionError(f"kubectl {' '.join(words)}: {run.stderr}")

    def apply(self, manifest: str) -> str:
        words = ("apply", "--server-side", "--force-conflicts", "-f", "-")
        return self.kubectl(*words, stdin=manifest)

    def submit(self, template: str, params: Mapping[str, str]) -> str:
        """Start a run of a template, as `argo submit --from` does, and give its name."""
        workflow = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"generateName": f"{template}-"},
            "spec": {
                "workflowTemplateRef": {"name": template},
                "arguments": {
                    "parameters": [{"name": k, "value": v} for k, v in params.items()],
                },
            },
        }
        made = self.kubectl("create", "-o", "name", "-f", "-", stdin=json.dumps(workflow))
        return made.strip().partition("/")[2]

    def workflow(self, name: str) -> Node:
        found: Node = json.loads(self.kubectl("get", "workflow", name, "-o", "json"))
        status = found.setdefault("status", {})
        status["nodes"] = nodes_of(status)
        return found

    def phases(self, names: Iterable[str]) -> dict[str, str]:
        """Give the phases of workflows by their names; one just made has `<none>`."""
        columns = "-o=custom-columns=NAME:.metadata.name,PHASE:.status.phase"
        rows = self.kubectl("get", "workflows", *names, "--no-headers", columns).splitlines()
        return dict(row.split() for row in rows)

    def answer(self, name: str, answers: Mapping[str, bool]) -> None:
        """Say yes or no, by the step, to what a run asks at the moment."""
        for node, one in (self.workflow(name).get("status", {}).get("nodes") or {}).items():
            if one["type"] == "Suspend" and one["phase"] == "Running":
                said = "Succeeded" if answers[one["displayName"].replace("-", "_")] else "Failed"
                self.decide(name, node, said)

    def decide(self, name: str, node: str, phase: str) -> None:
        """End a suspended node, as `argo resume` and `argo stop` do."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        change = {"status": {"nodes": {node: {"phase": phase, "finishedAt": now}}}}
        self.kubectl("patch", "workflow", name, "--type=merge", "-p", json.dumps(change))

    def result(self, name: str, seconds: float = 900) -> Node:
        """Wait until a run has ended, and give its Workflow."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            workflow = self.workflow(name)
            if workflow.get("status", {}).get("phase") in ENDED:
                return workflow
            time.sleep(1)
        status = json.dumps(self.workflow(name)["status"])
        raise AssertionError(f"{name} has not ended: {status[:2000]}")

    def run_all(self, orders: Mapping[str, Order], seconds: float = 1200) -> Iterator[Run]:
        """Run many templates, some side by side, and give each run as it ends."""
        waiting, active = list(orders.items()), dict[str, tuple[str, float]]()
        while waiting or active:
            while waiting and len(active) < SIDE_BY_SIDE:
                key, order = waiting.pop(0)
                name = self.submit(order.template, order.params)
                active[name] = key, time.monotonic() + seconds
            time.sleep(1)
            phases = self.phases(active)
            for name, (key, limit) in list(active.items()):
                if phases[name] in ENDED:
                    del active[name]
                    yield Run(key, name, self.workflow(name))
                elif time.monotonic() > limit:
                    del active[name]
                    yield Run(key, name, None)
                elif orders[key].answers:
                    self.answer(name, orders[key].answers)

    def logs(self, name: str) -> str:
        """Give what the programs of a run printed, or why that cannot be had."""
        label = f"workflows.argoproj.io/workflow={name}"
        try:
            return self.kubectl("logs", "-l", label, "-c", "main", "--tail=-1", "--prefix")
        except AssertionError as error:
            return str(error)

    def delete(self, name: str) -> None:
        self.kubectl("delete", "workflow", name, "--wait=false")

    @property
    def artifacts(self) -> Path | None:
        """Give the folder of the artifact store, where there is one to look into."""
        given = os.environ.get("PIPEC_ARTIFACTS")
        found = Path(given) if given else self.home / "s3" / "artifacts"
        return found if found.is_dir() else None
