"""`pipec run` as a command: what it takes, says, writes and gives back."""

import json
import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

Process = "subprocess.Popen[str]"


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, said = process.communicate(timeout=30)
    return process.returncode, out, said


PARAMS = """
params:
  rows: {type: int, default: 10, min: 1, max: 99}
  kind: {type: string, enum: [a, b], default: a}
  tag: {type: string, pattern: "[a-z]+[0-9]", default: x1}
  many: {type: list<int>, default: [1], max_length: 2}
  must: {type: string}
steps:
  s:
    inputs: {rows: "${{ params.rows }}", must: "${{ params.must }}", many: "${{ params.many }}"}
    run: cd $PIPEC_INPUTS; echo "rows $(cat rows) must $(cat must) many $(cat many)"
"""
RIGHT: list[tuple[list[str], str]] = [
    (["-p", "must=x"], "rows 10 must x many [1]"),
    (["-p", "must=007", "-p", "rows=5"], "rows 5 must 007 many [1]"),
    (["-p", "must=a=b", "--param=many=[2, 3]"], "rows 10 must a=b many [2,3]"),
    (["--params", "p.yaml"], "rows 7 must 1.10 many [4,5]"),
    (["--params", "p.json", "-p", "rows=6"], "rows 6 must true many [8]"),
]
WRONG: list[tuple[list[str], str]] = [
    ([], 'the param "must" (string) has no default and must be given'),
    (["-p", "must=x", "-p", "rows=0"], 'the param "rows" is the number 0, less than 1'),
    (["-p", "must=x", "-p", "rows=1.5"], 'the param "rows": expected int, found "1.5"'),
    (["-p", "must=x", "-p", "kind=c"], 'the param "kind" is the string "c", not one of a, b'),
    (["-p", "must=x", "-p", "tag=x1\n"], 'the param "tag" is the string "x1\\n", which does not'),
    (["-p", "must=x", "-p", "many=[1,2,3]"], 'the param "many" is the list [1,2,3], longer than 2'),
    (["-p", "must=x", "-p", "row=1"], 'there is no param "row"; did you mean "rows"?'),
    (["-p", "must"], '"-p" takes NAME=VALUE, not "must"'),
    (["--params", "wrong.yaml"], 'wrong.yaml: the param "rows": expected int, found "many"'),
    (["--params", "none.yaml"], "none.yaml"),
    (["-p", "must=x", "--date", "monday"], "--date takes a time such as 2026-11-23T02:00:00Z"),
    (["-p", "must=x", "--date", "2026-11-23T02:00:00"], "--date takes a time such as"),
    (["-p", "must=x", "--approve", "s"], '"s" is not a step with `approve`'),
    (["-p", "must=x", "-j", "0"], "takes a whole number from 1"),
    (["-p", "must=x", "--state", "p.yaml"], 'the state folder "'),
]


@pytest.fixture
def files(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("must: 1.10\nrows: 7\nmany: [4, 5]\n")
    (tmp_path / "p.json").write_text('{"must": "true", "many": [8]}')
    (tmp_path / "wrong.yaml").write_text("must: x\nrows: many\n")


@pytest.mark.parametrize(("words", "line"), RIGHT)
@pytest.mark.usefixtures("files")
def test_params(start: Any, words: list[str], line: str) -> None:
    code, _, said = finish(start(PARAMS, *words))
    assert code == 0, said
    assert f"s | {line}" in said


@pytest.mark.parametrize(("words", "message"), WRONG)
@pytest.mark.usefixtures("files")
def test_wrong_use(start: Any, tmp_path: Path, words: list[str], message: str) -> None:
    code, out, said = finish(start(PARAMS, *words))
    assert (code, out) == (2, "")
    assert message in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob(".pipec/runs/*"))


def test_a_spec_with_errors_is_not_run(start: Any, tmp_path: Path) -> None:
    code, _, said = finish(start("steps: {a: {run: ':', needs: [b]}}"))
    assert code == 1
    assert "spec.yaml:3" in said
    assert not (tmp_path / ".pipec").exists()


