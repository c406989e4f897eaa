"""Reads a text as its author laid it out, from the same events as the tree of `source`.

Only for texts that were read without a problem: there are no tags, no merge keys, no lists or maps
as keys, one document.
"""

from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipec.compiler.format_comments import NOTHING, Comments, Gap, gap
from pipec.compiler.format_nodes import Document, Entry, Node
from pipec.compiler.format_scalars import content_end
from pipec.compiler.garbage import Uncollected
from pipec.compiler.source_events import parse


class Builder:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._next: Callable[[], Any] = parse(text).get_event
        self.at = 0
        self.last: Node | None = None  # the value that ends where the reading stands
        self.closed: list[Node] = []  # the block collections that ended there, innermost first
        self.anchors = False

    def build(self) -> Document:
        with Uncollected():
            return self._document()

    def _document(self) -> Document:
        event = self._next()
        explicit = False
        while type(event) is not MappingStartEvent:
            explicit = explicit or (type(event) is DocumentStartEvent and bool(event.explicit))
            event = self._next()
        start = _start(event)
        prologue, above = _prologue(self.text, start, explicit)
        self.at = start
        root = self._node(event, NOTHING, 0)
        below = self._share(gap(self.text, self.at, len(self.text)), None)
        if not root.flow:
            _put_above(root, above.own, above.blank)
            root.after += below
            return Document(root, prologue, (), (), self.anchors)
        return Document(root, prologue, above.own, below, self.anchors)

    def _node(self, event: Any, above: Gap, indent: int) -> Node:
        """Read the value that starts with an event, after what stands above it."""
        kind = type(event)
        start, end = event.start_mark.index, event.end_mark.index
        node = Node("scalar", indent=indent, below=above.newline)
        node.lead, node.above = above.trailing, above.own
        blank = above.blank
        if kind is AliasEvent:
            self.anchors = True
            node.kind, node.raw = "alias", "*" + event.anchor
            self.at, self.last = end, node
            return node
        if event.anchor:
            start, blank = self._anchor(event, node, start, end)
        if kind is ScalarEvent:
            self._scalar(event, node, start, end)
            return node
        node.column, node.flow = self._column(start), event.flow_style
        if kind is SequenceStartEvent:
            node.kind = "list"
            self._items(node, start)
        else:
            node.kind = "map"
            self._pairs(node, start)
        if not node.flow:
            _put_above(node, node.above, blank)
            node.above = ()
        return node

    def _anchor(self, event: Any, node: Node, start: int, end: int) -> tuple[int, bool]:
        """Take an anchor and the comments after it; give where the value itself starts.

        Says too whether a blank line is right above that.
        """
        self.anchors = True
        node.anchor = "&" + event.anchor
        after = self.at = start + len(node.anchor)
        if type(event) is ScalarEvent and not event.style and not event.value:
            return end, False
        start = after
        while self.text[start] in " \t\n#":
            start = self.text.index("\n", start) if self.text[start] == "#" else start + 1
        more = gap(self.text, after, start)
        node.lead, node.above = node.lead + more.trailing, node.above + more.own
        node.below = node.below or more.newline
        self.at = start
        return start, more.blank

    def _scalar(self, event: Any, node: Node, start: int, end: int) -> None:
        node.style, node.value = event.style or "", event.value
        self.last = node
        if _is_empty(event):
            return
        node.raw = self.text[start:end]
        self.at = max(self.at, end)
        if node.style in ("|", ">"):
            # The blank lines below are layout, unless the header keeps them.
            self.at = start + content_end(node)
            node.raw = self.text[start : self.at] + self.text[self.at : self.at + 1]

    def _pairs(self, node: Node, start: int) -> None:
        braced = node.flow and self.text[start] == "{"
        self._open(start, braced)
        while type(event := self._next()) is not MappingEndEvent:
            entry = self._entry(node, gap(self.text, self.at, event.start_mark.index))
            entry.key = self._node(event, NOTHING, node.column)
            event = self._next()
            start = self._colon() if _is_empty(event) else self._start(event)
            self._value(node, entry, event, self._gap(start))
        self._close(node, _start(event) if braced else None)

    def _items(self, node: Node, start: int) -> None:
        self._open(start, node.flow)
        while type(event := self._next()) is not SequenceEndEvent:
            start = self._start(event)
            if node.flow:
                entry = self._entry(node, gap(self.text, self.at, start))
                self._value(node, entry, event, NOTHING)
            else:
                dash = self._dash(start)
                entry = self._entry(node, gap(self.text, self.at, dash))
                self.at = dash + 1
                self._value(node, entry, event, self._gap(start))
        self._close(node, _start(event) if node.flow else None)

    def _start(self, event: Any) -> int:
        """Give where an event starts, or what was read ends."""
        start: int = event.start_mark.index
        return start if start > self.at else self.at

    def _gap(self, end: int) -> Gap:
        """Read on up to where a value starts."""
        start, self.at = self.at, end
        return gap(self.text, start, end)

    def _colon(self) -> int:
        """Give where an empty value of a map stands: after its colon, if it has one."""
        at, text = self.at, self.text
        while at < len(text) and text[at] in " \t\n#":
            at = text.index("\n", at) if text[at] == "#" else at + 1
        return at + 1 if text.startswith(":", at) else self.at

    def _open(self, start: int, bracket: bool) -> None:
        self.at = start
        if bracket:
            self.at, self.last = start + 1, None

    def _close(self, node: Node, end: int | None) -> None:
        """End a collection: at its bracket, or without one where the next thing starts."""
        if end is not None:
            rest = gap(self.text, self.at, end)
            self._trail(node, rest)
            node.after = rest.own
            node.broken, node.comma = rest.newline, "," in rest.signs
            self.at, self.closed = end + 1, []
        if node.flow:
            self.last = node
        else:
            self.closed.append(node)

    def _trail(self, node: Node, above: Gap) -> None:
        """Give comments at the end of a line in a flow value to what stands before them."""
        if above.trailing and self.last:
            self.last.trail += above.trailing
        elif above.trailing:
            node.opening += above.trailing

    def _entry(self, node: Node, above: Gap) -> Entry:
        """Start an entry of a collection: share out the comments above it."""
        entry = Entry(None, node, above.own, above.blank, above.newline)
        if node.flow:
            self._trail(node, above)
        elif above.trailing or above.own:
            entry.before = self._share(above, node.column)
        self.closed = []
        node.entries.append(entry)
        return entry

    def _share(self, above: Gap, column: int | None) -> Comments:
        """Give comments that stand deeper than the next entry to what ended above them.

        Gives back the others.
        """
        own, last = above.own, self.last
        if above.trailing and last and (last.kind != "scalar" or last.raw or not last.above):
            last.trail += above.trailing
        else:
            own = above.trailing + own
        levels = self.closed
        for number, comment in enumerate(own):
            levels = _from(levels, comment.column)
            if not levels or (column is not None and comment.column <= column):
                return own[number:]
            levels[0].after += (comment,)
        return ()

    def _value(self, node: Node, entry: Entry, event: Any, above: Gap) -> None:
        """Read the value of an entry."""
        entry.value = value = self._node(event, above, node.column)
        if not node.flow and value.kind == "scalar" and not value.raw:
            value.column = node.column + 1
            self.closed = [value]

    def _column(self, at: int) -> int:
        return at - self.text.rfind("\n", 0, at) - 1

    def _dash(self, end: int) -> int:
        """Find the dash of an item in the text before it."""
        at = self.at
        while self.text[at] != "-":
            at = self.text.index("\n", at) if self.text[at] == "#" else at + 1
        assert at < end, "an item of a block list has a dash"
        return at


