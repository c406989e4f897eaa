"""Workflows that are too big for one object.

Parts of the graph that nothing joins become graphs of their own, and templates that do not fit go
into further WorkflowTemplates.
"""

import re
from collections.abc import Callable
from typing import Any

from pipec.backends.argo.writer import Flow, Folded, Item

_NEED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9]*)\.(?:Succeeded|Failed|Errored|Skipped|Omitted)")
_FAILED = re.compile(r"/([-a-z0-9]+)' in failed_nodes")
PART = "part--"


def split(
    template: dict[str, Any], tasks: int, templates: int, metadata: Callable[[str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Give the WorkflowTemplate, with less in it where it was too big, and those with the rest.

    `tasks` and `templates` are the most that a graph and a WorkflowTemplate can have. What cannot
    be split stays as it is, for the check of the limits.
    """
    spec = template["spec"]
    spec["templates"] = [part for one in spec["templates"] for part in _parts(one, tasks)]
    if len(spec["templates"]) <= templates:
        return [template]
    found = [template]
    kept, moved = _movable(spec["templates"], templates)
    spec["templates"] = kept
    where: dict[str, str] = {}
    for start in range(0, len(moved), templates):
        chunk = moved[start : start + templates]
        made = metadata(f"{template['metadata']['name']}-templates-{len(found)}")
        where.update({one.value["name"]: made["name"] for one in chunk})
        other = {"arguments": spec["arguments"], "templates": chunk}
        found.append({**template, "metadata": made, "spec": other})
    for one in kept:
        for task in one.value.get("dag", {}).get("tasks", ()):
            _refer(task, where)
    return found


def _refer(task: dict[str, Any], where: dict[str, str]) -> None:
    """Make a task refer to a template of another WorkflowTemplate, the order of its keys kept."""
    name = task.get("template")
    if name not in where:
        return
    pairs = list(task.items())
    task.clear()
    reference = Flow({"name": where[name], "template": name})
    task.update(("templateRef", reference) if key == "template" else (key, v) for key, v in pairs)


def _movable(given: list[Item], most: int) -> tuple[list[Item], list[Item]]:
    """Give the templates that stay, and those that go: no graphs, and none that `finally` asks for,
    since Argo's list of failures names no templates of other objects."""
    asked = {name for one in given for name in _FAILED.findall(repr(one.value))}
    moved = [one for one in given if "dag" not in one.value and one.value["name"] not in asked]
    moved = moved[-(len(given) - most) :]
    going = {id(one) for one in moved}
    return [one for one in given if id(one) not in going], moved


def _parts(one: Item, most: int) -> list[Item]:
    """Split a graph into those of its parts that nothing joins."""
    graph = one.value
    tasks = graph.get("dag", {}).get("tasks", [])
    if len(tasks) <= most or "inputs" in graph or "outputs" in graph:
        return [one]
    bins: list[list[dict[str, Any]]] = []
    for part in _joined(tasks):
        if len(part) > most:
            return [one]
        room = next((each for each in bins if len(each) + len(part) <= most), None)
        if room is None:
            bins.append(list(part))
        else:
            room += part
    names = [f"{graph['name']}-{PART}{number}" for number in range(1, len(bins) + 1)]
    calls = [
        Flow({"name": f"{PART}{number}", "template": name}) for number, name in enumerate(names, 1)
    ]
    whole = {**graph, "dag": _dag(graph, calls)}
    made = [
        Item({"name": name, "dag": _dag(graph, inner)}, "A part of the graph.", apart=True)
        for name, inner in zip(names, bins, strict=True)
    ]
    return [Item(whole, one.comment, one.apart), *made]


def _dag(graph: dict[str, Any], tasks: list[Any]) -> dict[str, Any]:
    target = Folded(" ".join(task["name"] for task in tasks))
    return {**graph["dag"], "target": target, "tasks": tasks}


def _joined(tasks: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Give the parts of a graph that nothing joins, tasks in their order."""
    group = {task["name"]: task["name"] for task in tasks}

    def top(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for task in tasks:
        for need in _NEED.findall(str(task.get("depends", ""))):
            if need in group:
                group[top(need)] = top(task["name"])
    found: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        found.setdefault(top(task["name"]), []).append(task)
    return list(found.values())
