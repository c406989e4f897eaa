"""Times programs: each as a whole process, its output thrown away."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Contestant:
    """A program in a race. `prepare` is called before each run and not timed."""

    name: str
    command: Sequence[str]
    folder: Path
    prepare: Callable[[], None] | None = None
    seconds: list[float] = field(default_factory=list)
    kilobytes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def megabytes(self) -> float:
        """The largest process of the run, not the sum of all."""
        return max(self.kilobytes) / 1024


def race(contestants: Sequence[Contestant], rounds: int) -> None:
    """Run each contestant once to warm up, then `rounds` times, taking turns."""
    for turn in range(rounds + 1):
        for one in contestants:
            if one.prepare:
                one.prepare()
            seconds, kilobytes = _run(one.command, one.folder)
            if turn:
                one.seconds.append(seconds)
                one.kilobytes.append(kilobytes)


def _run(command: Sequence[str], folder: Path) -> tuple[float, int]:
    environment = os.environ | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        text = errors.decode(errors="replace")[-2000:]
        sys.exit(f"{' '.join(command)[:200]} ended with {process.returncode}:\n{text}")
    return seconds, usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