SECRETS = """
steps:
  a:
    env: {TOKEN: {secret: deploy/api-token}, MAYBE: {secret: deploy/other, optional: true}}
    run: |
      test -z "${MAYBE+set}"
      printf 'the tok'; sleep 0.1; echo "en is $TOKEN"
      printf "%s" "$TOKEN" | cut -c1-3 | tr -d '\\n'; sleep 0.1; printf "%s" "$TOKEN" | cut -c4-
      printf "%s" "$TOKEN" > $PIPEC_OUTPUTS/n
    outputs: {n: int}
  b: {trigger_rule: all_done, needs: [a], run: echo hunter2hunter2}
"""


def test_secrets_are_masked_everywhere(start: Any, tmp_path: Path) -> None:
    env = {"PIPEC_SECRET_DEPLOY_API_TOKEN": "hunter2hunter2", "MAYBE": "of the caller"}
    code, out, said = finish(start(SECRETS, "--trace", "t.json", env=env))
    assert code == 1
    assert "a | the token is ***" in said
    assert 'output "n": expected int, found "***"' in said
    assert "b | ***" in said
    assert "hunter2hunter2" not in out + said
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "spec.yaml":
            assert b"hunter2hunter2" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.yaml", "deploy: {api-token: 12345678, other: x}\n"),
        ("s.json", '{"deploy": {"api-token": "12345678", "other": "x"}}'),
    ],
)
def test_secrets_of_a_file(start: Any, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    spec = """
steps:
  a:
    env: {TOKEN: {secret: deploy/api-token}, MAYBE: {secret: deploy/other, optional: true}}
    run: test "$TOKEN$MAYBE" = 12345678x
"""
    code, _, said = finish(start(spec, "--secrets", name))
    assert code == 0, said


def test_missing_secrets_stop_the_run_before_it_starts(start: Any, tmp_path: Path) -> None:
    spec = """
steps:
  a: {env: {A: {secret: x/one}}, run: ":"}
  b: {env: {A: {secret: x/one}, B: {secret: y/two.b}}, run: ":"}
"""
    code, _, said = finish(start(spec))
    assert code == 2
    assert said.count('the secret "x/one" is missing: set PIPEC_SECRET_X_ONE') == 1
    assert 'the secret "y/two.b" is missing: set PIPEC_SECRET_Y_TWO_B' in said
    assert not (tmp_path / ".pipec").exists()


APPROVAL = """
steps:
  ask: {approve: "Deploy to prod?"}
  go: {needs: [ask], run: ":"}
"""


@pytest.mark.parametrize(
    ("words", "code", "states"),
    [
        (["--approve", "ask"], 0, ["succeeded", "succeeded"]),
        (["--deny", "ask"], 1, ["failed", "upstream_failed"]),
    ],
)
def test_approvals(
    start: Any, tmp_path: Path, words: list[str], code: int, states: list[str]
) -> None:
    found, _, said = finish(start(APPROVAL, *words, "--trace", "t.json"))
    assert found == code, said
    trace = json.loads((tmp_path / "t.json").read_text())
    assert [one["state"] for one in trace["steps"].values()] == states
    assert trace["steps"]["ask"]["attempts"] == 1


def test_without_a_terminal_an_approval_needs_an_answer(start: Any) -> None:
    code, _, said = finish(start(APPROVAL))
    assert code == 2
    assert "say --approve ask or --deny ask" in said
    code, _, said = finish(start(APPROVAL, "--approve", "ask", "--deny", "ask"))
    assert code == 2
    assert '"ask" is both approved and denied' in said


def at_a_terminal(tmp_path: Path, text: str, typed: dict[str, str], columns: int = 60) -> str:
    """Run a spec at a terminal; `typed` answers what is shown. Gives all that was shown."""
    import fcntl
    import pty
    import struct
    import sys
    import termios

    (tmp_path / "spec.yaml").write_text("pipec: 1\nname: example\n" + text)
    pid, master = pty.fork()
    if not pid:
        os.chdir(tmp_path)
        os.environ.pop("CI", None)
        os.environ |= {"TERM": "xterm", "HERE": str(tmp_path)}
        words = [sys.executable, "-m", "pipec", "run", "spec.yaml", "-j", "4"]
        os.execv(sys.executable, words)  # noqa: S606 # no shell is what is wanted
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 12, columns, 0, 0))
    shown = b""
    waiting = dict(typed)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        shown += data
        for question, answer in list(waiting.items()):
            if question.encode() in shown:
                os.write(master, waiting.pop(question).encode())
                del answer
    os.close(master)
    _, status = os.waitpid(pid, 0)
    return shown.decode() + f"exit {os.waitstatus_to_exitcode(status)}"


