"""The live view of a terminal: what has ended scrolls by, what runs is redrawn at the bottom."""

import os
import re
import time
from functools import partial

from pipec.backends.local.progress import Frame, Instance, Reason, StepRun
from pipec.backends.local.report import Commands, End, Start, Writer
from pipec.backends.local.report.block import Block, Forecast
from pipec.backends.local.report.words import (
    clock,
    count,
    failures,
    fit,
    named,
    results,
    safe,
    seconds,
    story,
    taken,
    width,
)

_MARKS = {
    "succeeded": ("✓", "32"),
    "failed": ("✗", "31"),
    "skipped": ("○", "2"),
    "upstream_failed": ("○", "33"),
    "cancelled": ("■", "33"),
}
_MOST_FAILURES = 5
_ERASE_LINE = "\x1b[K"
_PAINT = re.compile("\x1b\\[[0-9;]*m")
_ERASE_BELOW = "\x1b[J"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"


def _over(text: str, columns: int) -> str:
    """Write a text over what stood there; behind a full line there is nothing to erase."""
    is_full = text and width(_PAINT.sub("", text)) % columns == 0
    return f"{text}\n" if is_full else f"{text}{_ERASE_LINE}\n"


class Live:
    period: float | None = 0.1

    def __init__(self, stream: Writer, colour: bool, commands: Commands | None = None) -> None:
        self._stream, self._colour = stream, colour
        self._commands = commands or Commands()
        self._block = Block()
        self._forecast: Forecast | None = None
        self._texts: list[str] = []
        self._drawn: list[str] = []
        self._second = -1
        self._changed = True
        self._asking: Instance | None = None
        self._frames: tuple[Frame, ...] = ()
        self._began = time.monotonic()

    def started(self, start: Start) -> None:
        self._frames = start.frames
        self._forecast = Forecast(start.folder, start.pipeline, start.frames, start.jobs)
        self._say(f"{self._paint(start.pipeline, '1')}  {start.run}")

    def attempt_started(self, instance: Instance, number: int) -> None:  # noqa: ARG002 # its `attempts` say it
        self._block.began(instance)
        self._changed = True

    def printed(self, instance: Instance, data: bytes) -> None:
        self._block.printed(instance, data)
        self._changed = True

    def attempt_failed(self, instance: Instance, number: int, why: str, delay: float) -> None:
        self._block.ended(instance)
        attempts = instance.run.step.retry.attempts
        again = f"; again in {seconds(delay)}" if delay else ""
        self._say(
            f"{self._paint('↻', '33')} {named(instance)}: {safe(why)}, "
            f"attempt {number} of {attempts}{again}"
        )

    def instance_ended(self, instance: Instance) -> None:
        self._block.ended(instance)
        self._changed = True
        if self._asking is instance:
            self._asking = None
        if instance.index is not None and instance.state == "failed":
            self._say(f"{self._mark('failed')} {named(instance)}: {safe(instance.message or '')}")

    def step_ended(self, run: StepRun) -> None:
        for instance in run.instances or ():
            self._block.ended(instance)
        time = taken(run.instances[0]) if run.instances and run.step.for_each is None else ""
        many = f", {len(run.instances)} instances" if run.instances and run.step.for_each else ""
        why = f": {safe(run.message)}" if run.message else ""
        state = f" {run.state}" if run.state in ("upstream_failed", "skipped", "cancelled") else ""
        self._say(f"{self._mark(run.state or '')} {run.label}{state}{time}{many}{why}")

    def said(self, text: str) -> None:
        self._say(safe(text))

    def explained(self, instance: Instance, reason: Reason) -> None:
        verb = "runs" if reason.runs else "does not run"
        self._say(f"{named(instance)} {verb}: {safe(reason.text)}")

    def asks(self, instance: Instance, text: str) -> None:
        self._asking = instance
        self._draw(block=False)
        self._stream.write(f"? {instance.label}: {safe(text)} [y/n] ")
        self._stream.flush()

    def tick(self) -> None:
        second = int(time.monotonic() - self._began)
        if self._asking is None and (self._changed or second != self._second):
            self._second = second
            self._draw(block=True)

    def ended(self, end: End) -> None:
        failed = list(failures(end.frames))
        for one in failed[:_MOST_FAILURES]:
            self._texts += ["", *story(one, partial(self._commands.log, end.run))]
        if len(failed) > _MOST_FAILURES:
            self._texts.append(f"... and {len(failed) - _MOST_FAILURES} more failed")
        mark = self._mark(end.state)
        self._texts += [
            f"{mark} run {end.run} {end.state} in {seconds(end.seconds)}: {count(end.frames)}",
            *results(end.frames),
        ]
        if end.hint:
            self._texts.append(end.hint)
        self._texts += self._commands.again(end)
        self._draw(block=False)

    def _say(self, text: str) -> None:
        self._texts.append(text)
        self._changed = True

    def _draw(self, block: bool) -> None:
        """Write what is new above the block of what runs, and that again, with one write."""
        columns, rows = self._size()
        lines = [fit(line, columns - 1) for line in self._lines(rows - 2)] if block else []
        # a terminal that became narrower has broken what was drawn into more lines
        drawn = sum(1 + max(0, width(line) - 1) // columns for line in self._drawn)
        # erased line by line: some terminals keep in their history what is erased as a whole
        up = f"\r\x1b[{drawn}A" if drawn else ""
        above = "".join(_over(text, columns) for text in self._texts)
        below = "".join(_over(line, columns) for line in lines)
        if up or above or below:
            shown = f"{_NO_WRAP}{below}{_WRAP}" if below else ""
            self._stream.write(f"{up}{above}{shown}{_ERASE_BELOW if up else ''}")
            self._stream.flush()
        self._drawn, self._changed = lines, False
        self._texts.clear()

    def _lines(self, most: int) -> list[str]:
        elapsed = time.monotonic() - self._began
        left = self._forecast.text(elapsed) if self._forecast else ""
        return self._block.lines(self._frames, most, f"{clock(elapsed)}{left}")

    def _mark(self, state: str) -> str:
        sign, colour = _MARKS[state]
        return self._paint(sign, colour)

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour else text

    def _size(self) -> tuple[int, int]:
        try:
            size = os.get_terminal_size(self._stream.fileno())
        except OSError:
            return 80, 24
        return max(size.columns, 20), max(size.lines, 4)
