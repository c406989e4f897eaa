"""`pipec clean`: what goes, what stays, and that it harms nothing that is going on."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.clean import Wish, clean
from pipec.backends.local.part import Part

BIG = 300_000
SPEC = """
params: {n: {type: int, default: 1}}
steps:
  a:
    cache: true
    env: {N: "${{ params.n }}"}
    run: head -c 300000 /dev/urandom > $PIPEC_OUTPUTS/f
    outputs: {f: file}
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / ".pipec"


def runs(state: Path) -> list[str]:
    return sorted(one.name for one in (state / "runs").iterdir())


def files(state: Path, name: str) -> list[Path]:
    return [one for one in (state / "cache" / name).rglob("*") if one.is_file()]


def age(state: Path, *names: str, days: float) -> None:
    """Make runs, or with no name all results, look as if last used days ago."""
    then = time.time() - days * 86400
    for path in [state / "runs" / one / "journal.jsonl" for one in names] or files(
        state, "entries"
    ):
        os.utime(path, (then, then))


def size(state: Path) -> int:
    seen = {}
    cached = [one for one in (state / "cache").rglob("*") if one.is_file()]
    for one in [*(state / "runs").rglob("*"), *cached]:
        found = one.lstat()
        seen[found.st_ino] = found.st_blocks * 512
    return sum(seen.values())


def test_old_runs_go_and_the_last_stays(run: Any, state: Path) -> None:
    names = [run(SPEC).outcome.run for _ in range(3)]
    other = run(SPEC, {"n": 2}).outcome.run
    age(state, names[0], days=9)
    age(state, names[1], other, days=8)
    age(state, names[2], days=7.5)
    dry = clean(str(state), Wish(older_than=7 * 86400), dry=True)
    assert set(dry.runs) == {names[0], names[1]}
    assert len(runs(state)) == 4
    done = clean(str(state), Wish(older_than=7 * 86400))
    assert (done.runs, done.results) == (dry.runs, 0)
    assert set(runs(state)) == {names[2], other}  # the last of each identity, old as it is
    assert run(SPEC).steps["a"]["cached"] is True


def test_old_results_go_with_their_files(run: Any, state: Path) -> None:
    run(SPEC)
    age(state, days=8)
    run(SPEC, {"n": 2})
    assert len(files(state, "objects")) == 2
    done = clean(str(state), Wish(older_than=7 * 86400))
    assert (done.runs, done.results) == ([], 1)
    assert len(files(state, "objects")) == 1
    assert run(SPEC, {"n": 2}).steps["a"]["cached"] is True
    assert run(SPEC).steps["a"]["cached"] is False


def test_a_result_that_is_used_stays_young(run: Any, state: Path) -> None:
    run(SPEC)
    age(state, days=8)
    assert run(SPEC).steps["a"]["cached"] is True
    assert clean(str(state), Wish(older_than=7 * 86400)).results == 0


def test_a_file_that_two_results_share_stays_as_long_as_one(run: Any, state: Path) -> None:
    spec = SPEC.replace("head -c 300000 /dev/urandom", "echo $N | cut -c9-")
    run(spec)
    age(state, days=8)
    run(spec, {"n": 2})
    assert len(files(state, "objects")) == 1
    assert clean(str(state), Wish(older_than=7 * 86400)).results == 1
    assert run(spec, {"n": 2}).steps["a"]["cached"] is True


def test_size(run: Any, state: Path) -> None:
    names = []
    for number in range(5):
        names.append(run(SPEC, {"n": number}).outcome.run)
        names.append(run(SPEC, {"n": number}).outcome.run)
    now = time.time()
    for index, name in enumerate(names):
        then = now - 1000 + index * 10
        os.utime(state / "runs" / name / "journal.jsonl", (then, then))
    before = size(state)
    done = clean(str(state), Wish(max_size=before - 100_000))
    after = size(state)
    # files are counted once, however often they are linked
    assert before - after == pytest.approx(done.freed, abs=30_000)
    assert done.left == pytest.approx(after, abs=30_000)
    assert after <= before - 70_000 or set(runs(state)) == set(names[1::2])
    assert done.runs == names[0 : 2 * len(done.runs) : 2]
    clean(str(state), Wish(max_size=1))
    assert runs(state) == sorted(names[1::2])
    assert not files(state, "entries")


def test_all(run: Any, state: Path) -> None:
    for _ in range(2):
        run(SPEC)
    done = clean(str(state), Wish(everything=True))
    assert (len(done.runs), done.results) == (2, 1)
    assert runs(state) == []
    assert not files(state, "objects")
    assert done.freed > BIG
    assert run(SPEC).state == "succeeded"


