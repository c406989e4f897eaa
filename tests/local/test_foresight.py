"""`pipec run --dry-run`: it says what the run then does, and leaves no trace of itself."""

import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import local
from pipec.backends.local import journal
from pipec.backends.local.choice import LAST
from pipec.backends.local.foresight import Foresight, foresee
from pipec.backends.local.part import Part
from pipec.backends.local.report import foreseen
from pipec.compiler.compilation import check_spec
from pipec.compiler.parameters import bind

SPEC = """
params: {n: {type: int, default: 1}, bad: {type: bool, default: false}}
steps:
  a:
    cache: true
    env: {N: "${{ params.n }}"}
    run: echo $N > $PIPEC_OUTPUTS/n
    outputs: {n: int}
  b:
    for_each: [4, 5]
    cache: true
    env: {N: "${{ steps.a.outputs.n }}", I: "${{ item }}"}
    run: echo $((N + I)) > $PIPEC_OUTPUTS/n
    outputs: {n: int}
  c: {when: "steps.b.outputs.n[0] > 1", run: "test ! -e $BAD; test ! -e $BAD"}
  d: {needs: [c], run: ":"}
  e: {when: "params.n > 1", run: ":"}
finally:
  z: {run: ":"}
"""
NOT = "does-not-run"
FIRST = "a=runs b[0]=may-run b[1]=may-run c=may-run d=may-run e=does-not-run z=runs"


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAD", str(tmp_path / "bad"))
    return tmp_path / "bad"


def look(tmp_path: Path, text: str, params: Any = None, **options: Any) -> Foresight:
    path = tmp_path / "spec.yaml"
    path.write_text(f"pipec: 1\nname: example\n{text}")
    checked = check_spec(str(path))
    assert checked.pipeline
    values = bind(checked.pipeline.params, params or {})
    how = local.Options(params=values, files=checked.files, **options)
    before = everything(tmp_path)
    found = foresee(checked.pipeline, how)
    assert everything(tmp_path) == before
    return found


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Give all that is below a folder, with sizes and times of change."""
    status = {str(one): one.lstat() for one in folder.rglob("*")}
    return {name: (one.st_size, one.st_ctime_ns) for name, one in status.items()}


def short(found: Foresight) -> str:
    return " ".join(
        f"{one.step}{'' if one.index is None else f'[{one.index}]'}={one.does.replace(' ', '-')}"
        for one in sorted(found.lines, key=lambda one: (one.step, one.index or 0))
    )


def started(ran: Any) -> set[str]:
    """Name what a run started since it began, or last went on."""
    records, _ = journal.read(f"{ran.outcome.folder}/journal.jsonl")
    at = max(i for i, one in enumerate(records) if one["event"] in ("run", "continued"))
    return {one["step"] for one in records[at:] if one["event"] == "started"}


def expect(found: Foresight, ran: Any) -> None:
    """Hold what was said against what the run then did."""

    def labels(*does: str) -> set[str]:
        lines: Iterable[Any] = (one for one in found.lines if one.does in does)
        return {one.step + ("" if one.index is None else f"[{one.index}]") for one in lines}

    assert (
        labels("runs")
        <= started(ran)
        <= labels("runs", "may run")
        | {f"{one}[{index}]" for one in labels("may run") for index in range(5)}
    )


def test_nothing_has_run_yet(run: Any, tmp_path: Path, bad: Path) -> None:
    found = look(tmp_path, SPEC)
    assert short(found) == FIRST
    assert not (tmp_path / ".pipec").exists()
    expect(found, run(SPEC))


@pytest.mark.parametrize(
    ("params", "options", "said"),
    [
        ({}, {}, "a=cached b[0]=cached b[1]=cached c=runs d=runs e=does-not-run z=runs"),
        ({"n": 2}, {}, "a=runs b[0]=may-run b[1]=may-run c=may-run d=may-run e=runs z=runs"),
        ({}, {"cache": False}, FIRST),
        ({}, {"part": Part("d", True)}, f"a={NOT} b={NOT} c={NOT} d=runs e={NOT}"),
        ({}, {"part": Part("c", False)}, "a=kept b=kept c=runs d=runs e=kept z=runs"),
    ],
)  # fmt: skip
def test_after_a_run(
    run: Any, tmp_path: Path, bad: Path, params: Any, options: Any, said: str
) -> None:
    run(SPEC)
    found = look(tmp_path, SPEC, params, **options)
    assert short(found) == said
    assert found.run is None
    expect(found, run(SPEC, params, **options))


def test_a_run_that_failed(run: Any, tmp_path: Path, bad: Path) -> None:
    bad.touch()
    first = run(SPEC)
    assert first.state == "failed"
    bad.unlink()
    found = look(tmp_path, SPEC, retry=LAST)
    assert short(found) == "a=kept b[0]=kept b[1]=kept c=runs d=runs e=does-not-run z=runs"
    assert found.run == first.outcome.run
    expect(found, run(SPEC, retry=LAST))
    with pytest.raises(local.RefusalError, match="there is nothing to retry"):
        look(tmp_path, SPEC, retry=LAST)


def test_a_run_that_was_cut_off_and_edited(run: Any, tmp_path: Path) -> None:
    spec = (
        "steps:\n  a: {run: ':'}\n  b: {run: ':'}\n  c: {needs: [a, b], run: ':'}\n"
        "  d: {needs: [c], run: ':'}\n"
    )
    first = run(spec)
    path = Path(first.outcome.folder) / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    records, _ = journal.read(str(path))
    at = next(
        i for i, one in enumerate(records) if one["event"] == "started" and one["step"] == "c"
    )
    path.write_bytes(b"".join(lines[: at + 1]))
    edited = spec.replace("b: {run: ':'}", "b: {run: 'true'}")
    found = look(tmp_path, edited)
    assert found.run == first.outcome.run
    assert [(one.step, one.does, one.why) for one in found.lines] == [
        ("a", "kept", "its result is kept from this run"),
        ("b", "runs", "its text, inputs or files changed since it ran"),
        ("c", "runs", "it was cut off"),
        ("d", "runs", "it has no result yet"),
    ]
    assert look(tmp_path, edited, fresh=True).run is None
    expect(found, run(edited))


def test_components_approvals_and_what_depends_on_unknown_values(run: Any, tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text(
        "pipec: 1\ncomponent: part\ninputs: {x: int, y: int}\nsteps:\n"
        "  sure: {env: {Y: '${{ inputs.y }}'}, run: ':'}\n"
        "  unsure: {when: 'inputs.x > 3', run: ':'}\n"
    )
    spec = """
