# mypy: ignore-errors
"""What is asked of Airflow 3 in its own way."""


def run_time():
    """Give the scheduled time, or when the run was created if it was not scheduled."""
    dag_run = get_current_context()["dag_run"]
    return dag_run.logical_date or dag_run.run_after


def ended_states(task_ids, instance=False):
    """Give the states that tasks ended in; with `instance`, in the same instance.

    Airflow answers for the instance 0 of `a` under the name `a_0`, so tasks with and
    without a number at the end are asked for apart.
    """
    ti = get_current_context()["ti"]
    alike = {}
    for one in sorted(task_ids):
        alike.setdefault(len(re.findall(r"_\d+(?=(?:_\d+)*$)", one)), []).append(one)
    ended = set()
    for ids in alike.values():
        for start in range(0, len(ids), 100):
            found = ti.get_task_states(
                dag_id=ti.dag_id,
                task_ids=ids[start : start + 100],
                run_ids=[ti.run_id],
                map_index=ti.map_index if instance else None,
            )
            ended.update(found.get(ti.run_id, {}).values())
    return ended


def secret(key, optional=False):
    """Give a secret from the Airflow Variable of its name; the log does not show it."""
    value = Variable.get(key, default=None)
    if value is None and not optional:
        raise no_start(f'there is no Airflow Variable "{key}"')
    if value:
        mask_secret(value)
    return value
