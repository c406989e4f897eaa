"""Whatever the layout: a text is laid out once, means the same, and keeps every comment in order.

PIPEC_FUZZ says how many texts are tried.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipec.compiler import source_events
from pipec.compiler.format import format_text, same
from pipec.compiler.source import Source, read

from .texts import Writer

COUNT = int(os.environ.get("PIPEC_FUZZ", "1500"))
ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "examples").rglob("*.yaml"))
FOREIGN = [
    *SPECS,
    *(ROOT / "tests").rglob("*.yaml"),
    *ROOT.glob(".*.yaml"),
    *(ROOT / "tests").rglob("*.yml"),
]


def formatted(source: Source) -> str:
    """Lay a text out and hold the result against it, by other means than `format` has."""
    made = format_text(source)
    again = read(source.path, made.encode())
    assert again.problems == []
    assert same(source.tree, again.tree)
    assert list_of(source.tree) == list_of(again.tree)
    assert plain(made) == plain(source.text)
    assert format_text(again) == made
    assert list(comments(made)) == list(comments(source.text))
    return made


def plain(text: str) -> Any:
    return yaml.load(text, yaml.CBaseLoader)  # noqa: S506 # the loader that makes texts alone


def list_of(tree: Any) -> Any:
    """Give maps as lists of pairs, so that their order counts."""
    if isinstance(tree, dict):
        return [(key, list_of(value)) for key, value in tree.items()]
    return [list_of(one) for one in tree] if isinstance(tree, list) else tree


def comments(text: str) -> Iterator[str]:
    """Find the comments of a text: what begins with # outside of the scalars, by their marks."""
    masked = list(text)
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.ScalarEvent) and event.start_mark and event.end_mark:
            start, end = event.start_mark.index, event.end_mark.index
            if event.anchor:
                start += len(event.anchor) + 1
                while start < end and text[start] in " \n#":
                    start = text.find("\n", start) if text[start] == "#" else start + 1
            if event.style in ("|", ">"):
                start = text.find("\n", start, end)
            masked[start:end] = ["\n" if char == "\n" else "x" for char in text[start:end]]
    for line in "".join(masked).split("\n"):
        _, sign, rest = line.partition("#")
        if sign:
            yield sign + rest.rstrip()


def test_random_texts() -> None:
    tried = 0
    for seed in range(COUNT):
        text = Writer(seed).text()
        source = read(f"{seed}.yaml", text.encode())
        if source.problems:
            continue
        tried += 1
        made = formatted(source)
        assert "\r" not in made, seed
        assert made.endswith("\n"), seed
    assert tried > COUNT * 0.9


def test_files_of_this_project() -> None:
    tried = 0
    for path in FOREIGN:
        source = read(str(path))
        if source.problems:
            continue
        tried += 1
        if source.tree and source.tree.keys() & {"steps", "component"}:
            format_text(source)  # it may change the order of keys
        else:
            formatted(source)
    assert tried > 80


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_examples_are_laid_out(path: Path) -> None:
    assert format_text(read(str(path))) == path.read_text(encoding="utf-8")


def test_both_parsers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [read("x", Writer(seed).text().encode()) for seed in range(100)]
    made = [format_text(one) for one in texts if not one.problems]
    monkeypatch.setattr("pipec.compiler.format_tree.parse", source_events._python_parser)
    assert [format_text(one) for one in texts if not one.problems] == made
