# Made by pipec from store.yaml. Change that file and compile again.

import sys
from pathlib import Path

from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_2fbb0e08 import run_program, text

ARTIFACTS = "file:///tmp/pipec-test-objects/a b"

with DAG(dag_id="store", schedule=None, default_args={"retries": 0}):

    @task
    def make():
        """store.yaml:4"""
        script = (
            'cd "$PIPEC_OUTPUTS"\n'
            "printf 'a\\0b' > f\n"
            "mkdir -p d/in d2\n"
            'echo x > "d/in/a b#c?d%20é.txt"\n'
            "echo y > d/y\n"
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={"f": "file", "d": "dir", "d2": "dir", "none": "file?"},
            store=ARTIFACTS,
        )

    @task
    def each(item):
        """store.yaml:12"""
        return run_program(
            [
                "sh",
                "-e",
                "-c",
                'mkdir "$PIPEC_OUTPUTS/o"; echo "$N" > "$PIPEC_OUTPUTS/o/n"',
            ],
            env={"N": text(item["n"])},
            outputs={"o": "dir"},
            store=ARTIFACTS,
        )

    @task
    def read(make, each):
        """store.yaml:17"""
        each = each[:]
        script = (
            'cat "$PIPEC_INPUTS/f" "$PIPEC_INPUTS/o/0/n" "$PIPEC_INPUTS/o/1/n" '
            '"$PIPEC_INPUTS/d/in/"* > "$PIPEC_OUTPUTS/all"\n'
            '[ -d "$PIPEC_INPUTS/d2" ]\n'
            'cp -R "$PIPEC_INPUTS/d" "$PIPEC_OUTPUTS/d"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            files={
                "f": make["f"],
                "d": make["d"],
                "d2": make["d2"],
                "o": [one["o"] for one in each],
            },
            outputs={"all": "file", "d": "dir"},
            store=ARTIFACTS,
        )

    make_done = make()
    each_done = each.expand(item=[{"n": 1}, {"n": 2}])
    read_done = read(make_done, each_done)
