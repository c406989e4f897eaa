# mypy: ignore-errors
"""What is asked of Airflow 2 in its own way."""


def run_time():
    """Give the scheduled time, or when the run was created if it was not scheduled."""
    return get_current_context()["dag_run"].logical_date


def ended_states(task_ids, instance=False):
    """Give the states that tasks ended in; with `instance`, in the same instance."""
    context = get_current_context()
    found = context["dag_run"].get_task_instances()
    return {
        one.state
        for one in found
        if one.task_id in task_ids
        and (not instance or one.map_index == context["ti"].map_index)
    }


def secret(key, optional=False):
    """Give a secret from the Airflow Variable of its name; the log does not show it."""
    value = Variable.get(key, default_var=None)
    if value is None and not optional:
        raise no_start(f'there is no Airflow Variable "{key}"')
    if value:
        mask_secret(value)
    return value
