"""Names that expressions of other tools begin with, and what to write instead."""

_OUTPUT = "write `steps.STEP.outputs.NAME`"
_REFERENCE = "a secret stands in `env` alone: `NAME: {secret: name/key}`"
_NAMES = {
    "env": "expressions do not see the environment: a param can carry the value",
    "secrets": _REFERENCE,
    "secret": _REFERENCE,
    "matrix": "the item of a fan-out is `item`, or `item.KEY`",
    "needs": _OUTPUT,
    "tasks": _OUTPUT,
    "jobs": _OUTPUT,
    "outputs": _OUTPUT,
    "ti": _OUTPUT,
    "task_instance": _OUTPUT,
    "vars": "write `params.NAME`",
    "var": "write `params.NAME`",
    "github": "write `run.id`, `run.date` or `params.NAME`",
    "dag_run": "write `run.id`, `run.date` or `params.NAME`",
    "ds": "write `run.day`",
    "ts": "write `run.date`",
    "execution_date": "write `run.date`",
    "logical_date": "write `run.date`",
    "data_interval_start": "write `run.date`",
    "today": "write `run.day`",
    "now": "write `run.date`: every attempt sees the same time",
    "run_id": "write `run.id`",
}
_WORKFLOW = {
    "parameters": "write `params.NAME`",
    "uid": "write `run.id`",
    "status": "write `run.state`, in `finally`",
    "scheduledTime": "write `run.date`",
    "creationTimestamp": "write `run.date`",
}


def instead(parts: tuple[str, ...]) -> str | None:
    """Give what to write instead of a dotted name of another tool, or None."""
    if parts[0] == "workflow":
        other = "write `run.id`, `run.date` or `params.NAME`"
        return _WORKFLOW.get(parts[1], other) if len(parts) > 1 else other
    return _NAMES.get(parts[0])
