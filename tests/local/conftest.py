"""Runs specs with real processes, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import local
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import check_spec
from pipec.compiler.parameters import bind

HEAD = "pipec: 1\nname: example\n"


@dataclass
class Ran:
    """What a run came to, and what it said meanwhile."""

    outcome: local.Outcome
    said: str
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> dict[str, Any]:
        return dict(self.outcome.trace["steps"])

    @property
    def state(self) -> str:
        return self.outcome.state

    def states(self) -> str:
        """Give states and attempts on one line: `a=succeeded b=failed/2 c=skipped`."""
        return " ".join(f"{name}={_short(step)}" for name, step in self.steps.items())

    def log(self, name: str) -> bytes:
        return (Path(self.outcome.folder) / "logs" / name).read_bytes()


def _short(step: Mapping[str, Any]) -> str:
    usual = 1 if step["state"] in ("succeeded", "failed") else 0
    tries = "" if step["attempts"] == usual else f"/{step['attempts']}"
    inside = "".join(f"[{_short(one)}]" for one in step.get("instances", ()))
    return f"{step['state']}{tries}{inside}"


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the text of a spec (after its two first lines) in this process.

    `leaving` says that attempts may leave files.
    """

    def run_it(
        text: str, params: Mapping[str, Any] | None = None, leaving: bool = False, **options: Any
    ) -> Ran:
        path = tmp_path / "spec.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        checked = check_spec(str(path))
        assert checked.pipeline, [one.message for one in checked.diagnostics]
        stream = StringIO()
        values = bind(checked.pipeline.params, params or {})
        how = local.Options(params=values, files=checked.files, **{"grace": 0.3, **options})
        outcome = local.run(checked.pipeline, how, Plain(stream))
        _expect_nothing_left(Path(outcome.folder), leaving)
        return Ran(outcome, stream.getvalue())

    return run_it


def _expect_nothing_left(folder: Path, files: bool) -> None:
    assert files or list((folder / "attempts").iterdir()) == []
    if Path("/proc").is_dir():
        assert processes_of(folder) == []


def processes_of(folder: Path) -> list[str]:
    """Name the processes that were started by attempts below a folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            alive = (one / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and f"PIPEC_OUTPUTS={folder}".encode() in (one / "environ").read_bytes():
                found.append((one / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.fixture
def left(tmp_path: Path) -> Callable[[], list[str]]:
    """Name the processes of any run in this test that are left."""
    return lambda: processes_of(tmp_path / ".pipec")


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `pipec run spec.yaml` with the text of a spec as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start_it(
        text: str, *words: str, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        (tmp_path / "spec.yaml").write_text(HEAD + text, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "pipec", "run", "spec.yaml", *words],
            cwd=tmp_path,
            env={**os.environ, "HERE": str(tmp_path), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_it
    for process in started:
        process.kill()
        process.wait()


def read_trace(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
