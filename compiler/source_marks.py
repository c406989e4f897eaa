"""The second reading: where everything in a file stands. Made once, when something is reported."""

import re
from array import array
from bisect import bisect_right
from functools import cached_property

from pipec.compiler.diagnostics import WHOLE, Place
from pipec.compiler.garbage import Uncollected
from pipec.compiler.source_nodes import Builder, Node
from pipec.compiler.source_scalars import offsets

Span = tuple[int, int]
_LINE_END = re.compile("\n")


class Marks:
    """The lines and the nodes of one text, whose nodes may be `read` in one of the same lines."""

    def __init__(self, text: str, read: str | None = None) -> None:
        self.text = text
        self._read = text if read is None else read
        self.starts = array("I", (0,))
        self._last: tuple[Span, list[Span] | None] | None = None
        self._line = (0, "")
        self.starts.extend(found.end() for found in _LINE_END.finditer(text))

    @cached_property
    def root(self) -> Node:
        with Uncollected():
            return Builder(self._read).build()

    def line(self, number: int) -> str:
        if not 1 <= number <= len(self.starts):
            return ""
        if self._line[0] != number:  # one line may be a megabyte long, with a finding in each word
            start = self.starts[number - 1]
            end = self.text.find("\n", start)
            self._line = number, self.text[start:] if end < 0 else self.text[start:end]
        return self._line[1]

    def region(self, place: Place) -> tuple[int, int, int, int]:
        """Give line, column, end line and end column of a place."""
        start, end = self.span(place)
        return *self.position(start), *self.position(max(start, end))

    def span(self, place: Place) -> Span:
        """Give the offsets of a place."""
        if place.span and place.span != WHOLE and not place.route:
            return place.span
        return self._follow(place)

    def node(self, place: Place) -> Node | None:
        """Give the value or key at a place itself, None where its route leads to none."""
        node = label = self.root
        for step in place.route:
            below = node.child(step)
            if below is None:
                return None
            label, node = below
        return label if place.key else node

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def _follow(self, place: Place) -> Span:
        node = self.root
        label = node.first_key()
        for step in place.route:
            below = node.child(step)
            if below is None:
                return self._shown(node, label)
            label, node = below
        if place.key:
            node = label
        if place.span == WHOLE:
            return self._own(node, label)
        if place.span and node.value:
            return self._part(node, node.value, place.span)
        return self._shown(node, label)

    def _shown(self, node: Node, label: Node) -> Span:
        """Give the text of a scalar; for a map, a list or nothing, the key that leads to it."""
        if not node.value:
            node = label if node.value is None or node.end <= node.start else node
        return node.start, node.end

    def _own(self, node: Node, label: Node) -> Span:
        """Give a scalar as it is shown, of a map or a list its first line."""
        if node.value is not None or node.end <= node.start:
            return self._shown(node, label)
        first = self.text[node.start : node.end].partition("\n")[0]
        return node.start, node.start + len(first.rstrip())

    def _part(self, node: Node, value: str, span: Span) -> Span:
        # Many findings of one long script ask for the same node one after the other.
        where = node.start, node.end
        if self._last is None or self._last[0] != where:
            self._last = where, offsets(self.text[node.start : node.end], node.style, value)
        found = self._last[1]
        if found is None:
            return node.start, node.end
        first = min(max(span[0], 0), len(value))
        last = min(max(span[1], first), len(value))
        start = found[first][0] if first < len(found) else found[-1][1]
        end = found[last - 1][1] if last > first else start
        return node.start + start, node.start + end
