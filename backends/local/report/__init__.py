"""How a run is shown while it goes on: one module a way, all of one shape."""

import os
from collections.abc import Callable
from typing import Protocol, TextIO

from pipec.backends.local.progress import Frame, Instance, Reason, StepRun
from pipec.compiler.ir import RunState
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """A run that begins. `folder` is where its logs and results are."""

    pipeline: str
    run: str
    folder: str
    frames: tuple[Frame, ...]
    jobs: int


@dataclass(frozen=True, slots=True)
class End:
    """A run that has ended. `hint` says where to look; one that is not `finished` goes on when the
    same command is given again."""

    run: str
    state: RunState
    seconds: float
    frames: tuple[Frame, ...]
    hint: str | None = None
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Commands:
    """What a person may type after a run: `run` is its command, `state` its state folder."""

    run: str | None = None
    state: str | None = None

    def log(self, run: str, label: str) -> str:
        """Give the command for a log."""
        import shlex

        from pipec.backends.local.history.find import flag

        return f"pipec logs {run} {shlex.quote(label)}{flag(self.state)}"

    def again(self, end: End) -> list[str]:
        """Say how to go on after a run that did not succeed."""
        command = f": {self.run}" if self.run else ""
        if not end.finished:
            return [f"the same command goes on with this run{command}"]
        if end.state == "succeeded" or self.run is None:
            return []
        return [f"what failed runs again with: {self.run} --retry"]


class Reporter(Protocol):
    """Is told what happens, as it happens. What is printed by programs arrives masked."""

    period: float | None
    """Seconds between calls of `tick`; None for never."""

    def started(self, start: Start) -> None: ...
    def attempt_started(self, instance: Instance, number: int) -> None: ...
    def printed(self, instance: Instance, data: bytes) -> None: ...
    def attempt_failed(self, instance: Instance, number: int, why: str, delay: float) -> None:
        """Tell of an attempt that another one follows, `delay` seconds later."""
        ...

    def instance_ended(self, instance: Instance) -> None: ...
    def step_ended(self, run: StepRun) -> None: ...
    def said(self, text: str) -> None: ...
    def explained(self, instance: Instance, reason: Reason) -> None:
        """Tell why an instance runs or does not, where a person asked for it."""
        ...

    def asks(self, instance: Instance, text: str) -> None:
        """Show the question of an approval; the answer is typed after it."""
        ...

    def tick(self) -> None: ...
    def ended(self, end: End) -> None: ...


class Writer(Protocol):
    """The part of a stream that reporters use."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...
    def fileno(self) -> int: ...


class Outlet:
    """A stream that may go away: a run goes on when nobody watches it any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> None:
        self._try(lambda: self._stream.write(text))

    def flush(self) -> None:
        self._try(self._stream.flush)

    def fileno(self) -> int:
        return self._stream.fileno()

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._stream.fileno())  # what is in its buffer must go somewhere
            os.close(nothing)


def choose(format: str, colour: bool, commands: Commands) -> Reporter:
    """Give the reporter for `--format` and the terminal there is; `colour` is for a live view."""
    import sys

    if format == "json":
        from pipec.backends.local.report.lines import JsonLines

        return JsonLines(Outlet(sys.stdout))
    if sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb":
        from pipec.backends.local.report.live import Live

        return Live(Outlet(sys.stderr), colour, commands)
    from pipec.backends.local.report.plain import Plain

    return Plain(Outlet(sys.stderr), commands)
