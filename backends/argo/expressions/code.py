"""Pieces of an expression of Argo: operators and how tightly they bind, literals, failures."""

from base64 import b64encode

from pipec.backends.argo.text import PREFIX
from pipec.compiler.expressions.nodes import Span
from pipec.compiler.records import dataclass
from pipec.compiler.types import Type
from pipec.compiler.values import Value, to_json

# How tightly the operators of expr-lang bind.
CHOICE, OR, AND, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)

EXACT = 2**53  # ints up to here are exact as floats
LIMIT = "9.2233720368547e+18"  # just below 2**63
TOO_LARGE = "the result does not fit 64 bits"


class UnsupportedError(Exception):
    """A part of an expression that Argo cannot compute as the language does."""

    def __init__(self, what: str, span: Span) -> None:
        super().__init__(what)
        self.what, self.span = what, span


@dataclass(frozen=True, slots=True)
class Code:
    """An expression of Argo and how tightly its outermost operator binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """Give the text, in parentheses where it binds less tightly than asked."""
        return self.text if self.level >= level else f"({self.text})"


def literal(text: str) -> str:
    """Write a string in an expression. It may not hold what ends or begins a tag."""
    if text.isprintable() and "{{" not in text and "}}" not in text:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"fromBase64('{b64encode(text.encode()).decode()}')"


def fail(message: str) -> str:
    """Write an expression that has no value, but fails."""
    return f"sprig.fail({literal(message)})"


def encode(text: str) -> Code:
    """Write the encoding of a text that an expression computes."""
    return Code(f"'{PREFIX}' + toBase64({text})", SUM)


def decode(text: str) -> str:
    """Write the text itself of a text that may be encoded; it is named three times."""
    return f"{text} startsWith '{PREFIX}' ? fromBase64({text}[{len(PREFIX)}:]) : {text}"


def constant(value: Value, type: Type) -> Code:
    """Write a value in an expression."""
    if value is None:
        return Code("nil")
    if isinstance(value, bool):
        return Code("true" if value else "false")
    if isinstance(value, str):
        return Code(literal(value))
    if isinstance(value, int | float):
        text = to_json(float(value) if type.kind == "float" else value)
        if value == -(2**63):
            return Code("int('-9223372036854775808')")
        return Code(text, SUM if text.startswith("-") else ATOM)
    if isinstance(value, list) and type.item and not type.item.item and type.item.kind != "json":
        return Code("[" + ", ".join(constant(one, type.item).text for one in value) + "]")
    return Code(f"fromJSON({literal(to_json(value))})")
