# mypy: ignore-errors
"""Has a running Airflow run DAGs, and waits: started by `scheduler.py` with that Airflow's Python.

    python live.py JOBS TRACES SECONDS

JOBS is a JSON list of `{"dag_id", "conf", "plan"}`, and `scheduled` where the schedule makes the
run; `answers` says what a person says to approvals (`{task: yes}`). TRACES gets the canonical
traces of the runs, or what was there when SECONDS were over. Works on Airflow 2.11 and 3.x.
"""

import json
import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

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
    from airflow.models.dag import DagModel
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session

    with create_session() as session:
        tables = (DagModel, SerializedDagModel)
        return all(session.query(one).filter_by(dag_id=dag_id).first() for one in tables)


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
    """Say yes or no to what waits for a person, as the UI does."""
    for task, yes in job.get("answers", {}).items():
        if not waits(job["dag_id"], task):
            continue
        place = f"dags/{job['dag_id']}/dagRuns/by-hand/taskInstances/{task}/-1/hitlDetails"
        try:
            if asked("GET", f"api/v2/{place}")["response_received"]:
                continue
            chosen = ["Approve" if yes else "Reject"]
            asked("PATCH", f"api/v2/{place}", {"chosen_options": chosen, "params_input": {}})
        except HTTPError as error:
            if error.code not in (404, 409):  # not asked yet; answered meanwhile
                raise


def waits(dag_id, task_id):
    """Say whether a task waits for a person, and the scheduler has seen its first half end.

    Airflow 3.3 fails a task without a word where an answer overtakes that: its second half bears
    the same key, so the end of the first is taken for its own. People are slower.
    """
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.query(TaskInstance).filter_by(dag_id=dag_id, task_id=task_id).first()
        if found is None or found.state not in ("awaiting_input", "deferred"):
            return False
    lines = Path("scheduler.log").read_text(errors="replace").splitlines()
    key = (f"dag_id='{dag_id}'", f"task_id='{task_id}'", "executor event with state success")
    return any(all(one in line for one in key) for line in lines)


def asked(method, path, body=None):
    """Ask the API server, where everybody is an admin."""
    server = f"http://127.0.0.1:{os.environ['AIRFLOW__API__PORT']}"
    head = {"Content-Type": "application/json"}
    if path != "auth/token":
        head["Authorization"] = f"Bearer {asked('GET', 'auth/token')['access_token']}"
    data = json.dumps(body).encode() if body else None
    request = Request(f"{server}/{path}", data, head, method=method)  # noqa: S310 (http)
    with urlopen(request) as found:  # noqa: S310
        return json.load(found)


def main(jobs_file, traces_file, seconds):
    jobs = json.loads(Path(jobs_file).read_text())
    until = time.monotonic() + float(seconds)
    for job in jobs:
        wait_for(lambda job=job: known(job["dag_id"]), until)
        if not job.get("scheduled"):
            start(job)
    runs = {}
    while len(runs) < len(jobs) and time.monotonic() < until:
        ended = ((one["dag_id"], ended_run(one)) for one in jobs if one["dag_id"] not in runs)
        runs |= {dag_id: run_id for dag_id, run_id in ended if run_id}
        time.sleep(1)
    found = []
    for job in jobs:
        run_id = runs.get(job["dag_id"])
        trace = engine.trace(job["plan"], job["dag_id"], run_id) if run_id else {"late": True}
        found.append(trace)
    Path(traces_file).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
