"""Looking back: `pipec runs` and `pipec logs`, from what a run leaves on disk."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.history import find, logs, past
from pipec.backends.local.refusal import RefusalError

SPEC = """
params: {least: {type: float, default: 0.9}}
steps:
  load: {run: "echo loading; echo 0.5 > $PIPEC_OUTPUTS/share", outputs: {share: float}}
  many:
    for_each: [x, y, z]
    env: {I: "${{ item }}"}
    retry: 2
    run: 'echo "$I $PIPEC_ATTEMPT"; test $I != y'
  no: {when: steps.load.outputs.share > params.least, run: ":"}
  after: {needs: [many], run: ":"}
  odd: {run: "printf 'a\\\\033[31mb\\\\000\\\\377\\\\n'"}
finally:
  last: {run: ":"}
"""


def pipec(folder: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "pipec", *words], cwd=folder, capture_output=True, timeout=60
    )


@pytest.fixture
def ran(run: Any, tmp_path: Path) -> Any:
    return run(SPEC, jobs=1)


def test_the_list_of_runs(ran: Any, tmp_path: Path) -> None:
    done = pipec(tmp_path, "runs")
    head, line = done.stdout.decode().splitlines()
    assert head.split() == ["RUN", "PIPELINE", "WHEN", "TOOK", "STATE", "WHAT"]
    assert line.startswith(f"{ran.outcome.run}  example")
    assert line.endswith("failed  failed: many[1]")
    (tmp_path / "below").mkdir()
    assert pipec(tmp_path / "below", "runs").stdout == done.stdout
    found = json.loads(pipec(tmp_path, "runs", "--format", "json").stdout)["runs"]
    assert [one["run"] for one in found] == [ran.outcome.run]
    assert found[0]["state"] == "failed"
    assert found[0]["failed"] == ["many[1]"]
    assert found[0]["steps"] == {"failed": 1, "skipped": 1, "succeeded": 3, "upstream_failed": 1}
    assert found[0]["ended"] >= found[0]["began"]
    assert found[0]["folder"] == ran.outcome.folder


def test_the_latest_runs_come_first_and_only_so_many(run: Any, tmp_path: Path) -> None:
    names = [run("steps: {a: {run: ':'}}").outcome.run for _ in range(3)]
    latest = sorted(names, reverse=True)
    lines = pipec(tmp_path, "runs", "--limit", "2").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines[1:]] == latest[:2]
    assert lines[1].endswith("succeeded  1 succeeded")
    (tmp_path / ".pipec/runs" / latest[0] / "journal.jsonl").unlink()
    lines = pipec(tmp_path, "runs", "--limit", "2").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines[1:]] == latest[1:]


LOGS: list[tuple[list[str], bytes]] = [
    (["load"], b"loading\n"),
    (["many[0]"], b"x 1\n"),
    (["many[1]", "--attempt", "2"], b"y 2\n"),
    (["many", "--attempt", "2"], b"y 2\n"),
    (["odd"], b"a\x1b[31mb\0\xff\n"),
]


@pytest.mark.parametrize(("words", "expected"), LOGS, ids=lambda one: str(one)[:30])
def test_one_log_is_printed_byte_for_byte(
    ran: Any, tmp_path: Path, words: list[str], expected: bytes
) -> None:
    done = pipec(tmp_path, "logs", "last", *words)
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, b"")


def test_several_logs_each_say_whose_they_are(ran: Any, tmp_path: Path) -> None:
    done = pipec(tmp_path, "logs", ran.outcome.run, "many")
    heads = [line for line in done.stdout.decode().splitlines() if line.startswith("==>")]
    assert [line.partition(" in ")[0] for line in heads] == [
        "==> many[0] (x): succeeded",
        "==> many[1] (y), attempt 1: exit 1",
        "==> many[1] (y), attempt 2: exit 1",
        "==> many[2] (z): succeeded",
    ]
    everything = pipec(tmp_path, "logs", "last").stdout.decode(errors="replace")
    assert everything.count("==>") == 6
    assert everything.startswith("==> load: succeeded in ")


def test_inner_steps_of_components(run: Any, tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text(
        "pipec: 1\ncomponent: part\ninputs: {n: string}\nsteps:\n"
        '  fit: {inputs: {n: "${{ inputs.n }}"}, run: cat $PIPEC_INPUTS/n}\n'
        '  end: {needs: [fit], run: ":"}\n'
    )
    spec = """
