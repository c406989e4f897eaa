"""The program in a process of its own, and what that cost."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PIPEC = [sys.executable, "-P", "-m", "pipec"]
LIMITED = ["sh", "-c", 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"', "sh"]  # in KB


class Answer(NamedTuple):
    """`cpu` is in seconds; `memory` the most that was resident, in MB.

    The kernel counts what the caller held when the process began, so only a small one may ask.
    """

    code: int
    out: bytes
    err: bytes
    cpu: float
    memory: float


def answer(
    *words: str | bytes | Path, cwd: Path, stdin: bytes | None = None, limit: int = 1024
) -> Answer:
    """Run pipec with at most so many MB of memory, where that can be limited, and wait for it."""
    out, err = cwd / "stdout", cwd / "stderr"
    with out.open("wb") as to, err.open("wb") as also:
        given = subprocess.PIPE if stdin is not None else subprocess.DEVNULL
        process = subprocess.Popen(
            [*LIMITED, str(limit * 1024), *PIPEC, *words],
            cwd=cwd,
            stdin=given,
            stdout=to,
            stderr=also,
        )
        try:
            if process.stdin:
                with suppress(BrokenPipeError):  # it reads no more than the cap
                    process.stdin.write(stdin or b"")
                    process.stdin.close()
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
    memory = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    cpu = used.ru_utime + used.ru_stime
    return Answer(process.returncode, out.read_bytes(), err.read_bytes(), cpu, memory)
