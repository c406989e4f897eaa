"""The value of a checked expression. This is the definition that every target agrees with."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.functions import FUNCTIONS, whole
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Index,
    Input,
    Item,
    Join,
    ListOf,
    Node,
    Output,
    Param,
    Run,
    State,
    Unary,
)
from pipec.compiler.types import Type
from pipec.compiler.values import Value, describe, quoted, to_text


class Scope(Protocol):
    """The values that names have when an expression is evaluated.

    `item` is a dict for a fan-out over several lists. `run` has the keys id, date, day and
    pipeline. A file or folder is whatever the target uses to name it.
    """

    @property
    def params(self) -> Mapping[str, Value]: ...
    @property
    def inputs(self) -> Mapping[str, Value]: ...
    @property
    def item(self) -> Value: ...
    @property
    def run(self) -> Mapping[str, str]: ...
    def output(self, step: str, name: str) -> Value: ...
    def state(self, step: str | None) -> str: ...


class _Nothing:
    """The scope of constant expressions."""

    params: Mapping[str, Value] = {}
    inputs: Mapping[str, Value] = {}
    run: Mapping[str, str] = {}
    item: Value = None

    def output(self, step: str, name: str) -> Value:
        raise KeyError(step, name)

    def state(self, step: str | None) -> str:
        raise KeyError(step)


NOTHING: Scope = _Nothing()


def evaluate(node: Node, scope: Scope) -> Value:
    """Give the value of a checked expression. Raises EvaluationError where it has none."""
    return _EVALUATE[type(node)](node, scope)


def text_of(node: Node, scope: Scope) -> str:
    """Give the text of a checked expression. Raises EvaluationError where it has none."""
    value = evaluate(node, scope)
    if value is None:
        raise EvaluationError("null has no text")
    return to_text(value)


def coerce(value: Value, type: Type) -> Value:
    """Make floats of the ints in a value whose expression has a type with floats."""
    if value is None:
        return None
    if type.kind == "float":
        return float(value)
    if type.item and _has_floats(type.item):
        if type.kind == "list":
            return [coerce(one, type.item) for one in value]
        return {key: coerce(one, type.item) for key, one in value.items()}
    return value


def _has_floats(type: Type) -> bool:
    return type.kind == "float" or bool(type.item and _has_floats(type.item))


def _constant(node: Constant, _: Scope) -> Value:
    return node.value


def _param(node: Param, scope: Scope) -> Value:
    return scope.params[node.name]


def _input(node: Input, scope: Scope) -> Value:
    return scope.inputs[node.name]


def _item(node: Item, scope: Scope) -> Value:
    return scope.item if node.key is None else scope.item[node.key]


def _output(node: Output, scope: Scope) -> Value:
    return scope.output(node.step, node.name)


def _state(node: State, scope: Scope) -> Value:
    return scope.state(node.step)


def _run(node: Run, scope: Scope) -> Value:
    return scope.run[node.field]


def _list(node: ListOf, scope: Scope) -> Value:
    return coerce([evaluate(one, scope) for one in node.items], node.type)


def _unary(node: Unary, scope: Scope) -> Value:
    value = evaluate(node.value, scope)
    if node.op == "not":
        return not value
    return whole(-value) if isinstance(value, int) else -value + 0.0


def _binary(node: Binary, scope: Scope) -> Value:
    left = evaluate(node.left, scope)
    if node.op == "and":
        return left and evaluate(node.right, scope)
    if node.op == "or":
        return left or evaluate(node.right, scope)
    right = evaluate(node.right, scope)
    if node.type.kind in ("string", "list"):
        return coerce(left + right, node.type)
    return _number(node, left, right)


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}


def _number(node: Binary, left: int | float, right: int | float) -> int | float:
    if node.type.kind == "float":
        left, right = float(left), float(right)
    if right == 0 and node.op in ("/", "//", "%"):
        raise EvaluationError("division by zero")
    try:
        value = _ARITHMETIC[node.op](left, right)
    except OverflowError:
        raise EvaluationError("the result is too large for a float") from None
    if isinstance(value, int):
        return whole(value)
    if not math.isfinite(value):
        raise EvaluationError("the result is too large for a float")
    return value + 0.0  # type: ignore[no-any-return] # a float, since it is no int


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
}


def _compare(node: Compare, scope: Scope) -> Value:
    left = evaluate(node.values[0], scope)
    for op, following in zip(node.ops, node.values[1:], strict=True):
        right = evaluate(following, scope)
        if not _ORDER[op](left, right):
            return False
        left = right
    return True


def _choice(node: Choice, scope: Scope) -> Value:
    chosen = node.yes if evaluate(node.test, scope) else node.no
    return coerce(evaluate(chosen, scope), node.type)


def _index(node: Index, scope: Scope) -> Value:
    value, index = evaluate(node.value, scope), evaluate(node.index, scope)
    if isinstance(value, list) and isinstance(index, int):
        if not -len(value) <= index < len(value):
            raise EvaluationError(f"there is no item {index} in a list of {len(value)}")
        return value[index]
    if isinstance(value, dict) and isinstance(index, str):
        if index not in value:
            raise EvaluationError(f"there is no key {quoted(index)} in {describe(value)}")
        return value[index]
    raise EvaluationError(f"there is no {describe(index)} in {describe(value)}")


def _call(node: Call, scope: Scope) -> Value:
    if node.function == "default":
        found = None
        for one in node.args:
            found = evaluate(one, scope)
            if found is not None:
                break
        return coerce(found, node.type)
    values = [evaluate(one, scope) for one in node.args]
    return coerce(FUNCTIONS[node.function].compute(*values), node.type)


def _join(node: Join, scope: Scope) -> Value:
    return "".join(text_of(one, scope) for one in node.parts)


_EVALUATE: Mapping[type, Callable[[Any, Scope], Value]] = {
    Constant: _constant,
    Param: _param,
    Input: _input,
    Item: _item,
    Output: _output,
    State: _state,
    Run: _run,
    ListOf: _list,
    Unary: _unary,
    Binary: _binary,
    Compare: _compare,
    Choice: _choice,
    Index: _index,
    Call: _call,
    Join: _join,
}
