"""A machine that does not let a run go on: nothing more is started, it is said, no traceback."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local import artifacts
from pipec.backends.local.journal import read

MANY = "steps:\n" + "".join(f"  s{index}: {{run: ':'}}\n" for index in range(60))
GONE = """
steps:
  a: {run: "rm -rf $HERE/.pipec"}
  b: {needs: [a], run: ":"}
finally: {z: {run: ":"}}
"""


def start(
    tmp_path: Path, spec: str, before: str, *words: str
) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "spec.yaml").write_text("pipec: 1\nname: example\n" + spec)
    return subprocess.run(
        [
            "sh",
            "-c",
            f'{before}; exec "$0" "$@"',
            *(sys.executable, "-m", "pipec", "run", "spec.yaml", *words),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("spec", "before", "words", "message"),
    [
        (MANY, "ulimit -f 4", [], "the journal cannot be written"),
        (MANY, "ulimit -n 14", ["-j", "40"], "too many open files"),
        (GONE, 'HERE="$PWD"; export HERE', [], "no more steps can be started"),
    ],
    ids=["no room on the disk", "no descriptors", "the state folder is gone"],
)
def test_trouble(tmp_path: Path, spec: str, before: str, words: list[str], message: str) -> None:
    done = start(tmp_path, spec, before, "--trace", "t.json", *words)
    assert done.returncode == 1, done.stderr
    assert message in done.stderr
    assert done.stderr.count("cannot be written") <= 3
    assert "Traceback" not in done.stderr
    assert "fault of pipec" not in done.stderr
    for journal in tmp_path.glob(".pipec/runs/*/journal.jsonl"):
        records, lost = read(str(journal))
        assert records
        assert lost == 0


def test_a_trace_that_cannot_be_written(tmp_path: Path) -> None:
    done = start(tmp_path, "steps: {a: {run: ':'}}", ":", "--trace", "no/such/folder/t.json")
    assert done.returncode == 1
    assert "the trace no/such/folder/t.json cannot be written: No such file" in done.stderr
    (trace,) = tmp_path.glob(".pipec/runs/*/trace.json")
    assert json.loads(trace.read_text())["state"] == "succeeded"


def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = start(tmp_path, "steps: {a: {run: ':'}}", ":", "--state", "file/inside")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_run_inside_a_run(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "pipec: 1\nname: other\nsteps: {o: {run: 'touch $HERE/other'}}"
    )
    spec = """
steps:
  other: {run: "cd $HERE && python3 -m pipec run other.yaml"}
  same: {run: "cd $HERE && python3 -m pipec run spec.yaml || test $? = 75"}
"""
    done = start(tmp_path, spec, 'HERE="$PWD"; export HERE')
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "other").exists()
    assert "the same run is going on already" in done.stderr


def test_the_same_command_goes_on_once_there_is_room(tmp_path: Path) -> None:
    assert start(tmp_path, MANY, "ulimit -f 4").returncode == 1
    (journal,) = tmp_path.glob(".pipec/runs/*/journal.jsonl")
    before = {one["step"] for one in read(str(journal))[0] if one["event"] == "ended"}
    assert before
    done = start(tmp_path, MANY, ":", "--trace", "t.json")
    assert done.returncode == 0, done.stderr
    states = json.loads((tmp_path / "t.json").read_text())["steps"].values()
    assert [one["state"] for one in states] == ["succeeded"] * 60
    records = read(str(journal))[0]  # of the same run
    at = next(i for i, one in enumerate(records) if one["event"] == "continued")
    assert before.isdisjoint(one["step"] for one in records[at:] if one["event"] == "started")


def test_what_a_program_left_may_stay(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """As where a container left files of another user: nobody is harmed by them."""
    real = artifacts.remove

    def remove(path: str) -> None:
        if Path(path, "work/stays").exists() or path.endswith("/attempts"):
            raise PermissionError(1, "Operation not permitted", f"{path}/stays")
        real(path)

    monkeypatch.setattr(artifacts, "remove", remove)
    spec = "steps: {a: {run: touch stays}, b: {needs: [a], run: 'touch stays; test -e $OK'}}"
    monkeypatch.setenv("OK", str(tmp_path / "ok"))
    first = run(spec, leaving=True)
    assert first.states() == "a=succeeded b=failed"
    assert "what a left cannot be removed: " in first.said
    (tmp_path / "ok").touch()
    again = run(spec, retry="", leaving=True)
    assert again.states() == "a=succeeded b=succeeded", again.said
    left = Path(again.outcome.folder, "attempts")
    assert sorted(one.name for one in left.iterdir()) == ["1", "2", "3"]
