"""The trace of a finished run, made from its Workflow."""

import base64
import hashlib
import tarfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipec.backends.argo import names
from pipec.backends.argo.parameters import conditions
from pipec.backends.argo.split import PART
from pipec.compiler.execution import ENDED_BADLY
from pipec.compiler.ir import Approval, Group, Pipeline, Step
from pipec.compiler.types import Type
from pipec.compiler.values import ValueSyntaxError, from_text

Node = dict[str, Any]
UNREAD = "sha256:?"  # a file or folder that was not looked at
_NOT_RUN = ("Skipped", "Omitted")


class Trace:
    """The trace of a finished run. `artifacts` is a folder that holds the objects of the store."""

    def __init__(self, pipeline: Pipeline, workflow: Node, artifacts: Path | None) -> None:
        self.pipeline, self.workflow, self.artifacts = pipeline, workflow, artifacts
        self.nodes: dict[str, Node] = workflow["status"].get("nodes") or {}
        self.by_name = {node["name"]: node for node in self.nodes.values()}
        self.run = workflow["metadata"]["name"]

    def make(self) -> dict[str, Any]:
        """Make it, as docs/cli.md describes."""
        steps = self.steps(self.pipeline.steps, self.below(self.run))
        steps |= self.steps(self.pipeline.finally_, self.below(f"{self.run}.onExit"))
        phase = self.workflow["status"]["phase"]
        return {
            "pipec": 1,
            "pipeline": self.pipeline.name,
            "run": self.run,
            "state": "succeeded" if phase == "Succeeded" else self.ended_badly(),
            "steps": steps,
        }

    def below(self, root: str) -> str:
        """Give the name of the node of a graph, where params are checked before it starts."""
        inner = f"{root}.steps"
        return inner if conditions(self.pipeline) and inner in self.by_name else root

    def ended_badly(self) -> str:
        return "cancelled" if self.workflow["spec"].get("shutdown") else "failed"

    def steps(self, steps: Mapping[str, Step], root: str) -> dict[str, Any]:
        """Give the rows of one graph, whose node is named `root`."""
        states: dict[str, str] = {}
        found = {}
        for step in _in_order(steps):
            node = self.node(root, names.task(step.name))
            states[step.name] = self.state(step, node, states)
            found[step.name] = self.step(step, node, states[step.name])
        return {name: found[name] for name in steps}

    def node(self, root: str, task: str) -> Node | None:
        """Give the node of a task, which may be in a part of a graph that was too big."""
        found = self.by_name.get(f"{root}.{task}")
        number = 1
        while found is None and f"{root}.{PART}{number}" in self.by_name:
            found = self.by_name.get(f"{root}.{PART}{number}.{task}")
            number += 1
        return found

    def step(self, step: Step, node: Node | None, state: str) -> dict[str, Any]:
        row: dict[str, Any] = {"state": state}
        if step.for_each:
            instances = self.instances(step, node)
            row["attempts"] = sum(one["attempts"] for one in instances)
            row["outputs"] = self.gathered(step, instances)
            if instances:
                row["instances"] = instances
        else:
            row |= self.run_of(step, node, state)
        return row

    def run_of(self, step: Step, node: Node | None, state: str) -> dict[str, Any]:
        """Give the attempts and outputs of a step, or of one of its instances."""
        row: dict[str, Any] = {"attempts": 0, "outputs": self.outputs(step, node, state)}
        if isinstance(step.body, Group) and node is not None and node["type"] not in _NOT_RUN:
            graph = self.graph(step.body, node)
            if graph:
                row["steps"] = self.steps(step.body.steps, graph)
                row["attempts"] = sum(one["attempts"] for one in row["steps"].values())
        elif not isinstance(step.body, Group):
            row["attempts"] = len(self.attempts(node))
        return row

    def graph(self, group: Group, node: Node) -> str | None:
        """Give the name of the node whose children are the steps of a component."""
        name: str = node["name"]
        call = names.task(names.dashed(group.component))
        first = names.task(next(iter(group.steps)))
        for one in (f"{name}[0].{call}", f"{name}.{call}", name):
            if f"{one}.{first}" in self.by_name:
                return one
        return None

    def instances(self, step: Step, node: Node | None) -> list[dict[str, Any]]:
        group = self.by_name.get(f"{node['name']}.item", node) if node else None
        if not group or group["type"] != "TaskGroup":
            return []
        found = []
        for child in (self.nodes[one] for one in group.get("children", [])):
            given = {
                one["name"]: decoded(one.get("value") or "")
                for one in (child.get("inputs") or {}).get("parameters", [])
            }
            state = self.state(step, child, {})
            row = {"item": self.item(step, given), "state": state}
            row |= self.run_of(step, child, state)
            index = given.get("item-index", given["index"])
            found.append((int(index), row))
        return [row for _, row in sorted(found, key=lambda pair: pair[0])]

    @staticmethod
    def item(step: Step, given: dict[str, str]) -> Any:
        assert step.for_each
        types = [one.type.item for one in step.for_each.lists]
        if step.for_each.keys is None:
            return read(types[0], given["item"])
        return {k: read(t, given[k]) for k, t in zip(step.for_each.keys, types, strict=True)}

    @staticmethod
    def gathered(step: Step, instances: list[dict[str, Any]]) -> dict[str, Any]:
        good = instances and all(one["state"] == "succeeded" for one in instances)
        return {
            name: [one["outputs"][name] for one in instances] if good else None
            for name in step.outputs
        }

    def state(self, step: Step, node: Node | None, states: Mapping[str, str]) -> str:
        if node is None:
            return "cancelled"  # the run ended before it could start
        phase = node["phase"]
        if phase == "Succeeded":
            return "succeeded"
        if phase in ("Failed", "Error"):
            return "cancelled" if self.cut_off(node) else "failed"
        if phase == "Skipped":
            return "skipped"
        above = {states[need] for need in step.needs}
        if "cancelled" in above:
            return "cancelled"
        judges = step.trigger_rule in ("all_succeeded", "none_failed")
        return "upstream_failed" if judges and above & ENDED_BADLY else "skipped"

    def cut_off(self, node: Node) -> bool:
        limit = self.pipeline.timeout
        message = node.get("message") or ""
        if "shutdown" in self.workflow["spec"]:
            return "with strategy" in message or message == "pod deleted"
        if limit is None or "deadline" not in message:
            return False
        start = datetime.fromisoformat(self.workflow["status"]["startedAt"])
        spent = (datetime.fromisoformat(node["finishedAt"]) - start).total_seconds()
        return "exceeded its deadline" in message or spent >= limit

    def attempts(self, node: Node | None) -> list[Node]:
        """Give the pods of a step, or its question; a pod that never reached a node is none."""
        if node is None:
            return []
        if node["type"] == "Suspend":
            return [node]
        if node["type"] == "Retry":
            children = [self.nodes[one] for one in node.get("children", []) if one in self.nodes]
        else:
            children = [node]
        return [
            one
            for one in children
            if one["type"] == "Pod" and one.get("hostNodeName") and not _refused(one)
        ]

    def outputs(self, step: Step, node: Node | None, state: str) -> dict[str, Any]:
        if isinstance(step.body, Approval):
            return {}
        made = (node or {}).get("outputs") or {}
        texts = {one["name"]: one.get("value") for one in made.get("parameters", [])}
        keys = {one["name"]: (one.get("s3") or {}).get("key") for one in made.get("artifacts", [])}
        found: dict[str, Any] = {}
        for output in step.outputs.values():
            if state != "succeeded":
                found[output.name] = None
            elif output.type.is_artifact:
                key = texts.get(f"{output.name}--key")
                at = f"{self.workflow['metadata']['uid']}/{key}" if key else None
                found[output.name] = self.artifact(at or keys.get(output.name), output.type)
            else:
                text = texts[output.name] or ""
                found[output.name] = None if text == "" else read(output.type, decoded(text))
        return found

    def artifact(self, key: str | None, type: Type) -> Any:
        if key is None:
            return None
        if self.artifacts is None:
            return UNREAD
        path = self.artifacts / key
        if type.item:
            entries = sorted(path.iterdir(), key=lambda one: int(one.name))
            return [self.artifact(f"{key}/{one.name}", type.item) for one in entries]
        if not path.exists():
            return None
        if type.kind == "file":  # which may be an archive itself, or look like one
            return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        sums = dict(_packed(path) if path.is_file() else _lying(path))
        lines = [f"{k}\0{sums[k]}\n".encode() for k in sorted(sums, key=str.encode)]
        return "sha256:" + hashlib.sha256(b"".join(lines)).hexdigest()


