"""Each `cases/x.yaml` is repaired and gives `x.fixed.yaml`; `left-*` stay as they are, to the byte.

To add a case, add the two files. UPDATE_CASES=1 writes the second; read it before you commit it.
"""

import os
from pathlib import Path

import pytest

from pipec.compiler.compilation import check_rules, check_spec
from pipec.compiler.repair import Checkup, repair

FOLDER = Path(__file__).with_name("cases")
CASES = sorted(one for one in FOLDER.glob("*.yaml") if not one.stem.endswith(".fixed"))
OTHERS = sorted(
    one
    for area in ("text", "lowering", "format")
    for one in FOLDER.parents[1].joinpath(area, "cases").glob("*.yaml")
    if one.stat().st_size < 4000
)


def check(text: str) -> Checkup:
    checked = check_spec("example.yaml", text.encode())
    found = [*checked.diagnostics, *check_rules(checked)]
    own = [one for one in found if one.place.path == "example.yaml"]
    return Checkup(checked.sources["example.yaml"], own)


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_case(case: Path) -> None:
    text = case.read_bytes().decode()
    fixed, solved = repair(text, check)
    before, after = check(text), check(fixed)
    if case.stem.startswith("left-"):
        assert (fixed, solved) == (text, 0)
        assert before.found
        return
    expected = case.with_suffix(".fixed.yaml")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(fixed, encoding="utf-8", newline="\n")
    assert fixed == expected.read_bytes().decode()
    assert solved > 0
    # Behind what could not be read there may be more than was said before.
    assert len(after.found) < len(before.found) or after.stage > before.stage
    assert repair(fixed, check) == (fixed, 0)


@pytest.mark.parametrize("case", OTHERS, ids=[f"{one.parts[-3]}-{one.stem}" for one in OTHERS])
def test_laws(case: Path) -> None:
    """Whatever a spec is, it is not made worse, and a second time changes nothing."""
    before = check(case.read_bytes().decode(errors="replace"))
    text = before.source.text
    fixed, solved = repair(text, check)
    after = check(fixed)
    assert (solved == 0) is (fixed == text)
    assert after.stage >= before.stage
    assert after.stage > before.stage or len(after.found) <= len(before.found)
    assert repair(fixed, check) == (fixed, 0)


def test_there_are_cases() -> None:
    assert len(CASES) > 20
    assert len(OTHERS) > 100
