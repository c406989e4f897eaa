"""A past run, or one that is going on, put together from its outline and its journal."""

import fcntl
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipec.backends.local import journal
from pipec.backends.local.history import outline
from pipec.backends.local.store import RunFolder
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import to_json

_PART = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
UNFINISHED = "unfinished"  # neither ended nor going on: the same command continues it


@dataclass(slots=True)
class Try:
    """One attempt. Times are seconds since 1970; `ended` is None while it runs, and if it was lost.

    `cause` is None for one that succeeded, else `exit`, `timeout`, `contract`, `cancelled`."""

    number: int
    began: float
    ended: float | None = None
    cause: str | None = None
    exit_code: int | None = None
    message: str | None = None


@dataclass(slots=True)
class Part:
    """An instance: one item of a fan-out, or the one instance of any other step.

    `known` counts the attempts of the run that its result was taken from, `source`, if it was.
    `kept` says where its files and folders are, in the folder of the run, and their size in bytes.
    """

    label: str
    index: int | None = None
    item: str | None = None
    state: str = "waiting"
    tries: list[Try] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    steps: list["PastStep"] = field(default_factory=list)
    message: str | None = None
    cached: bool = False
    source: str | None = None
    known: int = 0
    kept: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def began(self) -> float | None:
        times = [one.began for one in self.tries[:1]]
        return min(times + [t for one in self.steps if (t := one.began) is not None], default=None)

    @property
    def ended(self) -> float | None:
        times = [one.ended for one in self.tries[-1:] if one.ended is not None]
        return max(times + [t for one in self.steps if (t := one.ended) is not None], default=None)


@dataclass(slots=True)
class PastStep:
    """A step. `about` is its outline, `label` is as in messages (`train[1].fit`)."""

    about: outline.Outline
    label: str
    state: str = "waiting"
    why: str | None = None
    settled: float | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def is_fan_out(self) -> bool:
        return "for_each" in self.about

    @property
    def began(self) -> float | None:
        return min((t for one in self.parts if (t := one.began) is not None), default=None)

    @property
    def ended(self) -> float | None:
        return max((t for one in self.parts if (t := one.ended) is not None), default=None)

    @property
    def tries(self) -> int:
        return sum(
            (len(one.tries) or one.known) + sum(inner.tries for inner in one.steps)
            for one in self.parts
        )


@dataclass(slots=True)
class Past:
    """A run. `state` is that of the run, `running`, or `unfinished`."""

    folder: RunFolder
    head: dict[str, Any]
    about: outline.Outline
    state: str
    began: float
    ended: float | None
    steps: list[PastStep]
    last: list[PastStep]
    notes: list[str]

    @property
    def run(self) -> str:
        return self.folder.run

    @property
    def pipeline(self) -> str:
        return str(self.head.get("pipeline", ""))

    @property
    def all_steps(self) -> list[PastStep]:
        return [*self.steps, *self.last]


@dataclass(slots=True)
class _Facts:
    """What a journal says, by label."""

    tries: dict[str, list[Try]] = field(default_factory=dict)
    results: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    end: dict[str, Any] | None = None
    head: dict[str, Any] = field(default_factory=dict)
    last: float = 0.0


def read(path: str) -> Past | None:
    """Read the run in a folder; None where there is no journal that tells anything."""
    folder = RunFolder(path)
    try:
        facts = _gather(journal.read(folder.at("journal.jsonl"))[0])
    except OSError:
        return None
    if not facts.head:
        return None
    about = outline.read(path)
    live = facts.end is None and is_live(path)
    state = str(facts.end["state"]) if facts.end else "running" if live else UNFINISHED
    steps = [_step(one, "", facts, live) for one in about.get("steps", ())]
    last = [_step(one, "", facts, live) for one in about.get("finally", ())]
    began = float(facts.head.get("time", 0.0))
    ended = float(facts.end["time"]) if facts.end else None if live else facts.last or began
    return Past(folder, facts.head, about, state, began, ended, steps, last, facts.notes)


