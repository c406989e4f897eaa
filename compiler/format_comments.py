"""What stands between the values of a text: its comments and blank lines."""

from functools import lru_cache
from typing import NamedTuple


class Comment(NamedTuple):
    """A comment from its `#` on. `column` counts from 0; above a `blank` one is a blank line."""

    text: str
    column: int
    blank: bool = False


Comments = tuple[Comment, ...]


class Gap(NamedTuple):
    """What stands before a value: `trailing` at the end of the line before it, `own` in lines.

    A comment right under one at the end of a line counts as trailing too. `blank` says that a blank
    line is between the last of it and the value. `signs` is the rest of the text.
    """

    trailing: Comments = ()
    own: Comments = ()
    newline: bool = False
    blank: bool = False
    signs: str = ""


NOTHING = Gap()


def gap(text: str, start: int, end: int) -> Gap:
    """Read the text between two values."""
    part = text[start:end]
    if "#" not in part:
        return _blanks(part)
    return _read(part, start - text.rfind("\n", 0, start) - 1)


@lru_cache(1000)
def _blanks(part: str) -> Gap:
    lines = part.split("\n")
    blank = len(lines) > 2 and not all(map(str.strip, lines[1:-1]))
    return Gap((), (), len(lines) > 1, blank, part)


def _read(part: str, column: int) -> Gap:
    """Read a stretch with comments that starts at a column of its first line."""
    trailing: list[Comment] = []
    own: list[Comment] = []
    signs = ""
    blank = under = False  # under: the line above ended with a comment
    lines = part.split("\n")
    for number, line in enumerate(lines):
        before, sign, after = line.partition("#")
        signs += before
        if not sign:
            empty = 0 < number < len(lines) - 1 and not line.strip()
            blank, under = blank or empty, False
            continue
        comment = Comment((sign + after).rstrip(), len(before) + (0 if number else column), blank)
        inside = before.strip() or (number == 0 and column > 0)
        if inside and not own and "?" not in before and "..." not in before:
            trailing.append(comment)
            under = True
        elif under and trailing[-1].column == comment.column:
            trailing.append(comment)
        else:
            own.append(comment)
            under = False
        blank = False
    return Gap(tuple(trailing), tuple(own), "\n" in part, blank, signs)
