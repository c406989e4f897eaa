"""Where the boxes and edges of a picture stand: in rows below what they wait for."""

from itertools import pairwise

from pipec.compiler.records import dataclass, field

LINE, LETTER, PAD, GAP_X, GAP_Y = 16, 7.2, 12, 24, 44  # pixels
_MOST_BENDS = 600  # with more, long edges run straight, behind the boxes
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """What a box is made for. `words` are its lines, `level` is its row, `inner` is a frame's."""

    name: str
    words: list[str]
    needs: tuple[str, ...]
    level: int
    many: bool = False
    inner: tuple["Node", ...] = ()


@dataclass(slots=True)
class Box:
    """A step, a frame around others, or (without words) a bend of an edge that passes a row."""

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


def place(nodes: tuple[Node, ...], widest: float | None = None) -> Layout:
    """Put each node in the row of its level, with a bend in every row that an edge passes.

    A row wider than `widest` pixels is cut into several.
    """
    rows: list[list[Box]] = [[] for _ in range(max(one.level for one in nodes) + 1)]
    boxes: dict[str, Box] = {}
    levels = {one.name: one.level for one in nodes}
    edges: list[list[Box]] = []
    passed = sum(one.level - levels[need] - 1 for one in nodes for need in one.needs)
    for one in nodes:
        inner = place(one.inner, widest) if one.inner else None
        box = Box(one.name, one.words, many=one.many, inner=inner)
        measure(box)
        boxes[one.name] = box
        for need in one.needs:
            between = range(levels[need] + 1, one.level) if passed <= _MOST_BENDS else range(0)
            bends = [Box(need) for _ in between]
            for level, bend in zip(between, bends, strict=True):
                rows[level].append(bend)
            edges.append([boxes[need], *bends, box])
        rows[one.level].append(box)
    layout = Layout(rows, edges)
    arrange(layout, widest)
    return layout


def measure(box: Box) -> None:
    """Set how large a box is."""
    words = max(len(word) for word in box.words) * LETTER
    box.width = words + 2 * PAD
    box.height = len(box.words) * LINE + PAD
    if box.inner:
        box.width = max(box.width, box.inner.width + 2 * PAD)
        box.height += box.inner.height + PAD


def arrange(layout: Layout, widest: float | None = None) -> None:
    """Set every box's place: rows downwards, in a row by where the edges to it come from."""
    above: dict[int, list[Box]] = {}
    for edge in layout.edges:
        for start, end in pairwise(edge):
            above.setdefault(id(end), []).append(start)
    if widest is not None:
        layout.rows = [part for row in layout.rows for part in _cut(row, widest)]
    widths = [_width(row) for row in layout.rows]
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


def _width(row: list[Box]) -> float:
    return sum(box.width for box in row) + GAP_X * (len(row) - 1)


def _cut(row: list[Box], widest: float) -> list[list[Box]]:
    parts: list[list[Box]] = [[]]
    for box in row:
        if parts[-1] and _width([*parts[-1], box]) > widest:
            parts.append([])
        parts[-1].append(box)
    return parts


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def curve(points: list[Point]) -> str:
    """Give the path of an edge."""
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}"
    return path


def points(edge: list[Box], x: float, y: float) -> list[Point]:
    """Give the points that an edge goes through, where the layout stands at x and y."""
    found = [(x + edge[0].x, y + edge[0].y + edge[0].height)]
    for box in edge[1:-1]:
        found += [(x + box.x, y + box.y), (x + box.x, y + box.y + box.height)]
    return [*found, (x + edge[-1].x, y + edge[-1].y)]