def _is_empty(event: Any) -> bool:
    return type(event) is ScalarEvent and not (event.value or event.style or event.anchor)


def _start(event: Any) -> int:
    start: int = event.start_mark.index
    return start


def _put_above(node: Node, above: Comments, blank: bool) -> None:
    """Put the comments above a block collection to its first entry."""
    first = node.entries[0]
    first.before = above + first.before
    first.blank = first.blank or blank


def _from(levels: list[Node], column: int) -> list[Node]:
    """Give the levels from the one on that a comment in a column belongs to, innermost first."""
    best: int | None = None
    for number, level in enumerate(levels):
        if level.column <= column and (best is None or level.column == levels[best].column):
            best = number
    return [] if best is None else levels[best:]


def _prologue(text: str, end: int, explicit: bool) -> tuple[list[str], Gap]:
    """Give the lines up to the mark `---`, and what stands between it and the root."""
    if not explicit:
        return [], gap(text, 0, end)
    lines: list[str] = []
    at = 0
    while not text.startswith("---", at):
        line = text[at : text.index("\n", at)]
        at += len(line) + 1
        if line.strip():
            lines.append(line.rstrip() if line.startswith("%") else line.strip())
    above = gap(text, at + 3, end)
    mark = "---" + "".join(f"  {one.text}" for one in above.trailing[:1])
    return [*lines, mark], above._replace(own=above.trailing[1:] + above.own)
