# Made by pipec from folders.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    artifacts_folder,
    checked_values,
    items,
    optional,
    run_program,
    text,
)

ARTIFACTS = artifacts_folder()

with DAG(dag_id="folders", schedule=None, default_args={"retries": 0}):

    @task
    def maker():
        """folders.yaml:5"""
        script = (
            'mkdir -p "$PIPEC_OUTPUTS/d/sub/deep" "$PIPEC_OUTPUTS/d/empty"\n'
            'printf 1 > "$PIPEC_OUTPUTS/d/b.txt"; printf 2 > "$PIPEC_OUTPUTS/d/sub/é"; '
            'printf 3 > "$PIPEC_OUTPUTS/d/sub/deep/.hid"\n'
            'ln -s ../b.txt "$PIPEC_OUTPUTS/d/sub/link"\n'
            "printf 'x' > \"$PIPEC_OUTPUTS/f\"\n"
        )
        return run_program(
            ["sh", "-e", "-c", script],
            outputs={
                "d": "dir",
                "f": "file",
                "opt": "file?",
                "optd": "dir?",
                "n": "int?",
                "j": "json?",
            },
            store=ARTIFACTS,
        )

    @task
    def user(maker):
        """folders.yaml:12"""
        script = (
            'cd "$PIPEC_INPUTS"; find . -type f | LC_ALL=C sort > '
            '"$PIPEC_OUTPUTS/list"; cp -r d "$PIPEC_OUTPUTS/again"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            values={"n": optional(None, maker, "n"), "text": "a2", "l": [1, 2]},
            files={
                "d": maker["d"],
                "f": maker["f"],
                "opt": optional(None, maker, "opt"),
            },
            outputs={"list": "string", "again": "dir"},
            store=ARTIFACTS,
        )

    @task(retries=1, retry_delay=timedelta(0))
    def folders(item):
        """folders.yaml:23"""
        script = (
            'mkdir "$PIPEC_OUTPUTS/d"; printf "$X" > "$PIPEC_OUTPUTS/d/$X"\n'
            '[ "$PIPEC_ATTEMPT" = 2 ] || [ "$X" != b ]\n'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={"X": item},
            outputs={"d": "dir", "o": "file?"},
            store=ARTIFACTS,
        )

    @task
    def joined(folders):
        """folders.yaml:31"""
        folders = folders[:]
        script = (
            'cd "$PIPEC_INPUTS"; find . | LC_ALL=C sort > "$PIPEC_OUTPUTS/l"; printf '
            '"$N" >> "$PIPEC_OUTPUTS/l"'
        )
        return run_program(
            ["sh", "-e", "-c", script],
            env={"N": text(len([one["d"] for one in folders]))},
            files={
                "ds": [one["d"] for one in folders],
                "os": [optional(None, one, "o") for one in folders],
            },
            outputs={"l": "string"},
        )

    @task
    def pick_one(folders):
        """folders.yaml:36"""
        folders = folders[:]
        with checked_values():
            files = {"d": [one["d"] for one in folders][1]}
        return run_program(
            ["sh", "-e", "-c", 'ls "$PIPEC_INPUTS/d" > "$PIPEC_OUTPUTS/l"'],
            files=files,
            outputs={"l": "string"},
        )

    @task
    def each_dir_items(folders):
        folders = folders[:]
        return items([one["d"] for one in folders])

    @task
    def each_dir(item):
        """folders.yaml:40"""
        return run_program(
            ["sh", "-e", "-c", 'ls "$PIPEC_INPUTS/d" > "$PIPEC_OUTPUTS/l"'],
            files={"d": item},
            outputs={"l": "string"},
        )

    @task
    def not_dir():
        """folders.yaml:45"""
        return run_program(
            ["sh", "-e", "-c", 'printf 1 > "$PIPEC_OUTPUTS/d"'],
            outputs={"d": "dir"},
            store=ARTIFACTS,
        )

    @task
    def not_file():
        """folders.yaml:46"""
        return run_program(
            ["sh", "-e", "-c", 'mkdir "$PIPEC_OUTPUTS/f"'],
            outputs={"f": "file"},
            store=ARTIFACTS,
        )

    @task
    def bad_utf():
        """folders.yaml:47"""
        return run_program(
            ["sh", "-e", "-c", "printf '\\377' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "string"},
        )

    @task
    def nul():
        """folders.yaml:48"""
        return run_program(
            ["sh", "-e", "-c", "printf 'a\\000b' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "string"},
        )

    @task
    def dup():
        """folders.yaml:49"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'{"a":1,"a":2}\' > "$PIPEC_OUTPUTS/s"'],
            outputs={"s": "json"},
        )

    @task
    def nan():
        """folders.yaml:50"""
        return run_program(
            ["sh", "-e", "-c", "printf 'NaN' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "float"},
        )

    @task
    def big():
        """folders.yaml:51"""
        return run_program(
            ["sh", "-e", "-c", "printf '9223372036854775808' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "int"},
        )

    @task
    def plus():
        """folders.yaml:52"""
        return run_program(
            ["sh", "-e", "-c", "printf '+1' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "int"},
        )

    @task
    def space():
        """folders.yaml:53"""
        return run_program(
            ["sh", "-e", "-c", "printf ' 1' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "int"},
        )

    @task
    def nl2():
        """folders.yaml:54"""
        return run_program(
            ["sh", "-e", "-c", "printf '1\\n\\n' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "int"},
        )

    @task
    def str2():
        """folders.yaml:55"""
        return run_program(
            ["sh", "-e", "-c", "printf 'a\\n\\n' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "string"},
        )

    @task
    def bool():
        """folders.yaml:56"""
        return run_program(
            ["sh", "-e", "-c", "printf 'True' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "bool"},
        )

    @task
    def null_opt():
        """folders.yaml:57"""
        return run_program(
            ["sh", "-e", "-c", "printf 'null' > \"$PIPEC_OUTPUTS/s\""],
            outputs={"s": "list<int>?"},
        )

    @task
    def mp():
        """folders.yaml:58"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'{"k":[1.0,2]}\' > "$PIPEC_OUTPUTS/s"'],
            outputs={"s": "map<list<float>>"},
        )

    @task
    def mpi():
        """folders.yaml:59"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'{"k":1.0}\' > "$PIPEC_OUTPUTS/s"'],
            outputs={"s": "map<int>"},
        )

    @task
    def jsn():
        """folders.yaml:60"""
        return run_program(
            ["sh", "-e", "-c", 'printf \'{"k":1.0,"e":1e400}\' > "$PIPEC_OUTPUTS/s"'],
            outputs={"s": "json"},
        )

    maker_done = maker()
    folders_done = folders.expand(item=["a", "b", "c"])
    not_dir_done = not_dir()
    not_file_done = not_file()
    bad_utf_done = bad_utf()
    nul_done = nul()
    dup_done = dup()
    nan_done = nan()
    big_done = big()
    plus_done = plus()
    space_done = space()
    nl2_done = nl2()
    str2_done = str2()
    bool_done = bool()
    null_opt_done = null_opt()
    mp_done = mp()
    mpi_done = mpi()
    jsn_done = jsn()
    user_done = user(maker_done)
    joined_done = joined(folders_done)
    pick_one_done = pick_one(folders_done)
    each_dir_items_done = each_dir_items(folders_done)
    each_dir_done = each_dir.expand(item=each_dir_items_done)
