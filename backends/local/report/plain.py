"""One plain line an event, for logs and pipes; what programs print stands after their label."""

from pipec.backends.local.progress import Instance, Reason, StepRun
from pipec.backends.local.report import End, Start, Writer
from pipec.backends.local.report.words import (
    Lines,
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
    period: float | None = None

    def __init__(self, stream: Writer) -> None:
        self._stream = stream
        self._lines = Lines()

    def started(self, start: Start) -> None:
        steps = sum(len(frame.runs) for frame in start.frames)
        self._say(f"run {start.run} of {start.pipeline}: {steps} steps, {start.jobs} at a time")

    def attempt_started(self, instance: Instance, number: int) -> None:
        attempt = f", attempt {number} of {instance.run.step.retry.attempts}" if number > 1 else ""
        self._say(f"{named(instance)} started{attempt}")

    def printed(self, instance: Instance, data: bytes) -> None:
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
        pass

    def ended(self, end: End) -> None:
        failed = list(failures(end.frames))
        for one in failed[:_MOST_FAILURES]:
            self._say("\n".join(story(one)))
        if len(failed) > _MOST_FAILURES:
            self._say(f"... and {len(failed) - _MOST_FAILURES} more failed")
        self._say(f"run {end.run} {end.state} in {seconds(end.seconds)}: {count(end.frames)}")
        for line in results(end.frames):
            self._say(line)
        if end.hint:
            self._say(end.hint)

    def _rest(self, instance: Instance) -> None:
        lines = self._lines.end(instance)
        if lines is not None:
            self._quote(instance, lines)

    def _quote(self, instance: Instance, lines: str) -> None:
        head = f"{instance.label} | "
        self._say(head + lines.replace("\n", f"\n{head}"))

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
