# Made by pipec from failures.yaml. Change that file and compile again.
"""Every trigger rule and every way to fail; ends as failed on purpose."""

import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    checked_values,
    items,
    run_program,
    run_state,
    skip_unless,
    skip_unless_failed,
    skip_unless_succeeded,
    state_of,
    text,
)

with DAG(
    dag_id="failures",
    description="Every trigger rule and every way to fail; ends as failed on purpose.",
    schedule=None,
    default_args={"retries": 0},
    params={
        "items": Param(
            [],
            type="array",
            items={
                "type": "integer",
                "minimum": -9223372036854775808,
                "maximum": 9223372036854775807,
            },
        ),
    },
):

    @task(execution_timeout=timedelta(minutes=5))
    def good():
        """failures.yaml:47"""
        return run_program(
            ["sh", "-e", "-c", 'echo 3 > "$PIPEC_OUTPUTS/number"'],
            outputs={"number": "int"},
        )

    @task(execution_timeout=timedelta(minutes=5))
    def bad():
        """failures.yaml:50"""
        return run_program(["sh", "-e", "-c", "exit 3"], outputs={"number": "int"})

    @task(execution_timeout=timedelta(minutes=5))
    def off(good):
        """failures.yaml:53"""
        skip_unless(good["number"] > 5, "steps.good.outputs.number > 5")
        return run_program(["sh", "-e", "-c", 'echo "never printed"'])

    @task(retries=1, retry_delay=timedelta(0), execution_timeout=timedelta(minutes=5))
    def flaky():
        """failures.yaml:56"""
        return run_program(["sh", "-e", "-c", 'test "$PIPEC_ATTEMPT" -ge 2'])

    @task(
        retries=2,
        retry_delay=timedelta(seconds=1),
        retry_exponential_backoff=True,
        execution_timeout=timedelta(minutes=5),
    )
    def stubborn():
        """failures.yaml:59"""
        return run_program(["sh", "-e", "-c", 'echo "attempt $PIPEC_ATTEMPT"; exit 1'])

    @task(retries=2, retry_delay=timedelta(0), execution_timeout=timedelta(minutes=5))
    def picky():
        """failures.yaml:62"""
        return run_program(["sh", "-e", "-c", "exit 76"], retry_on=["exit:75"])

    @task(execution_timeout=timedelta(seconds=2))
    def slow():
        """failures.yaml:65"""
        return run_program(["sh", "-e", "-c", "sleep 60"])

    @task(execution_timeout=timedelta(minutes=5))
    def liar():
        """failures.yaml:68"""
        return run_program(
            ["sh", "-e", "-c", 'echo three > "$PIPEC_OUTPUTS/number"'],
            outputs={"number": "int"},
        )

    @task(execution_timeout=timedelta(minutes=5))
    def silent():
        """failures.yaml:71"""
        return run_program(
            ["sh", "-e", "-c", 'echo "nothing is written"'], outputs={"word": "string"}
        )

    @task(execution_timeout=timedelta(minutes=5))
    def reaches_too_far(good):
        """failures.yaml:74"""
        with checked_values():
            skip_unless(
                [1, 2, 3][good["number"]] > 0, "[1,2,3][steps.good.outputs.number] > 0"
            )
        return run_program(["sh", "-e", "-c", 'echo "never printed"'])

    @task(execution_timeout=timedelta(minutes=5))
    def partly(item):
        """failures.yaml:78"""
        return run_program(
            ["sh", "-e", "-c", 'test "$ITEM" -ne 2'], env={"ITEM": text(item)}
        )

    @task
    def nothing_items(params=None):
        return items(params["items"])

    @task(execution_timeout=timedelta(minutes=5))
    def nothing(item):
        """failures.yaml:82"""
        return run_program(["sh", "-e", "-c", 'echo "never printed"'])

    @task(execution_timeout=timedelta(minutes=5))
    def after_good():
        """failures.yaml:86"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def after_bad():
        """failures.yaml:89"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def after_off():
        """failures.yaml:92"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(execution_timeout=timedelta(minutes=5))
    def after_after_bad():
        """failures.yaml:95"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(execution_timeout=timedelta(minutes=5))
    def after_after_off():
        """failures.yaml:98"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def lenient():
        """failures.yaml:102"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def lenient_bad():
        """failures.yaml:106"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def rescue():
        """failures.yaml:111"""
        skip_unless_failed("good", "bad")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def rescue_upstream():
        """failures.yaml:115"""
        skip_unless_failed("after_bad")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def rescue_nothing():
        """failures.yaml:119"""
        skip_unless_failed("good", "off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def always(bad):
        """failures.yaml:124"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$STATES $NUMBER" > "$PIPEC_OUTPUTS/line"'],
            env={
                "STATES": state_of("off")
                + " "
                + state_of("after_bad")
                + " "
                + state_of("nothing", "nothing_items"),
                "NUMBER": text(bad["number"] if bad else -1),
            },
            outputs={"line": "string"},
        )

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def summary():
        """failures.yaml:134"""
        script = (
            'echo "the run $RUN: $STATES"\n'
            'printf %s "$RUN: $STATES" > "$PIPEC_OUTPUTS/line"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={
                "RUN": run_state(),
                "STATES": "bad "
                + state_of("bad")
                + ", flaky "
                + state_of("flaky")
                + ", partly "
                + state_of("partly"),
            },
            outputs={"line": "string"},
        )

    @task(execution_timeout=timedelta(minutes=5))
    def after_summary():
        """failures.yaml:142"""
        skip_unless(run_state() == "succeeded", "run.state == 'succeeded'")
        return run_program(["sh", "-e", "-c", 'echo "never printed"'])

    good_done = good()
    bad_done = bad()
    flaky_done = flaky()
    stubborn_done = stubborn()
    picky_done = picky()
    slow_done = slow()
    liar_done = liar()
    silent_done = silent()
    partly_done = partly.expand(item=[1, 2, 3])
    nothing_items_done = nothing_items()
    nothing_done = nothing.expand(item=nothing_items_done)
    off_done = off(good_done)
    reaches_too_far_done = reaches_too_far(good_done)
    after_good_done = after_good()
    lenient_bad_done = lenient_bad()
    rescue_done = rescue()
    after_bad_done = after_bad()
    after_off_done = after_off()
    lenient_done = lenient()
    rescue_nothing_done = rescue_nothing()
    after_after_bad_done = after_after_bad()
    after_after_off_done = after_after_off()
    rescue_upstream_done = rescue_upstream()
    always_done = always(bad_done)
    summary_done = summary()
    after_summary_done = after_summary()
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    [good_done, flaky_done] >> after_good_done
    [good_done, bad_done] >> lenient_bad_done
    [good_done, bad_done] >> rescue_done
    [bad_done, off_done] >> after_bad_done
    [good_done, off_done] >> after_off_done
    [good_done, off_done] >> lenient_done
    [good_done, off_done] >> rescue_nothing_done
    after_bad_done >> after_after_bad_done
    after_off_done >> after_after_off_done
    after_bad_done >> rescue_upstream_done
    [off_done, after_bad_done, nothing_done] >> always_done
    summary_done >> after_summary_done
    [
        flaky_done,
        stubborn_done,
        picky_done,
        slow_done,
        liar_done,
        silent_done,
        reaches_too_far_done,
        partly_done,
        after_good_done,
        after_after_bad_done,
        after_after_off_done,
        lenient_done,
        lenient_bad_done,
        rescue_done,
        rescue_upstream_done,
        rescue_nothing_done,
        always_done,
    ] >> steps_ended
    steps_ended >> summary_done
    [
        stubborn_done,
        picky_done,
        slow_done,
        liar_done,
        silent_done,
        reaches_too_far_done,
        partly_done,
        nothing_done,
        after_good_done,
        after_after_bad_done,
        after_after_off_done,
        lenient_done,
        lenient_bad_done,
        rescue_done,
        rescue_upstream_done,
        rescue_nothing_done,
        always_done,
        after_summary_done,
    ] >> pipeline_status
