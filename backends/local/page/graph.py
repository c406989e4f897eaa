"""The graph of a run in its final states, as SVG inside the page."""

from html import escape
from typing import Any

from pipec.backends.local.history.outline import Outline
from pipec.backends.local.history.past import Past, PastStep
from pipec.backends.local.page.words import MARKS, anchor, clean, took
from pipec.compiler.draw_layout import (
    LINE,
    PAD,
    Box,
    Layout,
    Node,
    arrange,
    curve,
    measure,
    place,
    points,
)
from pipec.compiler.graph import order
from pipec.compiler.records import dataclass, field

_WIDEST = 1080.0  # pixels of a row
_MOST = 1500  # boxes; more tell nothing
_NAME = 34  # characters


@dataclass(slots=True)
class _Drawing:
    """States by label of what is drawn, and the parts of the picture."""

    steps: dict[str, PastStep] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)


def draw(past: Past) -> dict[str, Any] | None:
    """Draw a run; None where there is nothing, or far too much, to draw."""
    count = _count(past.about.get("steps", [])) + _count(past.about.get("finally", []))
    if not past.steps or count > _MOST:
        return None
    drawing = _Drawing()
    top = place(_nodes(past.steps, "", drawing), _WIDEST)
    if past.last:
        frame = Box("", ["finally"], inner=place(_nodes(past.last, "", drawing), _WIDEST))
        measure(frame)
        top.rows.append([frame])
        arrange(top, _WIDEST)
    _draw(top, PAD, PAD, drawing)
    width, height = round(top.width + 2 * PAD + 4), round(top.height + 2 * PAD + 4)
    title = f"The steps of {past.pipeline} in the states they ended in"
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(clean(title))}"><defs><marker id="arrow" viewBox="0 0 8 8" refX="8" '
        'refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8"/>'
        "</marker></defs>\n" + "\n".join(drawing.parts) + "\n</svg>"
    )
    return {"svg": svg, "dense": len(drawing.parts) > 400}


def _count(steps: list[Outline]) -> int:
    return sum(1 + _count(one.get("steps", [])) for one in steps)


def _nodes(steps: list[PastStep], prefix: str, drawing: _Drawing) -> tuple[Node, ...]:
    """Make nodes with levels. A fan-out over a component is drawn once, without states inside."""
    known = {one.name: one for one in steps}
    needs = {name: one.about.get("needs", []) for name, one in known.items()}
    found: dict[str, Node] = {}
    for name in order(needs):
        step = known[name]
        drawing.steps[prefix + name] = step
        inside = step.parts[0].steps if len(step.parts) == 1 and not step.is_fan_out else []
        inner = _nodes(inside, f"{prefix}{name}.", drawing) if inside else ()
        above = tuple(prefix + need for need in needs[name] if need in known)
        level = max((found[one.removeprefix(prefix)].level + 1 for one in above), default=0)
        found[name] = Node(prefix + name, _words(step), above, level, step.is_fan_out, inner)
    return tuple(found.values())


def _words(step: PastStep) -> list[str]:
    name = step.name if len(step.name) <= _NAME else step.name[: _NAME - 1] + "…"
    words = [f"{MARKS[step.state]} {name}"]
    said = []
    if step.is_fan_out and step.parts:
        failed = sum(one.state == "failed" for one in step.parts)
        said.append(f"{len(step.parts)} ×" + (f", {failed} failed" if failed else ""))
    if step.began is not None and step.ended is not None:
        said.append(took(step.ended - step.began))
    elif step.state not in ("succeeded", "waiting"):
        said.append(step.state.replace("_", " "))
    return words + ([" · ".join(said)] if said else [])


def _draw(layout: Layout, x: float, y: float, drawing: _Drawing) -> None:
    for edge in layout.edges:
        path = curve(points(edge, x, y))
        drawing.parts.append(f'<path class="edge" d="{path}" marker-end="url(#arrow)"/>')
    for row in layout.rows:
        for box in row:
            if box.words:
                _draw_box(box, x, y, drawing)


def _draw_box(box: Box, x: float, y: float, drawing: _Drawing) -> None:
    left, top = x + box.x - box.width / 2, y + box.y
    size = f'width="{box.width:.0f}" height="{box.height:.0f}" rx="6"'
    step = drawing.steps.get(box.name)
    parts = drawing.parts
    kind = f"box s-{step.state}" if step else "box"
    kind += " frame" if box.inner else ""
    if step:
        parts.append(f'<a href="#{escape(anchor(step.label))}">')
        parts.append(f"<title>{escape(clean(_title(step)))}</title>")
    if box.many:
        parts.append(f'<rect class="{kind}" x="{left + 4:.0f}" y="{top + 4:.0f}" {size}/>')
    parts.append(f'<rect class="{kind}" x="{left:.0f}" y="{top:.0f}" {size}/>')
    for index, word in enumerate(box.words):
        mark = ' class="small"' if index else ""
        line = f'x="{x + box.x:.0f}" y="{top + PAD + 6 + index * LINE:.0f}"'
        parts.append(f"<text{mark} {line}>{escape(clean(word))}</text>")
    parts.append("</a>" if step else "")
    if box.inner:
        inside = x + box.x - box.inner.width / 2
        _draw(box.inner, inside, top + len(box.words) * LINE + PAD, drawing)


def _title(step: PastStep) -> str:
    why = f": {step.why}" if step.why else ""
    return f"{step.label} {step.state}{why}"
