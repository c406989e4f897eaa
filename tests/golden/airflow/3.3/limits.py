# Made by pipec from limits.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import run_program

with DAG(dag_id="limits", schedule=None, default_args={"retries": 0}):

    @task(retries=1, retry_delay=timedelta(0), execution_timeout=timedelta(seconds=1))
    def hang():
        """limits.yaml:5"""
        script = 'sleep 1001 &\n(trap "" TERM; sleep 1002) &\nsleep 1003\n'
        return run_program(["sh", "-e", "-c", script])

    @task(retries=2, retry_delay=timedelta(0), execution_timeout=timedelta(seconds=1))
    def hang_once():
        """limits.yaml:12"""
        return run_program(["sh", "-e", "-c", "sleep 1004"], retry_on=["exit:75"])

    @task(retries=2, retry_delay=timedelta(0), execution_timeout=timedelta(seconds=1))
    def hang_then_good():
        """limits.yaml:16"""
        return run_program(
            ["sh", "-e", "-c", 'if [ "$PIPEC_ATTEMPT" = 1 ]; then sleep 1005; fi'],
            retry_on=["timeout"],
        )

    @task(retries=2, retry_delay=timedelta(0))
    def wrong_exit():
        """limits.yaml:20"""
        return run_program(["sh", "-e", "-c", "exit 74"], retry_on=["exit:75"])

    @task(retries=2, retry_delay=timedelta(0))
    def right_exit():
        """limits.yaml:23"""
        return run_program(["sh", "-e", "-c", "exit 75"], retry_on=["exit:75"])

    @task(retries=1, retry_delay=timedelta(0))
    def any_exit():
        """limits.yaml:26"""
        return run_program(["sh", "-e", "-c", "exit 1"], retry_on=["exit"])

    @task(task_id="signal", retries=1, retry_delay=timedelta(0))
    def signal_():
        """limits.yaml:29"""
        return run_program(["sh", "-e", "-c", "kill -9 $$"], retry_on=["exit:137"])

    @task(retries=1, retry_delay=timedelta(0))
    def not_there():
        """limits.yaml:32"""
        return run_program(["./nothing-here"], retry_on=["exit:127"])

    @task
    def daemon():
        """limits.yaml:35"""
        return run_program(
            [
                "sh",
                "-e",
                "-c",
                'sleep 1006 & echo "the program ends, its child would not"',
            ]
        )

    @task
    def no_output():
        """limits.yaml:37"""
        return run_program(["sh", "-e", "-c", "true"], outputs={"n": "int"})

    @task
    def bad_int():
        """limits.yaml:40"""
        return run_program(
            ["sh", "-e", "-c", 'printf abc > "$PIPEC_OUTPUTS/n"'], outputs={"n": "int"}
        )

    @task(retries=2, retry_delay=timedelta(0))
    def bad_once():
        """limits.yaml:43"""
        return run_program(
            ["sh", "-e", "-c", 'printf 1.5 > "$PIPEC_OUTPUTS/n"'],
            outputs={"n": "int"},
            retry_on=["exit"],
        )

    @task(retries=2, retry_delay=timedelta(0))
    def bad_then_good():
        """limits.yaml:47"""
        script = 'if [ "$PIPEC_ATTEMPT" = 2 ]; then echo 5 > "$PIPEC_OUTPUTS/n"; fi'
        return run_program(
            ["sh", "-e", "-c", script], outputs={"n": "int"}, retry_on=["contract"]
        )

    @task
    def bad_list():
        """limits.yaml:51"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'["a", 1]\' > "$PIPEC_OUTPUTS/n"'],
            outputs={"n": "list<string>"},
        )

    @task
    def too_long():
        """limits.yaml:54"""
        script = "head -c 65537 /dev/zero | tr '\\0' x > \"$PIPEC_OUTPUTS/s\""
        return run_program(["sh", "-e", "-c", script], outputs={"s": "string"})

    @task
    def longest():
        """limits.yaml:57"""
        script = "head -c 65536 /dev/zero | tr '\\0' x > \"$PIPEC_OUTPUTS/s\""
        return run_program(["sh", "-e", "-c", script], outputs={"s": "string"})

    @task
    def uses_longest(longest):
        """limits.yaml:60"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "${#S}" > "$PIPEC_OUTPUTS/n"'],
            env={"S": longest["s"]},
            outputs={"n": "int"},
        )

    @task(retries=2, retry_delay=timedelta(0))
    def over_longest(longest):
        """limits.yaml:64"""
        return run_program(["sh", "-e", "-c", "true"], env={"S": longest["s"] + "!"})

    @task
    def twice_longest(longest):
        """limits.yaml:68"""
        return run_program(
            ["sh", "-e", "-c", "true"],
            env={"S": longest["s"], "T": longest["s"]},
            constants=10,
        )

    hang_done = hang()
    hang_once_done = hang_once()
    hang_then_good_done = hang_then_good()
    wrong_exit_done = wrong_exit()
    right_exit_done = right_exit()
    any_exit_done = any_exit()
    signal_done = signal_()
    not_there_done = not_there()
    daemon_done = daemon()
    no_output_done = no_output()
    bad_int_done = bad_int()
    bad_once_done = bad_once()
    bad_then_good_done = bad_then_good()
    bad_list_done = bad_list()
    too_long_done = too_long()
    longest_done = longest()
    uses_longest_done = uses_longest(longest_done)
    over_longest_done = over_longest(longest_done)
    twice_longest_done = twice_longest(longest_done)
