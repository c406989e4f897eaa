# Made by pipec from items.yaml. Change that file and compile again.

import json
import sys
from pathlib import Path

from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    checked_values,
    compact,
    int_of,
    items,
    json_value,
    part_of,
    run_program,
    skip_unless,
    skip_unless_succeeded,
    text,
)

with DAG(dag_id="items", schedule=None, default_args={"retries": 0}):

    @task
    def src():
        """items.yaml:5"""
        script = (
            'cd "$PIPEC_OUTPUTS"\n'
            'printf \'[{"a":1,"b":[1,2]},{"a":"x","b":null}]\' > js\n'
            'printf \'{"k1":"v {{ x }}","k2":""}\' > mp\n'
            'printf \'["", " lead", "nl\\\\n", "\\\\u2028", "{{ 1 }}", "a.sh", "$(x)", '
            '"\\\\"q\\\\""]\' > strs\n'
            "printf '[9223372036854775807,-9223372036854775808,0]' > ints\n"
            "printf '[0.1,1e+22,-0.0,5e-324,1]' > fls\n"
            "printf '[true,false]' > bls\n"
            "printf '[[1,2],[],[3]]' > lls\n"
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={
                "js": "list<json>",
                "mp": "map<string>",
                "strs": "list<string>",
                "ints": "list<int>",
                "fls": "list<float>",
                "bls": "list<bool>",
                "lls": "list<list<int>>",
            },
        )

    @task
    def e_js_items(src):
        return items([compact(one) for one in json_value(src["js"])])

    @task
    def e_js(item):
        """items.yaml:16"""
        with checked_values():
            env = {"X": text(part_of(json_value(item), "a"))}
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env=env,
            outputs={"o": "string"},
        )

    @task
    def e_str_items(src):
        return items(json.loads(src["strs"]))

    @task
    def e_str(item):
        """items.yaml:17"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": item},
            outputs={"o": "string"},
        )

    @task
    def e_int_items(src):
        return items(json.loads(src["ints"]))

    @task
    def e_int(item):
        """items.yaml:18"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": text(item)},
            outputs={"o": "int"},
        )

    @task
    def e_fl_items(src):
        return items(json.loads(src["fls"]))

    @task
    def e_fl(item):
        """items.yaml:19"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": text(float(item))},
            outputs={"o": "float"},
        )

    @task
    def e_bl_items(src):
        skip_unless(len(json.loads(src["bls"])) == 2, "len(steps.src.outputs.bls) == 2")
        return items(json.loads(src["bls"]))

    @task
    def e_bl(item):
        """items.yaml:20"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": text(not item)},
            outputs={"o": "bool"},
        )

    @task
    def e_ll_items(src):
        return items(json.loads(src["lls"]))

    @task
    def e_ll(item):
        """items.yaml:21"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": text(len(json.loads(item))) + " " + text(json.loads(item))},
            outputs={"o": "string"},
        )

    @task
    def e_two_items(src):
        return items({"a": json.loads(src["bls"]), "b": [1, 2], "c": ["x", "{{ y }}"]})

    @task
    def e_two(item):
        """items.yaml:22"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$X" > "$PIPEC_OUTPUTS/o"'],
            env={"X": text(item["a"]) + text(item["b"]) + item["c"]},
            outputs={"o": "string"},
        )

    @task
    def e_of_e_items(e_str):
        e_str = e_str[:]
        return items([one["o"] for one in e_str])

    @task
    def e_of_e(item):
        """items.yaml:23"""
        script = 'wc -c < "$PIPEC_INPUTS/x" | tr -d " \\n" > "$PIPEC_OUTPUTS/o"'
        return run_program(
            ["sh", "-e", "-c", script], values={"x": item}, outputs={"o": "int"}
        )

    @task(trigger_rule="none_failed")
    def tail(e_fl, src, e_of_e, e_bl):
        """items.yaml:24"""
        skip_unless_succeeded("e_of_e", "e_fl", "e_bl")
        e_fl = e_fl[:]
        e_of_e = e_of_e[:]
        e_bl = e_bl[:]
        with checked_values():
            env = {
                "L": text(max([float(one["o"]) for one in e_fl])),
                "K": json.loads(src["mp"])["k1"],
                "J": text(part_of(part_of(json_value(src["js"])[0], "b"), 1)),
                "I": text("k2" in json.loads(src["mp"])),
            }
        script = (
            'cd "$PIPEC_INPUTS"; { cat all fl mp bl; printf "%s|%s|%s|%s" "$L" "$K" '
            '"$J" "$I"; } > "$PIPEC_OUTPUTS/o"'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env=env,
            values={
                "all": [one["o"] for one in e_of_e],
                "fl": [float(one["o"]) for one in e_fl],
                "mp": json.loads(src["mp"]),
                "bl": [one["o"] for one in e_bl],
            },
            outputs={"o": "string"},
            constants=110,
        )

    @task
    def gone(src):
        """items.yaml:29"""
        with checked_values():
            env = {"K": json.loads(src["mp"])["k3"]}
        return run_program(["sh", "-e", "-c", ":"], env=env)

    @task
    def gone2(src):
        """items.yaml:30"""
        with checked_values():
            env = {"K": text(part_of(part_of(json_value(src["js"])[1], "b"), "c"))}
        return run_program(["sh", "-e", "-c", ":"], env=env)

    @task
    def nulltext(src):
        """items.yaml:31"""
        with checked_values():
            env = {"K": text(part_of(json_value(src["js"])[1], "b"))}
        return run_program(["sh", "-e", "-c", ":"], env=env)

    @task
    def conv(src):
        """items.yaml:32"""
        with checked_values():
            env = {"K": text(int_of(part_of(json_value(src["js"])[1], "a")))}
        return run_program(["sh", "-e", "-c", ":"], env=env)

    src_done = src()
    e_js_items_done = e_js_items(src_done)
    e_js_done = e_js.expand(item=e_js_items_done)
    e_str_items_done = e_str_items(src_done)
    e_str_done = e_str.expand(item=e_str_items_done)
    e_int_items_done = e_int_items(src_done)
    e_int_done = e_int.expand(item=e_int_items_done)
    e_fl_items_done = e_fl_items(src_done)
    e_fl_done = e_fl.expand(item=e_fl_items_done)
    e_bl_items_done = e_bl_items(src_done)
    e_bl_done = e_bl.expand(item=e_bl_items_done)
    e_ll_items_done = e_ll_items(src_done)
    e_ll_done = e_ll.expand(item=e_ll_items_done)
    e_two_items_done = e_two_items(src_done)
    e_two_done = e_two.expand(item=e_two_items_done)
    gone_done = gone(src_done)
    gone2_done = gone2(src_done)
    nulltext_done = nulltext(src_done)
    conv_done = conv(src_done)
    e_of_e_items_done = e_of_e_items(e_str_done)
    e_of_e_done = e_of_e.expand(item=e_of_e_items_done)
    tail_done = tail(e_fl_done, src_done, e_of_e_done, e_bl_done)
