"""The values of the language and their text: one grammar for specs, outputs, `-p` and conversions.

A value is a str, int, float, bool, list, dict or None. A file or folder is whatever a target uses
to name it; no function here takes one.
"""

import json
import math
import re
from typing import Any

from pipec.compiler.json_numbers import JsonNumber, large_number, with_doubles
from pipec.compiler.types import Type

Value = Any

INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_EXPONENT = re.compile(r"[0-9]e[-+]?[0-9]")
MAX_INT = 2**63 - 1
MIN_INT = -(2**63)
MAX_TEXT = 65_536  # bytes of UTF-8 in one value, `env` or argv text, or inline script


class ValueSyntaxError(ValueError):
    """A text that is no value of a type. `help` says how to write it, where that is known."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


def to_text(value: Value) -> str:
    """Write a value as the text that a program is given. `null` has none: ValueError."""
    if isinstance(value, str):
        return value
    if value is None:
        raise ValueError("null has no text")
    return to_json(value)


def to_json(value: Value) -> str:
    """Write a value as JSON without spaces and needless escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _written(value) if _EXPONENT.search(text) else text


def _written(value: Value) -> str:
    """Write JSON that may hold a number whose text is not Python's."""
    if isinstance(value, list):
        return "[" + ",".join(_written(one) for one in value) + "]"
    if isinstance(value, dict):
        pairs = (f"{_written(key)}:{_written(one)}" for key, one in value.items())
        return "{" + ",".join(pairs) + "}"
    return str(value) if isinstance(value, JsonNumber) else json.dumps(value, ensure_ascii=False)


def from_text(type: Type, text: str) -> Value:
    """Read the text of a value of a type. Raises ValueSyntaxError."""
    kind = type.kind
    if kind == "string":
        return _string(text)
    if kind == "int":
        if not INT.fullmatch(text):
            raise _no_scalar(type, text)
        return _int(text)
    if kind == "float":
        if not NUMBER.fullmatch(text):
            raise _no_scalar(type, text)
        return _float(text)
    if kind == "bool":
        if text not in ("true", "false"):
            raise _no_scalar(type, text)
        return text == "true"
    return fit(type, from_json(text))


def from_json(text: str) -> Value:
    """Read JSON (RFC 8259): no duplicate keys, ints of 64 bits, no NaN. Raises ValueSyntaxError.

    The text that a larger double has inside `json` is read too.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_json_int,
            parse_float=_float,
            parse_constant=_constant,
        )
    except ValueSyntaxError:
        raise
    except RecursionError:
        raise ValueSyntaxError("the JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueSyntaxError(f"it is not JSON: {_json_problem(error)}") from None


def fit(type: Type, value: Value) -> Value:
    """Give a JSON value as one of a type; an int becomes a float where one is asked.

    Raises ValueSyntaxError.
    """
    if value is None and (type.optional or type.kind == "json"):
        return None
    kind = type.kind
    if kind == "json":
        _strings(value)
        try:
            return with_doubles(value)
        except RecursionError:
            raise ValueSyntaxError("the JSON is nested too deeply") from None
    if kind == "list" and isinstance(value, list):
        assert type.item
        return [_item(type.item, one, f"item {index}") for index, one in enumerate(value)]
    if kind == "map" and isinstance(value, dict):
        assert type.item
        return {_string(k): _item(type.item, v, f'key "{k}"') for k, v in value.items()}
    if kind == "string" and isinstance(value, str):
        return _string(value)
    if kind == "bool" and isinstance(value, bool):
        return value
    if not isinstance(value, bool):
        if kind == "int" and isinstance(value, int):
            return _int(str(value))
        if kind == "float" and isinstance(value, int | float):
            return _float(str(value))
    raise ValueSyntaxError(f"expected {type}, found {describe(value)}")


def describe(value: Value) -> str:
    """Name a value for a message, in the words of the language, at most about 60 characters."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    text = to_json(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    if isinstance(value, bool):
        return f"the bool {shown}"
    if isinstance(value, int | float):
        return f"the number {shown}"
    return f"the {'list' if isinstance(value, list) else 'map'} {shown}"


