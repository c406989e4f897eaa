"""The graph of a pipeline, drawn as text, Mermaid, DOT or JSON. `draw_svg` draws the picture."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipec.compiler.graph import order
from pipec.compiler.ir import Approval, Command, Group, Pipeline, Python, Shell, Step
from pipec.compiler.records import dataclass

KINDS = {Shell: "run", Command: "command", Python: "python", Approval: "approve", Group: "uses"}


@dataclass(frozen=True, slots=True)
class Vertex:
    """A step to draw, under its full name. `inner` are the steps of a component."""

    name: str
    step: Step
    needs: tuple[str, ...]
    level: int
    inner: tuple["Vertex", ...] = ()

    @property
    def marks(self) -> list[str]:
        """Give what is special about it, in the words of the language."""
        step = self.step
        said = [
            "approve" if isinstance(step.body, Approval) else "",
            step.trigger_rule if step.trigger_rule != "all_succeeded" else "",
            "when" if step.when is not None else "",
            "for_each" if step.for_each is not None else "",
        ]
        return [one for one in said if one]


def vertices(steps: Mapping[str, Step], prefix: str = "") -> tuple[Vertex, ...]:
    """Give the steps in an order that respects their needs, each with its level from 0."""
    found: dict[str, Vertex] = {}
    for name in order({name: step.needs for name, step in steps.items()}):
        step, body = steps[name], steps[name].body
        needs = tuple(need for need in step.needs if need in steps)
        level = max((found[need].level + 1 for need in needs), default=0)
        inner = vertices(body.steps, f"{prefix}{name}.") if isinstance(body, Group) else ()
        full = tuple(prefix + need for need in needs)
        found[name] = Vertex(prefix + name, step, full, level, inner)
    return tuple(found.values())


def text(pipeline: Pipeline) -> str:
    """List the steps below what they wait for, with a column that says what that is."""
    rows = [(pipeline.name, "")]
    rows += _rows(vertices(pipeline.steps), "  ")
    if pipeline.finally_:
        rows += [("finally", ""), *_rows(vertices(pipeline.finally_), "  ")]
    width = max(len(name) for name, _ in rows)
    return "".join(f"{name:<{width}}  {said}".rstrip() + "\n" for name, said in rows)


def _rows(drawn: tuple[Vertex, ...], indent: str) -> list[tuple[str, str]]:
    rows = []
    for one in drawn:
        needs = ", ".join(need.rpartition(".")[2] for need in one.needs)
        said = [f"after {needs}"] if needs else []
        said += [f"[{', '.join(one.marks)}]"] if one.marks else []
        rows.append((indent + one.step.name, " ".join(said)))
        rows += _rows(one.inner, indent + "  ")
    return rows


def mermaid(pipeline: Pipeline) -> str:
    """Draw a Mermaid flowchart, which Markdown on many sites shows as a picture."""
    drawn, last = vertices(pipeline.steps), vertices(pipeline.finally_)
    ids = {one.name: f"s{index}" for index, one in enumerate(_all((*drawn, *last)))}
    lines = ["flowchart TD"]
    _mermaid(drawn, ids, lines, "  ")
    if last:
        lines.append('  subgraph f ["finally"]')
        _mermaid(last, ids, lines, "    ")
        lines.append("  end")
    lines += [f"  {ids[a]} --> {ids[b]}" for a, b in edges((*drawn, *last))]
    return "\n".join(lines) + "\n"


def _mermaid(
    drawn: tuple[Vertex, ...], ids: Mapping[str, str], lines: list[str], indent: str
) -> None:
    for one in drawn:
        label = "<br/>".join([one.step.name, *(f"<i>{mark}</i>" for mark in one.marks)])
        if one.inner:
            lines.append(f'{indent}subgraph {ids[one.name]} ["{label}"]')
            _mermaid(one.inner, ids, lines, indent + "  ")
            lines.append(f"{indent}end")
        else:
            opened, closed = ("[[", "]]") if one.step.for_each else ("[", "]")
            lines.append(f'{indent}{ids[one.name]}{opened}"{label}"{closed}')


def dot(pipeline: Pipeline) -> str:
    """Draw a graph for Graphviz. An edge to or from a component joins its frame."""
    drawn, last = vertices(pipeline.steps), vertices(pipeline.finally_)
    lines = [
        f"digraph {_quote(pipeline.name)} {{",
        "  compound=true; rankdir=TB;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    _dot(drawn, lines, "  ")
    if last:
        lines.append('  subgraph "cluster finally" {')
        lines.append('    label="finally"; style=dashed;')
        _dot(last, lines, "    ")
        lines.append("  }")
    known = {one.name: one for one in _all((*drawn, *last))}
    lines += [f"  {_arrow(known[a], known[b])};" for a, b in edges((*drawn, *last))]
    return "\n".join([*lines, "}"]) + "\n"


def _dot(drawn: tuple[Vertex, ...], lines: list[str], indent: str) -> None:
    for one in drawn:
        label = _quote("\n".join([one.step.name, *one.marks]))
        if one.inner:
            lines.append(f"{indent}subgraph {_quote('cluster ' + one.name)} {{")
            lines.append(f"{indent}  label={label};")
            _dot(one.inner, lines, indent + "  ")
            lines.append(f"{indent}}}")
        else:
            shape = ", peripheries=2" if one.step.for_each else ""
            lines.append(f"{indent}{_quote(one.name)} [label={label}{shape}];")


def _arrow(start: Vertex, end: Vertex) -> str:
    """Join two steps; Graphviz joins frames only by way of a node inside each."""
    said = [f"ltail={_quote('cluster ' + start.name)}"] if start.inner else []
    said += [f"lhead={_quote('cluster ' + end.name)}"] if end.inner else []
    while start.inner:
        start = start.inner[-1]
    while end.inner:
        end = end.inner[0]
    return f"{_quote(start.name)} -> {_quote(end.name)}" + (f" [{', '.join(said)}]" if said else "")


def _quote(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def as_json(pipeline: Pipeline) -> str:
    """Give the steps with their needs as JSON, in an order that respects the needs."""
    tree = {
        "pipeline": pipeline.name,
        "steps": [_entry(one) for one in vertices(pipeline.steps)],
        "finally": [_entry(one) for one in vertices(pipeline.finally_)],
    }
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def _entry(one: Vertex) -> dict[str, Any]:
    step = one.step
    entry: dict[str, Any] = {
        "name": one.name,
        "kind": KINDS[type(step.body)],
        "needs": list(one.needs),
        "level": one.level,
        "trigger_rule": step.trigger_rule,
        "when": step.when is not None,
        "for_each": step.for_each is not None,
    }
    return entry | ({"steps": [_entry(inner) for inner in one.inner]} if one.inner else {})


def _all(drawn: tuple[Vertex, ...]) -> Iterator[Vertex]:
    for one in drawn:
        yield one
        yield from _all(one.inner)


def edges(drawn: tuple[Vertex, ...]) -> list[tuple[str, str]]:
    """Give every need and its reader, in the order drawn."""
    return [(need, one.name) for one in _all(drawn) for need in one.needs]


def svg(pipeline: Pipeline) -> str:
    """Draw a picture."""
    from pipec.compiler.draw_svg import svg as picture

    return picture(pipeline)


FORMATS: dict[str, Callable[[Pipeline], str]] = {
    "text": text,
    "mermaid": mermaid,
    "dot": dot,
    "svg": svg,
    "json": as_json,
}
