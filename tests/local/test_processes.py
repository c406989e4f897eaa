"""Whole process trees end: at a timeout, when a program leaves some behind, when a run stops."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets pipec adopt orphans")
# how a program may try to get away
DAEMON = """
import os, signal, sys, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "CLEAN" in os.environ:
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(MARK)"], {})
time.sleep(MARK)
"""


# the fixture `run` itself looks that no process of the run is left
@pytest.mark.parametrize(
    "script",
    [
        "sleep 60",
        "sleep 60 & sleep 61",
        "trap '' TERM; sleep 60; sleep 60",
        "(trap '' TERM; sleep 60; sleep 60) & wait",
        "kill -STOP $$",
        "set -m 2>/dev/null; sleep 60 & sleep 61",
        pytest.param("setsid sleep 60 & sleep 61", marks=ON_LINUX),
        pytest.param(
            "setsid sh -c 'trap \"\" TERM; sleep 60; sleep 60' & sleep 61", marks=ON_LINUX
        ),
    ],
)
def test_a_timeout_ends_the_whole_tree(run: Any, script: str) -> None:
    began = time.monotonic()
    ran = run(f"steps:\n  a:\n    timeout: 1s\n    run: |\n      {script}\n")
    assert ran.states() == "a=failed"
    assert "a failed in 1." in ran.said
    assert "timeout after 1 s" in ran.said
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "script",
    [
        "sleep 60 &",
        "trap '' TERM; sleep 60 &",
        "(trap '' TERM; sleep 60) > /dev/null 2>&1 &",
        pytest.param("setsid sleep 60 & sleep 0.1", marks=ON_LINUX),
        pytest.param("setsid sh -c 'trap \"\" TERM; sleep 60; :' & sleep 0.1", marks=ON_LINUX),
        pytest.param('python3 -c "$DAEMON"; sleep 0.1', marks=ON_LINUX),
        pytest.param('CLEAN=1 python3 -c "$DAEMON"; sleep 0.3', marks=ON_LINUX),
    ],
)
def test_what_a_program_leaves_behind_is_ended(
    run: Any, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = str(60 + os.getpid() / 10**8)  # other workers may be in this test now
    monkeypatch.setenv("DAEMON", DAEMON.replace("MARK", mark))
    began = time.monotonic()
    ran = run(f"steps:\n  a:\n    run: |\n      {script}\n")
    assert ran.states() == "a=succeeded"
    assert time.monotonic() - began < 5
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert mark not in processes.stdout


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("sleep 60 & sleep 61", "failed"),
        ("trap '' TERM; sleep 60; sleep 60", "failed"),
        ("sleep 60 &", "succeeded"),
        ("(trap '' TERM; sleep 60; sleep 60) &", "succeeded"),
    ],
)
def test_without_adoption_the_group_is_ended(
    run: Any, script: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems other than Linux, where nothing tells when the last of a group is gone."""
    monkeypatch.setattr("pipec.backends.local.processes.adopt_orphans", lambda: False)
    began = time.monotonic()
    ran = run(f"steps:\n  a:\n    timeout: 1s\n    run: |\n      {script}\n")
    assert ran.states() == f"a={state}"
    assert time.monotonic() - began < 5


@ON_LINUX
def test_a_stray_of_one_step_is_left_to_it_while_it_runs(run: Any) -> None:
    """An orphan that calls `setsid` while its step runs is no business of a step that ends."""
    ran = run(
        """
steps:
  a:
    run: |
      sh -c 'setsid sh -c "sleep 0.8; echo alive > stray" & :'
      sleep 1.2
      cat stray
  b: {run: sleep 0.3}
  c: {run: sleep 0.5}
""",
        jobs=3,
    )
    assert ran.state == "succeeded", ran.said
    assert "a | alive" in ran.said


def test_output_held_open_or_flooded_does_no_harm(run: Any) -> None:
    ran = run("""
steps:
  a: {run: "exec >&- 2>&-; sleep 0.1"}
  b: {run: "yes | head -c 30000000"}
  c: {run: "head -c 3000000 /dev/zero | tr '\\\\0' x; echo; echo end"}
  d: {run: "printf 'no end'; yes > /dev/stderr &"}
""")
    assert ran.state == "succeeded"
    assert len(ran.log("b.1.log")) == 30_000_000
    assert "c | end" in ran.said
    assert max(map(len, ran.said.splitlines())) < 9000


def wait_for(what: Callable[[], Any], process: "subprocess.Popen[str]") -> Any:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError("it did not happen")


