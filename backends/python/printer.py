# ruff: noqa: ARG002 (every piece of code is laid out from the same three numbers)
"""Python code that is printed as `ruff format` would print it, 88 columns wide.

A piece of code knows its text on one line (`flat`) and how it is laid out when that does not fit.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pipec.backends.python.quoting import quote, width

WIDTH = 88
LEAST = 20  # columns of a literal, where a line is too deep for more


class Code:
    """An expression that cannot be broken: a name, a number, a short call."""

    __slots__ = ("flat", "size")

    def __init__(self, flat: str) -> None:
        self.flat = flat
        self.size = width(flat)

    def put(self, indent: int, used: int, after: int) -> str:
        """Print it where `used` columns of the line are taken and `after` follow it."""
        return self.flat if used + self.size + after <= WIDTH else self.lay(indent, used, after)

    def lay(self, indent: int, used: int, after: int) -> str:
        """Print it on several lines, the first begun, the others indented by `indent`."""
        return self.flat


class Text(Code):
    """A text; broken into adjacent literals where it is too long for its line."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(quote(value))

    def parts(self, room: int) -> list[str]:
        """Give the literals, each at most `room` columns: a line of the text each, or less."""
        found: list[str] = []
        room = max(room, LEAST)
        for line in _lines(self.value):
            # A literal is wider than its text is long, so a long rest needs no look as a whole.
            while len(line) > room or width(quote(line)) > room:
                cut = _cut(line[:room], room)
                found.append(quote(line[:cut]))
                line = line[cut:]
            found.append(quote(line))
        return found

    def lay(self, indent: int, used: int, after: int) -> str:
        inner, room = " " * (indent + 4), WIDTH - indent - 4
        parts = [self.flat] if self.size <= room else self.parts(room)
        return "(\n" + "".join(f"{inner}{one}\n" for one in parts) + " " * indent + ")"

    def bare(self, indent: int) -> str:
        """Print it as the only argument of a call, on lines of its own."""
        return f"\n{' ' * indent}".join(self.parts(WIDTH - indent))


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(line + "\n" for line in lines), *([last] if last or not lines else [])]


