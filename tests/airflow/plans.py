"""What the trace of a run needs to know of its pipeline."""

from typing import Any

from pipec.backends.airflow.plan import Plan
from pipec.backends.airflow.plan import plan_of as decide
from pipec.backends.airflow.wiring import combinations
from pipec.compiler.ir import Pipeline, Step


def plan_of(pipeline: Pipeline, version: str) -> dict[str, Any]:
    """Give for each step its tasks, its outputs' types, how it fans out and what is inside."""
    return _level(decide(pipeline, version))


def _level(plan: Plan) -> dict[str, Any]:
    names = plan.names
    found: dict[str, Any] = {}
    for name, step in plan.pipeline.all_steps.items():
        inner = plan.inner.get(name)
        found[name] = {
            "task": names.task[name],
            "outputs": {key: str(one.type) for key, one in step.outputs.items()},
            "fan_out": step.for_each is not None,
            "before": names.before.get(name),
            "items": _items(step) if name not in names.extra else None,
            "item_kinds": _kinds(step),
            "inputs": inner.use.gate if inner and inner.use and step.for_each else None,
            "steps": _level(inner) if inner else None,
        }
    return found


def _items(step: Step) -> list[Any] | None:
    return combinations(step.for_each) if step.for_each else None


def _kinds(step: Step) -> Any:
    if step.for_each is None:
        return None
    kinds = [str(one.type.item) for one in step.for_each.lists]
    keys = step.for_each.keys
    return kinds[0] if keys is None else dict(zip(keys, kinds, strict=True))
