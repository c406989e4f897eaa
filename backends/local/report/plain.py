"""One plain line an event, for logs and pipes; what programs print stands after their label."""

from functools import partial

from pipec.backends.local.progress import Instance, Reason, StepRun
from pipec.backends.local.report import Commands, End, Start, Writer
from pipec.backends.local.report.quiet import Quiet
from pipec.backends.local.report.words import (
    Lines,
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

_MOST_FAILURES = 5


class Plain:
    period: float | None = Quiet.period

    def __init__(
        self, stream: Writer, commands: Commands | None = None, quiet: Quiet | None = None
    ) -> None:
        self._stream, self._commands = stream, commands or Commands()
        self._lines = Lines()
        self._quiet = quiet or Quiet()

    def started(self, start: Start) -> None:
        steps = sum(len(frame.runs) for frame in start.frames)
        self._say(f"run {start.run} of {start.pipeline}: {steps} steps, {start.jobs} at a time")

    def attempt_started(self, instance: Instance, number: int) -> None:
        self._quiet.began(instance)
        attempt = f", attempt {number} of {instance.run.step.retry.attempts}" if number > 1 else ""
        self._say(f"{named(instance)} started{attempt}")

    def printed(self, instance: Instance, data: bytes) -> None:
        self._quiet.heard(instance)
        lines = self._lines.feed(instance, data)
        if lines is not None:
            self._quote(instance, lines)

    def attempt_failed(self, instance: Instance, number: int, why: str, delay: float) -> None:
        self._rest(instance)
        again = f"; again in {seconds(delay)}" if delay else ""
        attempts = instance.run.step.retry.attempts
        self._say(f"{named(instance)} failed: {safe(why)}, attempt {number} of {attempts}{again}")

    def instance_ended(self, instance: Instance) -> None:
        self._rest(instance)
        if instance.index is not None:
            why = f": {safe(instance.message)}" if instance.message else ""
            self._say(f"{named(instance)} {instance.state}{taken(instance)}{why}")

    def step_ended(self, run: StepRun) -> None:
        for instance in run.instances or ():
            self._quiet.ended(instance)
        time = taken(run.instances[0]) if run.instances and run.step.for_each is None else ""
        why = f": {safe(run.message)}" if run.message else ""
        self._say(f"{run.label} {run.state}{time}{why}")

    def said(self, text: str) -> None:
        self._say(safe(text))

    def explained(self, instance: Instance, reason: Reason) -> None:
        verb = "runs" if reason.runs else "does not run"
        self._say(f"{named(instance)} {verb}: {safe(reason.text)}")

    def asks(self, instance: Instance, text: str) -> None:
        self._stream.write(f"{instance.label}: {safe(text)} [y/n] ")
        self._stream.flush()

    def tick(self) -> None:
        for instance, since, silent in self._quiet.due():
            text = f"{named(instance)} still runs after {clock(since)}"
            self._say(f"{text}, silent for {clock(silent)}")

    def ended(self, end: End) -> None:
        failed = list(failures(end.frames))
        for one in failed[:_MOST_FAILURES]:
            self._say("\n".join(story(one, partial(self._commands.log, end.run))))
        if len(failed) > _MOST_FAILURES:
            self._say(f"... and {len(failed) - _MOST_FAILURES} more failed")
        self._say(f"run {end.run} {end.state} in {seconds(end.seconds)}: {count(end.frames)}")
        for line in results(end.frames):
            self._say(line)
        if end.hint:
            self._say(end.hint)
        for line in self._commands.again(end):
            self._say(line)

    def _rest(self, instance: Instance) -> None:
        self._quiet.ended(instance)
        lines = self._lines.end(instance)
        if lines is not None:
            self._quote(instance, lines)

    def _quote(self, instance: Instance, lines: str) -> None:
        head = f"{instance.label} | "
        self._say(head + lines.replace("\n", f"\n{head}"))

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
