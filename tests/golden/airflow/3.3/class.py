# Made by pipec from names.yaml. Change that file and compile again.

import sys
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    checked_values,
    finite,
    float_of,
    items,
    json_value,
    part_of,
    run_program,
    run_state,
    state_of,
    text,
    whole,
)

with DAG(dag_id="class", schedule=None, default_args={"retries": 0}):

    @task(task_id="class")
    def class_():
        """names.yaml:5"""
        return run_program(
            ["sh", "-e", "-c", 'printf 1 > "$PIPEC_OUTPUTS/n"'], outputs={"n": "int"}
        )

    @task(task_id="text")
    def text_(class_):
        """names.yaml:6"""
        return run_program(["sh", "-e", "-c", "true"], env={"N": text(class_["n"])})

    @task(task_id="task")
    def task_():
        """names.yaml:7"""
        return run_program(
            ["sh", "-e", "-c", 'printf 2 > "$PIPEC_OUTPUTS/def"'],
            outputs={"def": "int"},
        )

    @task
    def params_items(task_):
        return items([task_["def"]])

    @task(task_id="params")
    def params_(item, class_):
        """names.yaml:8"""
        with checked_values():
            env = {"N": text(whole(item + class_["n"]))}
        return run_program(["sh", "-e", "-c", "test $N = 3"], env=env)

    @task
    def a():
        """names.yaml:9"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def a_done():
        """names.yaml:10"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def train__items(class_):
        return items([class_["n"]])

    @task
    def train(item):
        """names.yaml:11"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def train_items():
        """names.yaml:12"""
        return run_program(["sh", "-e", "-c", "exit 1"])

    @task
    def train_0():
        """names.yaml:13"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="steps_ended")
    def steps_ended_():
        """names.yaml:14"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="pipeline_status")
    def pipeline_status_():
        """names.yaml:15"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="values")
    def values_():
        """names.yaml:16"""
        return run_program(
            ["sh", "-e", "-c", 'printf 5 > "$PIPEC_OUTPUTS/values"'],
            outputs={"values": "int"},
        )

    @task(task_id="item")
    def item_(values_):
        """names.yaml:17"""
        with checked_values():
            values = {
                "values": whole(values_["values"] * 2),
                "files": values_["values"],
            }
        return run_program(
            ["sh", "-e", "-c", 'test $(cat "$PIPEC_INPUTS/values") = 10'], values=values
        )

    @task(task_id="json")
    def json_():
        """names.yaml:18"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="run_program")
    def run_program_():
        """names.yaml:19"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="dag_run")
    def dag_run_():
        """names.yaml:20"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(task_id="ti")
    def ti_():
        """names.yaml:21"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'{"import":[1.5]}\' > "$PIPEC_OUTPUTS/in"'],
            outputs={"in": "json"},
        )

    @task(task_id="conf")
    def conf_(ti_):
        """names.yaml:24"""
        with checked_values():
            env = {
                "X": text(
                    finite(
                        float_of(part_of(part_of(json_value(ti_["in"]), "import"), 0))
                        * 2
                    )
                ),
            }
        return run_program(["sh", "-e", "-c", "test $X = 3.0"], env=env)

    @task(task_id="env", trigger_rule="all_done")
    def env_():
        """names.yaml:26"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/line"'],
            env={
                "STATE": run_state("steps__ended")
                + " "
                + state_of("train", "train__items")
                + " "
                + state_of("train_items"),
            },
            outputs={"line": "string"},
        )

    class_done = class_()
    task_done = task_()
    a_done_ = a()
    train_items_done = train_items()
    steps_ended_done = steps_ended_()
    pipeline_status_done = pipeline_status_()
    values_done = values_()
    json_done = json_()
    run_program_done = run_program_()
    ti_done = ti_()
    text_done = text_(class_done)
    params_items_done = params_items(task_done)
    params_done = params_.partial(class_=class_done).expand(item=params_items_done)
    a_done_done = a_done()
    train__items_done = train__items(class_done)
    train_done = train.expand(item=train__items_done)
    item_done = item_(values_done)
    dag_run_done = dag_run_()
    conf_done = conf_(ti_done)
    train_0_done = train_0()
    env_done = env_()
    steps__ended = EmptyOperator(task_id="steps__ended", trigger_rule="all_done")
    pipeline__status = EmptyOperator(
        task_id="pipeline__status", trigger_rule="none_failed"
    )
    class_done >> params_items_done
    a_done_ >> a_done_done
    json_done >> dag_run_done
    train_done >> train_0_done
    [
        text_done,
        task_done,
        params_done,
        a_done_done,
        train_items_done,
        train_0_done,
        steps_ended_done,
        pipeline_status_done,
        item_done,
        run_program_done,
        dag_run_done,
        conf_done,
    ] >> steps__ended
    steps__ended >> env_done
    [
        text_done,
        params_done,
        a_done_done,
        train_items_done,
        train_0_done,
        steps_ended_done,
        pipeline_status_done,
        item_done,
        run_program_done,
        dag_run_done,
        conf_done,
        env_done,
    ] >> pipeline__status
