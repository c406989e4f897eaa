"""The second reading: where everything in a file stands. Made once, when something is reported."""

import gc
import re
from array import array
from bisect import bisect_right
from functools import cached_property
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipec.compiler.diagnostics import WHOLE, Place
from pipec.compiler.records import dataclass
from pipec.compiler.source_events import ERRORS, MAX_DEPTH, MAX_NODES, parse
from pipec.compiler.source_scalars import offsets

Span = tuple[int, int]
_LINE_END = re.compile("\n")
_NONE: dict[Any, Any] = {}  # of all that holds nothing; most nodes are scalars


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it stands, in offsets of the text, without its anchor and tag.

    Values have a key by name in a map; the key of a list's item is its `- `, or the item itself.
    """

    start: int
    end: int
    style: str = ""
    value: str | None = None
    keys: "dict[str | int, Node]" = _NONE
    values: "dict[str | int, Node]" = _NONE


class Marks:
    """The lines and the nodes of one text, whose nodes may be `read` in one of the same lines."""

    def __init__(self, text: str, read: str | None = None) -> None:
        self.text = text
        self._read = text if read is None else read
        self.starts = array("I", (0,))
        self._last: tuple[Node, list[Span] | None] | None = None
        self.starts.extend(found.end() for found in _LINE_END.finditer(text))

    @cached_property
    def root(self) -> Node:
        # As in the first reading: looking for garbage costs much here, and there is none.
        collects = gc.isenabled()
        gc.disable()
        try:
            return _Builder(self._read).build()
        finally:
            if collects:
                gc.enable()

    def line(self, number: int) -> str:
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

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
            if step not in node.values:
                return None
            label, node = node.keys[step], node.values[step]
        return label if place.key else node

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def _follow(self, place: Place) -> Span:
        node = self.root
        label = next(iter(node.keys.values()), node)
        for step in place.route:
            if step not in node.values:
                return self._shown(node, label)
            label, node = node.keys[step], node.values[step]
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
        if self._last is None or self._last[0] is not node:
            found = offsets(self.text[node.start : node.end], node.style, value)
            self._last = node, found
        found = self._last[1]
        if found is None:
            return node.start, node.end
        first = min(max(span[0], 0), len(value))
        last = min(max(span[1], first), len(value))
        start = found[first][0] if first < len(found) else found[-1][1]
        end = found[last - 1][1] if last > first else start
        return node.start + start, node.start + end


class _Enough(Exception):  # noqa: N818 # no fault: the reader has stopped here too
    pass


class _Builder:
    """Makes the nodes of a text, as far as it can be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, Node] = {}
        self.count = 0
        self.depth = 0

    def build(self) -> Node:
        root = Node(0, 0)
        try:
            self._next = parse(self.text).get_event
            while (event := self._next()) is not None:
                if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent):
                    root = self._node(event)
                    self._fill(root, event)
                    break
        except (_Enough, *ERRORS):
            pass  # what stands before the error has its place all the same
        return root

    def _node(self, event: Any) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise _Enough
        start, end = _span(event)
        if type(event) is AliasEvent:
            return self.anchors.get(str(event.anchor)) or Node(start, end, value="")
        if event.anchor or event.tag:
            start = min(self._after_properties(start), end)
        node = Node(start, end)
        if type(event) is ScalarEvent:
            node.value, node.style = event.value, event.style or ""
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _after_properties(self, at: int) -> int:
        text, last = self.text, len(self.text)
        while at < last and text[at] in "&! \t\n#":
            stops = "\n" if text[at] == "#" else " \t\n"
            if text[at] in "&!#":
                while at < last and text[at] not in stops:
                    at += 1
            else:
                at += 1
        return at

    def _fill(self, node: Node, event: Any) -> None:
        if type(event) is not MappingStartEvent and type(event) is not SequenceStartEvent:
            return
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Enough
        node.keys, node.values = {}, {}
        if type(event) is MappingStartEvent:
            self._pairs(node)
        else:
            self._items(node)
        self.depth -= 1

    def _pairs(self, node: Node) -> None:
        while type(event := self._next()) is not MappingEndEvent:
            key = self._node(event)
            if type(event) is AliasEvent:
                key = Node(*_span(event), value=key.value)
            self._fill(key, event)
            event = self._next()
            value = self._node(event)
            if key.value is not None and key.value not in node.keys:
                node.keys[key.value], node.values[key.value] = key, value
            self._fill(value, event)
        node.end = max(node.end, _span(event)[1])

    def _items(self, node: Node) -> None:
        index = 0
        while type(event := self._next()) is not SequenceEndEvent:
            value = self._node(event)
            node.keys[index], node.values[index] = self._dash(event), value
            index += 1
            self._fill(value, event)
        node.end = max(node.end, _span(event)[1])

    def _dash(self, event: Any) -> Node:
        """Give the `-` before an item, in a flow list the item or its bracket."""
        start = at = event.start_mark.index
        while at > 0 and self.text[at - 1] in " \t\n":
            at -= 1
        if at > 0 and self.text[at - 1] == "-":
            return Node(at - 1, at)
        return Node(start, max(event.end_mark.index, start + 1), value=None)


def _span(event: Any) -> Span:
    return event.start_mark.index, event.end_mark.index