def _cut(line: str, room: int) -> int:
    """Find where a line is cut so that its first part fits: after a space, else anywhere."""
    low, high = 1, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(quote(line[:middle])) <= room else (low, middle - 1)
    space = line.rfind(" ", low // 2, low)
    return space + 1 if space >= 0 else low


class Bracketed(Code):
    """A list or a dict: `items` each on a line of its own when it does not fit on one."""

    __slots__ = ("close", "items", "open")

    def __init__(self, opening: str, items: Sequence[tuple[str, Code]], closing: str) -> None:
        self.open, self.items, self.close = opening, items, closing
        super().__init__(f"{opening}{', '.join([head + one.flat for head, one in items])}{closing}")

    def lay(self, indent: int, used: int, after: int) -> str:
        if not self.items:
            return self.flat
        return f"{self.open}\n{_each(self.items, indent + 4)}{' ' * indent}{self.close}"


def _each(items: Iterable[tuple[str, Code]], indent: int) -> str:
    space = " " * indent
    return "".join(
        f"{space}{head}{one.put(indent, indent + width(head), 1)},\n" for head, one in items
    )


class Call(Code):
    """A call: its arguments on one line below when they fit there, else each on its own."""

    __slots__ = ("args", "close", "open")

    def __init__(
        self,
        name: str,
        args: Sequence[tuple[str, Code]] = (),
        opening: str = "(",
        closing: str = ")",
    ) -> None:
        self.open, self.args, self.close = name + opening, args, closing
        super().__init__(f"{self.open}{self._inside()}{closing}")

    def _inside(self) -> str:
        return ", ".join([head + one.flat for head, one in self.args])

    def lay(self, indent: int, used: int, after: int) -> str:
        if not self.args:
            return self.flat
        inner, inside = indent + 4, self._inside()
        if inner + width(inside) <= WIDTH:
            lines = f"{' ' * inner}{inside}\n"
        elif len(self.args) > 1:
            lines = _each(self.args, inner)
        else:
            head, one = self.args[0]
            if isinstance(one, Text) and not head:
                body = one.bare(inner)
            else:
                body = head + one.put(inner, inner + width(head), 0)
            lines = f"{' ' * inner}{body}{',' if head else ''}\n"
        return f"{self.open}\n{lines}{' ' * indent}{self.close}"


class Operation(Code):
    """Operands with operators between them, each on its own line when they do not fit on one.

    `level` is how strongly the operators bind; `wrapped` puts parentheses around.
    """

    __slots__ = ("level", "operands", "operators")

    def __init__(self, operands: Sequence[Code], operators: Sequence[str], level: int) -> None:
        self.operands, self.operators, self.level = operands, operators, level
        super().__init__(
            operands[0].flat
            + "".join(f" {op} {one.flat}" for op, one in zip(operators, operands[1:], strict=True))
        )

    def lay(self, indent: int, used: int, after: int) -> str:
        space = " " * indent
        found = self.operands[0].put(indent, used, 0)
        for index, (op, one) in enumerate(zip(self.operators, self.operands[1:], strict=True)):
            last = index == len(self.operators) - 1
            found += f"\n{space}{op} "
            found += one.put(indent, indent + len(op) + 1, after if last else 0)
        return found


class Not(Code):
    __slots__ = ("level", "operand")

    def __init__(self, prefix: str, operand: Code, level: int) -> None:
        self.operand, self.level = operand, level
        super().__init__(prefix + operand.flat)

    def lay(self, indent: int, used: int, after: int) -> str:
        prefix = self.flat[: len(self.flat) - len(self.operand.flat)]
        return prefix + self.operand.put(indent, used + len(prefix), after)


class Choice(Code):
    """`yes if test else no`"""

    __slots__ = ("level", "parts")

    def __init__(self, yes: Code, test: Code, no: Code) -> None:
        self.parts, self.level = (yes, test, no), 1
        super().__init__(f"{yes.flat} if {test.flat} else {no.flat}")

    def lay(self, indent: int, used: int, after: int) -> str:
        yes, test, no = self.parts
        space = " " * indent
        return (
            f"{yes.put(indent, used, 0)}\n"
            f"{space}if {test.put(indent, indent + 3, 0)}\n"
            f"{space}else {no.put(indent, indent + 5, after)}"
        )


class Each(Code):
    """`[value for name in values]`, or with braces and a key."""

    __slots__ = ("close", "name", "open", "value", "values")

    def __init__(
        self, value: Code, name: str, values: Code, opening: str = "[", closing: str = "]"
    ) -> None:
        self.open, self.value, self.name, self.values = opening, value, name, values
        self.close = closing
        super().__init__(f"{opening}{value.flat} for {name} in {values.flat}{closing}")

    def lay(self, indent: int, used: int, after: int) -> str:
        inner = indent + 4
        space = " " * inner
        inside = self.flat[len(self.open) : -len(self.close)]
        if inner + width(inside) <= WIDTH:
            return f"{self.open}\n{space}{inside}\n{' ' * indent}{self.close}"
        head = f"for {self.name} in "
        return (
            f"{self.open}\n{space}{self.value.put(inner, inner, 0)}\n"
            f"{space}{head}{self.values.put(inner, inner + len(head), 0)}\n"
            f"{' ' * indent}{self.close}"
        )


class Parenthesized(Code):
    __slots__ = ("inner",)

    def __init__(self, inner: Code) -> None:
        self.inner = inner
        super().__init__(f"({inner.flat})")

    def lay(self, indent: int, used: int, after: int) -> str:
        body = self.inner.put(indent + 4, indent + 4, 0)
        return f"(\n{' ' * (indent + 4)}{body}\n{' ' * indent})"


def call(name: str, *args: Code, **named: Code) -> Call:
    """Make a call of a function with positional and named arguments."""
    return Call(name, [*(("", one) for one in args), *((f"{k}=", v) for k, v in named.items())])


class Part(Code):
    """`value[index]` of a call, whose arguments are what is broken when it does not fit."""

    __slots__ = ("index", "value")

    def __init__(self, value: Call, index: Code) -> None:
        self.value, self.index = value, index
        super().__init__(f"{value.flat}[{index.flat}]")

    def lay(self, indent: int, used: int, after: int) -> str:
        end = f"[{self.index.flat}]"
        return f"{self.value.lay(indent, used, after + width(end))}{end}"


def item_of(value: Code, index: Code) -> Code:
    """Make `value[index]`; `value` is a name, a call or another index."""
    if isinstance(value, Call) and value.close == ")" and value.args:
        return Part(value, index)
    return Call(value.flat, [("", index)], "[", "]")


def listing(items: Iterable[Code]) -> Bracketed:
    return Bracketed("[", [("", one) for one in items], "]")


def mapping(items: Iterable[tuple[str, Code]]) -> Bracketed:
    """Make a dict with texts as keys."""
    return Bracketed("{", [(f"{quote(key)}: ", one) for key, one in items], "}")


def literal(value: Any) -> Code:
    """Write a JSON-like value as Python."""
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, list | tuple):
        return listing(literal(one) for one in value)
    if isinstance(value, dict):
        return mapping((key, literal(one)) for key, one in value.items())
    return Code(repr(value))