def quoted(text: str) -> str:
    """Show a text in a message: in double quotes, control characters escaped, cut after 40."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def _item(type: Type, value: Value, where: str) -> Value:
    try:
        return fit(type, value)
    except ValueSyntaxError as error:
        raise ValueSyntaxError(f"{where}: {error}", error.help) from None


def _no_scalar(type: Type, text: str) -> ValueSyntaxError:
    return ValueSyntaxError(f"expected {type.required()}, found {quoted(text)}", _fix(type, text))


def _fix(type: Type, text: str) -> str | None:
    """Say how a scalar is written that was written in another tool's way."""
    bare = text.strip() if len(text) <= 100 else ""
    if type.kind == "bool":
        if bare.lower() in ("true", "yes", "on", "y"):
            return "write true"
        if bare.lower() in ("false", "no", "off", "n"):
            return "write false"
        return "a bool is true or false"
    if bare != text and NUMBER.fullmatch(bare):
        return f"write {bare} without spaces"
    if type.kind == "int" and NUMBER.fullmatch(bare) and float(bare).is_integer():
        return f"write {int(float(bare))}"
    digits = bare.replace("_", "").replace(",", "")
    for base, prefix in ((16, "0x"), (8, "0o"), (2, "0b")):
        if digits.lower().startswith(prefix):
            try:
                return f"numbers are decimal here: write {int(digits[2:], base)}"
            except ValueError:
                return None
    if re.fullmatch(r"[-+]?0[0-9]+", digits):
        return f"numbers are decimal without leading zeros: write {int(digits)}"
    grammar = INT if type.kind == "int" else NUMBER
    plain = digits.removeprefix("+")
    if plain != bare and grammar.fullmatch(plain):
        return f"write {plain}"
    if bare.lower().lstrip("+-").removeprefix(".") in ("nan", "inf", "infinity"):
        return "a float is a finite number"
    return _half(type, bare)


def _half(type: Type, text: str) -> str | None:
    """Say how a number is written that lacks digits, or has too many for its type."""
    if type.kind == "int" and NUMBER.fullmatch(text):
        return "an int is whole: round it, or declare a float"
    whole = re.sub(r"^([-+]?)[.](?=[0-9])", r"\g<1>0.", text).removeprefix("+")
    whole = f"{whole}0" if whole.endswith(".") else whole
    if whole != text and NUMBER.fullmatch(whole):
        return f"write {whole}"
    return f"write {'whole digits, 5' if type.kind == 'int' else 'a number, 0.5'} say"


def _string(text: str) -> str:
    if "\0" in text:
        raise ValueSyntaxError("a string cannot hold the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueSyntaxError("a string is Unicode text, found half a surrogate pair") from None
    return text


def _strings(value: Value) -> None:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            _string(one)
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one)
            pending.extend(one.values())


def _int(text: str) -> int:
    if len(text) < 19:
        return int(text)
    if len(text) > 20 or not MIN_INT <= int(text) <= MAX_INT:
        message = f"an int has 64 bits, found {quoted(text)}"
        raise ValueSyntaxError(message, f"the largest is {MAX_INT}; a float is larger, or a text")
    return int(text)


def _json_int(text: str) -> int | float:
    try:
        return _int(text)
    except ValueSyntaxError:
        number = large_number(text)
        if number is None:
            raise
        return number


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueSyntaxError(f"a float is a finite number, found {quoted(text)}")
    return value + 0.0  # -0.0 becomes 0.0


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueSyntaxError(f"it is not JSON: the key {quoted(key)} stands twice")
            seen.add(key)
    return found


def _constant(word: str) -> Value:
    raise ValueSyntaxError(f"it is not JSON: {word} is no number there")


def _json_problem(error: json.JSONDecodeError) -> str:
    near = error.doc[error.pos : error.pos + 12]
    at = f"at character {error.pos + 1}"
    return f"{at}, near {quoted(near)}" if near else f"{at}, where it ends too early"
