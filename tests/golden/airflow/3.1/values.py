# Made by pipec from values.yaml. Change that file and compile again.

import json
import sys
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    artifacts_folder,
    checked_values,
    finite,
    first_of,
    fit_value,
    json_value,
    optional,
    part_of,
    run_date,
    run_day,
    run_id,
    run_program,
    skip_unless,
    text,
    whole,
    with_doubles,
)

FILES = Path(__file__).parent / "values_files"
ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="values",
    schedule=None,
    default_args={"retries": 0},
    params={
        "f": Param(1.0, type="number"),
        "fs": Param([1.0, 0.5], type="array", items={"type": "number"}),
        "m": Param(
            {"b": 1, "a": 2},
            type="object",
            additionalProperties={
                "type": "integer",
                "minimum": -9223372036854775808,
                "maximum": 9223372036854775807,
            },
        ),
        "j": Param({"x": [1, None, {"y": "{{ z }}"}]}),
        "maybe": Param(
            None,
            type=["null", "integer"],
            minimum=-9223372036854775808,
            maximum=9223372036854775807,
        ),
        "s": Param("{{ 6*7 }}", type="string", pattern="^(?:[{} 0-9*]+)$(?!\\n)"),
    },
):

    @task
    def make():
        """values.yaml:13"""
        script = (
            'cd "$PIPEC_OUTPUTS"\n'
            "printf '1e+20' > huge; printf '1.0' > one\n"
            "printf -- '-0.0' > zero; printf '5e-324' > tiny; printf 3 > whole\n"
            "printf '9223372036854775807' > int\n"
            'printf \'{"b": 1, "a": [1.0, 1e20, "x"]}\' > obj\n'
            'printf \'{"__classname__": "builtins.int", "__data__": 1, "__var": 2, '
            '"__type": 3}\' > evil\n'
            "printf 'true' > flag; printf '\\n' > nothing; printf 'two\\r\\n' > line\n"
            "printf 'null' > null; printf '[1, 2]' > floats\n"
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={
                "huge": "float",
                "one": "float",
                "zero": "float",
                "tiny": "float",
                "whole": "float",
                "int": "int",
                "obj": "json",
                "evil": "map<json>",
                "flag": "bool",
                "nothing": "string",
                "line": "string",
                "null": "json",
                "floats": "list<float>",
                "absent": "int?",
                "absent_list": "list<int>?",
            },
            code=FILES,
        )

    @task
    def read(make):
        """values.yaml:39"""
        script = (
            'cd "$PIPEC_INPUTS"\n'
            'for name in *; do printf \'%s=\' "$name"; cat "$name"; echo; done > '
            '"$PIPEC_OUTPUTS/all"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            values={
                "huge": float(make["huge"]),
                "one": float(make["one"]),
                "zero": float(make["zero"]),
                "tiny": float(make["tiny"]),
                "whole": float(make["whole"]),
                "int": make["int"],
                "flag": make["flag"],
                "nothing": make["nothing"],
                "floats": json.loads(make["floats"]),
                "absent": optional(None, make, "absent"),
            },
            outputs={"all": "string"},
            code=FILES,
        )

    @task
    def texts(make, params=None):
        """values.yaml:55"""
        with checked_values():
            env = {
                "F": text(float(params["f"])),
                "FS": text(fit_value("list<float>", params["fs"])),
                "M": text(params["m"]),
                "J": text(with_doubles(params["j"])),
                "Y": text(
                    part_of(part_of(part_of(with_doubles(params["j"]), "x"), 2), "y")
                ),
                "S": params["s"],
                "MAYBE": text(first_of(params["maybe"], 7)),
                "SUM": text(finite(float(params["f"]) + whole(params["m"]["a"] * 2))),
                "EVIL": text(json_value(make["evil"])),
                "ABSENT": text(first_of(optional(None, make, "absent"), -1)),
                "LIST": text(first_of(optional(json.loads, make, "absent_list"), [0])),
                "NULL": "is null" if json_value(make["null"]) is None else "is not",
            }
        script = (
            "for name in F FS M J Y S MAYBE SUM EVIL ABSENT LIST NULL; do\n"
            '  eval "printf \'%s=%s\\n\' $name \\"\\$$name\\""\n'
            'done > "$PIPEC_OUTPUTS/all"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env=env,
            outputs={"all": "string"},
            code=FILES,
            constants=139,
        )

    @task
    def stand():
        """values.yaml:74"""
        script = (
            "set -u\n"
            '[[ $(cat here.txt) == "here {{ x }}" ]]\n'
            '[ "$(ls ../..)" = values ]\n'
            "mkdir made; echo m > made/m; ln -s m made/link; mkdir made/empty\n"
            "../tool.sh > told.txt\n"
        )
        return run_program(
            ["bash", "-eo", "pipefail", "-c", script],
            outputs={
                "made": ["dir", "made"],
                "told": ["string", "told.txt"],
                "file": "file?",
            },
            code=FILES,
            workdir="values/inner",
            store=ARTIFACTS,
        )

    @task
    def given(stand):
        """values.yaml:87"""
        script = (
            'cd "$PIPEC_INPUTS"; ls; ls made; cat made/link\n'
            '[ "$(ls)" = made ]\n'
            'cp made/m "$PIPEC_OUTPUTS/m"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            files={"made": stand["made"], "none": optional(None, stand, "file")},
            outputs={"m": "file"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task
    def python():
        """values.yaml:95"""
        script = (
            "import os, sys\n"
            'print("{{ x }}", sys.stdin.read())\n'
            'open(os.environ["PIPEC_OUTPUTS"] + "/step", "w").write(\n'
            '    os.environ["PIPEC_STEP"] + os.environ["PIPEC_ATTEMPT"]\n'
            '    + str("PIPEC_ITEM_INDEX" in os.environ))\n'
        )
        return run_program(
            ["python3", "-c", script], outputs={"step": "string"}, code=FILES
        )

    @task(retries=2, retry_delay=timedelta(0))
    def never(params=None):
        """values.yaml:103"""
        with checked_values():
            env = {"X": text(fit_value("list<float>", params["fs"])[9])}
        return run_program(["sh", "-e", "-c", "true"], env=env, code=FILES)

    @task
    def not_asked(params=None):
        """values.yaml:107"""
        with checked_values():
            skip_unless(
                whole(9223372036854775807 + params["m"]["b"]) > 0,
                "9223372036854775807 + params.m['b'] > 0",
            )
        return run_program(["sh", "-e", "-c", "true"], code=FILES)

    @task
    def run_facts():
        """values.yaml:110"""
        script = (
            '[ "$DATE" = "$PIPEC_RUN_DATE" ] && [ "$ID" = "$PIPEC_RUN_ID" ]\n'
            '[ "${DATE%%T*}" = "$DAY" ]\n'
            'printf %s "$NAME" > "$PIPEC_OUTPUTS/name"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={
                "DATE": run_date(),
                "DAY": run_day("UTC"),
                "ID": run_id(),
                "NAME": "values",
            },
            outputs={"name": "string"},
            code=FILES,
        )

    make_done = make()
    stand_done = stand()
    python_done = python()
    never_done = never()
    not_asked_done = not_asked()
    run_facts_done = run_facts()
    read_done = read(make_done)
    texts_done = texts(make_done)
    given_done = given(stand_done)