def test_damaged_and_foreign_things_do_no_harm(run: Any, state: Path) -> None:
    kept = run(SPEC).outcome.run
    for path in files(state, "entries"):
        path.write_bytes(b"garbage")
    (state / "runs" / "no-journal").mkdir()
    (state / "runs" / "a-file").write_text("x")
    os.utime(state / "runs" / "no-journal", (1, 1))
    os.utime(state / "runs" / "a-file", (1, 1))
    (state / "cache" / "entries" / "x.json.1.tmp").write_text("half")
    os.utime(state / "cache" / "entries" / "x.json.1.tmp", (1, 1))
    clean(str(state), Wish(older_than=86400))
    assert kept in runs(state)
    assert not files(state, "entries")
    clean(str(state), Wish(everything=True))


LONG = """
params: {n: {type: int, default: 1}}
steps:
  a:
    cache: true
    run: touch $HERE/up; head -c 99999 /dev/urandom > $PIPEC_OUTPUTS/f
    outputs: {f: file}
  b:
    cache: true
    inputs: {f: "${{ steps.a.outputs.f }}"}
    run: sleep 1.5; cp $PIPEC_INPUTS/f $PIPEC_OUTPUTS/g
    outputs: {g: file}
  c:
    inputs: {g: "${{ steps.b.outputs.g }}"}
    run: sleep 0.5; wc -c < $PIPEC_INPUTS/g > $PIPEC_OUTPUTS/n
    outputs: {n: int}
"""


def test_a_run_that_is_going_on_is_left_alone(start: Any, state: Path, tmp_path: Path) -> None:
    process: subprocess.Popen[str] = start(LONG, "--trace", "t.json")
    while not (tmp_path / "up").exists():
        assert process.poll() is None
        time.sleep(0.02)
    while process.poll() is None:
        done = clean(str(state), Wish(everything=True))
        assert done.runs == [] or process.wait(1) == 0  # it had ended
        time.sleep(0.05)
    assert process.returncode == 0, process.communicate()
    trace = json.loads((tmp_path / "t.json").read_text())
    assert trace["steps"]["c"]["outputs"]["n"] == 99999


def test_many_runs_beside_a_clean_that_never_stops(start: Any, tmp_path: Path) -> None:
    """Whatever goes meanwhile, each run succeeds with the right result."""
    quick = LONG.replace("sleep 1.5; ", "").replace("sleep 0.5; ", "")
    end = time.monotonic() + 6
    while time.monotonic() < end:
        two = [start(quick, "-p", f"n={number}", "--trace", f"{number}.json") for number in (1, 2)]
        while any(one.poll() is None for one in two):
            if (tmp_path / ".pipec" / "cache").is_dir():
                clean(str(tmp_path / ".pipec"), Wish(everything=True))
        for number, one in enumerate(two, 1):
            _, said = one.communicate()
            assert one.returncode == 0, said
            trace = json.loads((tmp_path / f"{number}.json").read_text())
            assert trace["steps"]["c"]["outputs"]["n"] == 99999


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "say what may go: --older-than 7d, --max-size 5Gi or --all"),
        (["--older-than", "soon"], 2, "--older-than takes such as 7d"),
        (["--max-size", "5 GB"], 2, "--max-size takes such as 5Gi"),
        (["--all", "--state", "nowhere"], 2, "is no state folder"),
        (["--older-than", "7d"], 0, "removed 0 runs and 0 cached results: 0 bytes freed"),
        (["--all", "--dry-run"], 0, "would remove 1 runs and 1 cached results"),
        (["--all", "--format", "json"], 0, '"results": 1'),
        (["--all"], 0, "removed 1 runs and 1 cached results"),
    ],
)
def test_the_command(run: Any, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    run(SPEC)
    done = subprocess.run(
        [sys.executable, "-m", "pipec", "clean", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    gone = code == 0 and "--all" in words and "--dry-run" not in words
    assert (runs(tmp_path / ".pipec") == []) is gone


def test_a_run_stays_as_long_as_another_takes_results_from_it(run: Any, state: Path) -> None:
    spec = "steps:\n  a: {run: ':'}\n  b: {needs: [a], run: ':'}\n"
    first = run(spec).outcome.run
    second = run(spec, part=Part("b", True)).outcome.run
    age(state, first, days=9)
    age(state, second, days=8)
    assert clean(str(state), Wish(older_than=7 * 86400)).runs == []
    third = run(spec).outcome.run  # the last of its identity now
    dry = clean(str(state), Wish(older_than=7 * 86400), dry=True)
    assert clean(str(state), Wish(older_than=7 * 86400)).runs == dry.runs == [second, first]
    assert runs(state) == [third]


def test_what_cannot_be_removed_is_said(run: Any, state: Path, monkeypatch: Any) -> None:
    name = run(SPEC).outcome.run

    def refuse(path: str) -> None:
        raise PermissionError(1, "Operation not permitted", path)

    with monkeypatch.context() as patch:
        patch.setattr("pipec.backends.local.artifacts.remove", refuse)
        for _ in range(2):
            done = clean(str(state), Wish(everything=True))
            assert done.stuck == [f"{state}/.gone-{name}: operation not permitted"]
    assert clean(str(state), Wish(everything=True)).stuck == []
    assert not (state / f".gone-{name}").exists()
