# mypy: ignore-errors
"""Has a running Airflow run DAGs, and waits: started by `scheduler.py` with that Airflow's Python.

    python live.py JOBS TRACES SECONDS

JOBS is a JSON list of `{"dag_id", "conf", "plan"}`, and `scheduled` where the schedule makes the
run; `answers` says what a person says to approvals (`{task: yes}`). TRACES gets the canonical
traces of the runs, or what was there when SECONDS were over. Works on Airflow 2.11 and 3.x.
"""

import json
import sys
import time
from pathlib import Path

import engine

ENDED = ("success", "failed")


def wait_for(what, until):
    """Ask again and again until there is an answer; None when the time is over."""
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.5)
    return None


def known(dag_id):
    """Say whether the scheduler knows a DAG."""
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session

    with create_session() as session:
        return session.query(SerializedDagModel).filter_by(dag_id=dag_id).first() is not None


def start(job):
    """Start a run by hand, as the UI does."""
    from airflow.api.common.trigger_dag import trigger_dag

    more = {}
    try:
        from airflow.utils.types import DagRunTriggeredByType

        more["triggered_by"] = DagRunTriggeredByType.TEST
    except ImportError:
        pass
    trigger_dag(job["dag_id"], run_id="by-hand", conf=job.get("conf") or {}, **more)


def ended_run(job):
    """Give the id of the run of a job once it has ended."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    answer(job)
    with create_session() as session:
        runs = session.query(DagRun).filter_by(dag_id=job["dag_id"]).order_by(DagRun.id).all()
        return next((one.run_id for one in runs if one.state in ENDED), None)


def answer(job):
    """Say yes or no to what waits for a person."""
    if not job.get("answers"):
        return
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.timezone import utcnow

    with create_session() as session:
        asked = session.query(HITLDetail).filter(HITLDetail.responded_at.is_(None)).all()
        for one in asked:
            task = session.get(TaskInstance, one.ti_id)
            if task.dag_id == job["dag_id"] and task.task_id in job["answers"]:
                one.chosen_options = ["Approve" if job["answers"][task.task_id] else "Reject"]
                one.params_input = {}
                one.responded_at = utcnow()
                one.responded_by = {"id": "somebody", "name": "somebody"}


def main(jobs_file, traces_file, seconds):
    jobs = json.loads(Path(jobs_file).read_text())
    until = time.monotonic() + float(seconds)
    for job in jobs:
        wait_for(lambda job=job: known(job["dag_id"]), until)
        if not job.get("scheduled"):
            start(job)
    found = []
    for job in jobs:
        run_id = wait_for(lambda job=job: ended_run(job), until)
        trace = engine.trace(job["plan"], job["dag_id"], run_id) if run_id else {"late": True}
        found.append(trace)
    Path(traces_file).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