def is_live(path: str) -> bool:
    """Say whether a run is going on: its journal is locked then."""
    try:
        file = os.open(os.path.join(path, "journal.jsonl"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(file)
    return False


def split(label: str) -> list[tuple[str, int | None]]:
    """Split a label into names and indexes: `train[1].fit` gives train 1, fit None."""
    return [(name, int(index) if index else None) for name, index in _PART.findall(label)]


def _gather(records: Iterable[Mapping[str, Any]]) -> _Facts:
    facts = _Facts()
    for one in records:
        kind, label = one.get("event"), str(one.get("step", ""))
        facts.last = max(facts.last, float(one.get("time", 0.0)))
        if kind == "run":
            facts.head = facts.head or dict(one)
            facts.end = None
        elif kind == "continued":  # every step is decided on anew
            facts.end = None
            facts.steps.clear()
            facts.notes.clear()
        elif kind == "started":
            facts.tries.setdefault(label, []).append(Try(one["attempt"], one["time"]))
            _count(label, facts.most)
        elif kind == "ended":
            _end(facts, label, one)
        elif kind == "restored":
            facts.results[label] = one
            _count(label, facts.most)
        elif kind == "answered":
            facts.answers[label] = bool(one["approved"])
            _count(label, facts.most)
        elif kind == "items":
            facts.items[label] = list(one["items"])
        elif kind == "step":
            facts.steps[label] = dict(one)
            _count(label, facts.most)
        elif kind == "stopping":
            facts.notes.append(str(one.get("why")))
        elif kind == "end":
            facts.end = dict(one)
    return facts


def _count(label: str, most: dict[str, int]) -> None:
    """Note how many instances each fan-out on the way to a label has at least."""
    at = label.find("[")
    while at >= 0:
        end = label.index("]", at)
        index = int(label[at + 1 : end])
        most[label[:at]] = max(most.get(label[:at], 0), index + 1)
        at = label.find("[", end)


def _end(facts: _Facts, label: str, one: Mapping[str, Any]) -> None:
    for tried in reversed(facts.tries.get(label, [])):
        if tried.number == one["attempt"]:
            tried.ended, tried.cause = one["time"], one["cause"]
            tried.exit_code, tried.message = one["exit_code"], one["message"]
            break
    facts.results[label] = one


def _step(about: outline.Outline, prefix: str, facts: _Facts, live: bool) -> PastStep:
    step = PastStep(about, prefix + about["name"])
    said = facts.steps.get(step.label, {})
    step.state, step.why = str(said.get("state") or "waiting"), said.get("why")
    step.settled = said.get("time")
    if step.is_fan_out:
        items = (said.get("shown") or {}).get("instances", ())
        names = facts.items.get(step.label) or [_text(one["item"]) for one in items]
        for index in range(max(len(names), facts.most.get(step.label, 0))):
            item = names[index] if index < len(names) else None
            step.parts.append(Part(f"{step.label}[{index}]", index, item))
    elif step.state not in ("skipped", "upstream_failed"):
        step.parts.append(Part(step.label))
    for part in step.parts:
        _fill(part, step, facts, live)
        _take_over(part, said)
    if step.state == "waiting" and any(one.state != "waiting" for one in step.parts):
        step.state = "running" if live else UNFINISHED
    return step


def _take_over(part: Part, said: Mapping[str, Any]) -> None:
    """Fill a part with what the record of its step alone tells: it did not run in this run."""
    if said.get("shown"):
        _copy(part, said["shown"] if part.index is None else said["shown"]["instances"][part.index])
    if part.tries or part.outputs or part.state != "succeeded":
        return
    hidden = said.get("masked") or {}
    for name, value in {**(said.get("outputs") or {}), **hidden}.items():
        place = None if name in hidden else (said.get("kept") or {}).get(name)
        if part.index is not None:
            value, place = value[part.index], place and place[part.index]
        part.outputs[name] = value
        if place and isinstance(place[0], str):
            part.kept[name] = (place[1], place[2])


def _copy(part: Part, shown: Mapping[str, Any]) -> None:
    """Fill a part with what the trace of an earlier run says of it."""
    part.state, part.source = str(shown["state"]), "an earlier run"
    part.known = 0 if part.steps else int(shown["attempts"])
    for step in part.steps:
        found = shown.get("steps", {}).get(step.name)
        if found is None:
            continue
        step.state = str(found["state"])
        if step.is_fan_out:
            step.parts = [
                Part(f"{step.label}[{index}]", index, _text(one["item"]))
                for index, one in enumerate(found.get("instances", ()))
            ]
        for inner in step.parts:
            _copy(inner, found if inner.index is None else found["instances"][inner.index])
            values = found if inner.index is None else found["instances"][inner.index]
            inner.outputs = dict(values["outputs"]) if inner.state == "succeeded" else {}


def _text(item: Any) -> str:
    text = item if isinstance(item, str) else to_json(item)
    return text if len(text) <= 30 else text[:29] + "…"


def _fill(part: Part, step: PastStep, facts: _Facts, live: bool) -> None:
    part.tries = facts.tries.get(part.label, [])
    result = facts.results.get(part.label, {})
    hidden, kept = result.get("masked") or {}, result.get("kept", {})  # it holds secrets
    part.outputs = {**(result.get("outputs") or {}), **hidden}
    part.kept = {name: tuple(kept[name]) for name in kept.keys() - hidden.keys()}
    part.cached, part.source = bool(result.get("cached")), result.get("source")
    part.known = int(result.get("attempts", 0))
    part.steps = [_step(one, f"{part.label}.", facts, live) for one in step.about.get("steps", ())]
    part.state = _state(part, step, facts, live)
    last = part.tries[-1] if part.tries else None
    part.message = last.message if last else result.get("message")
    if part.message is None and not step.is_fan_out:
        part.message = step.why


def _state(part: Part, step: PastStep, facts: _Facts, live: bool) -> str:
    if not step.is_fan_out and step.state != "waiting":
        return step.state
    if part.label in facts.answers:
        return "succeeded" if facts.answers[part.label] else "failed"
    if part.steps:
        return _group_state([one.state for one in part.steps], step.state)
    if part.known and not part.tries:
        return "failed" if facts.results[part.label].get("cause") else "succeeded"
    if not part.tries:
        return "waiting" if step.state == "waiting" else _untried(step.state)
    last = part.tries[-1]
    if last.ended is None:
        return "running" if live else "cancelled" if step.settled else UNFINISHED
    if last.cause is None:
        return "succeeded"
    if step.state == "waiting" and live and last.number < step.about.get("attempts", 1):
        return "running"  # another attempt follows
    return "cancelled" if last.cause == "cancelled" else "failed"


def _untried(state: str) -> str:
    """Give the state of an instance without an attempt, by that of its step."""
    return "failed" if state == "failed" else "cancelled"


def _group_state(states: list[str], step: str) -> str:
    for state in ("failed", "cancelled", "running", UNFINISHED):
        if state in states:
            return state
    if "waiting" in states:
        return "waiting" if set(states) == {"waiting"} and step == "waiting" else "running"
    return "succeeded"
