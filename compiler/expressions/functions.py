"""The functions of the language: what each takes, what type it gives, and what it computes."""

import math
from collections.abc import Callable

from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.records import dataclass
from pipec.compiler.types import BOOL, FLOAT, INT, STRING, Type, union
from pipec.compiler.values import (
    Value,
    ValueSyntaxError,
    describe,
    from_text,
    quoted,
    to_text,
)


class SignatureError(Exception):
    """Arguments that a function does not take. `arg` is which one is wrong, None all of them."""

    def __init__(self, message: str, arg: int | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.arg, self.help = message, arg, help


@dataclass(frozen=True, slots=True)
class Function:
    """`signature` is for people. `give` maps the types of the arguments to that of the result, or
    raises SignatureError; `compute` maps values to the result, or raises EvaluationError.

    Only `default` takes arguments that may be null, and it is computed argument by argument by the
    evaluator.
    """

    signature: str
    least: int
    most: int | None
    give: Callable[[tuple[Type, ...]], Type]
    compute: Callable[..., Value]


def _one_of(name: str, *kinds: str) -> Callable[[Type], None]:
    words = f"{', '.join(kinds[:-1])} or {kinds[-1]}" if len(kinds) > 1 else kinds[0]

    def check(type: Type) -> None:
        if type.kind not in kinds:
            raise SignatureError(f"`{name}` takes {words}, not {type}", 0)

    return check


def _conversion(name: str, result: Type, *kinds: str) -> Callable[[tuple[Type, ...]], Type]:
    check = _one_of(name, *kinds)

    def give(types: tuple[Type, ...]) -> Type:
        check(types[0])
        return result

    return give


def _str_type(types: tuple[Type, ...]) -> Type:
    if types[0].is_artifact:
        raise SignatureError(f"a {types[0]} has no text", 0, "pass it as an input")
    return STRING


def _default_type(types: tuple[Type, ...]) -> Type:
    found = types[0]
    for index, type in enumerate(types[1:], 1):
        both = union(found.required(), type.required())
        if both is None:
            raise SignatureError(
                f"the values of `default` have one type, and {type} is not {found.required()}",
                index,
            )
        found = both
    return found.maybe() if types[-1].optional or types[-1].kind == "null" else found.required()


def _extreme_type(name: str) -> Callable[[tuple[Type, ...]], Type]:
    def give(types: tuple[Type, ...]) -> Type:
        members = types
        if len(types) == 1:
            if types[0].kind != "list" or types[0].item is None:
                raise SignatureError(f"`{name}` takes a list, or two values and more", 0)
            members = (types[0].item,)
        found = members[0]
        if found.kind == "null":
            raise SignatureError(f"`{name}` of an empty list has no value", 0, "put values in it")
        for index, type in enumerate(members):
            both = union(found, type)
            if both is None:
                message = f"`{name}` compares values of one type, and {type} is not {found}"
                raise SignatureError(message, index)
            if not (both.is_number or both.kind == "string"):
                raise SignatureError(f"`{name}` compares numbers, or strings, not {type}", index)
            found = both
        return found

    return give


def _round_type(types: tuple[Type, ...]) -> Type:
    if not types[0].is_number:
        raise SignatureError(f"`round` takes a number, not {types[0]}", 0)
    if len(types) == 1:
        return INT
    if types[1].kind != "int":
        raise SignatureError(f"`round` takes the number of digits as an int, not {types[1]}", 1)
    return FLOAT


def _join_type(types: tuple[Type, ...]) -> Type:
    if types[0].kind != "string":
        raise SignatureError(f"`join` takes the separator first, a string, not {types[0]}", 0)
    if types[1].kind != "list" or types[1].item is None or not types[1].item.is_scalar:
        raise SignatureError(f"`join` joins a list of scalars, not {types[1]}", 1)
    return STRING


def _int(value: Value) -> int:
    if isinstance(value, str):
        return _read(INT, value)  # type: ignore[no-any-return] # the text of an int is an int
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationError(f"int() of {describe(value)}")
    if isinstance(value, float) and not value.is_integer():
        raise EvaluationError(f"int() of {to_text(value)}, which is not whole")
    return whole(int(value))


def _float(value: Value) -> float:
    if isinstance(value, str):
        return _read(FLOAT, value)  # type: ignore[no-any-return] # the text of a float is a float
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationError(f"float() of {describe(value)}")
    return float(value)


def _bool(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise EvaluationError(f"bool() of {describe(value)}")
    return _read(BOOL, value)  # type: ignore[no-any-return] # the text of a bool is a bool


def _read(type: Type, text: str) -> Value:
    try:
        return from_text(type, text)
    except ValueSyntaxError as error:
        raise EvaluationError(f"{type}() of {quoted(text)}: {error}") from None


def _str(value: Value) -> str:
    if value is None:
        raise EvaluationError("str() of null, which has no text")
    return to_text(value)


def _extreme(name: str, choose: Callable[..., Value]) -> Callable[..., Value]:
    def compute(*values: Value) -> Value:
        members = values[0] if len(values) == 1 else values
        if not members:
            raise EvaluationError(f"{name}() of an empty list")
        return choose(members)

    return compute


def _round(value: int | float, digits: int | None = None) -> int | float:
    if digits is None:
        return whole(round(value))
    found = round(float(value), max(min(digits, 400), -400))
    if not math.isfinite(found):
        raise EvaluationError("round() is too large for a float")
    return found + 0.0


def _join(separator: str, items: list[Value]) -> str:
    return separator.join(to_text(one) for one in items)


def whole(value: int) -> int:
    """Give an int of 64 bits, or raise EvaluationError."""
    if not -(2**63) <= value < 2**63:
        raise EvaluationError("the result does not fit 64 bits")
    return value


FUNCTIONS: dict[str, Function] = {
    "len": Function(
        "len(string|list|map)", 1, 1, _conversion("len", INT, "string", "list", "map"), len
    ),
    "default": Function("default(a, b, ...)", 2, None, _default_type, lambda *values: values[-1]),
    "str": Function("str(x)", 1, 1, _str_type, _str),
    "int": Function(
        "int(string|float|json)",
        1,
        1,
        _conversion("int", INT, "string", "float", "json", "int"),
        _int,
    ),
    "float": Function(
        "float(string|int|json)",
        1,
        1,
        _conversion("float", FLOAT, "string", "int", "json", "float"),
        _float,
    ),
    "bool": Function(
        "bool(string|json)", 1, 1, _conversion("bool", BOOL, "string", "json", "bool"), _bool
    ),
    "min": Function(
        "min(list) or min(a, b, ...)", 1, None, _extreme_type("min"), _extreme("min", min)
    ),
    "max": Function(
        "max(list) or max(a, b, ...)", 1, None, _extreme_type("max"), _extreme("max", max)
    ),
    "round": Function("round(x) or round(x, digits)", 1, 2, _round_type, _round),
    "lower": Function("lower(string)", 1, 1, _conversion("lower", STRING, "string"), str.lower),
    "upper": Function("upper(string)", 1, 1, _conversion("upper", STRING, "string"), str.upper),
    "join": Function("join(separator, list)", 2, 2, _join_type, _join),
}
