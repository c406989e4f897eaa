"""Each `cases/x.yaml` is read and its problems rendered; `x.out` says how. `fine-*` have none.

To add a case, add the two files. UPDATE_CASES=1 writes the second; read it before you commit it.
"""

import os
from pathlib import Path

import pytest

from pipec.compiler.report import render
from pipec.compiler.source import read

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_case(case: Path) -> None:
    source = read(case.name, case.read_bytes())
    shown = render(source.problems, {case.name: source})
    expected = case.with_suffix(".out")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == expected.read_bytes().decode()
    assert bool(shown) is not case.stem.startswith("fine-")
    if not shown:
        assert source.tree is not None


def test_there_are_cases() -> None:
    assert len(CASES) > 100
