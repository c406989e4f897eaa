"""Patterns of params: the part of regular expressions that Python and RE2 read alike."""

from typing import NoReturn

from pipec.compiler.records import dataclass

MAX_REPEAT = 1000  # RE2's own limit, also for repetitions inside repetitions
MAX_DEPTH = 100
_DIGIT = ((48, 57),)
_SPACE = ((9, 13), (32, 32))
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_CLASSES = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_LETTERS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "a": 7}
_HEX = set("0123456789abcdefABCDEF")
_DASH = 'write "\\-" for a dash itself'
_ALIKE = "patterns have what Python and RE2 share: no look-around, back-references or flags"


class PatternError(ValueError):
    """A pattern that cannot be read. `start` and `end` say where, `help` what to do."""

    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.start, self.end, self.help = start, end, help


Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Chars:
    """One character: of the ranges of code points, or not of them."""

    ranges: Ranges
    negated: bool = False

    def __contains__(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges) is not self.negated


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between characters: `^`, `$`, `b` (a word's edge) or `B` (none)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    options: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` is None where there is no limit."""

    part: "Node"
    least: int
    most: int | None


Node = Chars | Anchor | Sequence | Choice | Repeat


def parse(pattern: str) -> Node:
    """Read a pattern. Raises PatternError."""
    return _Parser(pattern).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.names: set[str] = set()

    def parse(self) -> Node:
        node, _ = self._choice()
        if self.at < len(self.text):
            self._refuse('this ")" closes nothing', self.at, 'a bracket itself is written "\\)"')
        return node

    def _refuse(self, message: str, start: int, help: str | None = None) -> NoReturn:
        raise PatternError(message, start, max(self.at, start + 1), help)

    def _take(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _choice(self) -> tuple[Node, int]:
        """Also gives how often the innermost thing is repeated at most."""
        options, counts = [], []
        while True:
            node, count = self._sequence()
            options.append(node)
            counts.append(count)
            if not self._take("|"):
                return options[0] if len(options) == 1 else Choice(tuple(options)), max(counts)

    def _sequence(self) -> tuple[Node, int]:
        parts: list[Node] = []
        counts = [1]
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = self.at
            node, count = self._atom()
            node, count = self._repeated(node, count, start)
            parts.append(node)
            counts.append(count)
        return Sequence(tuple(parts)), max(counts)

    def _repeated(self, node: Node, count: int, start: int) -> tuple[Node, int]:
        begin = self.at
        found = self._times()
        if found is None:
            return node, count
        if isinstance(node, Anchor):
            self._refuse("there is nothing here to repeat", start)
        least, most = found
        self._take("?")
        again = self.at
        if self.text[again : again + 1] == "+" or self._times() is not None:
            self.at = max(self.at, again + 1)
            self._refuse("a repetition cannot be repeated", again, "put the first in brackets")
        count *= max(least, most or 0, 1)
        if count > MAX_REPEAT:
            message = f"this repeats more than {MAX_REPEAT:,} times"
            self._refuse(message, begin, "use `max_length` for the length of a text")
        return Repeat(node, least, most), count

    def _times(self) -> tuple[int, int | None] | None:
        """Read `*`, `+`, `?` or `{m,n}`; anything else in braces is text."""
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return found
        start, end = self.at, self.text.find("}", self.at)
        if not self.text.startswith("{", start) or end < 0:
            return None
        low, comma, high = self.text[start + 1 : end].partition(",")
        if not all(one.isascii() and one.isdigit() for one in (low or "0", high or "0")):
            return None
        if not low and not comma:
            return None
        self.at = end + 1
        if not low:
            self._refuse("the least number is missing", start, f"write {{0,{high}}}")
        if len(low) > 4 or len(high) > 4 or max(int(low), int(high or "0")) > MAX_REPEAT:
            message = f"this repeats more than {MAX_REPEAT:,} times"
            self._refuse(message, start, "use `max_length` for the length of a text")
        if high and int(high) < int(low):
            self._refuse("the second number is smaller than the first", start)
        return int(low), int(high) if high else None if comma else int(low)

    def _atom(self) -> tuple[Node, int]:
        char, start = self.text[self.at], self.at
        if char in "*+?{" and self._times() is not None:
            self._refuse("there is nothing here to repeat", start, f'write "\\{char}" for itself')
        self.at += 1
        if char == "(":
            return self._group(start)
        if char == "[":
            return self._set(start), 1
        if char == ".":
            return Chars(((10, 10),), True), 1
        if char in "^$":
            return Anchor(char), 1
        if char == "\\":
            return self._escape(start), 1
        return Chars(((ord(char), ord(char)),)), 1

    def _group(self, start: int) -> tuple[Node, int]:
        if self._take("?P<"):
            self._name(start)
        elif not self._take("?:") and self._take("?"):
            self.at += 1
            self._foreign(start)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(f"brackets are nested more than {MAX_DEPTH} deep", start)
        node, count = self._choice()
        self.depth -= 1
        if not self._take(")"):
            self.at = start + 1
            self._refuse('this "(" is never closed', start, 'a bracket itself is written "\\("')
        return node, count

    def _foreign(self, start: int) -> NoReturn:
        shown = self.text[start : self.at]
        self._refuse(f'"{shown}" does not mean the same in every engine', start, _ALIKE)

    def _name(self, start: int) -> None:
        end = self.text.find(">", self.at)
        name = self.text[self.at : end] if end >= 0 else ""
        if not (name.isascii() and name.isidentifier()) or name in self.names:
            self._refuse("this group needs a name of its own", start, "write (?:...) without one")
        self.names.add(name)
        self.at = end + 1

    def _escape(self, start: int, inside: bool = False) -> Node:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if not char:
            self.at = start + 1
            self._refuse("a backslash ends the pattern", start, 'a backslash is written "\\\\"')
        if char.lower() in _CLASSES:
            return Chars(_CLASSES[char.lower()], char.isupper())
        if char in "bBA" and not inside:
            return Anchor("^" if char == "A" else char)
        code = self._code(char, start)
        return Chars(((code, code),))

    def _code(self, char: str, start: int) -> int:
        if char in _LETTERS:
            return _LETTERS[char]
        digits = self.text[self.at : self.at + 2]
        if char == "x" and len(digits) == 2 and not set(digits) - _HEX:
            self.at += 2
            return int(digits, 16)
        if not char.isascii() or char.isalnum():
            self._foreign(start)
        return ord(char)

    def _set(self, start: int) -> Node:
        negated = self._take("^")
        found: list[tuple[int, int]] = []
        first = True
        while first or not self._take("]"):
            first = False
            begin = self.at
            low = self._member(start)
            dash = self.text[self.at : self.at + 2]
            if not dash.startswith("-") or dash == "-]":
                found += _inverse(low.ranges) if low.negated else low.ranges
                continue
            self.at += 1
            found.append(self._range(begin, low, self._member(start)))
        return Chars(tuple(found), negated)

    def _range(self, begin: int, low: Chars, high: Chars) -> tuple[int, int]:
        """Give what lies between two members, which must be one character each."""
        ends = [*low.ranges[0], *low.ranges[-1], *high.ranges[0], *high.ranges[-1]]
        if ends[0] != ends[3] or ends[4] != ends[7] or low.negated or high.negated:
            self._refuse("a range goes from one character to another", begin, _DASH)
        if ends[0] > ends[4]:
            self._refuse("this range is empty: it ends before it starts", begin, _DASH)
        return ends[0], ends[4]

    def _member(self, start: int) -> Chars:
        char, begin = self.text[self.at : self.at + 1], self.at
        self.at += 1
        if not char:
            self.at = start + 1
            self._refuse('this "[" is never closed', start, 'a bracket itself is written "\\["')
        if char == "\\":
            node = self._escape(begin, inside=True)
            assert isinstance(node, Chars)
            return node
        if char == "[" and self.text[self.at : self.at + 1] in (":", ".", "="):
            self.at += 1
            self._refuse("classes by name are not shared by all engines", begin, 'write "\\["')
        return Chars(((ord(char), ord(char)),))


def _inverse(ranges: Ranges) -> Ranges:
    found, next_ = [], 0
    for low, high in sorted(ranges):
        if low > next_:
            found.append((next_, low - 1))
        next_ = high + 1
    return (*found, (next_, 0x10FFFF))