def _refused(node: Node) -> bool:
    """Say whether the entry script did not start the program, since a value had none."""
    return "pipec: cannot start step " in (node.get("message") or "")


def _in_order(steps: Mapping[str, Step]) -> list[Step]:
    """Give steps after those they need."""
    left, found = dict(steps), list[Step]()
    while left:
        ready = [one for one in left.values() if not any(need in left for need in one.needs)]
        for one in ready:
            found.append(left.pop(one.name))
    return found


def _packed(path: Path) -> list[tuple[str, str]]:
    with tarfile.open(path) as tar:
        found = []
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.isfile() else None
            if file:
                name = member.name.partition("/")[2]
                found.append((name, hashlib.sha256(file.read()).hexdigest()))
        return found


def _lying(path: Path) -> list[tuple[str, str]]:
    return [
        (one.relative_to(path).as_posix(), hashlib.sha256(one.read_bytes()).hexdigest())
        for one in path.rglob("*")
        if one.is_file() and one.name != ".pipec-empty"
    ]


def decoded(text: str) -> str:
    return base64.b64decode(text[7:]).decode() if text.startswith("base64:") else text


def read(type: Type | None, text: str) -> Any:
    assert type is not None
    try:
        return from_text(type.required(), text)
    except ValueSyntaxError:
        if type.kind != "json":
            raise
        return text  # a string inside json, which is passed on as itself