def test_a_person_is_asked_at_a_terminal(tmp_path: Path) -> None:
    shown = at_a_terminal(tmp_path, APPROVAL, {"Deploy to prod? [y/n] ": "maybe\nyes\n"})
    assert shown.count("Deploy to prod? [y/n] ") == 2
    assert "ask" in shown
    assert shown.endswith("exit 0")
    shown = at_a_terminal(tmp_path, APPROVAL, {"Deploy to prod? [y/n] ": "n\n"})
    assert "it was not approved" in shown
    assert shown.endswith("exit 1")


def test_the_live_view(tmp_path: Path) -> None:
    shown = at_a_terminal(
        tmp_path,
        r"""
steps:
  quick: {run: ":"}
  many: {for_each: [a, b, c], run: sleep 0.5}
  bad: {run: "sleep 0.3; printf '\\033]0;title\\007bad'; exit 4"}
  no: {when: false, run: ":"}
""",
        {},
        columns=40,
    )
    assert "▸ many  0 of 3" in shown
    assert "✗\x1b[0m bad in 0." in shown
    assert "no skipped: `when` is false" in shown
    assert "  | \\x1b]0;title\\x07bad" in shown
    assert "2 succeeded, 1 failed, 1 skipped" in shown
    assert shown.endswith("exit 1")


def test_ctrl_c_at_a_terminal(tmp_path: Path) -> None:
    """It reaches every process in the foreground; steps are not there."""
    spec = """
steps: {a: {run: "trap 'touch $HERE/interrupted' INT; sleep 60"}}
finally: {z: {run: ":"}}
"""
    shown = at_a_terminal(tmp_path, spec, {"▸ a": "\x03"})
    assert "stopped by hand" in shown
    assert shown.endswith("exit 130")
    assert not (tmp_path / "interrupted").exists()


def test_events_as_json_lines(start: Any) -> None:
    code, out, said = finish(
        start(
            """
steps:
  a: {for_each: [x], retry: 2, run: "echo out $PIPEC_ATTEMPT; test $PIPEC_ATTEMPT = 2"}
  b: {run: "echo 3 > $PIPEC_OUTPUTS/n", outputs: {n: int}}
""",
            "--format",
            "json",
            "-j",
            "1",
        )
    )
    assert (code, said) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    assert [one["event"] for one in events] == [
        "run_started",
        "attempt_started",
        "printed",
        "attempt_failed",
        "attempt_started",
        "printed",
        "instance_ended",
        "step_ended",
        "attempt_started",
        "step_ended",
        "run_ended",
    ]
    assert all(before["time"] <= after["time"] for before, after in pairwise(events))
    del events[2]["time"]
    assert events[2] == {"event": "printed", "step": "a", "index": 0, "lines": ["out 1"]}
    assert events[-2]["outputs"] == {"n": 3}
    assert events[-1]["state"] == "succeeded"


def test_last_failures_and_answers_are_events(start: Any) -> None:
    spec = """
steps:
  a: {run: exit 3}
  ask: {approve: sure}
"""
    _, out, _ = finish(start(spec, "--format", "json", "--approve", "ask"))
    events = {one["event"]: one for one in map(json.loads, out.splitlines())}
    failed, answered = events["attempt_failed"], events["approval_answered"]
    assert (failed["step"], failed["attempt"], failed["again_in"]) == ("a", 1, None)
    assert "3" in failed["why"]
    assert (answered["step"], answered["approved"]) == ("ask", True)