steps:
  a:
    run: echo 4 > $PIPEC_OUTPUTS/n; echo '[1,2]' > $PIPEC_OUTPUTS/l
    outputs: {n: int, l: "list<int>"}
  ask: {approve: sure}
  use: {uses: ./part.yaml, with: {x: "${{ steps.a.outputs.n }}", y: 2}}
  many: {for_each: "${{ steps.a.outputs.l }}", run: ":"}
  after: {needs: [many, ask], run: ":"}
"""
    found = look(tmp_path, spec)
    assert short(found) == (
        "a=runs after=may-run ask=asks many=may-run use.sure=runs use.unsure=may-run"
    )
    expect(found, run(spec, answers={"ask": True}))
    assert short(look(tmp_path, spec, answers={"ask": False})).startswith(
        "a=runs after=does-not-run"
    )


def test_the_command(start: Any, tmp_path: Path) -> None:
    spec = "steps:\n  a: {for_each: [x, y, z], run: 'touch $HERE/ran'}\n"
    process = start(spec, "--dry-run", "--explain")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out == "a[0..2]  runs          it has no `cache`\n3 runs\n"
    out, _ = start(spec, "--dry-run", "--format", "json").communicate(timeout=30)
    told = json.loads(out)
    assert told["dry_run"] is True
    assert told["steps"][2] == {
        "step": "a", "index": 2, "item": "z", "does": "runs", "state": None,
        "why": "it has no `cache`",
    }  # fmt: skip
    assert sorted(one.name for one in tmp_path.iterdir()) == ["spec.yaml"]
    process = start(spec, "--dry-run", "--only", "nothing")
    assert "no step of the pipeline" in process.communicate(timeout=30)[1]
    assert process.returncode == 2


def test_a_run_that_is_going_on(start: Any, tmp_path: Path) -> None:
    spec = "steps:\n  a: {run: 'echo ready; sleep 30'}\n"
    running = start(spec, "--format", "json")
    for line in running.stdout:
        if "ready" in line:
            break
    other = start(spec, "--dry-run")
    assert "going on already" in other.communicate(timeout=30)[1]
    assert other.returncode == 75
    running.terminate()
    running.communicate(timeout=30)


def test_a_name_cannot_harm_a_terminal() -> None:
    stream = StringIO(foreseen.as_text(Foresight("x", notes=["\x1b[2J"])))
    assert "\x1b" not in stream.read()
