# Made by pipec from native.yaml. Change that file and compile again.

import sys
from logging import getLogger
from pathlib import Path

import pendulum
from airflow.sdk import DAG, Param, task
from alerts import failed, notify, skipped
from alerts import json as json_

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import items, run_program, skip_unless

with DAG(
    dag_id="native",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    max_active_tasks=4,
    default_args={
        "owner": "data",
        "retries": 0,
        "depends_on_past": False,
        "pool": "default_pool",
        "on_failure_callback": failed,
    },
    params={
        "count": Param(
            2, type="integer", minimum=-9223372036854775808, maximum=9223372036854775807
        ),
    },
    end_date=pendulum.datetime(2999, 12, 31, 6, 0, 0, tz="UTC"),
    max_active_runs=3,
    on_success_callback=getLogger,
    doc_md="# Not a {{ template }}",
    is_paused_upon_creation=False,
    tags=["team:data", "nightly"],
    owner_links={"data": "https://example.org/team?of=data"},
    dag_display_name="Native settings",
):

    @task(task_id="notify", priority_weight=5, pool_slots=1, on_success_callback=notify)
    def notify_():
        """native.yaml:9"""
        return run_program(
            ["sh", "-e", "-c", 'echo "the callback has this step\'s name"']
        )

    @task(
        weight_rule="absolute",
        on_skipped_callback=skipped,
        executor_config={
            "KubernetesExecutor": {"labels": {"team": "data"}, "replicas": 2},
        },
    )
    def each_items(params=None):
        skip_unless(params["count"] > 1, "params.count > 1")
        return items(["a", "b"])

    @task(
        weight_rule="absolute",
        on_success_callback=[json_, notify],
        on_skipped_callback=skipped,
        executor_config={
            "KubernetesExecutor": {"labels": {"team": "data"}, "replicas": 2},
        },
        task_display_name="Each of {{ them }}",
    )
    def each(item):
        """native.yaml:13"""
        return run_program(["sh", "-e", "-c", 'echo "$PIPEC_ITEM_INDEX"'])

    @task(on_skipped_callback=skipped)
    def never(params=None):
        """native.yaml:25"""
        skip_unless(params["count"] > 2, "params.count > 2")
        return run_program(["sh", "-e", "-c", "echo never"])

    notify_done = notify_()
    never_done = never()
    each_items_done = each_items()
    each_done = each.expand(item=each_items_done)
    notify_done >> each_items_done
