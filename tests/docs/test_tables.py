"""The tables of README and docs are what the code says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_drift() -> None:
    command = [sys.executable, "-P", "docs/make.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"run `python docs/make.py`:\n{done.stdout}{done.stderr}"
