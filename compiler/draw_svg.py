"""The picture of a pipeline: steps in rows below what they wait for, components as frames."""

from html import escape

from pipec.compiler.draw import Vertex, vertices
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
from pipec.compiler.ir import Pipeline

STYLE = (
    "text{font:12px ui-monospace,monospace;fill:#1f2937;text-anchor:middle}"
    ".m{font-style:italic;fill:#6b7280}rect{fill:#f8fafc;stroke:#64748b}"
    ".f{fill:#fff;stroke-dasharray:4 3}path{fill:none;stroke:#94a3b8}"
)


def svg(pipeline: Pipeline) -> str:
    """Draw a pipeline as a standalone SVG."""
    top = place(_nodes(vertices(pipeline.steps)))
    last = place(_nodes(vertices(pipeline.finally_))) if pipeline.finally_ else None
    if last:
        words = ["finally"]
        frame = Box("", words, 0, 0, inner=last)
        measure(frame)
        top.rows.append([frame])
        arrange(top)
    parts: list[str] = []
    _draw(top, PAD, PAD, parts)
    width, height = round(top.width + 2 * PAD), round(top.height + 2 * PAD)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">\n'
        f"<title>{escape(pipeline.name)}</title>\n<style>{STYLE}</style>\n"
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8"/></marker></defs>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _nodes(drawn: tuple[Vertex, ...]) -> tuple[Node, ...]:
    return tuple(
        Node(
            one.name,
            [one.step.name, *one.marks],
            one.needs,
            one.level,
            one.step.for_each is not None,
            _nodes(one.inner),
        )
        for one in drawn
    )


def _draw(layout: Layout, x: float, y: float, parts: list[str]) -> None:
    for edge in layout.edges:
        parts.append(f'<path d="{curve(points(edge, x, y))}" marker-end="url(#a)"/>')
    for row in layout.rows:
        for box in row:
            if box.words:
                _draw_box(box, x, y, parts)


def _draw_box(box: Box, x: float, y: float, parts: list[str]) -> None:
    left, top = x + box.x - box.width / 2, y + box.y
    size = f'width="{box.width:.0f}" height="{box.height:.0f}" rx="5"'
    kind = ' class="f"' if box.inner else ""
    if box.many:
        parts.append(f'<rect{kind} x="{left + 4:.0f}" y="{top + 4:.0f}" {size}/>')
    parts.append(f'<rect{kind} x="{left:.0f}" y="{top:.0f}" {size}/>')
    for index, word in enumerate(box.words):
        mark = ' class="m"' if index else ""
        line = f'x="{x + box.x:.0f}" y="{top + PAD + 6 + index * LINE:.0f}"'
        parts.append(f"<text{mark} {line}>{escape(word)}</text>")
    if box.inner:
        inside = x + box.x - box.inner.width / 2
        _draw(box.inner, inside, top + len(box.words) * LINE + PAD, parts)
