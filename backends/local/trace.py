"""The trace of a run: what every step came to, in the order of the spec."""

import json
from typing import Any

from pipec.backends.local.progress import Frame, Instance, StepRun
from pipec.compiler.ir import RunState


def build(pipeline: str, run: str, state: RunState, frames: tuple[Frame, ...]) -> dict[str, Any]:
    """Make the trace of a run; steps that have not ended are shown as cancelled."""
    return {"pipec": 1, "pipeline": pipeline, "run": run, "state": state, "steps": _steps(*frames)}


def encode(trace: dict[str, Any]) -> bytes:
    return json.dumps(trace, ensure_ascii=False, indent=2).encode() + b"\n"


def _steps(*frames: Frame) -> dict[str, Any]:
    return {name: _step(run) for frame in frames for name, run in frame.runs.items()}


def _step(run: StepRun) -> dict[str, Any]:
    if run.shown is not None:
        return dict(run.shown)
    shown = run.frame.context.shown
    found: dict[str, Any] = {"state": run.state or "cancelled", "attempts": run.tries}
    fanned_out = run.step.for_each is not None
    only = run.instances[0] if run.instances and not fanned_out else None
    if not fanned_out and not run.is_group:
        found["cached"] = only is not None and only.cached
    if only and only.exit_code and run.state == "failed":
        found["exit_code"] = only.exit_code
    found["outputs"] = {name: shown(run.output(name)) for name in run.step.outputs}
    if only and only.frame:
        found["steps"] = _steps(only.frame)
    if fanned_out and run.instances:
        found["instances"] = [_instance(one) for one in run.instances]
    return found


def _instance(instance: Instance) -> dict[str, Any]:
    state = instance.state or "cancelled"
    shown = instance.run.frame.context.shown
    found: dict[str, Any] = {
        "item": shown(instance.item),
        "state": state,
        "attempts": instance.tries,
    }
    if instance.exit_code and state == "failed":
        found["exit_code"] = instance.exit_code
    values = instance.outputs if state == "succeeded" else {}
    found["outputs"] = {name: shown(values.get(name)) for name in instance.run.step.outputs}
    if instance.frame:
        found["steps"] = _steps(instance.frame)
    return found
