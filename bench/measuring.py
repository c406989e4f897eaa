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
    processor: list[float] = field(default_factory=list)
    kilobytes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def work(self) -> float:
        """Median of the processor time, of all processes together."""
        return statistics.median(self.processor)

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
            seconds, processor, kilobytes = _run(one.command, one.folder)
            if turn:
                one.seconds.append(seconds)
                one.processor.append(processor)
                one.kilobytes.append(kilobytes)


def _run(command: Sequence[str], folder: Path) -> tuple[float, float, int]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_LAUNCHER), *command],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        errors="replace",
    )
    seconds, processor, kilobytes, code = done.stdout.split()
    if code != "0":
        sys.exit(f"{' '.join(command)[:200]} ended with {code}:\n{done.stderr[-2000:]}")
    return float(seconds), float(processor), int(kilobytes)