steps:
  train: {uses: ./part.yaml, for_each: [p, q], with: {n: "${{ item }}"}}
"""
    ran = run(spec)
    assert ran.state == "succeeded", ran.said
    for words, expected in [("train[1].fit", b"q"), ("train[0]", b"p")]:
        assert pipec(tmp_path, "logs", "last", words).stdout == expected
    assert pipec(tmp_path, "logs", "last", "train.fit").stdout.count(b"==>") == 2


NOTHING = [
    ("no", "`when` is false: steps.load.outputs.share > params.least, where"),
    ("no", "where steps.load.outputs.share is 0.5, params.least is 0.9\n"),
    ("after", 'pipec: after: upstream_failed: "many" failed\n'),
]


@pytest.mark.parametrize(("step", "why"), NOTHING)
def test_a_step_that_did_not_run_says_why(ran: Any, tmp_path: Path, step: str, why: str) -> None:
    done = pipec(tmp_path, "logs", "last", step)
    assert (done.returncode, done.stdout) == (0, b"")
    assert why in done.stderr.decode()


WRONG = [
    (["last", "lod"], 'there is no step "lod" in run RUN; did you mean "load"?'),
    (["last", "zzz"], "there are load, many, no, after, odd, last"),
    (["last", "many[7]"], '"many[7]" has no such instance in run RUN'),
    (["last", "many", "--attempt", "9"], "there is no attempt 9; the last is 2"),
    (["1999"], 'there is no run "1999" in ".pipec"; the latest are RUN'),
    (["last", "--state", "nowhere"], '"nowhere" is no state folder: it has no `runs` in it'),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=lambda one: str(one)[:30])
def test_wrong_names(ran: Any, tmp_path: Path, words: list[str], message: str) -> None:
    done = pipec(tmp_path, "logs", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message.replace("RUN", ran.outcome.run) in done.stderr.decode()


def test_a_run_is_found_by_how_its_name_begins_or_ends(tmp_path: Path) -> None:
    for name in ("20260101-000000-aaaa", "20260101-000001-bbbb", "20270101-000000-cccc"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    meant = {"2027": "20270101-000000-cccc", "aaaa": "20260101-000000-aaaa",
             "20260101-000001": "20260101-000001-bbbb", "last": "20270101-000000-cccc"}  # fmt: skip
    for word, name in meant.items():
        assert Path(find.choose(str(tmp_path), word)).name == name
    with pytest.raises(RefusalError, match='"2026" may be 2 runs: 20260101-000001-bbbb, 2026'):
        find.choose(str(tmp_path), "2026")
    with pytest.raises(RefusalError, match='did you mean "20270101-000000-cccc"'):
        find.choose(str(tmp_path), "20270101-000000-cccd")


def test_state_folders_further_down_are_named(tmp_path: Path) -> None:
    done = pipec(tmp_path, "runs")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"there are no runs here or in a folder above" in done.stderr
    (tmp_path / "a/b/.pipec/runs").mkdir(parents=True)
    assert b"say --state a/b/.pipec" in pipec(tmp_path, "runs").stderr


def test_the_end_of_a_log(run: Any, tmp_path: Path) -> None:
    run("steps: {a: {run: 'seq 100000'}, b: {run: 'printf 1; echo; printf 2'}}")
    for number in (1, 3, 20000):
        done = pipec(tmp_path, "logs", "last", "a", "-n", str(number))
        lines = [b"%d\n" % one for one in range(100001 - number, 100001)]
        assert done.stdout == b"".join(lines)
    assert pipec(tmp_path, "logs", "last", "a", "-n", "999999").stdout.count(b"\n") == 100000
    assert pipec(tmp_path, "logs", "last", "b", "-n", "1").stdout == b"2"


def test_a_log_does_no_harm_to_a_terminal(ran: Any, tmp_path: Path) -> None:
    pid, master = pty.fork()
    if not pid:
        os.chdir(tmp_path)
        words = [sys.executable, "-m", "pipec", "logs", "last", "odd"]
        os.execv(sys.executable, words)  # noqa: S606 # no shell is what is wanted
    shown = b"".join(_until_closed(master))
    os.close(master)
    os.waitpid(pid, 0)
    assert shown == b"a\\x1b[31mb\\x00\\xff\r\n"


def _until_closed(master: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:
            return
        if not data:
            return
        yield data


GOING = """
steps:
  a:
    run: |
      echo one; printf tw
      while ! test -e $HERE/go; do sleep 0.05; done
      echo o; echo three
  b: {needs: [a], run: echo four}
