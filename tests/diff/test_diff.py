"""`pipec diff`: what means something is found, what does not is left out."""

import json
import os
from pathlib import Path

import pytest

from pipec.__main__ import main
from pipec.compiler.compare import compare
from pipec.compiler.compilation import check_spec
from pipec.compiler.effective import Effective
from pipec.compiler.effective_text import text_of
from pipec.compiler.format import format_text
from pipec.compiler.ir import Pipeline
from pipec.compiler.source import read

FOLDER = Path(__file__).with_name("cases")
ROOT = Path(__file__).parents[2]

SPEC = """
pipec: 1
name: x
params: {n: {type: int, default: 1}, s: {type: list<int>, default: [1]}, f: {type: float?}}
steps:
  a: {run: a, outputs: {v: int, j: json}}
  b: {needs: [a], run: b, timeout: 90s, retry: 2}
  c: {when: params.n + 1 > 2, run: c, env: {A: "x ${{ params.n }}"}}
"""

# What is written otherwise and means the same.
SAME = [
    ("timeout: 90s", "timeout: 1m30s"),
    ("retry: 2", "retry: {attempts: 2}"),
    ("retry: 2", "retry: {attempts: 2, delay: 0s, backoff: 1}"),
    ("params.n + 1 > 2", '"(params.n+1) > 2"'),
    ("params.n + 1 > 2", "'${{ params.n + 1 > 1 + 1 }}'"),
    ('"x ${{ params.n }}"', "'x ${{params.n}}'"),
    ("needs: [a], run: b", "run: b, trigger_rule: all_succeeded, needs: [a]"),
    ("  b: {needs: [a],", "  # b\n  b: {inputs: {v: '${{ steps.a.outputs.v }}'}, needs: [a],"),
    ("name: x", "name: 'x'"),
]
# What is written otherwise and means something else: the settings that are said to have changed.
OTHER = [
    ("timeout: 90s", "timeout: 91s", ["timeout"]),
    ("retry: 2", "retry: 3", ["retry.attempts"]),
    ("retry: 2", "retry: {attempts: 2, on: [exit]}", ["retry.on"]),
    (", retry: 2", "", ["retry.attempts"]),
    ("params.n + 1 > 2", "params.n + 1 >= 2", ["when"]),
    ("params.n + 1 > 2", "params.n - 1 > 2", ["when"]),
    ("params.n + 1 > 2", "params.n - (params.n - 1) > 2", ["when"]),
    ("x ${{ params.n }}", "x $${{ params.n }}", ["env.A"]),
    ("x ${{ params.n }}", "x${{ params.n }}", ["env.A"]),
    ("run: c", "python: c", ["python", "run"]),
    ("run: c", "run: c, shell: bash", ["shell"]),
    ("v: int", "v: int?", ["outputs.v"]),
    ("v: int", "v: {type: int, path: v}", ["outputs.v"]),
    ("default: 1}", "default: 1, max: 3}", ["max"]),
    ("name: x", "name: x\nfail_fast: true", ["fail_fast"]),
    ("name: x", "name: x\nlabels: {a: b}", ["labels.a"]),
    ("run: a", "run: a, resources: {cpu: 1}", ["resources.cpu"]),
    ("run: a", "run: a, cache: {key: x}", ["cache", "cache.key"]),
    ("run: a", "run: a, for_each: params.s", ["for_each"]),
    ("needs: [a], ", "", [""]),
    ("  c:", "  d:", ["", ""]),
    ("steps:", "schedule: {cron: 0 3 * * 1}\nsteps:", [""]),
]


def pipeline(text: str, path: str = "x.yaml") -> Pipeline:
    checked = check_spec(path, text.encode())
    assert checked.pipeline, checked.diagnostics
    return checked.pipeline


@pytest.mark.parametrize(("old", "new"), SAME)
def test_same(old: str, new: str) -> None:
    assert old in SPEC
    found = compare(pipeline(SPEC), pipeline(SPEC.replace(old, new)))
    if "inputs" in new:
        assert [one.setting for one in found] == ["inputs.v"]
    else:
        assert found == []


@pytest.mark.parametrize(("old", "new", "settings"), OTHER)
def test_other(old: str, new: str, settings: list[str]) -> None:
    assert old in SPEC
    before, after = pipeline(SPEC), pipeline(SPEC.replace(old, new))
    found = compare(before, after)
    assert [one.setting for one in found] == settings
    back = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted((back[one.kind], one.setting, one.name) for one in compare(after, before)) == (
        sorted((one.kind, one.setting, one.name) for one in found)
    )


def test_the_order_of_steps_and_what_they_may_be_written_in_mean_nothing() -> None:
    first, *steps = SPEC.split("steps:\n")
    lines = steps[0].splitlines()
    assert compare(pipeline(SPEC), pipeline(f"{first}steps:\n" + "\n".join(reversed(lines)))) == []


def test_fmt_and_resolve_change_no_meaning() -> None:
    tried = 0
    for path in map(
        str, [*ROOT.glob("examples/pipelines/*/*.yaml"), *ROOT.glob("tests/*/cases/*")]
    ):
        checked = check_spec(path) if path.endswith(".yaml") else None
        if checked and checked.pipeline:
            tried += 1
            laid_out = format_text(read(path))
            assert compare(checked.pipeline, pipeline(laid_out, path)) == []
            assert compare(checked.pipeline, pipeline(text_of(Effective(checked)), path)) == []
    assert tried > 10


def test_a_component_is_compared_step_by_step() -> None:
    folder = ROOT / "tests/resolve/cases"
    path = str(folder / "uses.yaml")
    old = (folder / "uses.yaml").read_text()
    assert compare(pipeline(old, path), pipeline(old, path)) == []
    found = compare(pipeline(old, path), pipeline(old.replace("timeout: 1h", "timeout: 2h"), path))
    assert [(one.name, one.setting) for one in found] == [
        ("program", "timeout"),
        ("many.first", "timeout"),
    ]


@pytest.mark.parametrize("format", ["text", "json"])
def test_command(
    format: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    assert main(["diff", "old.yaml", "new.yaml", "--format", format]) == 1
    made = capsys.readouterr().out
    expected = FOLDER / f"out.{format}"
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(made, encoding="utf-8", newline="\n")
    assert made == expected.read_text(encoding="utf-8")
    assert main(["diff", "old.yaml", "old.yaml", "--format", format]) == 0
    same = capsys.readouterr().out
    assert same == "" if format == "text" else json.loads(same)["changes"] == []


def test_a_spec_with_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("pipec: 1\nname: x\nsteps: {a: {rum: x}}\n")
    assert main(["diff", str(FOLDER / "old.yaml"), str(wrong)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "wrong.yaml:3:" in said.err


def test_control_characters_are_shown_as_escapes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("a", "x"), ("b", "\\e[31m\\u202e")):
        spec = f'pipec: 1\nname: x\ndescription: "{text}"\nsteps: {{a: {{run: x}}}}\n'
        (tmp_path / name).write_text(spec)
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    assert "~ description: x -> \\x1b[31m\\u202e\n" in capsys.readouterr().out
