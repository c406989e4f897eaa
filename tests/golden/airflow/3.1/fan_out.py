# Made by pipec from fanout.yaml. Change that file and compile again.

import json
import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    all_outputs,
    artifacts_folder,
    checked_values,
    compact,
    finite,
    first_of,
    items,
    json_value,
    run_program,
    skip_unless,
    skip_unless_succeeded,
    state_of,
    text,
    whole,
)

ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="fan-out",
    schedule=None,
    default_args={"retries": 0},
    params={
        "sizes": Param(
            [3, 1, 2],
            type="array",
            items={
                "type": "integer",
                "minimum": -9223372036854775808,
                "maximum": 9223372036854775807,
            },
        ),
        "none": Param([], type="array", items={"type": "string"}),
        "go": Param(False, type="boolean"),
    },
):

    @task
    def stands(item):
        """fanout.yaml:9"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$WORD" > "$PIPEC_OUTPUTS/word"'],
            env={"WORD": item["word"] + "-" + text(float(item["number"]))},
            outputs={"word": "string"},
        )

    @task
    def static_items():
        return items({"word": ["{{ a }}", "$(b)", "c.sh", "é\n\x1b[31m\u2028"]})

    @task(retries=1, retry_delay=timedelta(seconds=1), max_active_tis_per_dagrun=1)
    def static(item):
        """fanout.yaml:14"""
        script = (
            'if [ "$PIPEC_ITEM_INDEX$PIPEC_ATTEMPT" = 11 ]; then exit 7; fi\n'
            'printf %s "$WORD" > "$PIPEC_OUTPUTS/word"\n'
            'mkdir "$PIPEC_OUTPUTS/box"\n'
            'printf %s "$WORD" > "$PIPEC_OUTPUTS/box/word"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={"WORD": item["word"]},
            outputs={"word": "string", "box": "dir"},
            store=ARTIFACTS,
        )

    @task
    def product_items(params=None):
        return items({"size": params["sizes"], "color": ["red", "blue"]})

    @task
    def product(item):
        """fanout.yaml:25"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$COLOR$SIZE" > "$PIPEC_OUTPUTS/tag"'],
            env={"SIZE": text(item["size"]), "COLOR": item["color"]},
            outputs={"tag": "string"},
        )

    @task
    def split():
        """fanout.yaml:30"""
        script = (
            'printf \'["x y", "only"]\' > "$PIPEC_OUTPUTS/parts"\n'
            'printf \'["one"]\' > "$PIPEC_OUTPUTS/single"\n'
            'printf \'[{"n": 1}, "two", null, 1e30]\' > "$PIPEC_OUTPUTS/things"\n'
            "printf '[0.1, 1e+20]' > \"$PIPEC_OUTPUTS/floats\"\n"
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={
                "parts": "list<string>",
                "single": "list<string>",
                "things": "list<json>",
                "floats": "list<float>",
            },
        )

    @task
    def dynamic_items(split):
        return items(json.loads(split["parts"]))

    @task
    def dynamic(item):
        """fanout.yaml:37"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$PART!" > "$PIPEC_OUTPUTS/part"'],
            env={"PART": item},
            outputs={"part": "string"},
        )

    @task
    def one_items(split):
        return items(json.loads(split["single"]))

    @task(task_id="one")
    def one_(item):
        """fanout.yaml:42"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$PART!" > "$PIPEC_OUTPUTS/part"'],
            env={"PART": item},
            outputs={"part": "string"},
        )

    @task
    def floats_items(split):
        return items(json.loads(split["floats"]))

    @task
    def floats(item):
        """fanout.yaml:47"""
        with checked_values():
            env = {"HALF": text(finite(float(item) / 2))}
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$HALF" > "$PIPEC_OUTPUTS/half"'],
            env=env,
            outputs={"half": "float"},
        )

    @task
    def things_items(split):
        return items([compact(one) for one in json_value(split["things"])])

    @task
    def things(item):
        """fanout.yaml:52"""
        script = (
            'if [ -e "$PIPEC_INPUTS/thing" ]; then cat "$PIPEC_INPUTS/thing"; fi > '
            '"$PIPEC_OUTPUTS/text"'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            values={"thing": json_value(item)},
            outputs={"text": "string"},
        )

    @task
    def empty_items(params=None):
        return items(params["none"])

    @task
    def empty(item):
        """fanout.yaml:57"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def quiet_items(params=None):
        skip_unless(params["go"], "params.go")
        return items(params["sizes"])

    @task
    def quiet(item):
        """fanout.yaml:58"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def some_items(params=None):
        return items(params["sizes"])

    @task
    def some(item):
        """fanout.yaml:59"""
        script = (
            'if [ "$SIZE" = 1 ]; then exit 7; fi\n'
            'printf %s "$SIZE" > "$PIPEC_OUTPUTS/size"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={"SIZE": text(item)},
            outputs={"size": "int"},
        )

    @task
    def unmade_items(params=None):
        return items(params["sizes"])

    @task
    def unmade(item):
        """fanout.yaml:66"""
        with checked_values():
            env = {"INVERSE": text(whole(6 // whole(item - 1)))}
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$INVERSE" > "$PIPEC_OUTPUTS/inverse"'],
            env=env,
            outputs={"inverse": "int"},
        )

    @task
    def no_list_items(params=None):
        with checked_values():
            return items([params["sizes"][5]])

    @task
    def no_list(item):
        """fanout.yaml:71"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def join(product, floats, static, dynamic, one_):
        """fanout.yaml:74"""
        skip_unless_succeeded("product", "dynamic", "one", "floats")
        product = product[:]
        floats = floats[:]
        static = static[:]
        dynamic = dynamic[:]
        one_ = one_[:]
        with checked_values():
            env = {
                "COUNT": text(len([one["tag"] for one in product])),
                "LAST": text([float(one["half"]) for one in floats][-1]),
            }
        script = (
            '{ for name in words tags parts ones halves; do cat "$PIPEC_INPUTS/$name"; '
            "echo; done\n"
            '  for index in 0 1 2 3; do cat "$PIPEC_INPUTS/boxes/$index/word"; echo; '
            "done\n"
            '  echo "$COUNT $LAST"; } > "$PIPEC_OUTPUTS/all"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env=env,
            values={
                "words": [one["word"] for one in static],
                "tags": [one["tag"] for one in product],
                "parts": [one["part"] for one in dynamic],
                "ones": [one["part"] for one in one_],
                "halves": [float(one["half"]) for one in floats],
            },
            files={"boxes": [one["box"] for one in static]},
            outputs={"all": "string"},
        )

    @task
    def after_empty():
        """fanout.yaml:90"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def despite_empty():
        """fanout.yaml:91"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def after_some():
        """fanout.yaml:92"""
        skip_unless_succeeded("some", "empty")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nested_read_items():
        skip_unless_succeeded("product", "dynamic")
        return items([1, 2])

    @task
    def nested_read(item):
        """fanout.yaml:93"""
        dynamic = all_outputs("dynamic", "dynamic_items")
        product = all_outputs("product", "product_items")
        with checked_values():
            env = {"N": text(whole(len([one["part"] for one in dynamic]) + item))}
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$N" > "$PIPEC_OUTPUTS/n"'],
            env=env,
            values={"tags": [one["tag"] for one in product]},
            outputs={"n": "int"},
        )

    @task(trigger_rule="all_done")
    def look():
        """fanout.yaml:100"""
        some = all_outputs("some", "some_items")
        dynamic = all_outputs("dynamic", "dynamic_items")
        return run_program(
            [
                "sh",
                "-e",
                "-c",
                'printf %s "$SIZES $PARTS $STATES" > "$PIPEC_OUTPUTS/line"',
            ],
            env={
                "SIZES": text(
                    first_of(
                        None if some is None else [one["size"] for one in some], [0]
                    )
                ),
                "PARTS": text(
                    first_of(
                        None if dynamic is None else [one["part"] for one in dynamic],
                        ["none"],
                    )
                ),
                "STATES": state_of("some", "some_items")
                + " "
                + state_of("empty", "empty_items")
                + " "
                + state_of("no_list", "no_list_items"),
            },
            outputs={"line": "string"},
            constants=65,
        )

    stands_done = stands.expand(
        item=[
            {"word": "a b", "number": 1.0},
            {"word": "a b", "number": 0.5},
            {"word": "$(b)", "number": 1.0},
            {"word": "$(b)", "number": 0.5},
            {"word": "c.sh", "number": 1.0},
            {"word": "c.sh", "number": 0.5},
        ],
    )
    static_items_done = static_items()
    static_done = static.expand(item=static_items_done)
    product_items_done = product_items()
    product_done = product.expand(item=product_items_done)
    split_done = split()
    empty_items_done = empty_items()
    empty_done = empty.expand(item=empty_items_done)
    quiet_items_done = quiet_items()
    quiet_done = quiet.expand(item=quiet_items_done)
    some_items_done = some_items()
    some_done = some.expand(item=some_items_done)
    unmade_items_done = unmade_items()
    unmade_done = unmade.expand(item=unmade_items_done)
    no_list_items_done = no_list_items()
    no_list_done = no_list.expand(item=no_list_items_done)
    dynamic_items_done = dynamic_items(split_done)
    dynamic_done = dynamic.expand(item=dynamic_items_done)
    one_items_done = one_items(split_done)
    one_done = one_.expand(item=one_items_done)
    floats_items_done = floats_items(split_done)
    floats_done = floats.expand(item=floats_items_done)
    things_items_done = things_items(split_done)
    things_done = things.expand(item=things_items_done)
    after_empty_done = after_empty()
    despite_empty_done = despite_empty()
    after_some_done = after_some()
    join_done = join(product_done, floats_done, static_done, dynamic_done, one_done)
    nested_read_items_done = nested_read_items()
    nested_read_done = nested_read.expand(item=nested_read_items_done)
    look_done = look()
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    empty_done >> after_empty_done
    [empty_done, quiet_done] >> despite_empty_done
    [some_done, empty_done] >> after_some_done
    [product_done, dynamic_done] >> nested_read_items_done
    [
        stands_done,
        static_done,
        product_done,
        dynamic_done,
        one_done,
        floats_done,
        things_done,
        quiet_done,
        some_done,
        unmade_done,
        no_list_done,
        join_done,
        after_empty_done,
        despite_empty_done,
        after_some_done,
        nested_read_done,
    ] >> steps_ended
    steps_ended >> look_done
    [
        stands_done,
        things_done,
        unmade_done,
        no_list_done,
        join_done,
        after_empty_done,
        despite_empty_done,
        after_some_done,
        nested_read_done,
        look_done,
    ] >> pipeline_status
