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


def state_of(*task_ids):
    """Say how a step ended; of a fan-out, the list and all its items."""
    ended = ended_states(task_ids)
    if "failed" in ended:
        ti = get_current_context()["ti"]
        cancelled = ti.xcom_pull(task_ids=list(task_ids), key="cancelled")
        return "cancelled" if any(cancelled or ()) else "failed"
    for state in ("upstream_failed", "skipped"):
        if state in ended:
            return state
    return "succeeded"


def run_state(last="steps_ended"):
    """Say how the steps ended; all of them stand before the task `last`."""
    marker = get_current_context()["dag"].get_task(last)
    ended = ended_states(marker.get_flat_relative_ids(upstream=True))
    return "failed" if ended & {"failed", "upstream_failed"} else "succeeded"


def skip_unless_succeeded(*task_ids):
    """Skip this step if one that it needs was skipped."""
    if "skipped" in ended_states(task_ids):
        raise AirflowSkipException("a step that this one needs was skipped")


def skip_unless_failed(*task_ids):
    """Skip this step if no step that it needs failed."""
    if not ended_states(task_ids) & {"failed", "upstream_failed"}:
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
