"""The functions that a DAG file carries with it, or finds in a module beside it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipec.backends.airflow import imports
from pipec.backends.python.pieces import VALUES, Piece, cut, source


def pieces(version: str) -> Mapping[str, Piece]:
    """Give what can be carried, in the order that it is written."""
    engine = "airflow2" if version.startswith("2.") else "airflow3"
    folder = Path(__file__).parent / "helper"
    return cut(VALUES, *(folder / f"{one}.py" for one in ("items", "program", "context", engine)))


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
