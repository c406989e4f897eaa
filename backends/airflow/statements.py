"""Statements around pieces of code, printed as `ruff format` would print them."""

from collections.abc import Sequence

from pipec.backends.python.printer import WIDTH, Bracketed, Call, Code, Each, Parenthesized, Text
from pipec.backends.python.quoting import width


def assign(name: str, value: Code, indent: int) -> str:
    """Print `name = value` as a statement."""
    head = f"{' ' * indent}{name} = "
    used = width(head)
    if used + value.size > WIDTH and _needs_parentheses(value, used):
        return f"{head}{Parenthesized(value).lay(indent, used, 0)}\n"
    return f"{head}{value.put(indent, used, 0)}\n"


def _needs_parentheses(value: Code, used: int) -> bool:
    if isinstance(value, Call):
        return not value.args or used + width(value.open) > WIDTH
    return not isinstance(value, Text | Bracketed | Each)


def statement(head: str, value: Code, indent: int, tail: str = "") -> str:
    """Print a statement such as `return f(...)`: a head, a call, and what follows it."""
    start = f"{' ' * indent}{head}"
    return f"{start}{value.put(indent, width(start), len(tail))}{tail}\n"


class Assign:
    """The statement `name = value`."""

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: Code) -> None:
        self.name, self.value = name, value

    def put(self, indent: int) -> str:
        return assign(self.name, self.value, indent)


class Do:
    """A statement that is an expression, after a head such as `return `."""

    __slots__ = ("head", "value")

    def __init__(self, value: Code, head: str = "") -> None:
        self.head, self.value = head, value

    def put(self, indent: int) -> str:
        return statement(self.head, self.value, indent)


class Block:
    """Statements below a head such as `with x():`."""

    __slots__ = ("body", "head")

    def __init__(self, head: str, body: Sequence["Statement"]) -> None:
        self.head, self.body = head, body

    def put(self, indent: int) -> str:
        return f"{' ' * indent}{self.head}\n{''.join([one.put(indent + 4) for one in self.body])}"


Statement = Assign | Do | Block
