# Made by pipec from digits.yaml. Change that file and compile again.
"""Train models that read handwritten digits, and deploy the best one."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task
from airflow.timetables.trigger import CronTriggerTimetable

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    artifacts_folder,
    items,
    optional,
    run_program,
    run_state,
    secret,
    skip_unless,
    skip_unless_succeeded,
    state_of,
    text,
)

FILES = Path(__file__).parent / "digits_files"
ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="digits",
    description="Train models that read handwritten digits, and deploy the best one.",
    schedule=CronTriggerTimetable(
        "0 6 * * 1", timezone="Europe/Berlin", run_immediately=timedelta(0)
    ),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "ml-platform", "retries": 0},
    params={
        "models": Param(
            ["logistic", "forest", "neighbours", "svm"],
            type="array",
            items={"type": "string"},
            minItems=1,
            description="What to train; src/train.py has the list.",
        ),
        "test_share": Param(
            0.25,
            type="number",
            minimum=0.05,
            maximum=0.5,
            description="How much of the data is kept away from training, to test on.",
        ),
        "threshold": Param(
            0.95,
            type="number",
            minimum=0,
            maximum=1,
            description="The accuracy below which nothing is deployed.",
        ),
        "seed": Param(2, type="integer", minimum=0, maximum=9223372036854775807),
    },
    tags=["team:ml", "data:digits"],
):

    @task(execution_timeout=timedelta(minutes=10))
    def prepare(params=None):
        """digits.yaml:36"""
        return run_program(
            [
                "python3",
                "src/prepare.py",
                "--test-share=" + text(float(params["test_share"])),
                "--seed=" + text(params["seed"]),
            ],
            outputs={"data": "file", "train_rows": "int", "test_rows": "int"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task
    def train_items(params=None):
        return items({"model": params["models"]})

    @task(
        retries=1,
        retry_delay=timedelta(seconds=5),
        execution_timeout=timedelta(minutes=5),
        max_active_tis_per_dagrun=2,
    )
    def train(item, prepare, params=None):
        """Fits one model for each name in the list.

        digits.yaml:44
        """
        return run_program(
            [
                "python3",
                "src/train.py",
                item["model"],
                "--seed=" + text(params["seed"]),
            ],
            files={"data": prepare["data"]},
            outputs={"fitted": "file", "accuracy": "float"},
            retry_on=["timeout", "lost"],
            code=FILES,
            store=ARTIFACTS,
        )

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=10))
    def pick(train, prepare, params=None):
        """digits.yaml:56"""
        skip_unless_succeeded("train")
        train = train[:]
        return run_program(
            ["python3", "src/pick.py"],
            values={
                "names": params["models"],
                "accuracies": [float(one["accuracy"]) for one in train],
            },
            files={"data": prepare["data"], "fitted": [one["fitted"] for one in train]},
            outputs={
                "best": "file",
                "name": "string",
                "accuracy": "float",
                "scores": "map<float>",
                "confusion": "list<list<int>>",
            },
            code=FILES,
            store=ARTIFACTS,
        )

    @task(execution_timeout=timedelta(minutes=10))
    def deploy(pick, params=None):
        """digits.yaml:70"""
        skip_unless(
            float(pick["accuracy"]) >= float(params["threshold"]),
            "steps.pick.outputs.accuracy >= params.threshold",
        )
        return run_program(
            [
                "python3",
                "src/deploy.py",
                "--name=" + pick["name"],
                "--accuracy=" + text(float(pick["accuracy"])),
            ],
            env={"TOKEN": secret("registry/token", optional=True)},
            files={"model": pick["best"]},
            outputs={"release": "file", "signed": "bool"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=10))
    def report(pick, prepare, params=None):
        """digits.yaml:84"""
        return run_program(
            [
                "python3",
                "src/report.py",
                "--run=" + run_state(),
                "--best=" + (pick["name"] if pick else "none"),
                "--trained-on=" + text(prepare["train_rows"] if prepare else 0),
                "--tested-on=" + text(prepare["test_rows"] if prepare else 0),
                "--threshold=" + text(float(params["threshold"])),
                "prepare=" + state_of("prepare"),
                "train=" + state_of("train", "train_items"),
                "pick=" + state_of("pick"),
                "deploy=" + state_of("deploy"),
            ],
            values={
                "scores": optional(json.loads, pick, "scores"),
                "confusion": optional(json.loads, pick, "confusion"),
            },
            outputs={"page": ["file", "report.html"]},
            code=FILES,
            store=ARTIFACTS,
        )

    prepare_done = prepare()
    train_items_done = train_items()
    train_done = train.partial(prepare=prepare_done).expand(item=train_items_done)
    pick_done = pick(train_done, prepare_done)
    deploy_done = deploy(pick_done)
    report_done = report(pick_done, prepare_done)
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    prepare_done >> train_items_done
    [train_done, deploy_done] >> steps_ended
    steps_ended >> report_done
    [deploy_done, report_done] >> pipeline_status
