"""Each `cases/x.yaml` comes to what `x.out` says, in the environment `prod` to `x.prod.out`.

UPDATE_CASES=1 writes them; read what it wrote before you commit it.
"""

import json
import os
from pathlib import Path

import pytest

from pipec.__main__ import main

FOLDER = Path(__file__).with_name("cases")
CASES = [
    ("churn", [], "out"),
    ("churn", ["--env", "prod"], "prod.out"),
    ("churn", ["--env", "prod", "--format", "json"], "prod.json"),
    ("uses", [], "out"),
    ("uses", ["--format", "json"], "json"),
]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


@pytest.mark.parametrize(("name", "words", "suffix"), CASES)
def test_case(name: str, words: list[str], suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", f"{name}.yaml", *words]) == 0
    made = capsys.readouterr().out
    expected = FOLDER / f"{name}.{suffix}"
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(made, encoding="utf-8", newline="\n")
    assert made == expected.read_text(encoding="utf-8")


def test_every_origin_leads_to_its_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "churn.yaml", "--env", "prod", "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    lines = Path("churn.yaml").read_text().splitlines()
    assert len(tree["origins"]) > 10
    for one in tree["origins"]:
        key = "rows" if one["route"][-1] == "default" else one["route"][-1]
        assert lines[one["line"] - 1][one["column"] - 1 :].startswith(f"{key}:"), one
        value = tree["spec"]
        for step in one["route"]:
            value = value[step]


def test_a_spec_with_errors_has_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("pipec: 1\nname: x\nsteps: {a: {rum: x}}\n")
    assert main(["resolve", str(wrong)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert 'did you mean "run"' in said.err or "run" in said.err
    assert main(["resolve", "churn.yaml", "--env", "prd"]) == 1
    assert 'did you mean "prod"?' in capsys.readouterr().err
