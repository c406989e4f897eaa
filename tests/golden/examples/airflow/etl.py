# Made by pipec from etl.yaml. Change that file and compile again.
"""Load orders into SQLite, sum them up, check the result, publish it."""

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
    optional,
    run_program,
    run_state,
    skip_unless_failed,
    text,
)

FILES = Path(__file__).parent / "etl_files"
ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="etl",
    description="Load orders into SQLite, sum them up, check the result, publish it.",
    schedule=CronTriggerTimetable(
        "30 5 * * *", timezone="UTC", run_immediately=timedelta(0)
    ),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0},
    params={
        "source": Param(
            "data/orders.csv", type="string", pattern="^(?:data/[a-z_]+\\.csv)$(?!\\n)"
        ),
        "max_rejected": Param(
            0.3,
            type="number",
            minimum=0,
            maximum=1,
            description="The share of bad rows above which nothing is published.",
        ),
    },
):

    @task(execution_timeout=timedelta(minutes=5))
    def extract(params=None):
        """etl.yaml:23"""
        return run_program(
            ["python3", "src/extract.py", params["source"]],
            outputs={
                "orders": "file",
                "rejects": "file",
                "kept": "int",
                "rejected": "int",
            },
            code=FILES,
            store=ARTIFACTS,
        )

    @task(execution_timeout=timedelta(minutes=5))
    def load(extract):
        """etl.yaml:27"""
        return run_program(
            ["python3", "src/load.py"],
            files={"orders": extract["orders"]},
            outputs={"database": "file"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(execution_timeout=timedelta(minutes=5))
    def transform(load):
        """etl.yaml:33"""
        return run_program(
            ["python3", "src/transform.py", "sql/sales.sql"],
            files={"database": load["database"]},
            outputs={"database": "file", "sales": "file"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(execution_timeout=timedelta(minutes=5))
    def check(extract, transform, params=None):
        """etl.yaml:39"""
        return run_program(
            ["python3", "src/check.py", "sql/checks"],
            env={
                "KEPT": text(extract["kept"]),
                "REJECTED": text(extract["rejected"]),
                "MAX_REJECTED": text(float(params["max_rejected"])),
            },
            files={"database": transform["database"]},
            outputs={"revenue": "float"},
            code=FILES,
        )

    @task(execution_timeout=timedelta(minutes=5))
    def publish(transform):
        """etl.yaml:49"""
        script = (
            'mkdir "$PIPEC_OUTPUTS/site"\n'
            '{ echo "# Sales"; echo; cat "$PIPEC_INPUTS/sales"; } > '
            '"$PIPEC_OUTPUTS/site/sales.md"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            files={"sales": transform["sales"]},
            outputs={"site": "dir"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def quarantine(extract):
        """Keeps the bad rows at hand when the checks fail.

        etl.yaml:58
        """
        skip_unless_failed("check", "extract")
        script = (
            'if [ -e "$PIPEC_INPUTS/rejects" ]; then cp "$PIPEC_INPUTS/rejects" '
            '"$PIPEC_OUTPUTS/rows"; fi\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            files={"rejects": optional(None, extract, "rejects")},
            outputs={"rows": "file?"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def report(extract, check):
        """etl.yaml:69"""
        script = (
            "import os\n"
            "from pathlib import Path\n"
            "\n"
            'line = "{STATE}: {KEPT} orders kept, {REJECTED} rejected, revenue '
            '{REVENUE}".format(**os.environ)\n'
            'Path(os.environ["PIPEC_OUTPUTS"], "line").write_text(line)\n'
            "print(line)\n"
        )
        return run_program(
            ["python3", "-c", script],
            env={
                "STATE": run_state(),
                "KEPT": text(extract["kept"] if extract else 0),
                "REJECTED": text(extract["rejected"] if extract else 0),
                "REVENUE": text(float(check["revenue"]) if check else 0.0),
            },
            outputs={"line": "string"},
            code=FILES,
        )

    extract_done = extract()
    load_done = load(extract_done)
    transform_done = transform(load_done)
    check_done = check(extract_done, transform_done)
    publish_done = publish(transform_done)
    quarantine_done = quarantine(extract_done)
    report_done = report(extract_done, check_done)
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    check_done >> publish_done
    check_done >> quarantine_done
    [transform_done, publish_done, quarantine_done] >> steps_ended
    steps_ended >> report_done
    [publish_done, quarantine_done, report_done] >> pipeline_status
