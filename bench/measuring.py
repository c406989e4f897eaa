"""Times programs: each as a whole process, its output thrown away."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LAUNCHER = Path(__file__).parent / "launcher.py"


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
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_LAUNCHER), *command],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        errors="replace",
    )
    seconds, kilobytes, code = done.stdout.split()
    if code != "0":
        sys.exit(f"{' '.join(command)[:200]} ended with {code}:\n{done.stderr[-2000:]}")
    return float(seconds), int(kilobytes)
