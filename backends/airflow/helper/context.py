# mypy: ignore-errors
"""What a step may know of its run and of other steps."""


def run_id():
    """Give Airflow's name of the run."""
    return get_current_context()["ti"].run_id


def run_date():
    """Give the scheduled time, or when the run was created if it was not scheduled."""
    return run_time().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_day(zone):
    """Give the date of the run in a time zone."""
    return run_time().astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")


def state_of(*task_ids, instance=False):
    """Say how a step ended; of a fan-out, the list and all its items.

    With `instance`, in the same instance of a fan-out over a task group.
    """
    ended = ended_states(task_ids, instance)
    if "failed" in ended:
        ti = get_current_context()["ti"]
        cancelled = ti.xcom_pull(task_ids=list(task_ids), key="cancelled")
        return "cancelled" if any(cancelled or ()) else "failed"
    for state in ("upstream_failed", "skipped"):
        if state in ended:
            return state
    return "succeeded"


def state_of_use(end, start, instance=False):
    """Say how a use of a component ended, from the tasks at its end and before it."""
    state = state_of(start, instance=instance)
    return state_of(end, instance=instance) if state == "succeeded" else state


def end_use(start=None):
    """End a use of a component as its steps ended; `start` is the task before them."""
    state = "succeeded" if start is None else state_of(start)
    if state == "skipped":
        raise AirflowSkipException("the component was skipped")
    if state != "succeeded":
        raise AirflowFailException("the component did not start")
    context = get_current_context()
    own = context["ti"].task_id
    inside = own.rpartition(".")[0] + "."
    steps = [one for one in context["dag"].task_ids if one.startswith(inside)]
    mapped = context["ti"].map_index >= 0
    if ended_states(set(steps) - {own}, mapped) & {"failed", "upstream_failed"}:
        raise AirflowFailException("a step of the component failed")


def run_state(last="steps_ended"):
    """Say how the steps ended; all of them stand before the task `last`."""
    marker = get_current_context()["dag"].get_task(last)
    ended = ended_states(marker.get_flat_relative_ids(upstream=True))
    return "failed" if ended & {"failed", "upstream_failed"} else "succeeded"


def skip_unless_started(start, instance=False):
    """Skip this step if the component around it did not start."""
    if state_of(start, instance=instance) != "succeeded":
        raise AirflowSkipException("the component did not start")


def skip_unless_succeeded(*task_ids, instance=False):
    """Skip this step if one that it needs was skipped."""
    if "skipped" in ended_states(task_ids, instance):
        raise AirflowSkipException("a step that this one needs was skipped")


def skip_unless_failed(*task_ids, instance=False):
    """Skip this step if no step that it needs failed."""
    if not ended_states(task_ids, instance) & {"failed", "upstream_failed"}:
        raise AirflowSkipException("no step that this one needs failed")


def skip_unless(condition, words):
    """Skip this step if its condition is false."""
    if not condition:
        raise AirflowSkipException(f"{words} is false")


def all_outputs(task_id, list_id=None):
    """Give the outputs of a fan-out in item order; None if it did not succeed."""
    ids = [task_id, list_id] if list_id else [task_id]
    if state_of(*ids) != "succeeded":
        return None
    found = get_current_context()["ti"].xcom_pull(task_ids=task_id)
    return [found] if isinstance(found, dict) else list(found or ())


def outputs_of(task_id):
    """Give the outputs of a step; None if it did not succeed."""
    return get_current_context()["ti"].xcom_pull(task_ids=task_id, map_indexes=-1)
