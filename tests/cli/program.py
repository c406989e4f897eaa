"""The program as users start it: a process of its own."""

import subprocess
import sys
from pathlib import Path

PIPEC = [sys.executable, "-P", "-m", "pipec"]


def pipec(
    *words: str, cwd: Path | None = None, stdin: bytes = b"", env: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Run pipec and give its exit code, stdout and stderr."""
    done = subprocess.run(
        [*PIPEC, *words], cwd=cwd, env=env, input=stdin, capture_output=True, timeout=60
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
