"""What expressions read, and whether they may have no value."""

from collections.abc import Iterable, Iterator

from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Constant,
    Index,
    Input,
    Item,
    Node,
    Output,
    Param,
    Run,
    State,
    Unary,
    children,
)

Read = Output | State | Input
_READ = (Output, State, Input)
_TOTAL = ("default", "join", "len", "str")


def may_fail(node: Node) -> bool:
    """Say whether an expression may have no value: a missing key, division by zero, overflow."""
    match node:
        case Constant() | Param() | Item() | Output() | State() | Run() | Input():
            return False
        case Index():
            return True
        case Binary(op=op, type=type) if op not in ("and", "or") and type.is_number:
            return True
        case Unary(op="-") if node.type.kind == "int":
            return True
        case Call(function=function) if function not in _TOTAL:
            if function not in ("min", "max") or len(node.args) == 1:
                return True
    return any(may_fail(one) for one in children(node))


def reads_item(node: Node) -> bool:
    return isinstance(node, Item) or any(reads_item(one) for one in children(node))


def reads(nodes: Iterable[Node]) -> Iterator[Read]:
    """Give the outputs, states and inputs of a component that expressions read, in order."""
    for node in nodes:
        if isinstance(node, _READ):
            yield node
        else:
            below = children(node)
            if below:
                yield from reads(below)
