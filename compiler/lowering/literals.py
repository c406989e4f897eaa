"""Values that are written in a spec: read by the type that is asked, or by what they look like."""

from typing import Any

from pipec.compiler.diagnostics import Fix
from pipec.compiler.json_numbers import large_number, with_doubles
from pipec.compiler.readings import NULLS, as_bool
from pipec.compiler.source import Plain
from pipec.compiler.types import BOOL, FLOAT, INT, JSON, NULL, STRING, Type, list_of, union
from pipec.compiler.values import (
    INT as INT_TEXT,
)
from pipec.compiler.values import (
    NUMBER,
    Value,
    ValueSyntaxError,
    from_text,
)

_NUMERIC = frozenset("-0123456789")
_OTHER_READINGS = {"~": "null", "Null": "null", "NULL": "null"}


class LiteralError(Exception):
    """A literal that is no value of the type; `route` leads to the wrong part of it."""

    def __init__(
        self, message: str, route: tuple[str | int, ...] = (), help: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.route, self.help = message, route, help


def read(type: Type, raw: Any) -> Value:
    """Give a raw YAML value as one of a type. Raises LiteralError."""
    if type.optional and isinstance(raw, Plain) and raw in ("null", "", "~"):
        return None
    kind = type.kind
    if kind == "json":
        return _json(raw)
    if kind == "list":
        if not isinstance(raw, list):
            raise LiteralError(f"expected {type}, found {_kind(raw)}", (), "write it as `[a, b]`")
        return _items(type.item, raw)
    if kind == "map":
        if not isinstance(raw, dict):
            raise LiteralError(f"expected {type}, found {_kind(raw)}", (), "write it as `{a: b}`")
        return {str(key): _inside(type.item, one, key) for key, one in raw.items()}
    if not isinstance(raw, str):
        help = "write one value"
        if isinstance(raw, dict) and "default" in raw:
            help = "write the value alone"
        elif kind == "string":
            help = "write one text, in quotes; or declare a list, a map or json"
        raise LiteralError(f"expected {type}, found {_kind(raw)}", (), help)
    if kind == "string":
        return str(raw)
    if not isinstance(raw, Plain):
        raise LiteralError(
            f'expected {type.required()}, found the string "{raw}"',
            (),
            "leave the quotes out" if _reads(type, raw) else f"write a value of the type {type}",
        )
    try:
        return from_text(type.required(), str(raw))
    except ValueSyntaxError as error:
        way_out = error.help
        if raw in NULLS:
            way_out = f"a value that may be absent has the type {type}?, and is written null"
        raise LiteralError(str(error), (), way_out) from None


def infer(raw: Any) -> tuple[Value, Type]:
    """Give a raw YAML value and its type by what it looks like. Raises LiteralError.

    Unquoted ints, numbers, `true`, `false` and `null` are what they say, all else is text. Items
    of several types make a `list<json>`.
    """
    if isinstance(raw, dict):
        pairs = {str(key): infer(one) for key, one in raw.items()}
        return {key: with_doubles(value) for key, (value, _) in pairs.items()}, JSON
    if isinstance(raw, list):
        items = [infer(one) for one in raw]
        type = _common([one for _, one in items])
        values = [value for value, _ in items]
        if type == JSON:
            values = with_doubles(values)
        return ([float(one) for one in values] if type == FLOAT else values), list_of(type)
    if not isinstance(raw, Plain):
        return str(raw), STRING
    if raw == "null":
        return None, JSON
    if raw in ("true", "false"):
        return raw == "true", BOOL
    if raw[:1] not in _NUMERIC or not NUMBER.fullmatch(raw):
        return str(raw), STRING
    type = INT if INT_TEXT.fullmatch(raw) else FLOAT
    try:
        return from_text(type, str(raw)), type
    except ValueSyntaxError as error:
        raise LiteralError(str(error), (), "quote it to make it text") from None


def _common(types: list[Type]) -> Type:
    if not types:
        return NULL
    found = types[0]
    for one in types[1:]:
        if one is found:
            continue
        both = union(found, one)
        if both is None:
            return JSON
        found = both
    return found


def _json(raw: Any) -> Value:
    if isinstance(raw, dict):
        return {str(key): _inside(JSON, one, key) for key, one in raw.items()}
    if isinstance(raw, list):
        return _items(JSON, raw)
    if isinstance(raw, Plain) and raw in _OTHER_READINGS:
        raise LiteralError(
            f'"{raw}" is null to some readers and text to others',
            (),
            f'write `{_OTHER_READINGS[raw]}` or `"{raw}"`',
        )
    large = large_number(raw) if isinstance(raw, Plain) and INT_TEXT.fullmatch(raw) else None
    return with_doubles(infer(raw)[0] if large is None else large)


def _items(type: Type | None, raw: list[Any]) -> list[Value]:
    assert type
    found: list[Value] = []
    try:
        for one in raw:
            found.append(read(type, one))
    except LiteralError as error:
        raise LiteralError(error.message, (len(found), *error.route), error.help) from None
    return found


def _inside(type: Type | None, raw: Any, key: str | int) -> Value:
    assert type
    try:
        return read(type, raw)
    except LiteralError as error:
        raise LiteralError(error.message, (key, *error.route), error.help) from None


def repaired(type: Type, raw: Any) -> Fix | None:
    """Write a bool as one, and what stands in quotes without them; None where that does not help.

    `raw` is a value that `read` refused for this type.
    """
    if not isinstance(raw, str) or type.kind == "string":
        return None
    if not isinstance(raw, Plain):
        return Fix(raw, raw, whole=True) if _reads(type, raw) else None
    word = as_bool(raw) if type.kind == "bool" else None
    return Fix(str(raw), word, whole=True) if word else None


def _reads(type: Type, text: str) -> bool:
    try:
        from_text(type.required(), text)
    except ValueSyntaxError:
        return False
    return True


def _kind(raw: Any) -> str:
    if isinstance(raw, dict):
        return "a map"
    if isinstance(raw, list):
        return "a list"
    return f'"{raw}"'
