"""Putting values in the place of `inputs.x`."""

from collections.abc import Mapping

from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Index,
    Input,
    Join,
    ListOf,
    Node,
    Unary,
)
from pipec.compiler.records import replace


def give_inputs(node: Node, given: Mapping[str, Node]) -> Node:
    """Give a checked expression with the given nodes for its inputs; others stay."""

    def give(one: Node) -> Node:
        return give_inputs(one, given)

    match node:
        case Input(name=name):
            return given.get(name, node)
        case ListOf(items=items):
            return replace(node, items=tuple(map(give, items)))
        case Compare(values=values):
            return replace(node, values=tuple(map(give, values)))
        case Call(args=args):
            return replace(node, args=tuple(map(give, args)))
        case Join(parts=parts):
            return replace(node, parts=tuple(map(give, parts)))
        case Unary(value=value):
            return replace(node, value=give(value))
        case Binary(left=left, right=right):
            return replace(node, left=give(left), right=give(right))
        case Choice(test=test, yes=yes, no=no):
            return replace(node, test=give(test), yes=give(yes), no=give(no))
        case Index(value=value, index=index):
            return replace(node, value=give(value), index=give(index))
        case _:
            return node
