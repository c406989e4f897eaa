"""The functions that a DAG file carries with it, or finds in a module beside it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipec.backends.airflow import imports
from pipec.backends.python.pieces import VALUES, Piece, cut, source


def pieces(version: str, more: tuple[str, ...] = ()) -> Mapping[str, Piece]:
    """Give what can be carried, in the order that it is written; `more` names files of the helper
    that only some pipelines need, whose functions stand for others of the same name."""
    engine = "airflow2" if version.startswith("2.") else "airflow3"
    folder = Path(__file__).parent / "helper"
    own = [folder / f"{one}.py" for one in more]
    usual = (folder / f"{one}.py" for one in ("items", "program", "context", engine))
    return cut(*own, VALUES, *usual)


@cache
def module(version: str, more: tuple[str, ...] = ()) -> tuple[str, str]:
    """Give the name and the text of the module that holds all of them."""
    everything = pieces(version, more).values()
    used = frozenset().union(*(one.words for one in everything))
    text = (
        f"# Made by pipec for Airflow {version.partition('.')[0]}. DAG files beside it use it.\n"
        '"""Run the programs of pipelines."""\n\n'
        f"{imports.lines(used & imports.known(version), version)}\n{source(everything)}"
    )
    return f"_pipec_{sha256(text.encode()).hexdigest()[:8]}", text
