"""What a run came to before it was cut off, from its journal: results that are not made again."""

import os
from typing import Any

from pipec.backends.local import artifacts, journal
from pipec.backends.local.artifacts import Artifact
from pipec.backends.local.attempts import Cause, Result
from pipec.backends.local.known import Answer, Candidate, Found, Stopped
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance
from pipec.backends.local.retry import wants_again
from pipec.backends.local.store import RunFolder
from pipec.compiler.ir import Step
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value, ValueSyntaxError, fit

JOURNAL = "journal.jsonl"
THIS_RUN = "this run"


class DamagedError(Exception):
    """A journal that cannot be read from its beginning, though something follows."""


@dataclass(slots=True)
class Tried:
    """An attempt that ended by itself. `outputs` and `kept` are as in the journal."""

    number: int
    key: str | None
    cause: Cause | None = None
    exit_code: int | None = None
    message: str | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    cached: bool = False


@dataclass(slots=True)
class Earlier:
    """The parts of a run so far.

    `tries` and `last` are by label, of the steps and of `finally`; `closed` says what limit stopped
    the steps, `active` is how many seconds the run went on. `length` bytes and `count` records of
    the journal are good, `lost` bytes behind them are not. A place of `known` results.
    """

    folder: RunFolder
    head: journal.Record
    count: int
    length: int
    lost: int
    tries: dict[str, list[Tried]] = field(default_factory=dict)
    last: dict[str, list[Tried]] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    state: str | None = None
    finished: bool = False
    closed: str | None = None
    active: float = 0.0
    ended: float = 0.0
    changed: set[str] = field(default_factory=set)
    _running: dict[tuple[str, int], str | None] = field(default_factory=dict)
    _began: float = 0.0
    _in_finally: bool = False
    _dropping: bool = False

    # --- reading --------------------------------------------------------------------------------

    def take(self, record: journal.Record) -> None:
        """Take in one record."""
        kind, at = record["event"], float(record.get("time", self.ended))
        if kind in ("run", "continued"):
            self._began, self._in_finally, self._dropping = at, False, False
            self.state, self.finished = None, False
            if record.get("retry"):
                self.forget_failures()
        self.active += max(0.0, at - max(self.ended, self._began))
        self.ended = at
        if kind == "finally":
            self._in_finally = True
            self._dropping = record["stopped"] == "by hand"
            if self._dropping:
                self.last.clear()
        elif kind == "stopping" and not record.get("by_hand"):
            self.closed = record["why"]
        elif kind == "answered":
            self.answers[record["step"]] = record["approved"]
        elif kind == "end":
            self.state, self.finished = record["state"], bool(record.get("finished"))
        elif kind in ("started", "ended", "restored"):
            self._take_attempt(kind, record)

    def _take_attempt(self, kind: str, record: journal.Record) -> None:
        label = record["step"]
        if kind == "started":
            self._running[label, record["attempt"]] = record.get("key")
            if not self._in_finally:
                self.last.clear()  # they follow whatever the steps do
            return
        if self._dropping or record["cause"] == "cancelled":
            return
        results = self.last if self._in_finally else self.tries
        before: list[Tried] = []
        if kind == "restored":
            number, key = record["attempts"], record.get("key")
        else:
            number = record["attempt"]
            key = self._running.pop((label, number), None)
            same = [one for one in results.get(label, ()) if one.key == key]
            before = [one for one in same if one.number < number]
        tried = Tried(number, key, record["cause"], record["exit_code"], record["message"])
        tried.outputs, tried.kept = record["outputs"], record.get("kept", {})
        tried.cached = record.get("cached", False)
        results[label] = [*before, tried]

    def forget_failures(self) -> None:
        """Let all that did not succeed be tried anew, and `finally`."""
        self.tries = {
            label: tries for label, tries in self.tries.items() if tries[-1].cause is None
        }
        self.answers = {label: yes for label, yes in self.answers.items() if yes}
        self.last.clear()
        self.closed = None

    def tell(self) -> str | None:
        """Give what is to be said of results that are not taken over, once."""
        labels, self.changed = ", ".join(sorted(self.changed)), set()
        return f"changed since they ran, so they run again: {labels}" if labels else None

    # --- giving ---------------------------------------------------------------------------------

    def begin_finally(self) -> None:
        """Look among the results of `finally` from now on."""
        self.tries = self.last

    def has(self, label: str) -> bool:
        return label in self.tries

    def was_cut_off(self, label: str) -> bool:
        """Say whether an attempt of an instance began and did not end."""
        return any(running == label for running, _ in self._running)

    def look(self, instance: Instance, launch: Launch) -> Candidate | Answer:  # noqa: ARG002 # the key says it
        """Say what an instance came to, if its text, inputs and files are the same."""
        known = self.tries.get(instance.label, [])
        tries = [one for one in known if one.key == instance.key]
        if not tries:
            if known:
                self.changed.add(instance.label)
            return Answer()
        last = tries[-1]
        if last.cause is None:
            return self._candidate(instance, last)
        instance.attempts = last.number
        result = Result(last.cause, last.message, last.exit_code)
        if wants_again(instance, result):
            return Answer()
        return Answer(Found(result, last.number, THIS_RUN))

    def _candidate(self, instance: Instance, tried: Tried) -> Candidate | Answer:
        """Give the outputs of an attempt, where what is kept still is what was written."""
        try:
            outputs = read_outputs(self.folder, instance.run.step, tried)
        except (ValueSyntaxError, KeyError):
            return Answer(None, [f"the result of {instance.label} does not fit: it runs again"])
        kept = {name: one for name, one in outputs.items() if isinstance(one, Artifact)}

        def take(stopped: Stopped) -> Answer:
            for name, one in kept.items():
                if not artifacts.is_intact(one, stopped):
                    text = f'output "{name}" of {instance.label} is not as it was kept'
                    return Answer(None, [f"{text}: {instance.label} runs again"])
            result = Result(None, tried.message, tried.exit_code, outputs)
            return Answer(Found(result, tried.number, THIS_RUN, tried.cached))

        return Candidate(sum(one.size for one in kept.values()), take)


def read_outputs(folder: RunFolder, step: Step, tried: Tried) -> dict[str, Value]:
    """Give the outputs that a journal tells of, files and folders as artifacts in `folder`.

    Raises ValueSyntaxError and KeyError where they are not what the step gives.
    """
    found: dict[str, Value] = {}
    for name, output in step.outputs.items():
        value, kind = tried.outputs.get(name), output.type.kind
        if value is not None and (kind == "file" or kind == "dir"):
            path, size = tried.kept[name]
            value = Artifact(kind, folder.at(path), value.removeprefix("sha256:"), size)
            found[name] = value
        else:
            found[name] = fit(output.type, value)  # as a program wrote it: 1e-05 is 0.00001
    return found


def load(folder: RunFolder) -> Earlier | None:
    """Read the journal of a run; None if nothing was written yet. Raises DamagedError, OSError."""
    path = folder.at(JOURNAL)
    if not os.path.exists(path):
        return None
    records, lost = journal.read(path)
    if not records or records[0].get("event") != "run":
        with open(path, "rb") as file:
            if b"\n" in file.read():
                raise DamagedError
        return None
    earlier = Earlier(folder, records[0], len(records), os.path.getsize(path) - lost, lost)
    for record in records:
        earlier.take(record)
    return earlier
