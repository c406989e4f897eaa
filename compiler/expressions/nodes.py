"""The nodes of an expression.

The parser makes them with `Name` for every dotted name and no types; the checker gives back the
same tree with names resolved (`Param`, `Item`, `Output`, ...) and every `type` set. Backends only
see checked trees: never `Name` or `Field`.

`span` is the part of the scalar's decoded text that the node stands for.
"""

from collections.abc import Callable
from typing import Any, Literal

from pipec.compiler.records import dataclass
from pipec.compiler.types import NULL, Type
from pipec.compiler.values import Value

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known when the spec is read. JSON-like; lists and maps too.

    `folded` says that it came of an operation on constants.
    """

    value: Value
    type: Type
    span: Span = (0, 0)
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name as written; `ends` holds where each of its parts ends."""

    parts: tuple[str, ...]
    span: Span
    ends: tuple[int, ...]
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Field:
    """`value.name` on something that is no name, as written."""

    value: "Node"
    name: str
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Param:
    """`params.NAME`"""

    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """`item`, or `item.KEY` where `for_each` is a product."""

    key: str | None
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """`steps.STEP.outputs.NAME`; of a fan-out a list in item order."""

    step: str
    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class State:
    """`steps.STEP.state`, or `run.state` where step is None."""

    step: str | None
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Run:
    """`run.id`, `run.date`, `run.day` or `pipeline.name`."""

    field: Literal["id", "date", "day", "pipeline"]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Input:
    """`inputs.NAME`, inside a component."""

    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]` with an item that is no constant."""

    items: tuple["Node", ...]
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`"""

    op: Literal["not", "-"]
    value: "Node"
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`, `and` and `or` among them (these two take and give bools, and stop early)."""

    op: Literal["+", "-", "*", "/", "//", "%", "and", "or"]
    left: "Node"
    right: "Node"
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Compare:
    """`a < b <= c`: one operator fewer than values; each value is evaluated once, left to right."""

    ops: tuple[Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"], ...]
    values: tuple["Node", ...]
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Choice:
    """`yes if test else no`"""

    test: "Node"
    yes: "Node"
    no: "Node"
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Index:
    """`value[index]`, also `value.name` of a json or a map (then index is a string constant)."""

    value: "Node"
    index: "Node"
    span: Span
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the language."""

    function: str
    args: tuple["Node", ...]
    span: Span
    name_end: int
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Join:
    """Text with `${{ }}` inside: the texts of its parts, one after the other. A string."""

    parts: tuple["Node", ...]
    span: Span
    type: Type


Node = (
    Constant
    | Name
    | Field
    | Param
    | Item
    | Output
    | State
    | Run
    | Input
    | ListOf
    | Unary
    | Binary
    | Compare
    | Choice
    | Index
    | Call
    | Join
)


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes right below a node, in the order they are evaluated."""
    below = _BELOW.get(type(node))
    return below(node) if below else ()


# A table by type: most nodes of a dense file are constants, which have nothing below.
_BELOW: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    ListOf: lambda node: node.items,
    Compare: lambda node: node.values,
    Call: lambda node: node.args,
    Join: lambda node: node.parts,
    Unary: lambda node: (node.value,),
    Field: lambda node: (node.value,),
    Binary: lambda node: (node.left, node.right),
    Choice: lambda node: (node.test, node.yes, node.no),
    Index: lambda node: (node.value, node.index),
}