"""


def test_a_run_that_goes_on_is_followed(start: Any, tmp_path: Path) -> None:
    process = start(GOING)
    wait_for(lambda: list(tmp_path.glob(".pipec/runs/*/logs/a.1.log")))
    assert b"running" in pipec(tmp_path, "runs").stdout
    following = [
        subprocess.Popen(
            [sys.executable, "-m", "pipec", "logs", "last", *words],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
        )
        for words in (["a", "-f"], ["-f"])
    ]
    time.sleep(0.5)
    (tmp_path / "go").touch()
    assert following[0].communicate(timeout=20)[0] == b"one\ntwo\nthree\n"
    expected = b"a | one\na | two\na | three\nb | four\n"
    assert following[1].communicate(timeout=20)[0] == expected
    assert process.wait(timeout=20) == 0
    assert b"succeeded" in pipec(tmp_path, "runs").stdout


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_run_that_was_cut_off(start: Any, tmp_path: Path) -> None:
    process = start(GOING)
    wait_for(lambda: list(tmp_path.glob(".pipec/runs/*/logs/a.1.log")))
    process.kill()
    process.wait()
    wait_for(lambda: b"unfinished" in pipec(tmp_path, "runs").stdout)
    assert pipec(tmp_path, "logs", "last", "a", "-f").stdout == b"one\ntw"
    (tmp_path / "go").touch()


def test_any_part_of_a_journal_can_be_read(ran: Any) -> None:
    journal = Path(ran.outcome.folder) / "journal.jsonl"
    data = journal.read_bytes()
    for length in range(0, len(data), 37):
        journal.write_bytes(data[:length])
        found = past.read(ran.outcome.folder)
        assert found is None or found.state == "unfinished"
        assert found is None or len(list(logs.parts(found.all_steps))) >= 3
    journal.write_bytes(data)
    found = past.read(ran.outcome.folder)
    assert found
    assert found.state == "failed"


def test_the_past_agrees_with_the_trace(ran: Any) -> None:
    found = past.read(ran.outcome.folder)
    assert found
    trace = ran.steps
    assert {one.name: one.state for one in found.all_steps} == {
        name: step["state"] for name, step in trace.items()
    }
    assert {one.name: one.tries for one in found.all_steps} == {
        name: step["attempts"] for name, step in trace.items()
    }
    many = found.steps[1]
    assert [one.state for one in many.parts] == [one["state"] for one in trace["many"]["instances"]]
    assert [one.item for one in many.parts] == ["x", "y", "z"]


def test_a_run_that_was_continued(start: Any, tmp_path: Path) -> None:
    spec = """
steps:
  a: {run: echo a}
  b: {needs: [a], run: "echo b; test -e $HERE/go"}
  c: {needs: [b], run: echo c}
"""
    assert start(spec).wait(timeout=30) == 1
    (tmp_path / "go").touch()
    assert start(spec, "--retry").wait(timeout=30) == 0
    (folder,) = (tmp_path / ".pipec/runs").iterdir()
    found = past.read(str(folder))
    assert found
    assert found.state == "succeeded"
    assert [one.state for one in found.steps] == ["succeeded"] * 3
    assert [one.tries for one in found.steps] == [1, 2, 1]
    assert pipec(tmp_path, "runs").stdout.decode().endswith("succeeded  3 succeeded\n")
    assert pipec(tmp_path, "logs", "last", "a").stdout == b"a\n"
    assert pipec(tmp_path, "report", "last").returncode == 0
