# Made by pipec from nested.yaml. Change that file and compile again.

import json
import sys
from datetime import timedelta
from pathlib import Path

from airflow import DAG
from airflow.decorators import task, task_group
from airflow.operators.empty import EmptyOperator

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_bb696141 import (
    all_outputs,
    artifacts_folder,
    checked_values,
    end_use,
    first_of,
    items,
    json_value,
    kept_value,
    limited,
    optional,
    part_of,
    run_program,
    skip_unless,
    skip_unless_failed,
    skip_unless_started,
    state_of_use,
    text,
    whole,
)

ARTIFACTS = artifacts_folder()

with DAG(dag_id="nested", schedule=None, default_args={"retries": 0}):

    @task
    def loud_inputs():
        return {
            "words": kept_value("list<string>", ["a", "b{{ b }}"]),
            "loud": True,
            "names": kept_value("map<int>", {"a": 40}),
            "raw": kept_value("json", {"x": [1, "y"]}),
        }

    @task_group
    def loud(inputs):
        """nested.yaml:5"""

        @task
        def inputs_items(inputs):
            return items(json.loads(inputs["words"]))

        @task(task_id="inputs", max_active_tis_per_dagrun=2)
        def inputs_(item, inputs):
            """components/pair.yaml:10"""
            with checked_values():
                env = {
                    "WORD": item,
                    "RAW": text(part_of(json_value(inputs["raw"]), "x")),
                }
            script = (
                'printf %s "$PIPEC_STEP$PIPEC_ITEM_INDEX$WORD$RAW" > '
                '"$PIPEC_OUTPUTS/word"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env=env,
                outputs={"word": "string"},
                constants=80,
            )

        @task(task_id="start")
        def start_(inputs):
            """components/pair.yaml:17"""
            skip_unless(not inputs["loud"], "not inputs.loud")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def quiet_inputs(inputs):
            skip_unless_started("loud_inputs")
            with checked_values():
                skip_unless(inputs["loud"], "inputs.loud")
                return {
                    "words": kept_value(
                        "list<string>", json.loads(inputs["words"]) + ["!"]
                    ),
                }

        @task_group
        def quiet(inputs):
            """components/pair.yaml:18"""

            @task
            def say(inputs):
                """components/quiet.yaml:6"""
                script = (
                    'cat "$PIPEC_INPUTS/words" > "$PIPEC_OUTPUTS/said"\n'
                    'test "${PIPEC_STEP##*.}" = say\n'
                )
                return run_program(
                    ["sh", "-e", "-c", script],
                    values={"words": json.loads(inputs["words"])},
                    outputs={"said": "file"},
                    store=ARTIFACTS,
                )

            @task(task_id="ended", trigger_rule="all_done")
            def ended_():
                """components/quiet.yaml:12"""
                skip_unless_started("loud.quiet_inputs")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def outputs(say):
                end_use("loud.quiet_inputs")
                return {"said": say["said"]}

            say_done = say(inputs)
            ended_done = ended_()
            outputs_done = outputs(say_done)
            say_done >> ended_done
            ended_done >> outputs_done
            return outputs_done

        @task_group
        def always(start):
            """components/pair.yaml:24"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("loud.always_start")
                skip_unless_failed("loud.always.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("loud.always_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("loud.always_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task_group(group_id="item")
        def item_(start):
            """components/pair.yaml:25"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("loud.item_start")
                skip_unless_failed("loud.item.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("loud.item_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("loud.item_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task(task_id="outputs", trigger_rule="none_failed")
        def outputs_():
            """components/pair.yaml:26"""
            skip_unless_started("loud_inputs")
            inputs_ = all_outputs("loud.inputs", "loud.inputs_items")
            return run_program(
                ["sh", "-e", "-c", 'printf \'["%s"]\' "$STATE" > "$PIPEC_OUTPUTS/all"'],
                env={
                    "STATE": state_of_use("loud.quiet.outputs", "loud.quiet_inputs")
                    + " "
                    + state_of_use("loud.item.ended", "loud.item_start"),
                },
                values={
                    "words": None
                    if inputs_ is None
                    else [one["word"] for one in inputs_],
                },
                outputs={"all": "list<string>"},
            )

        @task(task_id="outputs_", trigger_rule="all_done")
        def outputs(inputs, outputs_, quiet):
            end_use("loud_inputs")
            inputs_ = all_outputs("loud.inputs", "loud.inputs_items")
            with checked_values():
                return {
                    "all": kept_value("list<string>", json.loads(outputs_["all"])),
                    "each": kept_value(
                        "list<string>",
                        first_of(
                            None
                            if inputs_ is None
                            else [one["word"] for one in inputs_],
                            [],
                        ),
                    ),
                    "files": optional(None, quiet, "said"),
                    "count": whole(
                        len(
                            first_of(
                                None
                                if inputs_ is None
                                else [one["word"] for one in inputs_],
                                [],
                            )
                        )
                        + json.loads(inputs["names"])["a"]
                    ),
                }

        inputs_items_done = inputs_items(inputs)
        inputs_done_ = inputs_.partial(inputs=inputs).expand(item=inputs_items_done)
        start_done = start_(inputs)
        always_start = EmptyOperator(task_id="always_start")
        always_done = always(always_start)
        quiet_inputs_done = quiet_inputs(inputs)
        quiet_done = quiet(quiet_inputs_done)
        item_start = EmptyOperator(task_id="item_start")
        item_done = item_(item_start)
        outputs_done = outputs_()
        outputs__done = outputs(inputs, outputs_done, quiet_done)
        inputs >> always_start
        start_done >> quiet_inputs_done
        start_done >> item_start
        [quiet_done, item_done, always_done, inputs_done_] >> outputs_done
        [inputs_done_, always_done, item_done] >> outputs__done
        return outputs__done

    @task
    def low_inputs():
        return {
            "words": kept_value("list<string>", ["a"]),
            "loud": False,
            "names": kept_value("map<int>", {"a": 1}),
            "raw": kept_value("json", {"x": "z"}),
        }

    @task_group
    def low(inputs):
        """nested.yaml:8"""

        @task
        def inputs_items(inputs):
            return items(json.loads(inputs["words"]))

        @task(task_id="inputs", max_active_tis_per_dagrun=2)
        def inputs_(item, inputs):
            """components/pair.yaml:10"""
            with checked_values():
                env = {
                    "WORD": item,
                    "RAW": text(part_of(json_value(inputs["raw"]), "x")),
                }
            script = (
                'printf %s "$PIPEC_STEP$PIPEC_ITEM_INDEX$WORD$RAW" > '
                '"$PIPEC_OUTPUTS/word"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env=env,
                outputs={"word": "string"},
                constants=80,
            )

        @task(task_id="start")
        def start_(inputs):
            """components/pair.yaml:17"""
            skip_unless(not inputs["loud"], "not inputs.loud")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def quiet_inputs(inputs):
            skip_unless_started("low_inputs")
            with checked_values():
                skip_unless(inputs["loud"], "inputs.loud")
                return {
                    "words": kept_value(
                        "list<string>", json.loads(inputs["words"]) + ["!"]
                    ),
                }

        @task_group
        def quiet(inputs):
            """components/pair.yaml:18"""

            @task
            def say(inputs):
                """components/quiet.yaml:6"""
                script = (
                    'cat "$PIPEC_INPUTS/words" > "$PIPEC_OUTPUTS/said"\n'
                    'test "${PIPEC_STEP##*.}" = say\n'
                )
                return run_program(
                    ["sh", "-e", "-c", script],
                    values={"words": json.loads(inputs["words"])},
                    outputs={"said": "file"},
                    store=ARTIFACTS,
                )

            @task(task_id="ended", trigger_rule="all_done")
            def ended_():
                """components/quiet.yaml:12"""
                skip_unless_started("low.quiet_inputs")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def outputs(say):
                end_use("low.quiet_inputs")
                return {"said": say["said"]}

            say_done = say(inputs)
            ended_done = ended_()
            outputs_done = outputs(say_done)
            say_done >> ended_done
            ended_done >> outputs_done
            return outputs_done

        @task_group
        def always(start):
            """components/pair.yaml:24"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("low.always_start")
                skip_unless_failed("low.always.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("low.always_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("low.always_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task_group(group_id="item")
        def item_(start):
            """components/pair.yaml:25"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("low.item_start")
                skip_unless_failed("low.item.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("low.item_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("low.item_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task(task_id="outputs", trigger_rule="none_failed")
        def outputs_():
            """components/pair.yaml:26"""
            skip_unless_started("low_inputs")
            inputs_ = all_outputs("low.inputs", "low.inputs_items")
            return run_program(
                ["sh", "-e", "-c", 'printf \'["%s"]\' "$STATE" > "$PIPEC_OUTPUTS/all"'],
                env={
                    "STATE": state_of_use("low.quiet.outputs", "low.quiet_inputs")
                    + " "
                    + state_of_use("low.item.ended", "low.item_start"),
                },
                values={
                    "words": None
                    if inputs_ is None
                    else [one["word"] for one in inputs_],
                },
                outputs={"all": "list<string>"},
            )

        @task(task_id="outputs_", trigger_rule="all_done")
        def outputs(inputs, outputs_, quiet):
            end_use("low_inputs")
            inputs_ = all_outputs("low.inputs", "low.inputs_items")
            with checked_values():
                return {
                    "all": kept_value("list<string>", json.loads(outputs_["all"])),
                    "each": kept_value(
                        "list<string>",
                        first_of(
                            None
                            if inputs_ is None
                            else [one["word"] for one in inputs_],
                            [],
                        ),
                    ),
                    "files": optional(None, quiet, "said"),
                    "count": whole(
                        len(
                            first_of(
                                None
                                if inputs_ is None
                                else [one["word"] for one in inputs_],
                                [],
                            )
                        )
                        + json.loads(inputs["names"])["a"]
                    ),
                }

        inputs_items_done = inputs_items(inputs)
        inputs_done_ = inputs_.partial(inputs=inputs).expand(item=inputs_items_done)
        start_done = start_(inputs)
        always_start = EmptyOperator(task_id="always_start")
        always_done = always(always_start)
        quiet_inputs_done = quiet_inputs(inputs)
        quiet_done = quiet(quiet_inputs_done)
        item_start = EmptyOperator(task_id="item_start")
        item_done = item_(item_start)
        outputs_done = outputs_()
        outputs__done = outputs(inputs, outputs_done, quiet_done)
        inputs >> always_start
        start_done >> quiet_inputs_done
        start_done >> item_start
        [quiet_done, item_done, always_done, inputs_done_] >> outputs_done
        [inputs_done_, always_done, item_done] >> outputs__done
        return outputs__done

    @task_group
    def train():
        """nested.yaml:11"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_failed("train.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use()

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task
    def none_inputs():
        return {
            "words": kept_value("list<string>", []),
            "loud": True,
            "names": kept_value("map<int>", {"a": 1}),
            "raw": kept_value("json", {"x": None}),
        }

    @task_group
    def none(inputs):
        """nested.yaml:12"""

        @task
        def inputs_items(inputs):
            return items(json.loads(inputs["words"]))

        @task(task_id="inputs", max_active_tis_per_dagrun=2)
        def inputs_(item, inputs):
            """components/pair.yaml:10"""
            with checked_values():
                env = {
                    "WORD": item,
                    "RAW": text(part_of(json_value(inputs["raw"]), "x")),
                }
            script = (
                'printf %s "$PIPEC_STEP$PIPEC_ITEM_INDEX$WORD$RAW" > '
                '"$PIPEC_OUTPUTS/word"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env=env,
                outputs={"word": "string"},
                constants=80,
            )

        @task(task_id="start")
        def start_(inputs):
            """components/pair.yaml:17"""
            skip_unless(not inputs["loud"], "not inputs.loud")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def quiet_inputs(inputs):
            skip_unless_started("none_inputs")
            with checked_values():
                skip_unless(inputs["loud"], "inputs.loud")
                return {
                    "words": kept_value(
                        "list<string>", json.loads(inputs["words"]) + ["!"]
                    ),
                }

        @task_group
        def quiet(inputs):
            """components/pair.yaml:18"""

            @task
            def say(inputs):
                """components/quiet.yaml:6"""
                script = (
                    'cat "$PIPEC_INPUTS/words" > "$PIPEC_OUTPUTS/said"\n'
                    'test "${PIPEC_STEP##*.}" = say\n'
                )
                return run_program(
                    ["sh", "-e", "-c", script],
                    values={"words": json.loads(inputs["words"])},
                    outputs={"said": "file"},
                    store=ARTIFACTS,
                )

            @task(task_id="ended", trigger_rule="all_done")
            def ended_():
                """components/quiet.yaml:12"""
                skip_unless_started("none.quiet_inputs")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def outputs(say):
                end_use("none.quiet_inputs")
                return {"said": say["said"]}

            say_done = say(inputs)
            ended_done = ended_()
            outputs_done = outputs(say_done)
            say_done >> ended_done
            ended_done >> outputs_done
            return outputs_done

        @task_group
        def always(start):
            """components/pair.yaml:24"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("none.always_start")
                skip_unless_failed("none.always.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("none.always_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("none.always_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task_group(group_id="item")
        def item_(start):
            """components/pair.yaml:25"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("none.item_start")
                skip_unless_failed("none.item.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("none.item_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("none.item_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task(task_id="outputs", trigger_rule="none_failed")
        def outputs_():
            """components/pair.yaml:26"""
            skip_unless_started("none_inputs")
            inputs_ = all_outputs("none.inputs", "none.inputs_items")
            return run_program(
                ["sh", "-e", "-c", 'printf \'["%s"]\' "$STATE" > "$PIPEC_OUTPUTS/all"'],
                env={
                    "STATE": state_of_use("none.quiet.outputs", "none.quiet_inputs")
                    + " "
                    + state_of_use("none.item.ended", "none.item_start"),
                },
                values={
                    "words": None
                    if inputs_ is None
                    else [one["word"] for one in inputs_],
                },
                outputs={"all": "list<string>"},
            )

        @task(task_id="outputs_", trigger_rule="all_done")
        def outputs(inputs, outputs_, quiet):
            end_use("none_inputs")
            inputs_ = all_outputs("none.inputs", "none.inputs_items")
            with checked_values():
                return {
                    "all": kept_value("list<string>", json.loads(outputs_["all"])),
                    "each": kept_value(
                        "list<string>",
                        first_of(
                            None
                            if inputs_ is None
                            else [one["word"] for one in inputs_],
                            [],
                        ),
                    ),
                    "files": optional(None, quiet, "said"),
                    "count": whole(
                        len(
                            first_of(
                                None
                                if inputs_ is None
                                else [one["word"] for one in inputs_],
                                [],
                            )
                        )
                        + json.loads(inputs["names"])["a"]
                    ),
                }

        inputs_items_done = inputs_items(inputs)
        inputs_done_ = inputs_.partial(inputs=inputs).expand(item=inputs_items_done)
        start_done = start_(inputs)
        always_start = EmptyOperator(task_id="always_start")
        always_done = always(always_start)
        quiet_inputs_done = quiet_inputs(inputs)
        quiet_done = quiet(quiet_inputs_done)
        item_start = EmptyOperator(task_id="item_start")
        item_done = item_(item_start)
        outputs_done = outputs_()
        outputs__done = outputs(inputs, outputs_done, quiet_done)
        inputs >> always_start
        start_done >> quiet_inputs_done
        start_done >> item_start
        [quiet_done, item_done, always_done, inputs_done_] >> outputs_done
        [inputs_done_, always_done, item_done] >> outputs__done
        return outputs__done

    @task
    def no_key_inputs():
        return {
            "words": kept_value("list<string>", ["a"]),
            "loud": False,
            "names": kept_value("map<int>", {"b": 1}),
            "raw": kept_value("json", {}),
        }

    @task_group
    def no_key(inputs):
        """nested.yaml:15"""

        @task
        def inputs_items(inputs):
            return items(json.loads(inputs["words"]))

        @task(task_id="inputs", max_active_tis_per_dagrun=2)
        def inputs_(item, inputs):
            """components/pair.yaml:10"""
            with checked_values():
                env = {
                    "WORD": item,
                    "RAW": text(part_of(json_value(inputs["raw"]), "x")),
                }
            script = (
                'printf %s "$PIPEC_STEP$PIPEC_ITEM_INDEX$WORD$RAW" > '
                '"$PIPEC_OUTPUTS/word"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env=env,
                outputs={"word": "string"},
                constants=80,
            )

        @task(task_id="start")
        def start_(inputs):
            """components/pair.yaml:17"""
            skip_unless(not inputs["loud"], "not inputs.loud")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def quiet_inputs(inputs):
            skip_unless_started("no_key_inputs")
            with checked_values():
                skip_unless(inputs["loud"], "inputs.loud")
                return {
                    "words": kept_value(
                        "list<string>", json.loads(inputs["words"]) + ["!"]
                    ),
                }

        @task_group
        def quiet(inputs):
            """components/pair.yaml:18"""

            @task
            def say(inputs):
                """components/quiet.yaml:6"""
                script = (
                    'cat "$PIPEC_INPUTS/words" > "$PIPEC_OUTPUTS/said"\n'
                    'test "${PIPEC_STEP##*.}" = say\n'
                )
                return run_program(
                    ["sh", "-e", "-c", script],
                    values={"words": json.loads(inputs["words"])},
                    outputs={"said": "file"},
                    store=ARTIFACTS,
                )

            @task(task_id="ended", trigger_rule="all_done")
            def ended_():
                """components/quiet.yaml:12"""
                skip_unless_started("no_key.quiet_inputs")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def outputs(say):
                end_use("no_key.quiet_inputs")
                return {"said": say["said"]}

            say_done = say(inputs)
            ended_done = ended_()
            outputs_done = outputs(say_done)
            say_done >> ended_done
            ended_done >> outputs_done
            return outputs_done

        @task_group
        def always(start):
            """components/pair.yaml:24"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("no_key.always_start")
                skip_unless_failed("no_key.always.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("no_key.always_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("no_key.always_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task_group(group_id="item")
        def item_(start):
            """components/pair.yaml:25"""

            @task(task_id="one")
            def one_():
                """components/idle.yaml:4"""
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def two():
                """components/idle.yaml:5"""
                skip_unless_started("no_key.item_start")
                skip_unless_failed("no_key.item.one")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def three():
                """components/idle.yaml:6"""
                skip_unless_started("no_key.item_start")
                return run_program(["sh", "-e", "-c", ":"])

            @task(trigger_rule="all_done")
            def ended():
                end_use("no_key.item_start")

            one_done = one_()
            two_done = two()
            three_done = three()
            ended_done = ended()
            start >> one_done
            one_done >> two_done
            two_done >> three_done
            three_done >> ended_done
            return ended_done

        @task(task_id="outputs", trigger_rule="none_failed")
        def outputs_():
            """components/pair.yaml:26"""
            skip_unless_started("no_key_inputs")
            inputs_ = all_outputs("no_key.inputs", "no_key.inputs_items")
            return run_program(
                ["sh", "-e", "-c", 'printf \'["%s"]\' "$STATE" > "$PIPEC_OUTPUTS/all"'],
                env={
                    "STATE": state_of_use("no_key.quiet.outputs", "no_key.quiet_inputs")
                    + " "
                    + state_of_use("no_key.item.ended", "no_key.item_start"),
                },
                values={
                    "words": None
                    if inputs_ is None
                    else [one["word"] for one in inputs_],
                },
                outputs={"all": "list<string>"},
            )

        @task(task_id="outputs_", trigger_rule="all_done")
        def outputs(inputs, outputs_, quiet):
            end_use("no_key_inputs")
            inputs_ = all_outputs("no_key.inputs", "no_key.inputs_items")
            with checked_values():
                return {
                    "all": kept_value("list<string>", json.loads(outputs_["all"])),
                    "each": kept_value(
                        "list<string>",
                        first_of(
                            None
                            if inputs_ is None
                            else [one["word"] for one in inputs_],
                            [],
                        ),
                    ),
                    "files": optional(None, quiet, "said"),
                    "count": whole(
                        len(
                            first_of(
                                None
                                if inputs_ is None
                                else [one["word"] for one in inputs_],
                                [],
                            )
                        )
                        + json.loads(inputs["names"])["a"]
                    ),
                }

        inputs_items_done = inputs_items(inputs)
        inputs_done_ = inputs_.partial(inputs=inputs).expand(item=inputs_items_done)
        start_done = start_(inputs)
        always_start = EmptyOperator(task_id="always_start")
        always_done = always(always_start)
        quiet_inputs_done = quiet_inputs(inputs)
        quiet_done = quiet(quiet_inputs_done)
        item_start = EmptyOperator(task_id="item_start")
        item_done = item_(item_start)
        outputs_done = outputs_()
        outputs__done = outputs(inputs, outputs_done, quiet_done)
        inputs >> always_start
        start_done >> quiet_inputs_done
        start_done >> item_start
        [quiet_done, item_done, always_done, inputs_done_] >> outputs_done
        [inputs_done_, always_done, item_done] >> outputs__done
        return outputs__done

    @task
    def train_start():
        """nested.yaml:18"""
        return run_program(["sh", "-e", "-c", ":"])

    @task_group(group_id="task")
    def task_(start):
        """nested.yaml:19"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_started("task_start")
            skip_unless_failed("task.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            skip_unless_started("task_start")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use("task_start")

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        start >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task
    def zero_inputs():
        return {"n": 0, "at": None}

    @task_group
    def zero(inputs):
        """nested.yaml:20"""

        @task(task_id="one", execution_timeout=timedelta(seconds=20))
        def one_():
            """components/broken.yaml:7"""
            return run_program(
                ["sh", "-e", "-c", 'printf 6 > "$PIPEC_OUTPUTS/n"\n'],
                outputs={"n": "int"},
            )

        @task(retries=1, retry_delay=timedelta(0))
        def two(inputs):
            """components/broken.yaml:12"""
            return run_program(
                ["sh", "-e", "-c", 'test "$AT" != "$N" || exit 3'],
                env={
                    "AT": text(first_of(optional(None, inputs, "at"), -1)),
                    "N": text(inputs["n"]),
                },
                retry_on=["exit:3"],
            )

        @task
        def three():
            """components/broken.yaml:17"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def outputs(inputs, one_):
            end_use("zero_inputs")
            with checked_values():
                return {"n": whole(one_["n"] // inputs["n"])}

        one_done = one_()
        two_done = two(inputs)
        three_done = three()
        outputs_done = outputs(inputs, one_done)
        inputs >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> outputs_done
        return outputs_done

    @task_group(group_id="items")
    def items_(item):
        """nested.yaml:21"""

        @task
        def inputs(item):
            return {"n": item, "at": 2}

        @task(task_id="one", execution_timeout=timedelta(seconds=20))
        def one_():
            """components/broken.yaml:7"""
            return run_program(
                ["sh", "-e", "-c", 'printf 6 > "$PIPEC_OUTPUTS/n"\n'],
                outputs={"n": "int"},
            )

        @task(retries=1, retry_delay=timedelta(0))
        def two(inputs):
            """components/broken.yaml:12"""
            return run_program(
                ["sh", "-e", "-c", 'test "$AT" != "$N" || exit 3'],
                env={
                    "AT": text(first_of(optional(None, inputs, "at"), -1)),
                    "N": text(inputs["n"]),
                },
                retry_on=["exit:3"],
            )

        @task
        def three():
            """components/broken.yaml:17"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def outputs(inputs, one_):
            end_use()
            with checked_values():
                return {"n": whole(one_["n"] // inputs["n"])}

        inputs_done = inputs(item)
        one_done = one_()
        two_done = two(inputs_done)
        three_done = three()
        outputs_done = outputs(inputs_done, one_done)
        inputs_done >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> outputs_done
        return outputs_done

    @task_group
    def each(item):
        """nested.yaml:25"""

        @task
        def inputs(item):
            with checked_values():
                return {"words": kept_value("list<string>", [item["a"], item["b"]])}

        @task
        def say(inputs):
            """components/quiet.yaml:6"""
            script = (
                'cat "$PIPEC_INPUTS/words" > "$PIPEC_OUTPUTS/said"\n'
                'test "${PIPEC_STEP##*.}" = say\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                values={"words": json.loads(inputs["words"])},
                outputs={"said": "file"},
                store=ARTIFACTS,
            )

        @task(task_id="ended", trigger_rule="all_done")
        def ended_():
            """components/quiet.yaml:12"""
            skip_unless_started("each.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def outputs(say):
            end_use()
            return {"said": say["said"]}

        inputs_done = inputs(item)
        say_done = say(inputs_done)
        ended_done = ended_()
        outputs_done = outputs(say_done)
        say_done >> ended_done
        ended_done >> outputs_done
        return outputs_done

    @task
    def idle_each_items():
        return items([1, 2])

    @task_group
    def idle_each(item):
        """nested.yaml:26"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_failed("idle_each.one", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use()

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task
    def again_items(loud):
        return items([4, loud["count"]])

    @task_group
    def again(item):
        """nested.yaml:27"""

        @task
        def inputs(item):
            return {"n": item, "at": 4}

        @task(task_id="one", execution_timeout=timedelta(seconds=20))
        def one_():
            """components/broken.yaml:7"""
            return run_program(
                ["sh", "-e", "-c", 'printf 6 > "$PIPEC_OUTPUTS/n"\n'],
                outputs={"n": "int"},
            )

        @task(retries=1, retry_delay=timedelta(0))
        def two(inputs):
            """components/broken.yaml:12"""
            return run_program(
                ["sh", "-e", "-c", 'test "$AT" != "$N" || exit 3'],
                env={
                    "AT": text(first_of(optional(None, inputs, "at"), -1)),
                    "N": text(inputs["n"]),
                },
                retry_on=["exit:3"],
            )

        @task
        def three():
            """components/broken.yaml:17"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def outputs(inputs, one_):
            end_use()
            with checked_values():
                return {"n": whole(one_["n"] // inputs["n"])}

        inputs_done = inputs(item)
        one_done = one_()
        two_done = two(inputs_done)
        three_done = three()
        outputs_done = outputs(inputs_done, one_done)
        inputs_done >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> outputs_done
        return outputs_done

    @task(trigger_rule="all_done")
    def mend_when():
        skip_unless_failed("again.outputs")

    @task_group
    def mend(when):
        """nested.yaml:28"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_started("mend_when")
            skip_unless_failed("mend.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            skip_unless_started("mend_when")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use("mend_when")

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        when >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task(trigger_rule="all_done")
    def mend_each_items():
        skip_unless_failed("again.outputs")
        return items([1])

    @task_group
    def mend_each(item):
        """nested.yaml:29"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_failed("mend_each.one", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use()

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task(trigger_rule="all_done")
    def not_mend_when():
        skip_unless_failed("train.ended")

    @task_group
    def not_mend(when):
        """nested.yaml:30"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_started("not_mend_when")
            skip_unless_failed("not_mend.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            skip_unless_started("not_mend_when")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use("not_mend_when")

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        when >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task
    def read(loud, low, each):
        """nested.yaml:31"""
        each = each[:]
        with checked_values():
            env = {"COUNT": text(loud["count"]) + " " + json.loads(low["all"])[0]}
            values = {
                "each": limited(json.loads(loud["each"]) + json.loads(low["each"])),
            }
        script = (
            'cd "$PIPEC_INPUTS"; test ! -e low\n'
            '{ cat said words/0 words/1 each; printf %s "$COUNT"; } > '
            '"$PIPEC_OUTPUTS/all"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env=env,
            values=values,
            files={
                "said": optional(None, loud, "files"),
                "low": optional(None, low, "files"),
                "words": [one["said"] for one in each],
            },
            outputs={"all": "string"},
        )

    @task_group(group_id="steps_ended")
    def steps_ended_(start):
        """nested.yaml:43"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_started("steps_ended_start")
            skip_unless_failed("steps_ended.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            skip_unless_started("steps_ended_start")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use("steps_ended_start")

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        start >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    @task
    def after():
        """nested.yaml:44"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def bad_inputs():
        return {"n": 1, "at": 1}

    @task_group
    def bad(inputs):
        """nested.yaml:45"""

        @task(task_id="one", execution_timeout=timedelta(seconds=20))
        def one_():
            """components/broken.yaml:7"""
            return run_program(
                ["sh", "-e", "-c", 'printf 6 > "$PIPEC_OUTPUTS/n"\n'],
                outputs={"n": "int"},
            )

        @task(retries=1, retry_delay=timedelta(0))
        def two(inputs):
            """components/broken.yaml:12"""
            return run_program(
                ["sh", "-e", "-c", 'test "$AT" != "$N" || exit 3'],
                env={
                    "AT": text(first_of(optional(None, inputs, "at"), -1)),
                    "N": text(inputs["n"]),
                },
                retry_on=["exit:3"],
            )

        @task
        def three():
            """components/broken.yaml:17"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def outputs(inputs, one_):
            end_use("bad_inputs")
            with checked_values():
                return {"n": whole(one_["n"] // inputs["n"])}

        one_done = one_()
        two_done = two(inputs)
        three_done = three()
        outputs_done = outputs(inputs, one_done)
        inputs >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> outputs_done
        return outputs_done

    @task(trigger_rule="all_done")
    def not_bad_when():
        skip_unless_failed("bad.outputs")

    @task_group
    def not_bad(when):
        """nested.yaml:46"""

        @task(task_id="one")
        def one_():
            """components/idle.yaml:4"""
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def two():
            """components/idle.yaml:5"""
            skip_unless_started("not_bad_when")
            skip_unless_failed("not_bad.one")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def three():
            """components/idle.yaml:6"""
            skip_unless_started("not_bad_when")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def ended():
            end_use("not_bad_when")

        one_done = one_()
        two_done = two()
        three_done = three()
        ended_done = ended()
        when >> one_done
        one_done >> two_done
        two_done >> three_done
        three_done >> ended_done
        return ended_done

    loud_inputs_done = loud_inputs()
    loud_done = loud(loud_inputs_done)
    low_inputs_done = low_inputs()
    low_done = low(low_inputs_done)
    train_done = train()
    none_inputs_done = none_inputs()
    none_done = none(none_inputs_done)
    no_key_inputs_done = no_key_inputs()
    no_key_done = no_key(no_key_inputs_done)
    zero_inputs_done = zero_inputs()
    zero_done = zero(zero_inputs_done)
    items_done = items_.expand(item=[0, 1, 2, 3])
    each_done = each.expand(item=[{"a": "x", "b": "y"}, {"a": "x", "b": "z"}])
    train_start_done = train_start()
    task_start = EmptyOperator(task_id="task_start")
    task_done = task_(task_start)
    idle_each_items_done = idle_each_items()
    idle_each_done = idle_each.expand(item=idle_each_items_done)
    again_items_done = again_items(loud_done)
    again_done = again.expand(item=again_items_done)
    not_mend_when_done = not_mend_when()
    not_mend_done = not_mend(not_mend_when_done)
    read_done = read(loud_done, low_done, each_done)
    mend_when_done = mend_when()
    mend_done = mend(mend_when_done)
    mend_each_items_done = mend_each_items()
    mend_each_done = mend_each.expand(item=mend_each_items_done)
    steps_ended_start = EmptyOperator(
        task_id="steps_ended_start", trigger_rule="all_done"
    )
    steps_ended_done = steps_ended_(steps_ended_start)
    bad_inputs_done = bad_inputs()
    bad_done = bad(bad_inputs_done)
    after_done = after()
    not_bad_when_done = not_bad_when()
    not_bad_done = not_bad(not_bad_when_done)
    steps__ended = EmptyOperator(task_id="steps__ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    train_done >> train_start_done
    train_done >> task_start
    train_done >> idle_each_items_done
    train_done >> not_mend_when_done
    again_done >> mend_when_done
    again_done >> mend_each_items_done
    steps_ended_done >> after_done
    bad_done >> not_bad_when_done
    [
        low_done,
        none_done,
        no_key_done,
        train_start_done,
        task_done,
        zero_done,
        items_done,
        each_done,
        idle_each_done,
        mend_done,
        mend_each_done,
        not_mend_done,
        read_done,
    ] >> steps__ended
    steps__ended >> steps_ended_start
    steps__ended >> bad_inputs_done
    [
        none_done,
        no_key_done,
        train_start_done,
        task_done,
        zero_done,
        items_done,
        idle_each_done,
        again_done,
        mend_done,
        mend_each_done,
        not_mend_done,
        read_done,
        bad_done,
        after_done,
        not_bad_done,
    ] >> pipeline_status
