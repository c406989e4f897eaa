"""The nodes of a text: each value and key with the characters that it stands in."""

from contextlib import suppress
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipec.compiler.records import dataclass
from pipec.compiler.source_events import ERRORS, MAX_DEPTH, MAX_NODES, parse

# What stands below a node, most of it never asked for: `(start, end, style, value)` of a scalar, or
# `(start, end, node)` where start and end are those of the event.
Row = tuple[Any, ...]
_NODES = frozenset((ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent))


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it stands, in offsets of the text, without its anchor and tag.

    `pairs` are the keys and values of a map, `items` those of a list.
    """

    text: str
    start: int
    end: int
    style: str = ""
    value: str | None = None
    pairs: "dict[str, tuple[Row, Row]] | None" = None
    items: "list[Row] | None" = None

    def child(self, step: str | int) -> "tuple[Node, Node] | None":
        """Give the key and the value at a step below; the key of an item is its `- `, or itself."""
        if isinstance(step, str):
            if not self.pairs or step not in self.pairs:
                return None
            key, value = self.pairs[step]
            return self._node(key), self._node(value)
        if not self.items or not 0 <= step < len(self.items):
            return None
        row = self.items[step]
        return self._dash(row), self._node(row)

    def first_key(self) -> "Node":
        """Give the first key of a map, else the node itself."""
        return self._node(next(iter(self.pairs.values()))[0]) if self.pairs else self

    def _node(self, row: Row) -> "Node":
        return Node(self.text, *row) if len(row) == 4 else row[2]

    def _dash(self, row: Row) -> "Node":
        """Give the `-` before an item, in a flow list the item or its bracket."""
        start = at = row[0]
        while at > 0 and self.text[at - 1] in " \t\n":
            at -= 1
        if at > 0 and self.text[at - 1] == "-":
            return Node(self.text, at - 1, at)
        return Node(self.text, start, max(row[1], start + 1))


class Builder:
    """Makes the nodes of a text, as far as it can be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, Node] = {}
        self.root = Node(text, 0, 0)

    def build(self) -> Node:
        with suppress(*ERRORS):  # what stands before the error has its place all the same
            self._read(parse(self.text).get_event)
        return self.root

    def _read(self, next_event: Any) -> None:
        """Read one document. It is one long loop on purpose: calls would cost most here."""
        here: Any = None
        key: Row | None = None
        stack: list[Any] = []
        count = 0
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                here.end = max(here.end, event.end_mark.index)
                here, key = stack.pop()
                if here is None:
                    return
                continue
            if kind not in _NODES:
                continue
            count += 1
            if count > MAX_NODES:
                return
            row: Row
            if kind is ScalarEvent and here and not event.anchor and not event.tag:
                start, end = event.start_mark.index, event.end_mark.index
                row = (start, end, event.style or "", event.value)
            else:
                row = self._row(event, here is not None and here.pairs is not None and not key)
            if here is None:
                self.root = row[2]
            elif here.pairs is None:
                here.items.append(row)
            elif key is None:
                key = row
            else:
                word = key[3] if len(key) == 4 else key[2].value
                if word is not None and word not in here.pairs:
                    here.pairs[word] = (key, row)
                key = None
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(stack) == MAX_DEPTH:
                    return
                stack.append((here, key))
                here, key = row[2], None
                if kind is MappingStartEvent:
                    here.pairs = {}
                else:
                    here.items = []
            elif here is None:
                return

    def _row(self, event: Any, is_key: bool) -> Row:
        start, end = event.start_mark.index, event.end_mark.index
        if type(event) is AliasEvent:
            node = self.anchors.get(str(event.anchor)) or Node(self.text, start, end, value="")
            if is_key:
                node = Node(self.text, start, end, value=node.value)
            return start, end, node
        inner = start
        if event.anchor or event.tag:
            inner = min(self._after_properties(start), end)
        node = Node(self.text, inner, end)
        if type(event) is ScalarEvent:
            node.value, node.style = event.value, event.style or ""
        if event.anchor:
            self.anchors[event.anchor] = node
        return start, end, node

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
