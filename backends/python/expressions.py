"""Checked expressions as Python with exactly the meaning of the language.

What can fail when it is evaluated raises an ArithmeticError, LookupError, TypeError or ValueError.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.backends.python.foresight import may_fail
from pipec.backends.python.printer import (
    Call,
    Choice,
    Code,
    Each,
    Not,
    Operation,
    Parenthesized,
    Text,
    call,
    item_of,
    listing,
    literal,
)
from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.records import replace
from pipec.compiler.types import Type
from pipec.compiler.values import to_text

_LEVELS = {"or": 2, "and": 3, "+": 6, "-": 6, "*": 7, "/": 7, "//": 7, "%": 7}
_OR, _NOT, _COMPARE, _MINUS, _ATOM = 2, 4, 5, 8, 9
NONE = Code("None")
_NEGATED = {"in": "not in", "not in": "in", "is": "is not", "is not": "is"}


Read = (
    nodes.Param | nodes.Input | nodes.Item | nodes.Output | nodes.State | nodes.Run
)  # what names in an expression stand for


class Scope(Protocol):
    """What the names of an expression are in the code around it."""

    def value(self, node: Read) -> Code:
        """Give the code of a value."""
        ...

    def presence(self, node: nodes.Output) -> Code | None:
        """Give code that is true where an output is there; None where its value says it."""
        ...


def code(node: Node, scope: Scope) -> Code:
    """Write an expression as Python."""
    if isinstance(node, Read):
        return scope.value(node)
    return _CODE[type(node)](node, scope)


def text(node: Node, scope: Scope) -> Code:
    """Write the text of an expression as Python."""
    if isinstance(node, nodes.Constant):
        return Text(to_text(node.value))
    if node.type.kind in ("string", "state"):
        return code(node, scope)
    return call("text", code(node, scope))


def _level(one: Code) -> int:
    return getattr(one, "level", _ATOM)


def _inside(one: Code, level: int) -> Code:
    """Put parentheses around an operand that binds less strongly than its operator."""
    return one if _level(one) >= level else Parenthesized(one)


def coerced(value: Code, type: Type) -> Code:
    """Make floats of the ints inside a list or map whose type says floats."""
    if type.item is None or not _has_floats(type):
        return value
    return call("fit_value", Text(str(type.required())), value)


def _has_floats(type: Type) -> bool:
    return type.kind == "float" or bool(type.item and _has_floats(type.item))


def _constant(node: nodes.Constant, _: Scope) -> Code:
    return literal(node.value)


def _list(node: nodes.ListOf, scope: Scope) -> Code:
    floats = node.type.item is not None and node.type.item.kind == "float"
    items = []
    for one in node.items:
        found = code(one, scope)
        items.append(call("float", found) if floats and one.type.kind == "int" else found)
    found = listing(items)
    return found if floats else coerced(found, node.type)


def _as(value: Code, given: Type, wanted: Type) -> Code:
    """Turn a value of one type into a wider one: an int into a float, also inside lists."""
    if wanted.kind == "float" and given.kind == "int":
        return call("float", value)
    if wanted.item and given.item and wanted.item != given.item:
        return coerced(value, wanted)
    return value


def _unary(node: nodes.Unary, scope: Scope) -> Code:
    value = code(node.value, scope)
    if node.op == "not":
        if isinstance(value, Operation) and [*value.operators] in [[op] for op in _NEGATED]:
            return Operation(value.operands, [_NEGATED[value.operators[0]]], _COMPARE)
        return Not("not ", _inside(value, _NOT), _NOT)
    check = "whole" if node.type.kind == "int" else "finite"
    return call(check, Not("-", _inside(value, _MINUS), _MINUS))


def _binary(node: nodes.Binary, scope: Scope) -> Code:
    level = _LEVELS[node.op]
    left, right = code(node.left, scope), code(node.right, scope)
    kinds = (node.left.type.kind, node.right.type.kind)
    if node.type.kind == "float" and kinds == ("int", "int"):
        left = call("float", left)
    found = _chain(node.op, left, right, level)
    if node.type.kind in ("int", "float"):
        return call("whole" if node.type.kind == "int" else "finite", found)
    if node.type.kind == "list" and node.left.type != node.right.type:
        return coerced(found, node.type)
    return found


def _chain(op: str, left: Code, right: Code, level: int) -> Code:
    """Join two operands; those of `and` and `or` join the chain that is there."""
    operands, operators = [_inside(left, level)], [op]
    if isinstance(left, Operation) and left.level == level and op in ("and", "or", "+"):
        operands, operators = [*left.operands], [*left.operators, op]
    return Operation([*operands, _inside(right, level + 1)], operators, level)


def _compare(node: nodes.Compare, scope: Scope) -> Code:
    operands = [_inside(code(one, scope), _COMPARE + 1) for one in node.values]
    operators = []
    for op, left, right in zip(node.ops, node.values, node.values[1:], strict=False):
        alone = any(isinstance(one, nodes.Constant) and _alone(one.value) for one in (left, right))
        operators.append({"==": "is", "!=": "is not"}.get(op, op) if alone else op)
    return Operation(operands, operators, _COMPARE)


def _alone(value: Any) -> bool:
    """Say whether Python compares with it by `is`."""
    return value is None or value is True or value is False


def _choice(node: nodes.Choice, scope: Scope) -> Code:
    yes = _as(code(node.yes, scope), node.yes.type, node.type)
    no = _as(code(node.no, scope), node.no.type, node.type)
    test = code(node.test, scope)
    return Choice(_inside(yes, _OR), _inside(test, _OR), no)


def _index(node: nodes.Index, scope: Scope) -> Code:
    value, index = code(node.value, scope), code(node.index, scope)
    if node.value.type.kind == "json":
        return call("part_of", value, index)
    return item_of(_inside(value, _ATOM), index)


def _call(node: nodes.Call, scope: Scope) -> Code:
    function, args = node.function, node.args
    if function == "default":
        return _default(node, scope)
    given = args[0].type
    found = [code(one, scope) for one in args]
    if function == "len":
        return call("len", found[0])
    if function == "str":
        return text(args[0], scope)
    if function in ("int", "float", "bool"):
        if given.kind == function:
            return found[0]
        if function == "float" and given.kind == "int":
            return call("float", found[0])
        return call(f"{function}_of", found[0])
    if function in ("min", "max"):
        kinds = {given.item.kind if given.item else given.kind, *(a.type.kind for a in args[1:])}
        made = call(function, *found)
        return call("float", made) if node.type.kind == "float" and "int" in kinds else made
    if function == "round":
        if len(args) == 2:
            return call("rounded", *found)
        return found[0] if given.kind == "int" else call("whole", call("round", found[0]))
    if function in ("lower", "upper"):
        return Call(f"{_inside(found[0], _ATOM).flat}.{function}")
    assert function == "join"
    items = found[1]
    if args[1].type.item and args[1].type.item.kind != "string":
        items = Each(call("text", Code("each")), "each", items)
    return Call(f"{_inside(found[0], _ATOM).flat}.join", [("", items)])


def _default(node: nodes.Call, scope: Scope) -> Code:
    first, *others = node.args
    if isinstance(first, nodes.Output) and len(others) == 1 and first.type.optional:
        presence = scope.presence(first)
        if presence:
            present = replace(first, type=first.type.required())
            yes = _as(code(present, scope), present.type, node.type)
            no = _as(code(others[0], scope), others[0].type, node.type)
            return Choice(yes, presence, no)
    found = [_as(code(one, scope), one.type, node.type) for one in node.args]
    converted = [_float_or_null(a, one, node.type) for a, one in zip(node.args, found, strict=True)]
    if not any(may_fail(one) for one in node.args[1:]):
        return call("first_of", *converted)
    result = converted[-1]
    for one in reversed(converted[:-1]):
        test = Operation([_inside(one, _COMPARE + 1), NONE], ["is not"], _COMPARE)
        result = Choice(_inside(one, _OR), test, result)
    return result


def _float_or_null(node: Node, found: Code, wanted: Type) -> Code:
    """Keep the null of an int that becomes a float."""
    if wanted.kind == "float" and node.type.kind == "int" and node.type.optional:
        plain = found.args[0][1] if isinstance(found, Call) else found
        return Choice(NONE, Operation([plain, NONE], ["is"], _COMPARE), found)
    return found


def _join(node: nodes.Join, scope: Scope) -> Code:
    parts = [text(one, scope) for one in node.parts]
    if len(parts) == 1:
        return parts[0]
    return Operation([_inside(one, 7) for one in parts], ["+"] * (len(parts) - 1), 6)


_CODE: Mapping[type, Callable[[Any, Scope], Code]] = {
    nodes.Constant: _constant,
    nodes.ListOf: _list,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Compare: _compare,
    nodes.Choice: _choice,
    nodes.Index: _index,
    nodes.Call: _call,
    nodes.Join: _join,
}
