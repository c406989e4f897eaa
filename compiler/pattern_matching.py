"""Whether a text matches a pattern, in time that does not explode: all ways are gone at once.

Python's own matcher tries them one after the other, for years where a pattern invites it to.
"""

from functools import lru_cache

from pipec.compiler.patterns import (
    Anchor,
    Chars,
    Choice,
    Node,
    PatternError,
    Repeat,
    Sequence,
    parse,
)

MAX_SIZE = 20_000  # instructions
MAX_WORK = 400_000  # instructions looked at; well below a second
_JUMP, _MATCH = "jump", "match"

# What comes next: a character, a place, the end, or several instructions.
Instruction = tuple[Chars | Anchor | str, tuple[int, ...]]


class TooCostly(Exception):  # noqa: N818 # no fault: the answer is there, but not in time
    """A text and a pattern whose match takes too long to find out."""


def matches(pattern: str, text: str) -> bool:
    """Say whether the whole text matches. Raises PatternError, or TooCostly."""
    return _Machine(_program(pattern)).run(text)


@lru_cache(maxsize=64)
def _program(pattern: str) -> tuple[Instruction, ...]:
    code: list[Instruction] = []
    _write(parse(pattern), code)
    code.append((_MATCH, ()))
    return tuple(code)


def check(pattern: str) -> None:
    """Read a pattern for what is wrong with it. Raises PatternError."""
    _program(pattern)


def _write(node: Node, code: list[Instruction]) -> None:
    if len(code) > MAX_SIZE:
        raise PatternError("the pattern is too large", 0, 1, "check the rest in a step")
    if isinstance(node, Sequence):
        for part in node.parts:
            _write(part, code)
    elif isinstance(node, Choice):
        _write_choice(node, code)
    elif isinstance(node, Repeat):
        _write_repeat(node, code)
    else:
        code.append((node, (len(code) + 1,)))


def _write_choice(node: Choice, code: list[Instruction]) -> None:
    at = len(code)
    code.append((_JUMP, ()))
    starts, ends = [], []
    for option in node.options:
        starts.append(len(code))
        _write(option, code)
        ends.append(len(code))
        code.append((_JUMP, ()))
    code[at] = (_JUMP, tuple(starts))
    for end in ends:
        code[end] = (_JUMP, (len(code),))


def _write_repeat(node: Repeat, code: list[Instruction]) -> None:
    for _ in range(node.least):
        _write(node.part, code)
    at = len(code)
    if node.most is None:
        code.append((_JUMP, ()))
        _write(node.part, code)
        code.append((_JUMP, (at,)))
        code[at] = (_JUMP, (at + 1, len(code)))
        return
    forks = []
    for _ in range(node.most - node.least):
        forks.append(len(code))
        code.append((_JUMP, ()))
        _write(node.part, code)
    for fork in forks:
        code[fork] = (_JUMP, (fork + 1, len(code)))


class _Machine:
    """One match. `before` is the character before the place, None at the start."""

    def __init__(self, code: tuple[Instruction, ...]) -> None:
        self.code, self.work = code, 0
        self.known: dict[tuple[frozenset[int], bool | None, str], frozenset[int]] = {}

    def run(self, text: str) -> bool:
        states, before = frozenset((0,)), None
        for char in text:
            key = (states, before, char)
            after = self.known.get(key)
            if after is None:
                after = self.known[key] = self._step(states, before, char)
            if not after:
                return False
            states, before = after, _is_word(char)
        return any(self.code[at][0] == _MATCH for at in self._closure(states, before, None))

    def _step(self, states: frozenset[int], before: bool | None, char: str) -> frozenset[int]:
        code = ord(char)
        found: set[int] = set()
        for at in self._closure(states, before, _is_word(char)):
            what, after = self.code[at]
            if isinstance(what, Chars) and code in what:
                found.update(after)
        return frozenset(found)

    def _closure(self, states: frozenset[int], before: bool | None, after: bool | None) -> set[int]:
        """Give all that can be reached without a character."""
        found: set[int] = set()
        pending = list(states)
        while pending:
            at = pending.pop()
            if at in found:
                continue
            found.add(at)
            what, to = self.code[at]
            if what == _JUMP or (isinstance(what, Anchor) and _holds(what.kind, before, after)):
                pending.extend(to)
        self.work += len(found)
        if self.work > MAX_WORK:
            raise TooCostly
        return found


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


def _holds(kind: str, before: bool | None, after: bool | None) -> bool:
    """Say whether an anchor holds; None stands for the start and the end of the text."""
    if kind == "^":
        return before is None
    if kind == "$":
        return after is None
    return (bool(before) is not bool(after)) is (kind == "b")
