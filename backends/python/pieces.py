"""The functions and constants that emitted Python carries, cut from their files as they stand."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from pipec.compiler.records import dataclass

VALUES = Path(__file__).parent / "helper" / "values.py"
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_TEXT = re.compile(
    r'''\w+=(?=[^=\s])|#[^\n]*|f?(?:"""[^"]*"""|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')'''
)
_CALLED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?=[(.,\n])")  # or handed to another
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A function or constant: its source, and the words in it."""

    name: str
    source: str
    words: frozenset[str]


def words(source: str) -> frozenset[str]:
    """Give the names in Python code: no words of comments and texts, no names of arguments."""
    return frozenset(_WORD.findall(_TEXT.sub(_code_in, source)))


def used(chunks: Sequence[str], names: Container[str]) -> set[str]:
    """Give those of some names that pieces of code use; stops at the last one to be found."""
    wanted = {name for name in _CALLED.findall("".join(chunks)) if name in names}
    found: set[str] = set()
    for chunk in chunks:
        missing = wanted - found
        if not missing:
            break
        if any(name in chunk for name in missing):
            found |= words(chunk) & missing
    return found


def _code_in(text: re.Match[str]) -> str:
    return " ".join(_FIELD.findall(text[0])) if text[0].startswith("f") else " "


@cache
def cut(*files: Path) -> Mapping[str, Piece]:
    """Give what files hold, in the order that it is written; of two of one name the first."""
    found: dict[str, Piece] = {}
    for file in files:
        for source in re.split(r"\n{2,}(?=[A-Za-z@])", file.read_text(encoding="utf-8")):
            name = re.match(
                r"(?:@contextmanager\n)?(?:def |class )?([A-Za-z_]\w*)(?:\(| = )", source
            )
            if name and name[1] not in found:
                source = source.rstrip() + "\n"
                found[name[1]] = Piece(name[1], source, words(source))
    return found


def wanted(known: Mapping[str, Piece], names: Iterable[str]) -> list[Piece]:
    """Give the pieces of these names and of all that they call."""
    found: set[str] = set()
    pending = [name for name in names if name in known]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(known[name].words & known.keys())
    return [piece for name, piece in known.items() if name in found]


def source(chosen: Iterable[Piece]) -> str:
    """Write pieces one after the other, constants first."""
    chosen = list(chosen)
    constants = "".join(one.source for one in chosen if one.name.isupper())
    functions = [one.source for one in chosen if not one.name.isupper()]
    return "\n\n".join([constants, *functions]) if constants else "\n" + "\n\n".join(functions)
