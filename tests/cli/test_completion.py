"""Completion: what a shell asks, and in bash a real shell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .program import PIPEC

LINES = [
    (
        "pipec ",
        [
            *(
                "lint",
                "compile",
                "run",
                "runs",
                "logs",
                "report",
                "clean",
                "graph",
                "trace",
                "resolve",
                "diff",
                "fmt",
            ),
            *("explain", "targets", "schema"),
        ],
    ),
    ("pipec gr", ["graph"]),
    ("pipec lint --str", ["--strict"]),
    ("pipec lint --format ", ["text", "json", "github", "sarif"]),
    ("pipec compile x.yaml --target air", ["airflow"]),
    ("pipec graph --format d", ["dot"]),
]


def answer(shell: str, line: str) -> str:
    words = line.split(" ")
    env = {
        **os.environ,
        "_PIPEC_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(PIPEC, env=env, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_answers(shell: str, line: str, expected: list[str]) -> None:
    said = answer(shell, line)
    assert all(word in said for word in expected)
    if shell == "bash":
        assert said.split() == expected


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_in_bash(tmp_path: Path) -> None:
    program = tmp_path / "pipec"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m pipec "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(_PIPEC_COMPLETE=source_bash pipec)"\n'
        "COMP_WORDS=(pipec lint --format s) COMP_CWORD=3\n_pipec_completion pipec\n"
        'echo "${COMPREPLY[@]}"\ncomplete -p pipec'
    )
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[0] == "sarif"
    assert "_pipec_completion" in done.stdout.splitlines()[1]
