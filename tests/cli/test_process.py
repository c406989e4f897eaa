"""Exit codes, streams and signals, as a shell sees them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipec.commandline import COMMANDS

from .program import PIPEC, pipec

# A command line, what is said of it, and whether its help is pointed to.
WRONG = [
    ((), "a command is missing", True),
    (("lnit",), 'pipec has no command "lnit"; did you mean "lint"?', True),
    (("--strict",), 'pipec has no option "--strict"', True),
    (("test",), 'the command "test" is not there yet', True),
    (("lint", "--stict"), '"pipec lint" has no option "--stict"; did you mean "--strict"?', True),
    (("lint", "none.yaml"), 'there is no file "none.yaml"', False),
    (("compile", "x", "--target", "airlfow"), 'did you mean "airflow"?', False),
    (("targets", "argo", "airflow"), '"airflow" is more than "pipec targets" takes', True),
    (("targets", "argo@1.0"), 'the target "argo" knows no version "1.0"', False),
]


@pytest.mark.parametrize(
    ("words", "said", "hint"), WRONG, ids=[" ".join(words) for words, *_ in WRONG]
)
def test_wrong_use(words: tuple[str, ...], said: str, hint: bool, tmp_path: Path) -> None:
    code, out, err = pipec(*words, cwd=tmp_path)
    assert (code, out) == (2, "")
    first, *rest = err.splitlines()
    assert first.startswith("pipec: ")
    assert said in first
    assert [line.startswith("pipec: `pipec ") for line in rest] == [True] * hint


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if not command.later])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_a_command(name: str, flag: str) -> None:
    code, out, err = pipec(name, flag)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: pipec {name} ")


def test_help() -> None:
    code, out, err = pipec("-h")
    assert (code, err) == (0, "")
    for command in COMMANDS:
        assert bool(re.search(rf"^  {command.name} ", out, re.M)) is not command.later


def test_version() -> None:
    assert re.fullmatch(r"pipec \d+\.\d+\.\d+\S*\n", pipec("--version")[1])


def test_our_own_fault(tmp_path: Path) -> None:
    script = (
        "import sys, pipec.commands.schema as it\n"
        "from pipec.__main__ import main\n"
        "def fail(_): raise KeyError('the cause\\nand more')\n"
        "it.main = fail\n"
        "sys.exit(main(['schema']))"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], env=env, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr
    assert "KeyError" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    (report,) = tmp_path.glob("pipec-fault-*.txt")
    assert str(report) in done.stderr
    assert "Traceback" in report.read_text()
    assert "pipec schema" in report.read_text()


def test_a_reader_that_goes_away() -> None:
    with subprocess.Popen(
        [*PIPEC, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PIPEC, "--version"], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert (done.returncode, done.stderr) == (2, b"pipec: cannot write: No space left on device\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_stopped_by_a_signal(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [*PIPEC, "lint", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        time.sleep(1)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (code, b"", b"")


def test_closed_streams() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&- 2>&-', "sh", *PIPEC, "--version"], capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_any_locale(locale: str, tmp_path: Path) -> None:
    env = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code, _, err = pipec("lint", "prüfung.yaml", cwd=tmp_path, env=env)
    assert code == 2
    assert "pr" in err
    assert "Traceback" not in err


def test_params_from_standard_input_and_a_trace_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "sum.yaml").write_text(
        "pipec: 1\nname: sum\nparams: {n: {type: int}}\nsteps:\n  add:\n"
        "    outputs: {more: int}\n    env: {N: '${{ params.n }}'}\n"
        "    run: echo $((N + 1)) > $PIPEC_OUTPUTS/more\n"
    )
    code, out, _ = pipec(
        "run", "sum.yaml", "--params", "-", "--trace", "-", cwd=tmp_path, stdin=b"n: 41\n"
    )
    assert code == 0
    assert json.loads(out)["steps"]["add"]["outputs"] == {"more": 42}
