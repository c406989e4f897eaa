"""The program in a process of its own, and what that cost."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PIPEC = [sys.executable, "-P", "-m", "pipec"]
LIMITED = ["sh", "-c", 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"', "sh"]  # in KB
# The kernel counts what the caller held when a process began, so a small one does the asking.
ASKED = """
import os, sys
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
numbers = (os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
with open(sys.argv[1], "w") as file:
    print(*numbers, file=file)
"""


class Answer(NamedTuple):
    """`cpu` is in seconds; `memory` the most that was resident, in MB."""

    code: int
    out: bytes
    err: bytes
    cpu: float
    memory: float


def answer(
    *words: str | bytes | Path, cwd: Path, stdin: bytes | None = None, limit: int = 1024
) -> Answer:
    """Run pipec with at most so many MB of memory, where that can be limited, and wait for it."""
    out, err, used = cwd / "stdout", cwd / "stderr", cwd / "used"
    asking: list[str | bytes | Path] = [sys.executable, "-I", "-S", "-c", ASKED, used]
    with out.open("wb") as to, err.open("wb") as also:
        subprocess.run(
            [*asking, *LIMITED, str(limit * 1024), *PIPEC, *words],
            cwd=cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=to,
            stderr=also,
            check=True,
        )
    code, cpu, peak = used.read_text().split()
    memory = int(peak) / (1024 if sys.platform != "darwin" else 1024**2)
    return Answer(int(code), out.read_bytes(), err.read_bytes(), float(cpu), memory)
