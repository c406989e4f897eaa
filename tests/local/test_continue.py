"""A run that was cut off goes on: by the same command, whatever of its journal is left."""

import random
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import local
from pipec.backends.local import earlier
from pipec.backends.local.history import past
from pipec.backends.local.journal import read
from pipec.backends.local.part import Part
from pipec.backends.local.store import RunFolder

SPEC = """
params: {n: {type: int, default: 1}}
steps:
  a:
    run: echo a >> $LEDGER; echo 3 > $PIPEC_OUTPUTS/n; echo text > $PIPEC_OUTPUTS/f
    outputs: {n: int, f: file}
  b:
    for_each: [4, 5]
    retry: 2
    env: {N: "${{ steps.a.outputs.n }}", I: "${{ item }}"}
    run: echo b$I >> $LEDGER; echo $((N + I)) > $PIPEC_OUTPUTS/n; test $PIPEC_ATTEMPT$I != 14
    outputs: {n: int}
  c: {inputs: {f: "${{ steps.a.outputs.f }}"}, run: "echo c >> $LEDGER; cat $PIPEC_INPUTS/f"}
finally:
  z: {env: {S: "${{ run.state }}"}, run: "echo z $S >> $LEDGER"}
"""
ALL = ["a", "b4", "b4", "b5", "c", "z succeeded"]


class Ledger:
    """What programs wrote down outside of their runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self) -> list[str]:
        """Give what was written since the last time, sorted."""
        found = sorted(self._path.read_text().splitlines()) if self._path.exists() else []
        self._path.write_text("")
        return found


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    return Ledger(tmp_path / "ledger")


def journal_of(ran: Any) -> Path:
    return Path(ran.outcome.folder) / "journal.jsonl"


def cut(ran: Any, event: str, step: str | None = None) -> None:
    """Cut a journal behind the last record of a kind."""
    lines = journal_of(ran).read_bytes().splitlines(keepends=True)
    records, _ = read(str(journal_of(ran)))
    at = [
        index
        for index, one in enumerate(records)
        if one["event"] == event and step in (None, one.get("step"))
    ]
    journal_of(ran).write_bytes(b"".join(lines[: at[-1] + 1]))


def without_run(ran: Any) -> dict[str, Any]:
    return {**ran.outcome.trace, "run": ""}


def test_a_finished_run_is_not_continued(run: Any, ledger: Ledger) -> None:
    first = run(SPEC)
    assert ledger.take() == ALL
    second = run(SPEC)
    assert second.outcome.run != first.outcome.run
    assert ledger.take() == ALL


@pytest.mark.parametrize(
    ("event", "step", "again"),
    [
        ("run", None, ALL),
        ("started", "a", ALL),
        ("ended", "a", ["b4", "b4", "b5", "c", "z succeeded"]),
        ("ended", "b[1]", ["z succeeded"]),
        ("finally", None, ["z succeeded"]),
        ("started", "z", ["z succeeded"]),
        ("ended", "z", []),
    ],
)
def test_the_same_command_goes_on(
    run: Any, ledger: Ledger, event: str, step: str | None, again: list[str]
) -> None:
    first = run(SPEC, jobs=1)
    ledger.take()
    cut(first, event, step)
    second = run(SPEC, jobs=3)
    assert second.outcome.run == first.outcome.run
    assert without_run(second) == without_run(first)
    done = ledger.take()
    if step == "b[1]":  # whether c came before it is no matter
        done = [one for one in done if one != "c"]
    assert done == again
    assert run(SPEC).outcome.run != first.outcome.run


def test_a_journal_cut_or_damaged_anywhere(run: Any, ledger: Ledger) -> None:
    first = run(SPEC, jobs=1)
    path = journal_of(first)
    data = path.read_bytes()
    dice = random.Random(11)  # noqa: S311 # a seed makes the same damage again
    places = [data.index(b"\n") + 1 + dice.randrange(len(data) // 2) for _ in range(8)]
    for index, at in enumerate(places):
        damaged = data[:at] if index % 2 else data[:at] + b"#" + data[at + 1 :]
        path.write_bytes(damaged)
        again = run(SPEC)
        assert again.outcome.run == first.outcome.run
        assert without_run(again) == without_run(first)
        assert "torn or damaged" in again.said
        records, lost = read(str(path))
        assert (lost, records[-1]["event"]) == (0, "end")


def test_every_cut_is_read_as_the_whole_records_before_it(run: Any, ledger: Ledger) -> None:
    path = journal_of(run(SPEC))
    data = path.read_bytes()
    folder = RunFolder(str(path.parent))
    for length in range(len(data)):
        path.write_bytes(data[:length])
        found = earlier.load(folder)
        whole = data[:length].count(b"\n")
        assert (found.count if found else 0) == whole
        if found:
            assert found.length == data[:length].rfind(b"\n") + 1
            assert not found.finished


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_journal_damaged_from_its_beginning(run: Any, ledger: Ledger, at: int) -> None:
    first = run(SPEC)
    data = journal_of(first).read_bytes()
    at = data.index(b"\n") if at < 0 else at
    journal_of(first).write_bytes(data[:at] + b"#" + data[at + 1 :])
    ledger.take()
    with pytest.raises(local.RefusalError, match=r"damaged from its beginning.*cannot"):
        run(SPEC, retry="")
    second = run(SPEC)
    assert "is damaged from its beginning: nothing of it can be kept" in second.said
    assert second.outcome.run != first.outcome.run
    assert without_run(second) == without_run(first)
    assert ledger.take() == ALL


def test_what_was_kept_and_then_changed_is_made_again(run: Any, ledger: Ledger) -> None:
    first = run(SPEC)
    cut(first, "ended", "c")
    ledger.take()
    (Path(first.outcome.folder) / "outputs/a/f").write_text("tampered")
    second = run(SPEC)
    assert 'output "f" of a is not as it was kept: a runs again' in second.said
    assert without_run(second) == without_run(first)
    assert "a" in ledger.take()


def test_an_edit_in_between(run: Any, ledger: Ledger) -> None:
    first = run(SPEC)
    cut(first, "finally")
    ledger.take()
    second = run(SPEC.replace("echo c >>", "echo new >>"))
    assert second.outcome.run == first.outcome.run
    assert "changed since they ran, so they run again: c" in second.said
    assert ledger.take() == ["new", "z succeeded"]


FAILING = """
steps:
  a: {run: "echo a >> $LEDGER"}
  b: {needs: [a], retry: 2, run: "echo b >> $LEDGER; test -e $LEDGER.ok"}
  c: {needs: [b], run: "echo c >> $LEDGER"}
