"""What a person or a program sees while a run goes on."""

import json
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.progress import Context, Frame, Instance
from pipec.backends.local.report import forecast
from pipec.backends.local.report.block import Block, tail
from pipec.backends.local.report.lines import JsonLines
from pipec.backends.local.report.plain import Plain
from pipec.backends.local.report.quiet import Quiet
from pipec.backends.local.report.words import fit, width
from pipec.compiler.compilation import check_spec


def frame_of(tmp_path: Path, steps: str) -> Frame:
    path = tmp_path / "spec.yaml"
    path.write_text(f"pipec: 1\nname: example\nsteps:\n{steps}")
    checked = check_spec(str(path))
    assert checked.pipeline, checked.diagnostics
    return Frame(checked.pipeline.steps, Context({}, {}), lambda: None)


def begin(frame: Frame, name: str, at: float = 0.0) -> Instance:
    run = frame.runs[name]
    instance = Instance(run, name, began=at)
    run.instances = [instance]
    return instance


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abc", 5, "abc"),
        ("abcdef", 3, "abc"),
        ("日本語", 5, "日本"),
        ("e\u0301e\u0301", 1, "e\u0301"),
        ("a日", 2, "a"),
    ],
)
def test_texts_fit_a_terminal(text: str, columns: int, expected: str) -> None:
    assert fit(text, columns) == expected
    assert width(expected) <= columns


def test_the_last_lines_of_what_was_printed() -> None:
    assert tail(b"a\n\nb\r\n 10%\r 50%\n\x1b[31mred\n\n", 2) == [" 50%", "\\x1b[31mred"]
    assert tail(b"", 3) == []


def test_300_running_steps_fit_24_lines(tmp_path: Path) -> None:
    frame = frame_of(tmp_path, "".join(f'  s{i}: {{run: ":"}}\n' for i in range(300)))
    block = Block()
    for name in frame.runs:
        block.began(begin(frame, name))
    lines = block.lines((frame,), 22, "3 s")
    assert len(lines) <= 22
    assert lines[-2:] == ["  … and 286 more steps", "  0 of 300 steps, 3 s"]


def test_what_runs_shows_what_it_printed_last(tmp_path: Path) -> None:
    frame = frame_of(tmp_path, '  a: {run: ":"}\n  b: {run: ":"}\n')
    block = Block()
    first, second = begin(frame, "a"), begin(frame, "b")
    block.began(first)
    block.began(second)
    for number in range(1000):
        block.printed(first, b"line %d\n" % number * 100)
    shown = [line for line in block.lines((frame,), 22, "") if "│" in line]
    assert shown == ["    │ line 999"] * 3
    assert [line[:5] for line in block.lines((frame,), 3, "")] == ["  ▸ a", "  ▸ b", "  0 o"]
    block.ended(first)
    assert [line[:5] for line in block.lines((frame,), 22, "")] == ["  ▸ b", "  0 o"]


CHAIN = """
  a: {run: ":"}
  b: {needs: [a], run: ":"}
  c: {run: ":"}
"""


@pytest.mark.parametrize(
    ("known", "jobs", "expected"),
    [
        ({"a": 10, "b": 5, "c": 1}, 4, 15),
        ({"a": 10, "b": 5, "c": 30}, 1, 45),
        ({"a": 10, "b": 5, "c": 30}, 2, 30),
        ({"b": 5}, 2, 5),
        ({}, 2, 0),
    ],
)
def test_how_long_it_still_takes(
    tmp_path: Path, known: dict[str, float], jobs: int, expected: float
) -> None:
    frame = frame_of(tmp_path, CHAIN)
    assert forecast.left((frame,), known, jobs, now=0.0) == expected
    begin(frame, "a", at=100.0)
    gone = min(known.get("a", 0), 4)
    passed = forecast.left((frame,), known, jobs, now=104.0)
    assert expected - gone <= passed <= expected
    frame.runs["c"].state = "succeeded"
    assert forecast.left((frame,), known, 9, now=200.0) == known.get("b", 0)


