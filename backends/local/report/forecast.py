"""How long a run will go on, by how long its steps took in earlier runs of the same pipeline."""

import os
from collections.abc import Mapping

from pipec.backends.local.history.past import PastStep, read
from pipec.backends.local.progress import Frame, StepRun

_LOOKED_AT = 10  # runs
_ENOUGH = 3  # runs
_LARGEST = 4 << 20  # bytes of a journal that is read while a run waits for it


def learn(folder: str, pipeline: str) -> dict[str, float]:
    """Give how long each step took, of a fan-out one instance, in seconds.

    `folder` is that of the run that goes on.
    """
    runs, own = os.path.split(folder)
    known: dict[str, float] = {}
    used = 0
    for name in sorted(os.listdir(runs), reverse=True)[: _LOOKED_AT + 1]:
        path = os.path.join(runs, name)
        if name == own or used >= _ENOUGH or not _is_short(path):
            continue
        past = read(path)
        if past is None or past.pipeline != pipeline or past.state != "succeeded":
            continue
        used += 1
        for step in past.all_steps:
            if (took := _took(step)) is not None:
                known.setdefault(step.name, took)
    return known


def left(frames: tuple[Frame, ...], known: Mapping[str, float], jobs: int, now: float) -> float:
    """Give how many seconds a run will go on: its longest chain, or all its work shared out.

    What nothing is known of counts nothing.
    """
    work = sum(_left(run, known, 1, now) for frame in frames for run in frame.runs.values())
    return max(work / jobs, sum(_longest(frame, known, jobs, now) for frame in frames))


def _longest(frame: Frame, known: Mapping[str, float], jobs: int, now: float) -> float:
    ends: dict[str, float] = {}
    todo = list(frame.runs)
    while todo:  # no recursion: chains may be long
        name = todo[-1]
        needs = [need for need in frame.runs[name].step.needs if need in frame.runs]
        missing = [need for need in needs if need not in ends]
        if missing:
            todo += missing
            continue
        todo.pop()
        before = max((ends[need] for need in needs), default=0.0)
        ends[name] = before + _left(frame.runs[name], known, jobs, now)
    return max(ends.values(), default=0.0)


def _left(run: StepRun, known: Mapping[str, float], jobs: int, now: float) -> float:
    one = known.get(run.step.name, 0.0)
    if run.state is not None or not one:
        return 0.0
    if not run.instances:
        return one
    left = 0.0
    for instance in run.instances:
        if instance.state is None:
            passed = 0.0 if instance.began is None else now - instance.began
            left += max(0.0, one - passed)
    return left / min(jobs, run.step.max_parallel or jobs, len(run.instances))


def _took(step: PastStep) -> float | None:
    spans = [
        one.ended - one.began
        for one in step.parts
        if one.began is not None and one.ended is not None and one.state == "succeeded"
    ]
    return sum(spans) / len(spans) if spans else None


def _is_short(path: str) -> bool:
    try:
        return os.path.getsize(os.path.join(path, "journal.jsonl")) <= _LARGEST
    except OSError:
        return False