finally: {z: {run: "echo z >> $LEDGER"}}
"""


def test_retry(run: Any, ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(local.RefusalError, match="there is no run to retry"):
        run(FAILING, retry="")
    first = run(FAILING)
    assert first.states() == "a=succeeded b=failed/2 c=upstream_failed z=succeeded"
    ledger.take()
    (tmp_path / "ledger.ok").touch()
    second = run(FAILING, retry="")
    assert second.outcome.run == first.outcome.run
    assert second.states() == "a=succeeded b=succeeded c=succeeded z=succeeded"
    assert ledger.take() == ["b", "c", "z"]
    with pytest.raises(local.RefusalError, match="succeeded: there is nothing to retry"):
        run(FAILING, retry=first.outcome.run)
    with pytest.raises(local.RefusalError, match='there is no run "20200101-000000-0000"'):
        run(FAILING, retry="20200101-000000-0000")


def test_a_part_on_the_results_of_the_last_run(run: Any, ledger: Ledger) -> None:
    with pytest.raises(local.RefusalError, match="no earlier run to take results from"):
        run(SPEC, part=Part("b", True))
    first = run(SPEC)
    ledger.take()
    alone = run(SPEC, part=Part("c", True))
    assert alone.states() == "a=succeeded b=skipped c=succeeded"
    assert ledger.take() == ["c"]
    following = run(SPEC, part=Part("b", False))
    assert ledger.take() == ["b4", "b4", "b5", "z succeeded"]
    assert following.steps["a"]["outputs"] == first.steps["a"]["outputs"]
    assert following.outcome.run != first.outcome.run
    based = run(SPEC, part=Part("c", False, first.outcome.run))
    assert based.steps["b"]["outputs"] == first.steps["b"]["outputs"]
    with pytest.raises(local.RefusalError, match='"cc" is no step of the pipeline'):
        run(SPEC, part=Part("cc", False))
    (Path(first.outcome.folder) / "outputs/a/f").unlink()
    with pytest.raises(local.RefusalError, match='output "f" of "a" is gone or was changed'):
        run(SPEC, part=Part("c", True))


def test_a_part_names_what_is_missing(run: Any, ledger: Ledger) -> None:
    run(FAILING)
    ledger.take()
    ran = run(FAILING, part=Part("c", True))  # needs b, but reads nothing of it
    assert ran.states().endswith("c=succeeded")
    reading = FAILING.replace('run: "echo b', 'outputs: {n: int}, run: "echo b').replace(
        "c: {needs: [b],", 'c: {env: {N: "${{ steps.b.outputs.n }}"},'
    )
    with pytest.raises(local.RefusalError, match='"b", whose outputs are needed, is failed'):
        run(reading, part=Part("c", True))


def test_an_answered_approval_is_kept(run: Any, ledger: Ledger) -> None:
    spec = "steps:\n  ask: {approve: sure}\n  go: {needs: [ask], run: ':'}\n"
    first = run(spec, answers={"ask": True})
    cut(first, "started", "go")
    assert run(spec).states() == "ask=succeeded go=succeeded"


def test_numbers_keep_the_text_that_programs_gave(run: Any, ledger: Ledger) -> None:
    spec = """
