# mypy: ignore-errors
"""Values, their types and their text: the standard library alone."""

import json
import math
import re

TEXT_LIMIT = 65_536


def text(value):
    """Write a value as the text that a program is given."""
    if value is None:
        raise ValueError("null has no text")
    return value if isinstance(value, str) else compact(value)


def compact(value):
    """Write a value as JSON without spaces."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{compact(k)}:{compact(v)}" for k, v in value.items()) + "}"
        )
    return json.dumps(without_minus_zero(value), ensure_ascii=False, allow_nan=False)


class JsonNumber(float):
    """A number inside json whose text, that of RFC 8785, is not Python's."""

    def __repr__(self):
        mantissa, _, power = float.__repr__(abs(self)).partition("e")
        whole_part, _, fraction = mantissa.partition(".")
        digits = (whole_part + fraction).lstrip("0")
        point = len(digits) - len(fraction) + int(power or 0)
        digits = digits.rstrip("0")
        sign = "-" if self < 0 else ""
        if len(digits) <= point <= 21:
            return sign + digits.ljust(point, "0")
        if 0 < point <= 21:
            return f"{sign}{digits[:point]}.{digits[point:]}"
        if -6 < point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        rest = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def with_doubles(value):
    """Make the numbers in a JSON value doubles, so that 1.0 is 1."""
    if isinstance(value, list):
        return [with_doubles(one) for one in value]
    if isinstance(value, dict):
        return {key: with_doubles(one) for key, one in value.items()}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = finite(float(value))
    if not 1e-4 <= abs(number) < 1e16:
        return JsonNumber(number) if number else 0
    return int(number) if number.is_integer() else number


def without_minus_zero(value):
    """Make every -0.0 in a value a 0.0."""
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, list):
        return [without_minus_zero(one) for one in value]
    if isinstance(value, dict):
        return {key: without_minus_zero(one) for key, one in value.items()}
    return value


def whole(value):
    """Give an int of 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise OverflowError("the result does not fit 64 bits")
    return value


def finite(value):
    """Give a float that is a number."""
    if not math.isfinite(value):
        raise OverflowError("the result is too large for a float")
    return value + 0.0


def parse_value(kind, found):
    """Read the text of a value of a type."""
    if kind in ("string?", "bool?", "int?", "float?"):
        kind = kind[:-1]
    if kind == "string":
        if "\0" in found:
            raise ValueError("it holds the character NUL")
        return found
    if kind == "bool" and found in ("true", "false"):
        return found == "true"
    if kind == "int" and re.fullmatch(r"-?(0|[1-9][0-9]{0,18})", found):
        return whole(int(found))
    number = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?"
    if kind == "float" and re.fullmatch(number, found):
        return finite(float(found))
    if kind in ("bool", "int", "float"):
        raise ValueError(f"expected {kind}, found {found[:80]!r}")
    return fit_value(kind, from_json(found))


def from_json(found):
    """Read JSON with all keys unlike, ints of 64 bits, and no NaN."""

    def unlike(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    def no_number(word):
        raise ValueError(f"{word} is no number")

    return json.loads(
        found,
        object_pairs_hook=unlike,
        parse_int=whole_number,
        parse_float=lambda digits: parse_value("float", digits),
        parse_constant=no_number,
    )


def json_value(found):
    """Read JSON as it was kept."""
    return with_doubles(json.loads(found))


def whole_number(digits):
    """Read an int of 64 bits, or the very text of a larger double."""
    if 19 <= len(digits) <= 22 and str(JsonNumber(digits)) == digits:
        return int(digits) if -(2**63) <= int(digits) < 2**63 else JsonNumber(digits)
    return parse_value("int", digits)


def fit_value(kind, value):
    """Give a JSON value as one of a type; an int becomes a float where one is asked."""
    if kind.endswith("?"):
        return value if value is None else fit_value(kind[:-1], value)
    if kind == "json":
        check_strings(value)
        return with_doubles(value)
    if kind.startswith("list<") and isinstance(value, list):
        return [fit_value(kind[5:-1], one) for one in value]
    if kind.startswith("map<") and isinstance(value, dict):
        return {
            fit_value("string", k): fit_value(kind[4:-1], v) for k, v in value.items()
        }
    if kind == "string" and isinstance(value, str):
        check_strings(value)
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if not isinstance(value, bool):
        if kind == "int" and isinstance(value, int):
            return value
        if kind == "float" and isinstance(value, (int, float)):
            return finite(float(value))
    raise ValueError(f"expected {kind}, found {compact(value)[:80]}")


def check_strings(value):
    """Refuse strings that are no text: with NUL, or half a surrogate pair."""
    if isinstance(value, str):
        parse_value("string", value).encode()
    elif isinstance(value, (list, dict)):
        for one in value:
            check_strings(one)
        for one in value.values() if isinstance(value, dict) else ():
            check_strings(one)


def int_of(value):
    """Give an int from a text, a float that is whole, or JSON."""
    if isinstance(value, str):
        return parse_value("int", value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"int() of {compact(value)[:80]}")
    if value != int(value):
        raise ValueError(f"int() of {value}, which is not whole")
    return whole(int(value))


def float_of(value):
    """Give a float from a text or JSON."""
    if isinstance(value, str):
        return parse_value("float", value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"float() of {compact(value)[:80]}")
    return float(value)


def bool_of(value):
    """Give a bool from a text or JSON."""
    if isinstance(value, str):
        return parse_value("bool", value)
    if not isinstance(value, bool):
        raise TypeError(f"bool() of {compact(value)[:80]}")
    return value


def rounded(value, digits):
    """Round half to even."""
    return finite(round(float(value), max(min(digits, 400), -400)))


def part_of(value, index):
    """Give a part of a JSON value."""
    wanted = (dict, str) if isinstance(index, str) else (list, int)
    if not isinstance(value, wanted[0]) or not isinstance(index, wanted[1]):
        raise LookupError(f"there is no {index!r} in {compact(value)[:80]}")
    return value[index]


def first_of(*values):
    """Give the first value that is not null."""
    return next((one for one in values if one is not None), None)


def optional(read, values, name):
    """Read one of the values of a step, unless the step or the value is null."""
    value = None if values is None else values.get(name)
    return value if value is None or read is None else read(value)


def limited(value):
    """Give a value that is made here, unless it is longer than a value may be."""
    if value is not None and len(text(value).encode()) > TEXT_LIMIT:
        raise ValueError("it is longer than 65,536 bytes")
    return value


def json_list(value):
    """Give a JSON value that is a list."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {compact(value)[:80]}")
    return value
