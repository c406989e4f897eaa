"""Events as JSON lines, for programs that watch a run."""

import json
import time
from typing import Any

from pipec.backends.local.progress import Context, Instance, Reason, StepRun
from pipec.backends.local.report import End, Start, Writer
from pipec.backends.local.report.quiet import Quiet
from pipec.backends.local.report.words import Lines
from pipec.compiler.ir import Approval
from pipec.compiler.values import to_json


class JsonLines:
    period: float | None = Quiet.period

    def __init__(self, stream: Writer, quiet: Quiet | None = None) -> None:
        self._stream = stream
        self._lines = Lines()
        self._quiet = quiet or Quiet()

    def started(self, start: Start) -> None:
        self._write("run_started", run=start.run, pipeline=start.pipeline, folder=start.folder)

    def attempt_started(self, instance: Instance, number: int) -> None:
        self._quiet.began(instance)
        self._write("attempt_started", **_who(instance), attempt=number)

    def printed(self, instance: Instance, data: bytes) -> None:
        self._quiet.heard(instance)
        lines = self._lines.feed(instance, data)
        if lines is not None:
            self._print(instance, lines)

    def attempt_failed(self, instance: Instance, number: int, why: str, delay: float) -> None:
        self._rest(instance)
        self._write("attempt_failed", **_who(instance), attempt=number, why=why, again_in=delay)

    def instance_ended(self, instance: Instance) -> None:
        self._rest(instance)
        if isinstance(instance.run.step.body, Approval) and instance.attempts:
            approved = instance.state == "succeeded"
            self._write("approval_answered", **_who(instance), approved=approved)
        elif instance.state == "failed" and instance.attempts and instance.source is None:
            why, number = instance.message or "", instance.attempts
            self._write("attempt_failed", **_who(instance), attempt=number, why=why, again_in=None)
        if instance.index is not None:
            self._write(
                "instance_ended",
                **_who(instance),
                item=_context(instance).shown(instance.item),
                **_end(instance, instance.tries),
                log=instance.log,
            )

    def step_ended(self, run: StepRun) -> None:
        for instance in run.instances or ():
            self._quiet.ended(instance)
        log = run.instances[0].log if run.instances and run.step.for_each is None else None
        self._write("step_ended", step=run.label, **_end(run, run.tries), log=log)

    def said(self, text: str) -> None:
        self._write("note", text=text)

    def explained(self, instance: Instance, reason: Reason) -> None:
        self._write(
            "explained",
            **_who(instance),
            runs=reason.runs,
            why=reason.text,
            changes=list(reason.changes),
        )

    def asks(self, instance: Instance, text: str) -> None:
        self._write("approval_wanted", **_who(instance), text=text)

    def tick(self) -> None:
        for instance, since, silent in self._quiet.due():
            self._write("alive", **_who(instance), seconds=round(since, 1), silent=round(silent, 1))

    def ended(self, end: End) -> None:
        self._write("run_ended", run=end.run, state=end.state, seconds=round(end.seconds, 3))

    def _rest(self, instance: Instance) -> None:
        self._quiet.ended(instance)
        lines = self._lines.end(instance)
        if lines is not None:
            self._print(instance, lines)

    def _print(self, instance: Instance, lines: str) -> None:
        """Write lines; there may be gigabytes of them, so with what is fastest."""
        found = {"event": "printed", "time": round(time.time(), 3), **_who(instance)}
        found["lines"] = lines.split("\n")
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        self._stream.write(text + "\n")
        self._stream.flush()

    def _write(self, event: str, **fields: Any) -> None:
        found = {"event": event, "time": round(time.time(), 3), **fields}
        self._stream.write(to_json(found) + "\n")
        self._stream.flush()


def _who(instance: Instance) -> dict[str, Any]:
    return {"step": instance.run.label, "index": instance.index}


def _context(one: Instance | StepRun) -> Context:
    return (one.run if isinstance(one, Instance) else one).frame.context


def _end(ended: Instance | StepRun, attempts: int) -> dict[str, Any]:
    shown = _context(ended).shown
    outputs = {name: shown(value) for name, value in ended.outputs.items()}
    found: dict[str, Any] = {"state": ended.state, "attempts": attempts, "outputs": outputs}
    if ended.message:
        found["why"] = ended.message
    return found
