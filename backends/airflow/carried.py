"""The functions that a DAG file carries with it, cut from the folder `helper` as they stand."""

import re
from collections.abc import Container, Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipec.backends.airflow import imports
from pipec.compiler.records import dataclass

_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_TEXT = re.compile(
    r'''\w+=(?=[^=\s])|#[^\n]*|f?(?:"""[^"]*"""|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')'''
)
_CALLED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?=[(.\n])")
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
def pieces(version: str) -> dict[str, Piece]:
    """Give what can be carried, in the order that it is written."""
    engine = "airflow2" if version.startswith("2.") else "airflow3"
    found: dict[str, Piece] = {}
    for file in ("values", "program", "context", engine):
        text = (Path(__file__).parent / "helper" / f"{file}.py").read_text(encoding="utf-8")
        for source in re.split(r"\n{2,}(?=[A-Za-z@])", text):
            name = re.match(
                r"(?:@contextmanager\n)?(?:def |class )?([A-Za-z_]\w*)(?:\(| = )", source
            )
            if name and name[1] not in found:
                source = source.rstrip() + "\n"
                found[name[1]] = Piece(name[1], source, words(source))
    return found


def wanted(version: str, names: Iterable[str]) -> list[Piece]:
    """Give the pieces of these names and of all that they call."""
    known = pieces(version)
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


@cache
def module(version: str) -> tuple[str, str]:
    """Give the name and the text of the module that holds all of them."""
    everything = pieces(version).values()
    used = frozenset().union(*(one.words for one in everything))
    text = (
        f"# Made by pipec for Airflow {version.partition('.')[0]}. DAG files beside it use it.\n"
        '"""Run the programs of pipelines."""\n\n'
        f"{imports.lines(used & imports.known(version), version)}\n{source(everything)}"
    )
    return f"_pipec_{sha256(text.encode()).hexdigest()[:8]}", text
