"""The picture of a pipeline: steps in rows below what they wait for, components as frames."""

from html import escape
from itertools import pairwise

from pipec.compiler.draw import Vertex, vertices
from pipec.compiler.ir import Pipeline
from pipec.compiler.records import dataclass, field

LINE, LETTER, PAD, GAP_X, GAP_Y = 16, 7.2, 12, 24, 44  # pixels
STYLE = (
    "text{font:12px ui-monospace,monospace;fill:#1f2937;text-anchor:middle}"
    ".m{font-style:italic;fill:#6b7280}rect{fill:#f8fafc;stroke:#64748b}"
    ".f{fill:none;stroke-dasharray:4 3}path{fill:none;stroke:#94a3b8}"
)
Point = tuple[float, float]


@dataclass(slots=True)
class Box:
    """A step, a frame around others, or (without a vertex) a bend of an edge that passes a row."""

    name: str
    words: list[str] = field(default_factory=list)
    width: float = 0
    height: float = 0
    x: float = 0  # of the centre
    y: float = 0  # of the upper side
    many: bool = False
    inner: "Layout | None" = None


@dataclass(slots=True)
class Layout:
    """Rows of boxes with the edges between them, each a list of the boxes it passes."""

    rows: list[list[Box]]
    edges: list[list[Box]]
    width: float = 0
    height: float = 0


def svg(pipeline: Pipeline) -> str:
    """Draw a pipeline as a standalone SVG."""
    top = _place(vertices(pipeline.steps))
    last = _place(vertices(pipeline.finally_)) if pipeline.finally_ else None
    if last:
        words = ["finally"]
        frame = Box("", words, 0, 0, inner=last)
        _measure(frame)
        top.rows.append([frame])
        _arrange(top)
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


def _place(drawn: tuple[Vertex, ...]) -> Layout:
    """Put each step in the row of its level, with a bend in every row that an edge passes."""
    rows: list[list[Box]] = [[] for _ in range(max(one.level for one in drawn) + 1)]
    boxes: dict[str, Box] = {}
    levels = {one.name: one.level for one in drawn}
    edges: list[list[Box]] = []
    for one in drawn:
        words = [one.step.name, *one.marks]
        inner = _place(one.inner) if one.inner else None
        box = Box(one.name, words, many=one.step.for_each is not None, inner=inner)
        _measure(box)
        boxes[one.name] = box
        for need in one.needs:
            bends = [Box(need) for _ in range(levels[need] + 1, one.level)]
            for row, bend in zip(rows[levels[need] + 1 : one.level], bends, strict=True):
                row.append(bend)
            edges.append([boxes[need], *bends, box])
        rows[one.level].append(box)
    layout = Layout(rows, edges)
    _arrange(layout)
    return layout


def _measure(box: Box) -> None:
    words = max(len(word) for word in box.words) * LETTER
    box.width = words + 2 * PAD
    box.height = len(box.words) * LINE + PAD
    if box.inner:
        box.width = max(box.width, box.inner.width + 2 * PAD)
        box.height += box.inner.height + PAD


def _arrange(layout: Layout) -> None:
    """Set every box's place: rows downwards, in a row by where the edges to it come from."""
    above: dict[int, list[Box]] = {}
    for edge in layout.edges:
        for start, end in pairwise(edge):
            above.setdefault(id(end), []).append(start)
    widths = [sum(box.width for box in row) + GAP_X * (len(row) - 1) for row in layout.rows]
    layout.width = max(widths)
    y = 0.0
    for row, width in zip(layout.rows, widths, strict=True):
        row.sort(key=lambda box: _mean([one.x for one in above.get(id(box), [])]))
        x = (layout.width - width) / 2
        for box in row:
            box.x, box.y = x + box.width / 2, y
            x += box.width + GAP_X
        height = max(box.height for box in row)
        for box in row:
            box.height = box.height or height
        y += height + GAP_Y
    layout.height = y - GAP_Y


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _draw(layout: Layout, x: float, y: float, parts: list[str]) -> None:
    for edge in layout.edges:
        points = [(x + edge[0].x, y + edge[0].y + edge[0].height)]
        for box in edge[1:-1]:
            points += [(x + box.x, y + box.y), (x + box.x, y + box.y + box.height)]
        points.append((x + edge[-1].x, y + edge[-1].y))
        parts.append(f'<path d="{_curve(points)}" marker-end="url(#a)"/>')
    for row in layout.rows:
        for box in row:
            if box.words:
                _draw_box(box, x, y, parts)


def _curve(points: list[Point]) -> str:
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}"
    return path


def _draw_box(box: Box, x: float, y: float, parts: list[str]) -> None:
    left, top = x + box.x - box.width / 2, y + box.y
    size = f'width="{box.width:.0f}" height="{box.height:.0f}" rx="5"'
    if box.many:
        parts.append(f'<rect x="{left + 4:.0f}" y="{top + 4:.0f}" {size}/>')
    kind = ' class="f"' if box.inner else ""
    parts.append(f'<rect{kind} x="{left:.0f}" y="{top:.0f}" {size}/>')
    for index, word in enumerate(box.words):
        mark = ' class="m"' if index else ""
        line = f'x="{x + box.x:.0f}" y="{top + PAD + 6 + index * LINE:.0f}"'
        parts.append(f"<text{mark} {line}>{escape(word)}</text>")
    if box.inner:
        inside = x + box.x - box.inner.width / 2
        _draw(box.inner, inside, top + len(box.words) * LINE + PAD, parts)
