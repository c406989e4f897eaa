"""A part of a pipeline, run on the results of an earlier run: `--from STEP`, `--only STEP`."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from pipec.backends.local import artifacts, journal
from pipec.backends.local.artifacts import Artifact
from pipec.backends.local.earlier import JOURNAL
from pipec.backends.local.progress import Frame
from pipec.backends.local.refusal import RefusalError
from pipec.compiler.expressions.nodes import Node, Output, children
from pipec.compiler.ir import Pipeline, Step, StepState
from pipec.compiler.records import dataclass, replace
from pipec.compiler.spelling import suggest
from pipec.compiler.types import Type
from pipec.compiler.values import Value, ValueSyntaxError, fit

OUT = "it is no part of this run"


@dataclass(frozen=True, slots=True)
class Part:
    """What is to run: `step` alone, or with all that follows it. `base` names the earlier run."""

    step: str
    alone: bool
    base: str | None = None

    def head(self) -> dict[str, Any]:
        return {"step": self.step, "alone": self.alone, "asked": self.base}


@dataclass(frozen=True, slots=True)
class Settled:
    """What a step came to that does not run."""

    state: StepState
    outputs: dict[str, Value]
    tries: int
    message: str | None = None
    shown: dict[str, Any] | None = None


def cut(pipeline: Pipeline, part: Part) -> Pipeline:
    """Give the pipeline as the part runs it: one step alone asks for no conditions."""
    if part.step not in pipeline.steps:
        near = suggest(part.step, pipeline.steps)
        meant = f'; did you mean "{near}"?' if near else ""
        what = "no step outside of `finally`" if part.step in pipeline.finally_ else "no step"
        raise RefusalError(f'"{part.step}" is {what} of the pipeline{meant}')
    if not part.alone:
        return pipeline
    step = replace(pipeline.steps[part.step], when=None, trigger_rule="all_done")
    return replace(pipeline, steps={**pipeline.steps, part.step: step}, finally_={})


def settle(pipeline: Pipeline, part: Part, state: str, base: str | None) -> dict[str, Settled]:
    """Give what the steps came to that do not run. Raises RefusalError, naming what is missing."""
    if base is None:
        raise RefusalError("there is no earlier run to take results from; run the whole first")
    running = {part.step} if part.alone else _following(pipeline, part.step)
    needed = _needed(pipeline, running, part.alone)
    found: dict[str, Settled] = {}
    problems: list[str] = []
    for name, step in pipeline.steps.items():
        if name in running:
            continue
        told = _find(state, base, name)
        if told is None or (part.alone and name not in needed):
            if name in needed:
                problems.append(f'run {base} has no result of "{name}", which is needed')
            found[name] = Settled("skipped", {}, 0, OUT)
            continue
        record, folder = told
        try:
            outputs = _outputs(step, record, folder)
        except (ValueSyntaxError, TypeError, ValueError):
            outputs = {}
            if name in needed:
                problems.append(f'the result of "{name}" in run {base} is not of its types')
        shown = record.get("shown") or _shown(name, record, folder)
        settled = Settled(record["state"], outputs, record["tries"], record["why"], shown)
        if name in needed:
            problems += _problems(name, settled, needed[name] if part.alone else frozenset())
        found[name] = settled
    if problems:
        raise RefusalError(*problems)
    return found


def begin(frame: Frame, settled: Mapping[str, Settled]) -> None:
    """Put into a frame, before it begins, what its steps came to that do not run."""
    for name, one in settled.items():
        run = frame.runs[name]
        run.state, run.message, run.outputs = one.state, one.message, one.outputs
        run.before, run.shown = one.tries, one.shown
        frame.left -= 1
        for reader in frame.readers[name]:
            frame.waiting[reader.step.name] -= 1


def places(value: Value, folder: str) -> Any:
    """Write where the files and folders in a value are, those of a run relative to its folder."""
    if isinstance(value, Artifact):
        return [value.kind, value.path.removeprefix(f"{folder}/"), value.size]
    return [places(one, folder) for one in value] if isinstance(value, list) else None


def _following(pipeline: Pipeline, first: str) -> set[str]:
    """Give a step and all that need it, at any distance."""
    found = {first}
    while more := {
        name
        for name, step in pipeline.steps.items()
        if name not in found and not found.isdisjoint(step.needs)
    }:
        found |= more
    return found


def _needed(pipeline: Pipeline, running: set[str], alone: bool) -> dict[str, frozenset[str]]:
    """Give the steps whose results are needed, each with the outputs that are read."""
    found: dict[str, set[str]] = {}
    for name in running:
        step = pipeline.steps[name]
        if not alone:
            for need in step.needs:
                found.setdefault(need, set())
        for one in _read(step):
            found.setdefault(one.step, set()).add(one.name)
    return {name: frozenset(outputs) for name, outputs in found.items() if name not in running}


def _read(step: Step) -> Iterator[Output]:
    pending: list[Node] = [node for _, node in step.expressions()]
    while pending:
        node = pending.pop()
        if isinstance(node, Output):
            yield node
        pending.extend(children(node))


def _find(state: str, base: str | None, step: str) -> tuple[journal.Record, str] | None:
    """Find what a step came to in a run, or in the run that this one took results from."""
    seen: set[str] = set()
    while base and base not in seen:
        seen.add(base)
        folder = f"{state}/runs/{base}"
        try:
            records, _ = journal.read(f"{folder}/{JOURNAL}")
        except OSError:
            return None
        told = [one for one in records if one["event"] == "step" and one["step"] == step]
        if told and told[-1].get("why") != OUT and told[-1]["state"] != "cancelled":
            return told[-1], folder
        base = (records[0].get("part") or {}).get("base") if records else None
    return None


def _outputs(step: Step, record: journal.Record, folder: str) -> dict[str, Value]:
    if record["state"] != "succeeded":
        return {}
    values, kept = record.get("outputs", {}), record.get("kept", {})
    found: dict[str, Value] = {}
    for name, output in step.outputs.items():
        value, place = values.get(name), kept.get(name)
        if step.for_each is None:
            found[name] = _value(output.type, value, place, folder)
        else:
            places = place or [None] * len(value)
            pairs = zip(value, places, strict=True)
            found[name] = [_value(output.type, one, at, folder) for one, at in pairs]
    return found


def _shown(step: str, record: journal.Record, folder: str) -> dict[str, Any] | None:
    """Give what the trace of a run says of a step, if it says the same as its journal."""
    try:
        with open(f"{folder}/trace.json", encoding="utf-8") as file:
            found: dict[str, Any] = json.load(file)["steps"][step]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    same = found["state"] == record["state"] and found["outputs"] == record["outputs"]
    return found if same else None


def _value(type: Type, value: Any, kept: Any, folder: str) -> Value:
    if value is None:
        return None
    if kept is None or not type.is_artifact:
        return fit(type, value)
    if isinstance(value, list):
        item = type.item
        assert item
        return [_value(item, one, place, folder) for one, place in zip(value, kept, strict=True)]
    kind, path, size = kept
    return Artifact(kind, os.path.join(folder, path), value.removeprefix("sha256:"), size)


def _problems(name: str, settled: Settled, read: frozenset[str]) -> Iterator[str]:
    if read and settled.state != "succeeded":
        yield f'"{name}", whose outputs are needed, is {settled.state} in the earlier run'
    for output, value in settled.outputs.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Artifact) and not artifacts.is_intact(one):
                yield f'output "{output}" of "{name}" is gone or was changed ({one.path})'
                break
