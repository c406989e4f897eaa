"""Writes what happens in a run to its journal, one record an event (see `account` for reading)."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipec.backends.local import part
from pipec.backends.local.artifacts import Artifact, as_json
from pipec.backends.local.attempts import Result
from pipec.backends.local.journal import Journal, JournalError
from pipec.backends.local.known import Found
from pipec.backends.local.masking import MASK
from pipec.backends.local.progress import Context, Instance, StepRun
from pipec.compiler.records import dataclass
from pipec.compiler.values import Value


@dataclass(slots=True)
class Chronicle:
    """Writes the events of a run whose folder is `folder`.

    `on_trouble` is told why the journal cannot be written. Nothing is written once it is `closed`.
    """

    journal: Journal
    folder: str
    context: Context
    on_trouble: Callable[[str], None]
    closed: bool = False

    def sync(self) -> bool:
        """Bring all that was written to the disk. Gives whether it is there."""
        try:
            if not self.closed:
                self.journal.sync()
        except JournalError as error:
            self._fail(error)
        return not self.closed

    def close(self) -> None:
        """Write nothing more: what ends from now on did not end by itself."""
        self.closed = True

    def started(self, instance: Instance) -> None:
        self._write("started", step=instance.label, attempt=instance.attempts, key=instance.key)

    def ended(self, instance: Instance, attempt: int, result: Result) -> None:
        self._write("ended", step=instance.label, attempt=attempt, **self._result(result))

    def restored(self, instance: Instance, found: Found) -> None:
        self._write(
            "restored",
            step=instance.label,
            attempts=found.attempts,
            key=instance.key,
            source=found.source,
            cached=found.cached,
            **self._result(found.result),
        )

    def answered(self, instance: Instance, answer: bool) -> None:
        self._write("answered", step=instance.label, approved=answer)

    def fanned_out(self, run: StepRun, items: Sequence[str]) -> None:
        self._write("items", step=run.label, items=items)

    def settled(self, run: StepRun) -> None:
        """Write what a step ended as."""
        told = {name: run.output(name) for name in run.step.outputs}
        self._write(
            "step",
            step=run.label,
            state=run.state,
            why=run.message,
            tries=run.tries,
            outputs={name: as_json(value) for name, value in told.items()},
            **self._hidden(told),
            kept={name: part.places(value, self.folder) for name, value in told.items()},
            **({"shown": run.shown} if run.shown else {}),
        )

    def stopping(self, why: str, by_hand: bool) -> None:
        self._write("stopping", why=why, by_hand=by_hand)

    def steps_ended(self, stopped: str | None) -> None:
        """Write that `finally` begins; `stopped` is how the steps were stopped, if they were."""
        self._write("finally", stopped=stopped)

    def _result(self, result: Result) -> dict[str, Any]:
        """Write a result: `kept` says where the files and folders in it are."""
        outputs = result.outputs
        return {
            "cause": result.cause,
            "exit_code": result.exit_code,
            "message": result.message,
            "outputs": {name: as_json(value) for name, value in outputs.items()},
            **self._hidden(outputs),
            "kept": {
                name: [value.path.removeprefix(f"{self.folder}/"), value.size]
                for name, value in outputs.items()
                if isinstance(value, Artifact)
            },
        }

    def _hidden(self, outputs: Mapping[str, Value]) -> dict[str, Any]:
        """Write how outputs with secrets in them are shown: the journal has them as they are."""
        found: dict[str, Any] = {}
        for name, value in outputs.items():
            shown = self._shown(value)
            if shown != as_json(value):
                found[name] = shown
        return {"masked": found} if found else {}

    def _shown(self, value: Value) -> Any:
        if isinstance(value, Artifact):
            finds = self.context.masker.finds(value.path)
            return MASK.decode() if finds else as_json(value)
        if isinstance(value, list) and any(isinstance(one, Artifact) for one in value):
            return [self._shown(one) for one in value]
        return self.context.shown(value)

    def _write(self, event: str, **fields: Any) -> None:
        if self.closed:
            return
        try:
            self.journal.append({"event": event, **fields, "time": now()})
        except JournalError as error:
            self._fail(error)

    def _fail(self, error: JournalError) -> None:
        self.closed = True
        self.on_trouble(f"the journal cannot be written: {error}")


def now() -> float:
    """Give the time as the journal writes it, in seconds since 1970."""
    return round(time.time(), 3)
