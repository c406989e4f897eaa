"""The live view of a terminal: what has ended scrolls by, what runs is redrawn at the bottom."""

import os
import time

from pipec.backends.local.progress import Frame, Instance, Reason, StepRun
from pipec.backends.local.report import End, Start, Writer
from pipec.backends.local.report.words import (
    clock,
    count,
    failures,
    named,
    results,
    safe,
    seconds,
    story,
    taken,
)

_MARKS = {
    "succeeded": ("✓", "32"),
    "failed": ("✗", "31"),
    "skipped": ("○", "2"),
    "upstream_failed": ("○", "33"),
    "cancelled": ("■", "33"),
}
_MOST_FAILURES = 5
_ERASE_BELOW = "\x1b[J"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"


class Live:
    period: float | None = 0.1

    def __init__(self, stream: Writer, colour: bool) -> None:
        self._stream, self._colour = stream, colour
        self._running: dict[Instance, float] = {}
        self._texts: list[str] = []
        self._drawn = 0
        self._second = -1
        self._changed = True
        self._asking: Instance | None = None
        self._frames: tuple[Frame, ...] = ()
        self._began = time.monotonic()

    def started(self, start: Start) -> None:
        self._frames = start.frames
        self._say(f"{self._paint(start.pipeline, '1')}  {start.run}")

    def attempt_started(self, instance: Instance, number: int) -> None:  # noqa: ARG002 # its `attempts` say it
        self._running[instance] = time.monotonic()
        self._changed = True

    def printed(self, instance: Instance, data: bytes) -> None:
        pass

    def attempt_failed(self, instance: Instance, number: int, why: str, delay: float) -> None:
        self._running.pop(instance, None)
        attempts = instance.run.step.retry.attempts
        again = f"; again in {seconds(delay)}" if delay else ""
        self._say(
            f"{self._paint('↻', '33')} {named(instance)}: {safe(why)}, "
            f"attempt {number} of {attempts}{again}"
        )

    def instance_ended(self, instance: Instance) -> None:
        self._running.pop(instance, None)
        self._changed = True
        if self._asking is instance:
            self._asking = None
        if instance.index is not None and instance.state == "failed":
            self._say(f"{self._mark('failed')} {named(instance)}: {safe(instance.message or '')}")

    def step_ended(self, run: StepRun) -> None:
        for instance in run.instances or ():
            self._running.pop(instance, None)
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
            self._texts += ["", *story(one)]
        if len(failed) > _MOST_FAILURES:
            self._texts.append(f"... and {len(failed) - _MOST_FAILURES} more failed")
        mark = self._mark(end.state)
        self._texts += [
            f"{mark} run {end.run} {end.state} in {seconds(end.seconds)}: {count(end.frames)}",
            *results(end.frames),
        ]
        if end.hint:
            self._texts.append(end.hint)
        self._draw(block=False)

    def _say(self, text: str) -> None:
        self._texts.append(text)
        self._changed = True

    def _draw(self, block: bool) -> None:
        """Write what is new above the block of what runs, and that again, with one write."""
        columns, rows = self._size()
        lines = self._block(rows - 2) if block else []
        up = f"\r\x1b[{self._drawn}A{_ERASE_BELOW}" if self._drawn else ""
        above = "".join(f"{text}\n" for text in self._texts)
        below = "".join(f"{line[:columns]}\n" for line in lines)
        if up or above or below:
            self._stream.write(f"{up}{above}{_NO_WRAP}{below}{_WRAP}" if below else up + above)
            self._stream.flush()
        self._drawn, self._changed = len(lines), False
        self._texts.clear()

    def _block(self, most: int) -> list[str]:
        now = time.monotonic()
        groups: dict[StepRun, list[Instance]] = {}
        for instance in self._running:
            groups.setdefault(instance.run, []).append(instance)
        lines = [self._line(run, running, now) for run, running in groups.items()]
        if len(lines) > most > 1:
            lines = [*lines[: most - 1], f"  ... and {len(lines) - most + 1} more steps"]
        ended = sum(run.state is not None for frame in self._frames for run in frame.runs.values())
        total = sum(len(frame.runs) for frame in self._frames)
        return [*lines, f"  {ended} of {total} steps, {clock(now - self._began)}"]

    def _line(self, run: StepRun, running: list[Instance], now: float) -> str:
        begun = [one.began for one in run.instances or () if one.began is not None]
        since = clock(now - min(begun, default=now))
        if run.step.for_each is None:
            tries = running[0].attempts
            again = f", attempt {tries} of {run.step.retry.attempts}" if tries > 1 else ""
            return f"  ▸ {run.label}  {since}{again}"
        instances = run.instances or []
        done = sum(one.state is not None for one in instances)
        failed = sum(one.state == "failed" for one in instances)
        bad = f", {failed} failed" if failed else ""
        names = ", ".join(named(one).removeprefix(run.label) for one in running)
        return f"  ▸ {run.label}  {done} of {len(instances)}{bad}  {since}  {names}"

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
