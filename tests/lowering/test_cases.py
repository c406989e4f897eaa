"""Each `cases/x.yaml` is checked and what is wrong rendered; `x.out` says how. `clean*` have none.

To add a case, add the two files. UPDATE_CASES=1 writes the second; read it before you commit it.
Components that cases use lie in `cases/components/`.
"""

import os
from pathlib import Path

import pytest

from pipec.compiler.compilation import check_spec
from pipec.compiler.report import render

FOLDER = Path(__file__).with_name("cases")
CASES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_case(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    checked = check_spec(case.name)
    shown = render(checked.diagnostics, checked.sources, "text")
    expected = case.with_suffix(".out")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == expected.read_text(encoding="utf-8")
    assert (checked.pipeline is not None) is case.stem.startswith("clean")
    assert bool(shown) is not case.stem.startswith("clean")


def test_there_are_cases() -> None:
    assert len(CASES) > 40