def test_times_are_learnt_from_runs_of_the_same_pipeline_that_succeeded(run: Any) -> None:
    spec = 'steps:\n  a: {run: "sleep 0.1"}\n  m: {for_each: [1, 2], run: "sleep 0.1"}\n'
    folder = run(spec).outcome.folder
    run("steps: {a: {run: 'exit 1'}, new: {run: ':'}}")
    next_run = str(Path(folder).with_name("next"))
    known = forecast.learn(next_run, "example")
    assert set(known) == {"a", "m"}
    assert 0.1 <= known["m"] < 60
    assert forecast.learn(folder, "example") == {}
    assert forecast.learn(next_run, "another") == {}


class Clock:
    """A time that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("kind", [Plain, JsonLines])
def test_silence_is_broken_every_minute(tmp_path: Path, kind: Any) -> None:
    clock, stream = Clock(), StringIO()
    reporter = kind(stream, quiet=Quiet(clock))
    instance = begin(frame_of(tmp_path, '  a: {run: ":"}\n'), "a")
    reporter.attempt_started(instance, 1)
    for clock.now in (30.0, 61.0, 90.0):
        reporter.tick()
    reporter.printed(instance, b"x\n")
    for clock.now in (120.0, 149.0, 151.0):
        reporter.tick()
    instance.state = "succeeded"
    reporter.instance_ended(instance)
    clock.now = 900.0
    reporter.tick()
    lines = stream.getvalue().splitlines()[1:]
    if kind is Plain:
        assert lines == [
            "a still runs after 61 s, silent for 61 s",
            "a | x",
            "a still runs after 2 min 31 s, silent for 61 s",
        ]
    else:
        found = [json.loads(line) for line in lines]
        assert [one["event"] for one in found] == ["alive", "printed", "alive"]
        assert (found[2]["step"], found[2]["seconds"], found[2]["silent"]) == ("a", 151, 61)


def test_a_failed_run_ends_with_the_commands_that_help(start: Any, tmp_path: Path) -> None:
    spec = """
params: {text: {type: string, default: x}}
steps:
  many: {for_each: [1, 2, 3, 4, 5, 6, 7], run: "echo working; echo broken >&2; exit 9"}
"""
    process = start(spec, "-p", "text=a b", "-j", "2")
    said = process.communicate(timeout=60)[1]
    (run,) = (tmp_path / ".pipec/runs").iterdir()
    end = said[said.rindex("many failed: 7 of 7") :]
    assert end.count("  | broken\n") == 5
    assert f"all of it: pipec logs {run.name} 'many[4]'\n" in end
    assert "... and 2 more failed" in end
    command = "pipec run spec.yaml --param 'text=a b' --jobs 2"
    assert f"what failed runs again with: {command} --retry\n" in end
    line = f"exec {sys.executable} -m pipec logs {run.name} 'many[4]'"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True)
    assert done.stdout == b"working\nbroken\n"


def test_a_run_that_was_stopped_says_how_it_goes_on(start: Any, tmp_path: Path) -> None:
    process = start("steps: {a: {run: 'touch $HERE/began; sleep 600'}}")
    while not (tmp_path / "began").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "the same command goes on with this run: pipec run spec.yaml\n" in said


FLOOD = """
steps:
  flood: {run: "head -c 20000000 /dev/zero | tr '\\\\0' x; yes | head -n 200000"}
  shut: {run: "exec >&- 2>&-; sleep 0.2; :"}
  holds: {run: "sleep 600 & echo started"}
"""


def test_floods_closed_and_held_outputs_do_no_harm(start: Any, tmp_path: Path) -> None:
    process = start(FLOOD, "-j", "3", "--format", "json")
    out, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    states = {one["step"]: one["state"] for one in events if one["event"] == "step_ended"}
    assert states == {"flood": "succeeded", "shut": "succeeded", "holds": "succeeded"}
    (log,) = tmp_path.glob(".pipec/runs/*/logs/flood.1.log")
    assert log.stat().st_size == 20_400_000
