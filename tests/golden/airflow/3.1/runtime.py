# Made by pipec from runtime.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import run_program, run_state, state_of

RUN_TIMEOUT = timedelta(seconds=12)

with DAG(dag_id="runtime", schedule=None, default_args={"retries": 0}):

    @task(retries=2, retry_delay=timedelta(0))
    def slow():
        """runtime.yaml:6"""
        return run_program(["sh", "-e", "-c", "sleep 1100"], run_timeout=RUN_TIMEOUT)

    @task
    def after():
        """runtime.yaml:7"""
        return run_program(["sh", "-e", "-c", "true"], run_timeout=RUN_TIMEOUT)

    @task(trigger_rule="all_done")
    def tidy():
        """runtime.yaml:8"""
        return run_program(["sh", "-e", "-c", "true"], run_timeout=RUN_TIMEOUT)

    @task(trigger_rule="all_done")
    def last():
        """runtime.yaml:10"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$STATE $SLOW" > "$PIPEC_OUTPUTS/line"'],
            env={"STATE": run_state(), "SLOW": state_of("slow")},
            outputs={"line": "string"},
        )

    slow_done = slow()
    after_done = after()
    tidy_done = tidy()
    last_done = last()
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    slow_done >> after_done
    slow_done >> tidy_done
    [after_done, tidy_done] >> steps_ended
    steps_ended >> last_done
    [after_done, tidy_done, last_done] >> pipeline_status
