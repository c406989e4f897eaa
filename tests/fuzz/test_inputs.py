"""A few hundred inputs by chance in every run of the tests; `long.py` tries as many as it is told.

Each input that once broke something is kept in `found/`, as it was or made small.
"""

from collections import Counter
from pathlib import Path

import pytest

from . import place
from .mutation import make
from .oracle import examine

COUNT = 400
FOUND = sorted(Path(__file__).with_name("found").glob("*"))


@pytest.fixture
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_a_project")
def test_inputs_by_chance() -> None:
    came: Counter[str] = Counter()
    for seed in range(COUNT):
        try:
            came[examine(make(seed), seed)] += 1
        except Exception as problem:
            pytest.fail(f"seed {seed} ({problem!r}): see `python tests/fuzz/long.py --show {seed}`")
    assert came["compiled"] > COUNT * 0.03, came  # or all were too broken to get far
    assert len(came) > 25, came


@pytest.mark.usefixtures("_in_a_project")
@pytest.mark.parametrize("path", FOUND, ids=[path.name for path in FOUND])
def test_inputs_that_broke_something(path: Path) -> None:
    examine(path.read_bytes())