def test_says_once_that_images_are_not_used(start: Any) -> None:
    spec = "defaults: {image: alpine}\nsteps: {a: {run: ':'}, b: {run: ':'}}"
    code, _, said = finish(start(spec))
    assert code == 0
    assert said.count("images are not used here") == 1


def test_the_state_folder(start: Any, tmp_path: Path) -> None:
    code, _, said = finish(start("steps: {a: {run: 'echo x; exit 1'}}", "--state", "deep/state"))
    assert code == 1
    (run,) = (tmp_path / "deep/state/runs").iterdir()
    assert {one.name for one in run.iterdir()} >= {"journal.jsonl", "trace.json", "logs"}
    assert run.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "deep/state").stat().st_mode & 0o777 == 0o700
    assert (run / "logs/a.1.log").read_text() == "x\n"
    assert f"all of it: pipec logs {run.name} a --state deep/state" in said
    assert not (tmp_path / ".pipec").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_without_a_traceback(start: Any, tmp_path: Path) -> None:
    code, _, said = finish(start("steps: {a: {run: ':'}}", "--trace", "/dev/full"))
    assert code == 1
    assert "the trace /dev/full cannot be written" in said
    assert "Traceback" not in said


def test_a_closed_pipe_does_not_stop_a_run(start: Any, tmp_path: Path) -> None:
    process = start("steps: {a: {run: 'sleep 0.3'}, b: {needs: [a], run: 'touch $HERE/done'}}")
    process.stderr.close()
    assert process.wait(timeout=15) == 0
    assert (tmp_path / "done").exists()


LEAKS = """
steps:
  a:
    env: {T: {secret: a/b}}
    outputs: {text: string, data: json, items: list<string>, page: file}
    run: |
      printf %s "$T" > $PIPEC_OUTPUTS/text
      printf '{"k": ["%s"]}' "$T" > $PIPEC_OUTPUTS/data
      printf '["%s"]' "$T" > $PIPEC_OUTPUTS/items
      printf 'see %s' "$T" > $PIPEC_OUTPUTS/page
  each:
    for_each: ${{ steps.a.outputs.items }}
    inputs: {i: "${{ item }}"}
    run: cat $PIPEC_INPUTS/i
  never:
    when: ${{ steps.a.outputs.text == "x" }}
    run: ":"
  broken:
    env: {T: {secret: a/b}}
    outputs: {n: int}
    run: |
      printf %s "$T"; printf %s "$T" >&2; printf %s "$T" > $PIPEC_OUTPUTS/n
  halves:
    env: {T: {secret: a/b}}
    run: |
      printf %s "$T" | head -c 9; sleep 0.1; printf %s "$T" | tail -c +10 >&2; exit 1
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_shows_nowhere(start: Any, tmp_path: Path, form: str) -> None:
    secret = "hunter2-" + "0123456789abcdef" * 4
    (tmp_path / "secrets.yaml").write_text(f"a: {{b: {secret}}}\n")
    args = ("--secrets", "secrets.yaml", "--format", form, "--trace", "trace.json", "--explain")
    code, out, said = finish(start(LEAKS, *args))
    assert code == 1
    assert "others can read secrets.yaml" in said
    trace = (tmp_path / "trace.json").read_text()
    (folder,) = (tmp_path / ".pipec" / "runs").iterdir()
    page = tmp_path / "page.html"
    words = [sys.executable, "-m", "pipec", "report", "--state", ".pipec", folder.name]
    done = subprocess.run([*words, "-o", str(page)], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    logs = b"".join(path.read_bytes() for path in (folder / "logs").iterdir()).decode()
    assert "***" in logs
    for text in (out, said, trace, page.read_text(), logs, (folder / "trace.json").read_text()):
        assert "hunter2-" not in text
        assert "0123456789abcdef" not in text
    assert json.loads(trace)["steps"]["a"]["outputs"]["data"] == {"k": ["***"]}
    assert secret in (folder / "journal.jsonl").read_text()  # it is what steps are given
    for path in (tmp_path / ".pipec").rglob("journal.jsonl"):
        assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / ".pipec").stat().st_mode & 0o077 == 0
