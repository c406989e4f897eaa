# Made by pipec from secrets.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import run_program, secret

with DAG(dag_id="secrets", schedule=None, default_args={"retries": 0}):

    @task(retries=1, retry_delay=timedelta(0))
    def no_secret():
        """secrets.yaml:5"""
        return run_program(
            ["sh", "-e", "-c", "true"], env={"TOKEN": secret("not/there")}
        )

    @task
    def no_optional_secret():
        """secrets.yaml:9"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "${HOME-unset}" > "$PIPEC_OUTPUTS/home"'],
            env={"HOME": secret("not/there", optional=True)},
            outputs={"home": "string"},
        )

    @task
    def known_secret():
        """secrets.yaml:13"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "${#TOKEN}" > "$PIPEC_OUTPUTS/n"'],
            env={"TOKEN": secret("deploy/token")},
            outputs={"n": "int"},
        )

    no_secret_done = no_secret()
    no_optional_secret_done = no_optional_secret()
    known_secret_done = known_secret()
