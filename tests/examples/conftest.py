"""Runs the examples with the pipec that is tested."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

PIPELINES = Path(__file__).parents[2] / "examples" / "pipelines"


@pytest.fixture
def run_example(tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """Run an example; give its exit code, its trace, and all that it printed.

    What the run keeps is in `tmp_path / "state"`.
    """

    def run(
        name: str, params: Mapping[str, str], **environment: str
    ) -> tuple[int, dict[str, Any], str]:
        trace = tmp_path / "trace.json"
        command = [sys.executable, "-P", "-m", "pipec", "run", f"{PIPELINES}/{name}/{name}.yaml"]
        command += ["--state", str(tmp_path / "state"), "--trace", str(trace)]
        command += [part for key, value in params.items() for part in ("-p", f"{key}={value}")]
        done = subprocess.run(
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert trace.exists(), done.stdout
        return done.returncode, json.loads(trace.read_text()), done.stdout

    return run