steps:
  a:
    run: echo 0.00001 > $PIPEC_OUTPUTS/x; echo '{"y":[0.00001,1e22]}' > $PIPEC_OUTPUTS/j
    outputs: {x: float, j: json}
  many: {for_each: [1], run: "echo 0.00001 > $PIPEC_OUTPUTS/x", outputs: {x: float}}
  b:
    env: {X: "${{ steps.a.outputs.x }}", J: "${{ steps.a.outputs.j }}"}
    inputs: {xs: "${{ steps.many.outputs.x }}"}
    run: echo "$X $J $(cat $PIPEC_INPUTS/xs)" >> $LEDGER
"""
    ran = run(spec)
    told = ledger.take()
    assert len(told) == 1
    cut(ran, "started", "b")
    assert run(spec).outcome.run == ran.outcome.run
    assert ledger.take() == told
    run(spec, part=Part("b", True))
    assert ledger.take() == told


def test_a_part_shows_what_the_earlier_run_did(run: Any, ledger: Ledger) -> None:
    first = run(SPEC)
    ran = run(SPEC, part=Part("c", False))
    for name in ("a", "b"):
        assert ran.steps[name] == first.steps[name]
    found = past.read(ran.outcome.folder)
    assert found
    a, b, _, _ = found.all_steps
    assert [one.state for one in b.parts] == ["succeeded", "succeeded"]
    assert [one.outputs for one in b.parts] == [{"n": 7}, {"n": 8}]
    assert (a.tries, b.tries) == (1, 3)
    assert a.parts[0].outputs["n"] == 3
    path, size = a.parts[0].kept["f"]
    assert (Path(path).read_text(), size) == ("text\n", 5)
    again = run(SPEC, part=Part("c", False))  # on the run of a part
    assert again.steps["b"] == first.steps["b"]


def test_a_run_has_ended_only_when_its_trace_is_written(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed between the two goes on, and writes the trace."""
    events: list[str] = []

    def look(_: object) -> bytes:
        (journal,) = tmp_path.glob(".pipec/runs/*/journal.jsonl")
        events.extend(one["event"] for one in read(str(journal))[0])
        return b""

    monkeypatch.setattr("pipec.backends.local.trace.encode", look)
    run("steps: {a: {run: ':'}}")
    assert "ended" in events
    assert "end" not in events
