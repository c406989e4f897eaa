# mypy: ignore-errors
"""Runs DAGs inside a real Airflow: started by `environment.py` with that Airflow's Python.

    python engine.py JOBS TRACES

JOBS is a JSON list of `{"dag_id", "conf", "plan"}`. Every DAG file of the dags folder is loaded
with warnings as errors, each job is run as `airflow dags test` does it, and TRACES gets the list of
canonical traces. Works on Airflow 2.11 and 3.x.
"""

import hashlib
import json
import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

STATES = {"success": "succeeded", "removed": "skipped", None: "cancelled"}
WORST_FIRST = ("failed", "cancelled", "upstream_failed", "succeeded", "skipped")


def load():
    """Load every DAG of the dags folder; a warning is an error."""
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    import airflow.providers.common.compat.sdk  # its own warnings are not ours
    import airflow.providers.standard.operators.empty  # noqa: F401

    # As the processor of a bundle does on Airflow 3; 2.x does it here by itself.
    sys.path.append(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return DagBag()


def stored(row):
    """Give an XCom's value: 2.x gives it decoded, 3.x as JSON text in a JSON column."""
    try:
        return json.loads(row.value) if isinstance(row.value, str) else row.value
    except ValueError:
        return row.value


def digest(path):
    """Hash a file, or a folder over its paths as UTF-8 and file hashes."""
    if path.is_file():
        return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    whole = hashlib.sha256()
    names = [one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()]
    for name in sorted(names, key=str.encode):
        inner = hashlib.sha256((path / name).read_bytes()).hexdigest()
        whole.update(name.encode() + b"\0" + inner.encode() + b"\n")
    return "sha256:" + whole.hexdigest()


def digest_of(kept):
    """Hash an artifact, which may stand in an object store."""
    if "://" not in kept:
        return digest(Path(kept))
    try:
        from airflow.sdk import ObjectStoragePath
    except ImportError:
        from airflow.io.path import ObjectStoragePath
    root = ObjectStoragePath(kept.rstrip("/"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        if not kept.endswith("/"):
            root.fs.get_file(root.path, str(copy))
            return digest(copy)
        copy.mkdir()
        for one in root.fs.find(root.path):
            place = copy / Path(one).relative_to(root.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            root.fs.get_file(one, str(place))
        return digest(copy)


def value(kind, kept):
    """Turn what Airflow's database kept into a value of a type."""
    kind = kind.rstrip("?")
    if kept is None:
        return None
    if kind in ("file", "dir"):
        return digest_of(kept)
    if kind == "float":
        return float(kept)
    return json.loads(kept) if kind.startswith(("json", "list", "map")) else kept


def item_value(kinds, kept):
    """Give an item of a fan-out; `kinds` is a type, or one for each key."""
    if isinstance(kinds, dict):
        return {key: value(kind, kept[key]) for key, kind in kinds.items()}
    return value(kinds, kept)


def instance(task, plan, tasks, values):
    """Give one try of a step, or of one item."""
    kinds = plan["outputs"]
    marked = {
        key
        for key in ("cancelled", "not_started", "exit_code")
        if values.get((task.task_id, task.map_index, key)) is not None
    }
    state = "cancelled" if "cancelled" in marked else STATES.get(task.state, task.state)
    started = state in ("succeeded", "failed") and "not_started" not in marked
    one = {"state": state, "attempts": (task.try_number or 0) if started else 0}
    if "exit_code" in marked:
        one["exit_code"] = values[task.task_id, task.map_index, "exit_code"]
    kept = values.get((task.task_id, task.map_index, "return_value"))
    kept = kept if state == "succeeded" and isinstance(kept, dict) else {}
    one["outputs"] = {name: value(kind, kept.get(name)) for name, kind in kinds.items()}
    if plan["steps"]:
        one |= inside(one["state"], plan, tasks, values, task.map_index)
    return one


def inside(state, plan, tasks, values, index):
    """Give what a use of a component has besides its state and outputs."""
    gate = plan["inputs"] if plan["fan_out"] else plan["before"]
    started = [t.state for t in tasks if t.task_id == gate and t.map_index == index]
    if started and started != ["success"]:
        state = STATES.get(started[0], started[0])
        return {"state": "failed" if plan["fan_out"] else state, "attempts": 0}
    steps = trace_of(plan["steps"], tasks, values, index)
    ended = {one["state"] for one in steps.values()}
    if state == "failed" and "failed" not in ended and "cancelled" in ended:
        state = "cancelled"
    return {
        "state": state,
        "attempts": sum(one["attempts"] for one in steps.values()),
        "steps": steps,
    }


def fan_out(plan, tasks, values):
    """Give the trace of a fan-out: the task that made its list, and its instances."""
    mine = [t for t in tasks if t.task_id == plan["task"]]
    mine.sort(key=lambda task: task.map_index)
    null = dict.fromkeys(plan["outputs"])
    before = [t for t in tasks if t.task_id == plan["before"]]
    if before and before[0].state not in ("success", None):
        return {
            "state": STATES.get(before[0].state, before[0].state),
            "attempts": 0,
            "outputs": null,
        }
    mine = [t for t in mine if t.state != "removed"]
    if not mine or mine[0].map_index < 0:
        state = STATES.get(mine[0].state, mine[0].state) if mine else "skipped"
        return {"state": state, "attempts": 0, "outputs": null}
    ones = [instance(t, plan, tasks, values) for t in mine]
    states = {one["state"] for one in ones}
    state = next((one for one in WORST_FIRST if one in states), "skipped")
    if state in ("skipped", "upstream_failed"):
        return {"state": state, "attempts": 0, "outputs": null}
    items = values.get((plan["before"], -1, "return_value"), plan["items"])
    for index, one in enumerate(ones):
        ones[index] = {"item": item_value(plan["item_kinds"], items[index]), **one}
    outputs = {key: [one["outputs"][key] for one in ones] for key in plan["outputs"]}
    return {
        "state": state,
        "attempts": sum(one["attempts"] for one in ones),
        "outputs": outputs if state == "succeeded" else null,
        "instances": ones,
    }


def single(plan, tasks, values, index):
    """Give the trace of a step that is no fan-out."""
    here = -1 if index is None else index
    found = [t for t in tasks if t.task_id == plan["task"] and t.map_index == here]
    return instance(found[0], plan, tasks, values)


def trace_of(plan, tasks, values, index=None):
    """Give the trace of the steps of one level, in one instance of a fan-out around them."""
    return {
        name: fan_out(one, tasks, values) if one["fan_out"] else single(one, tasks, values, index)
        for name, one in plan.items()
    }


def trace(plan, dag_id, run_id):
    """Give the canonical trace of a finished run."""
    from airflow.models import xcom
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    model = getattr(xcom, "XComModel", None) or xcom.BaseXCom
    where = {"dag_id": dag_id, "run_id": run_id}
    with create_session() as session:
        run = session.query(DagRun).filter_by(**where).one()
        tasks = session.query(TaskInstance).filter_by(**where).all()
        rows = session.query(model).filter_by(**where).all()
        values = {(row.task_id, row.map_index, row.key): stored(row) for row in rows}
        return {
            "pipec": 1,
            "pipeline": dag_id,
            "run": run_id,
            "state": "succeeded" if run.state == "success" else "failed",
            "steps": trace_of(plan, tasks, values),
        }


def run(dag, conf):
    """Run a DAG as `airflow dags test` does, and give the run's id or the error.

    In one process Airflow would keep what a run was given as the default of the next.
    """
    holders = [dag.params, *(task.params for task in dag.tasks)]
    params = [one for holder in holders for _, one in holder.items() if hasattr(one, "resolve")]
    defaults = [(one, one.value) for one in params]
    try:
        return dag.test(run_conf=conf or None).run_id
    finally:
        for param, value in defaults:
            param.value = value


def main(jobs_file, traces_file):
    bag = load()
    found = []
    for job in json.loads(Path(jobs_file).read_text()):
        if bag.import_errors:
            found.append({"import_errors": {Path(k).name: v for k, v in bag.import_errors.items()}})
            continue
        if job.get("load_only"):
            found.append({"tasks": sorted(bag.dags[job["dag_id"]].task_ids)})
            continue
        try:
            run_id = run(bag.dags[job["dag_id"]], job.get("conf"))
            found.append(trace(job["plan"], job["dag_id"], run_id))
        except Exception as error:
            traceback.print_exc()
            found.append({"error": f"{type(error).__name__}: {error}"})
    Path(traces_file).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
