"""Numbers inside `json`: IEEE doubles, whose text is that of RFC 8785 (so of ECMAScript).

Python writes most of them the same way as an int or a float; only the others are a `JsonNumber`.
"""

import math
from typing import Any


class JsonNumber(float):
    """A number inside json whose text is not the one that Python gives a float."""

    def __repr__(self) -> str:
        return number_text(self)


def with_doubles(value: Any) -> Any:
    """Make the numbers in a JSON value doubles: `1.0` is `1`, ints past 2**53 lose digits."""
    if isinstance(value, list):
        return [with_doubles(one) for one in value]
    if isinstance(value, dict):
        return {key: with_doubles(one) for key, one in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = float(value)
    if not 1e-4 <= abs(number) < 1e16:
        return JsonNumber(number) if number else 0
    return int(number) if number.is_integer() else number


def number_text(value: float) -> str:
    """Write a finite double as ECMAScript does: `2`, `0.1`, `1e+21`, `1e-7`; -0 is `0`."""
    if not value:
        return "0"
    mantissa, _, power = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(power or 0)  # the value is 0.DIGITS * 10**point
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def large_number(text: str) -> JsonNumber | None:
    """Read an int beyond 64 bits, if it is the very text of a double; else give None."""
    number = float(text) if len(text) <= 22 else math.inf
    return JsonNumber(number) if number_text(number) == text else None
