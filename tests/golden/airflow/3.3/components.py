# Made by pipec from components.yaml. Change that file and compile again.

import json
import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task, task_group

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    all_outputs,
    artifacts_folder,
    checked_values,
    end_use,
    finite,
    first_of,
    items,
    kept_value,
    limited,
    optional,
    outputs_of,
    run_program,
    run_state,
    skip_unless,
    skip_unless_failed,
    skip_unless_started,
    skip_unless_succeeded,
    state_of,
    state_of_use,
    text,
    whole,
)

ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="components",
    schedule=None,
    default_args={"retries": 0},
    params={
        "go": Param(False, type="boolean"),
        "none": Param([], type="array", items={"type": "string"}),
        "models": Param(["a", "c{{ c }}"], type="array", items={"type": "string"}),
    },
):

    @task
    def data():
        """components.yaml:9"""
        script = (
            'printf data > "$PIPEC_OUTPUTS/data"; printf 0.5 > "$PIPEC_OUTPUTS/weight"'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={"data": "file", "weight": "float"},
            store=ARTIFACTS,
        )

    @task
    def bad():
        """components.yaml:12"""
        return run_program(["sh", "-e", "-c", "exit 1"])

    @task
    def off(params=None):
        """components.yaml:13"""
        skip_unless(params["go"], "params.go")
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def plain_inputs():
        return {"model": "ridge", "fail": False, "weight": None, "data": None}

    @task_group
    def plain(inputs):
        """Fit and score.

        components.yaml:14
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("plain.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("plain_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("plain_inputs")
            skip_unless_failed("plain.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("plain.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("plain_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("plain.after")
                    + " "
                    + state_of("plain.rescue")
                    + " "
                    + state_of("plain.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("plain_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def fed_inputs(data):
        with checked_values():
            return {
                "model": limited("m" + text(float(data["weight"]))),
                "fail": False,
                "weight": kept_value("float", float(data["weight"])),
                "data": data["data"],
            }

    @task_group
    def fed(inputs):
        """Fit and score.

        components.yaml:15
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("fed.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("fed_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("fed_inputs")
            skip_unless_failed("fed.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("fed.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("fed_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("fed.after")
                    + " "
                    + state_of("fed.rescue")
                    + " "
                    + state_of("fed.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("fed_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def failing_inputs():
        return {"model": "x", "fail": True, "weight": None, "data": None}

    @task_group
    def failing(inputs):
        """Fit and score.

        components.yaml:22
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("failing.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("failing_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("failing_inputs")
            skip_unless_failed("failing.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("failing.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("failing_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("failing.after")
                    + " "
                    + state_of("failing.rescue")
                    + " "
                    + state_of("failing.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("failing_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def skipped_inputs(params=None):
        skip_unless(params["go"], "params.go")
        return {"model": "x", "fail": False, "weight": None, "data": None}

    @task_group
    def skipped(inputs):
        """Fit and score.

        components.yaml:23
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("skipped.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("skipped_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("skipped_inputs")
            skip_unless_failed("skipped.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("skipped.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("skipped_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("skipped.after")
                    + " "
                    + state_of("skipped.rescue")
                    + " "
                    + state_of("skipped.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("skipped_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def behind_off_inputs():
        return {"model": "x", "fail": False, "weight": None, "data": None}

    @task_group
    def behind_off(inputs):
        """Fit and score.

        components.yaml:24
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("behind_off.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("behind_off_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("behind_off_inputs")
            skip_unless_failed("behind_off.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("behind_off.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("behind_off_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("behind_off.after")
                    + " "
                    + state_of("behind_off.rescue")
                    + " "
                    + state_of("behind_off.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("behind_off_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task(trigger_rule="none_failed")
    def behind_bad_inputs():
        skip_unless_succeeded("off")
        return {"model": "x", "fail": False, "weight": None, "data": None}

    @task_group
    def behind_bad(inputs):
        """Fit and score.

        components.yaml:25
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("behind_bad.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("behind_bad_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("behind_bad_inputs")
            skip_unless_failed("behind_bad.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("behind_bad.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("behind_bad_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("behind_bad.after")
                    + " "
                    + state_of("behind_bad.rescue")
                    + " "
                    + state_of("behind_bad.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("behind_bad_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task(trigger_rule="all_done")
    def rescued_inputs():
        skip_unless_failed("bad", "off")
        return {"model": "x", "fail": False, "weight": None, "data": None}

    @task_group
    def rescued(inputs):
        """Fit and score.

        components.yaml:26
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("rescued.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("rescued_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("rescued_inputs")
            skip_unless_failed("rescued.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("rescued.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("rescued_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("rescued.after")
                    + " "
                    + state_of("rescued.rescue")
                    + " "
                    + state_of("rescued.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("rescued_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def no_value_inputs(params=None):
        with checked_values():
            return {
                "model": params["none"][0],
                "fail": False,
                "weight": None,
                "data": None,
            }

    @task_group
    def no_value(inputs):
        """Fit and score.

        components.yaml:27
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("no_value.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("no_value_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("no_value_inputs")
            skip_unless_failed("no_value.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("no_value.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("no_value_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("no_value.after")
                    + " "
                    + state_of("no_value.rescue")
                    + " "
                    + state_of("no_value.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("no_value_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def each_items(params=None):
        return items({"model": params["models"], "weight": [0.5]})

    @task_group
    def each(item):
        """Fit and score.

        components.yaml:28
        """

        @task
        def inputs(item):
            data = outputs_of("data")
            return {
                "model": item["model"],
                "fail": False,
                "weight": kept_value("float", float(item["weight"])),
                "data": data["data"],
            }

        @task(max_active_tis_per_dagrun=2)
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0), max_active_tis_per_dagrun=2)
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task(max_active_tis_per_dagrun=2)
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed", max_active_tis_per_dagrun=2)
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("each.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed", max_active_tis_per_dagrun=2)
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("each.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done", max_active_tis_per_dagrun=2)
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("each.inputs", instance=True)
            skip_unless_failed("each.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("each.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done", max_active_tis_per_dagrun=2)
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("each.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("each.after", instance=True)
                    + " "
                    + state_of("each.rescue", instance=True)
                    + " "
                    + state_of("each.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task_group
    def some(item):
        """Fit and score.

        components.yaml:37
        """

        @task
        def inputs(item):
            return {"model": item, "fail": item == "bb", "weight": None, "data": None}

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("some.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("some.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("some.inputs", instance=True)
            skip_unless_failed("some.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("some.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("some.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("some.after", instance=True)
                    + " "
                    + state_of("some.rescue", instance=True)
                    + " "
                    + state_of("some.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task_group
    def unmade(item):
        """Fit and score.

        components.yaml:41
        """

        @task
        def inputs(item):
            with checked_values():
                return {
                    "model": limited(text(whole(6 // whole(item - 1)))),
                    "fail": False,
                    "weight": None,
                    "data": None,
                }

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("unmade.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("unmade.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("unmade.inputs", instance=True)
            skip_unless_failed("unmade.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("unmade.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("unmade.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("unmade.after", instance=True)
                    + " "
                    + state_of("unmade.rescue", instance=True)
                    + " "
                    + state_of("unmade.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def empty_items(params=None):
        return items(params["none"])

    @task_group
    def empty(item):
        """Fit and score.

        components.yaml:45
        """

        @task
        def inputs(item):
            return {"model": item, "fail": False, "weight": None, "data": None}

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("empty.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("empty.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("empty.inputs", instance=True)
            skip_unless_failed("empty.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("empty.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("empty.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("empty.after", instance=True)
                    + " "
                    + state_of("empty.rescue", instance=True)
                    + " "
                    + state_of("empty.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task
    def each_behind_bad_items(params=None):
        return items(params["models"])

    @task_group
    def each_behind_bad(item):
        """Fit and score.

        components.yaml:49
        """

        @task
        def inputs(item):
            return {"model": item, "fail": False, "weight": None, "data": None}

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("each_behind_bad.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("each_behind_bad.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("each_behind_bad.inputs", instance=True)
            skip_unless_failed("each_behind_bad.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("each_behind_bad.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("each_behind_bad.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("each_behind_bad.after", instance=True)
                    + " "
                    + state_of("each_behind_bad.rescue", instance=True)
                    + " "
                    + state_of("each_behind_bad.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task(trigger_rule="none_failed")
    def read(plain, fed, each):
        """components.yaml:54"""
        skip_unless_succeeded("each.outputs")
        each = each[:]
        with checked_values():
            env = {
                "AUC": text(finite(float(plain["auc"]) + float(fed["auc"]))),
                "NOTE": first_of(optional(None, plain, "note"), "none")
                + " "
                + first_of(optional(None, fed, "note"), "none"),
            }
        script = (
            '{ echo "$AUC $NOTE"; cd "$PIPEC_INPUTS"; cat fitted aucs notes who; cat '
            'files/0 files/1; } > "$PIPEC_OUTPUTS/all"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env=env,
            values={
                "aucs": [float(one["auc"]) for one in each],
                "notes": [optional(None, one, "note") for one in each],
                "who": json.loads(fed["who"]),
            },
            files={"fitted": fed["fitted"], "files": [one["fitted"] for one in each]},
            outputs={"all": "string"},
            constants=121,
        )

    @task
    def after_failing():
        """components.yaml:67"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def after_skipped():
        """components.yaml:68"""
        skip_unless_succeeded("skipped.outputs")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def despite_skipped(skipped):
        """components.yaml:69"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/x"'],
            env={
                "X": state_of_use("skipped.outputs", "skipped_inputs")
                + " "
                + text(float(skipped["auc"]) if skipped else 7.0)
                + " "
                + state_of_use("empty.outputs", "empty_items"),
            },
            outputs={"x": "string"},
        )

    @task(trigger_rule="all_done")
    def any_bad():
        """components.yaml:75"""
        skip_unless_failed("failing.outputs", "some.outputs")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def done():
        """components.yaml:76"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
            env={
                "STATES": state_of_use("failing.outputs", "failing_inputs")
                + " "
                + state_of_use("behind_bad.outputs", "behind_bad_inputs")
                + " "
                + state_of("some.outputs")
                + " "
                + state_of_use("no_value.outputs", "no_value_inputs")
                + " "
                + state_of_use("each_behind_bad.outputs", "each_behind_bad_items")
                + " "
                + state_of("unmade.outputs"),
            },
            outputs={"states": "string"},
        )

    @task(trigger_rule="all_done")
    def last_inputs():
        some = all_outputs("some.outputs")
        with checked_values():
            skip_unless(run_state() == "failed", "run.state == 'failed'")
            return {
                "model": limited(
                    state_of_use("failing.outputs", "failing_inputs") + "!"
                ),
                "fail": False,
                "weight": kept_value(
                    "float",
                    first_of(
                        None if some is None else [float(one["auc"]) for one in some],
                        [3.0],
                    )[0],
                ),
                "data": None,
            }

    @task_group
    def last(inputs):
        """Fit and score.

        components.yaml:84
        """

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("last.tell")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("last_inputs")
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("last_inputs")
            skip_unless_failed("last.score")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("last.score")},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("last_inputs")
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("last.after")
                    + " "
                    + state_of("last.rescue")
                    + " "
                    + state_of("last.tell"),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use("last_inputs")
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        train_done = train(inputs)
        tell_done = tell(inputs)
        score_done = score(inputs, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(inputs, score_done, train_done, tell_done, tidy_done)
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task(trigger_rule="all_done")
    def last_each_items():
        return items([1, 2])

    @task_group
    def last_each(item):
        """Fit and score.

        components.yaml:88
        """

        @task
        def inputs(item):
            with checked_values():
                return {
                    "model": limited(text(item) + run_state()),
                    "fail": state_of_use("plain.outputs", "plain_inputs")
                    != "succeeded",
                    "weight": None,
                    "data": None,
                }

        @task
        def train(inputs):
            """components/fit.yaml:16"""
            script = (
                'if [ -e "$PIPEC_INPUTS/data" ]; then cat "$PIPEC_INPUTS/data"; fi > '
                '"$PIPEC_OUTPUTS/m"\n'
                'printf %s "$MODEL" >> "$PIPEC_OUTPUTS/m"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"MODEL": inputs["model"]},
                files={"data": optional(None, inputs, "data")},
                outputs={"m": "file"},
                store=ARTIFACTS,
            )

        @task(retries=1, retry_delay=timedelta(0))
        def score(inputs, train):
            """components/fit.yaml:23"""
            script = (
                'test "$FAIL" = false\n'
                'wc -c < "$PIPEC_INPUTS/m" | tr -d \' \' > "$PIPEC_OUTPUTS/auc"\n'
            )
            return run_program(
                ["sh", "-e", "-c", script],
                env={"FAIL": text(inputs["fail"]), "STEP": "components"},
                files={"m": train["m"]},
                outputs={"auc": "float"},
            )

        @task
        def tell(inputs):
            """components/fit.yaml:31"""
            skip_unless(
                optional(float, inputs, "weight") is not None, "inputs.weight != null"
            )
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$PIPEC_STEP" > "$PIPEC_OUTPUTS/note"'],
                outputs={"note": "string"},
            )

        @task(trigger_rule="none_failed")
        def after():
            """components/fit.yaml:35"""
            skip_unless_succeeded("last_each.tell", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="none_failed")
        def despite():
            """components/fit.yaml:36"""
            skip_unless_started("last_each.inputs", instance=True)
            return run_program(["sh", "-e", "-c", ":"])

        @task(trigger_rule="all_done")
        def rescue():
            """components/fit.yaml:37"""
            skip_unless_started("last_each.inputs", instance=True)
            skip_unless_failed("last_each.score", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATE" > "$PIPEC_OUTPUTS/state"'],
                env={"STATE": state_of("last_each.score", instance=True)},
                outputs={"state": "string"},
            )

        @task(trigger_rule="all_done")
        def tidy():
            """components/fit.yaml:43"""
            skip_unless_started("last_each.inputs", instance=True)
            return run_program(
                ["sh", "-e", "-c", 'printf %s "$STATES" > "$PIPEC_OUTPUTS/states"'],
                env={
                    "STATES": state_of("last_each.after", instance=True)
                    + " "
                    + state_of("last_each.rescue", instance=True)
                    + " "
                    + state_of("last_each.tell", instance=True),
                },
                outputs={"states": "string"},
            )

        @task(trigger_rule="all_done")
        def outputs(inputs, score, train, tell, tidy):
            end_use()
            with checked_values():
                return {
                    "auc": kept_value(
                        "float",
                        finite(
                            float(score["auc"])
                            * first_of(optional(float, inputs, "weight"), 1.0)
                        ),
                    ),
                    "fitted": train["m"],
                    "note": optional(None, tell, "note"),
                    "states": tidy["states"],
                    "who": kept_value("list<string>", [inputs["model"], "x"]),
                }

        inputs_done = inputs(item)
        train_done = train(inputs_done)
        tell_done = tell(inputs_done)
        score_done = score(inputs_done, train_done)
        after_done = after()
        despite_done = despite()
        rescue_done = rescue()
        tidy_done = tidy()
        outputs_done = outputs(
            inputs_done, score_done, train_done, tell_done, tidy_done
        )
        [score_done, tell_done] >> after_done
        [score_done, tell_done] >> despite_done
        score_done >> rescue_done
        [after_done, rescue_done, tell_done] >> tidy_done
        despite_done >> outputs_done
        return outputs_done

    @task(trigger_rule="none_failed")
    def report(last_each, last):
        """components.yaml:92"""
        skip_unless_succeeded("last.outputs")
        last_each = last_each[:]
        with checked_values():
            env = {
                "X": text([float(one["auc"]) for one in last_each][1])
                + " "
                + text(float(last["auc"])),
            }
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/x"'],
            env=env,
            outputs={"x": "string"},
        )

    data_done = data()
    bad_done = bad()
    off_done = off()
    plain_inputs_done = plain_inputs()
    plain_done = plain(plain_inputs_done)
    skipped_inputs_done = skipped_inputs()
    skipped_done = skipped(skipped_inputs_done)
    no_value_inputs_done = no_value_inputs()
    no_value_done = no_value(no_value_inputs_done)
    some_done = some.expand(item=["a", "bb"])
    unmade_done = unmade.expand(item=[2, 1])
    empty_items_done = empty_items()
    empty_done = empty.expand(item=empty_items_done)
    fed_inputs_done = fed_inputs(data_done)
    fed_done = fed(fed_inputs_done)
    failing_inputs_done = failing_inputs()
    failing_done = failing(failing_inputs_done)
    behind_off_inputs_done = behind_off_inputs()
    behind_off_done = behind_off(behind_off_inputs_done)
    behind_bad_inputs_done = behind_bad_inputs()
    behind_bad_done = behind_bad(behind_bad_inputs_done)
    rescued_inputs_done = rescued_inputs()
    rescued_done = rescued(rescued_inputs_done)
    each_items_done = each_items()
    each_done = each.expand(item=each_items_done)
    each_behind_bad_items_done = each_behind_bad_items()
    each_behind_bad_done = each_behind_bad.expand(item=each_behind_bad_items_done)
    after_skipped_done = after_skipped()
    despite_skipped_done = despite_skipped(skipped_done)
    read_done = read(plain_done, fed_done, each_done)
    after_failing_done = after_failing()
    any_bad_done = any_bad()
    done_done = done()
    last_inputs_done = last_inputs()
    last_done = last(last_inputs_done)
    last_each_items_done = last_each_items()
    last_each_done = last_each.expand(item=last_each_items_done)
    report_done = report(last_each_done, last_done)
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    data_done >> failing_inputs_done
    off_done >> behind_off_inputs_done
    [bad_done, off_done] >> behind_bad_inputs_done
    [bad_done, off_done] >> rescued_inputs_done
    data_done >> each_items_done
    bad_done >> each_behind_bad_items_done
    [skipped_done, plain_done] >> after_skipped_done
    [plain_done, empty_done] >> despite_skipped_done
    failing_done >> after_failing_done
    [failing_done, some_done] >> any_bad_done
    [
        failing_done,
        behind_bad_done,
        some_done,
        no_value_done,
        each_behind_bad_done,
        unmade_done,
    ] >> done_done
    [
        plain_done,
        fed_done,
        skipped_done,
        behind_off_done,
        rescued_done,
        each_done,
        empty_done,
        read_done,
        after_failing_done,
        after_skipped_done,
        despite_skipped_done,
        any_bad_done,
        done_done,
    ] >> steps_ended
    steps_ended >> last_inputs_done
    steps_ended >> last_each_items_done
    [
        behind_off_done,
        behind_bad_done,
        rescued_done,
        no_value_done,
        some_done,
        unmade_done,
        each_behind_bad_done,
        read_done,
        after_failing_done,
        after_skipped_done,
        despite_skipped_done,
        any_bad_done,
        done_done,
        report_done,
    ] >> pipeline_status