STOPPED = """
steps:
  a: {needs: [done], run: "echo $$ > $HERE/pid; sleep 60"}
  b: {needs: [a], run: ":"}
  done: {run: ":"}
finally: {z: {run: "echo clean"}}
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_cleanly(start: Any, tmp_path: Path, number: int, code: int) -> None:
    process = start(STOPPED, "--trace", "t.json")
    pid = int(
        wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), process)
    )
    process.send_signal(number)
    _, said = process.communicate(timeout=15)
    assert process.returncode == code
    trace = json.loads((tmp_path / "t.json").read_text())
    assert trace["state"] == "cancelled"
    states = {name: step["state"] for name, step in trace["steps"].items()}
    assert states == {"a": "cancelled", "b": "cancelled", "done": "succeeded", "z": "succeeded"}, (
        said
    )
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_second_signal_ends_it_at_once(start: Any, tmp_path: Path) -> None:
    process = start(
        """
steps: {a: {run: "trap '' TERM INT; touch $HERE/up; sleep 60; sleep 60"}}
finally: {z: {run: ":"}}
""",
        "--trace",
        "t.json",
    )
    wait_for((tmp_path / "up").exists, process)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 130
    assert time.monotonic() - began < 5
    trace = json.loads((tmp_path / "t.json").read_text())
    assert {name: step["state"] for name, step in trace["steps"].items()} == {
        "a": "cancelled",
        "z": "cancelled",
    }


def test_an_ignored_signal_stays_ignored(start: Any, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("steps: {a: {run: 'touch $HERE/up; sleep 1'}}")
    finally:
        signal.signal(signal.SIGHUP, before)
    wait_for((tmp_path / "up").exists, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=15)
    assert process.returncode == 0


def test_the_same_run_is_not_started_twice(start: Any, tmp_path: Path) -> None:
    spec = """
params: {n: {type: int, default: 1}}
steps: {a: {run: "touch $HERE/up; sleep 60"}}
"""
    first = start(spec)
    wait_for((tmp_path / "up").exists, first)
    second = start(spec)
    _, said = second.communicate(timeout=15)
    assert second.returncode == 75
    (run,) = [one.name for one in (tmp_path / ".pipec/runs").iterdir()]
    assert f"run {run} (process {first.pid})" in said
    other = start(spec, "-p", "n=2")
    wait_for(lambda: len(list((tmp_path / ".pipec/runs").iterdir())) == 2, other)
    for one in (first, other):
        one.send_signal(signal.SIGINT)
        one.communicate(timeout=15)


@ON_LINUX
def test_a_program_may_stop_what_watches_over_it(run: Any) -> None:
    ran = run("steps: {a: {timeout: 1s, run: 'kill -STOP $PPID; sleep 60'}}")
    assert ran.states() == "a=failed"
    assert "timeout after 1 s" in ran.said


@ON_LINUX
def test_nothing_is_left_where_all_that_watches_is_stopped_and_killed(
    start: Any, left: Any
) -> None:
    process = start(
        "steps: {a: {run: 'up=$(ps -o ppid= $PPID); kill -STOP $up $PPID; kill -9 $up; sleep 60'}}"
    )
    process.communicate(timeout=15)
    assert process.returncode == -signal.SIGKILL
    end = time.monotonic() + 15
    while found := left():
        assert time.monotonic() < end, found
        time.sleep(0.05)


def test_a_timeout_of_years(run: Any) -> None:
    ran = run("timeout: 3000d\nsteps: {a: {timeout: 3000d, run: ':'}}")
    assert ran.state == "succeeded"


def test_a_stopped_program_still_hears_the_end(run: Any) -> None:
    ran = run(
        """
steps:
  a:
    timeout: 1s
    run: |
      trap 'echo heard; exit 1' TERM
      kill -STOP $$
      sleep 60
"""
    )
    assert "a | heard" in ran.said


def test_the_run_has_a_limit_of_its_own(run: Any) -> None:
    ran = run(
        """
max_parallel: 2
steps:
  a:
    for_each: [1, 2, 3, 4, 5]
    run: ls ../.. | wc -l > $PIPEC_OUTPUTS/n; sleep 0.1
    outputs: {n: string}
""",
        jobs=5,
    )
    assert max(int(one) for one in ran.steps["a"]["outputs"]["n"]) == 2


def test_steps_run_side_by_side_up_to_the_limit(run: Any) -> None:
    script = """
      echo >> ../../../running
      n=$(ls ../.. | wc -l); sleep 0.2
      echo $n > $PIPEC_OUTPUTS/n
"""
    ran = run(
        f"""
steps:
  a:
    for_each: [1, 2, 3, 4, 5, 6]
    max_parallel: 2
    run: |{script}
    outputs: {{n: string}}
""",
        jobs=4,
    )
    assert max(int(one) for one in ran.steps["a"]["outputs"]["n"]) == 2
    ran = run(
        f"""
steps:
  a:
    for_each: [1, 2, 3, 4, 5, 6]
    run: |{script}
    outputs: {{n: string}}
""",
        jobs=3,
    )
    assert max(int(one) for one in ran.steps["a"]["outputs"]["n"]) == 3
