"""Anchors and aliases: what one repeats, and how much all of them may repeat."""

from typing import Any

from pipec.compiler.source import Tree
from pipec.compiler.source_events import MAX_DEPTH, Stop
from pipec.compiler.values import quoted

FREE = 20_000  # nodes that aliases may add in any file
PER_NODE = 5  # and for each node written
WEIGHT = 100  # characters of text that count as one node more


class Anchors:
    """The values with a name, and the size of what aliases made of them so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[str, Tree] = {}
        self.added = 0
        # The value is kept beside its measure so that its id is not given away again.
        self._measures: dict[int, tuple[int, int, Tree]] = {}

    def expand(self, event: Any, stack: list[Any], here: Tree, nodes: int) -> Tree:
        """Give the value of an alias. Raises Stop where it has none or repeats too much."""
        start, end = event.start_mark.index, event.end_mark.index
        value = self.values.get(event.anchor)
        if value is None:
            raise Stop(*_undefined(self.text, event.anchor, start, end))
        if _is_open(value, here, stack):
            message = f"the alias {quoted('*' + event.anchor)} stands inside what it repeats"
            raise Stop("alias-cycle", message, start, end, "write the value out")
        size, height = self._measure(value)
        if len(stack) + 1 + height > MAX_DEPTH:
            message = f"this alias nests more than {MAX_DEPTH} levels deep"
            raise Stop("too-deep", message, start, end, "nest less")
        self.added += size
        if self.added > FREE + PER_NODE * nodes:
            message = "the aliases repeat too much"
            way_out = "use for_each or a component for what is repeated often"
            raise Stop("alias-expansion", message, start, end, way_out)
        return value

    def _measure(self, value: Tree) -> tuple[int, int]:
        """Count the nodes of a value and its levels; a text has none."""
        if isinstance(value, str):
            return 1 + len(value) // WEIGHT, 0
        known = self._measures.get(id(value))
        if known:
            return known[0], known[1]
        size, height = 1, 0
        for key in value if isinstance(value, dict) else ():
            size += 1 + (len(key) // WEIGHT if isinstance(key, str) else 0)
        for one in value.values() if isinstance(value, dict) else value:
            more, deeper = self._measure(one)
            size, height = size + more, max(height, deeper)
        self._measures[id(value)] = size, height + 1, value
        return size, height + 1


def _is_open(value: Tree, here: Tree, stack: list[Any]) -> bool:
    if isinstance(value, str):
        return False
    return value is here or any(
        one is value or getattr(one, "owner", None) is value for one in stack
    )


def _undefined(text: str, name: str, start: int, end: int) -> tuple[str, str, int, int, str]:
    rest = text[end : end + 200].partition("\n")[0].strip()
    if rest and rest[0] not in "#,]}:":
        message = 'a plain value cannot start with "*", which makes it an alias'
        from pipec.compiler.source_fault import quoted_line

        return "unquoted-star", message, start, start + 1, quoted_line(text, start)
    message = f"there is no anchor {quoted('&' + name)} above this alias"
    way_out = "put that before the value to repeat, or this text in quotes"
    return "undefined-alias", message, start, end, way_out
