# Made by pipec from wordcount.yaml. Change that file and compile again.
"""Split a text into parts, count the words of each, merge the counts."""

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
    items,
    run_program,
    skip_unless,
    skip_unless_succeeded,
    text,
)

FILES = Path(__file__).parent / "wordcount_files"
ARTIFACTS = artifacts_folder()

with DAG(
    dag_id="wordcount",
    description="Split a text into parts, count the words of each, merge the counts.",
    schedule=None,
    default_args={"retries": 0},
    params={
        "text": Param(
            "texts/alice.txt", type="string", pattern="^(?:texts/[a-z_]+\\.txt)$(?!\\n)"
        ),
        "lines": Param(
            12,
            type="integer",
            minimum=1,
            maximum=9223372036854775807,
            description="Lines in one part.",
        ),
        "top": Param(5, type="integer", minimum=1, maximum=100),
    },
):

    @task(execution_timeout=timedelta(minutes=5))
    def split(params=None):
        """wordcount.yaml:18"""
        return run_program(
            [
                "python3",
                "src/split.py",
                params["text"],
                "--lines=" + text(params["lines"]),
            ],
            outputs={"parts": "dir", "names": "list<string>"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task
    def count_items(split):
        return items(json.loads(split["names"]))

    @task(execution_timeout=timedelta(minutes=5), max_active_tis_per_dagrun=4)
    def count(item, split):
        """Counts the words of one part; one instance for each file that split made.

        wordcount.yaml:22
        """
        return run_program(
            ["python3", "src/count.py", item],
            files={"parts": split["parts"]},
            outputs={"counts": "file", "words": "int"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(execution_timeout=timedelta(minutes=5))
    def merge(count, params=None):
        """wordcount.yaml:31"""
        count = count[:]
        return run_program(
            ["python3", "src/merge.py", "--top=" + text(params["top"])],
            values={"words": [one["words"] for one in count]},
            files={"counts": [one["counts"] for one in count]},
            outputs={"table": "file", "top": "list<string>", "words": "int"},
            code=FILES,
            store=ARTIFACTS,
        )

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def show(merge, split):
        """wordcount.yaml:38"""
        skip_unless_succeeded("merge")
        skip_unless(merge["words"] > 0, "steps.merge.outputs.words > 0")
        with checked_values():
            env = {
                "PARTS": text(len(json.loads(split["names"]))),
                "MOST": json.loads(merge["top"])[0],
                "WORDS": text(merge["words"]),
            }
        script = (
            'line="$WORDS words in $PARTS parts; the most frequent is $MOST"\n'
            'echo "$line"\n'
            'printf %s "$line" > "$PIPEC_OUTPUTS/line"\n'
        )
        return run_program(
            ["sh", "-e", "-c", script], env=env, outputs={"line": "string"}, code=FILES
        )

    split_done = split()
    count_items_done = count_items(split_done)
    count_done = count.partial(split=split_done).expand(item=count_items_done)
    merge_done = merge(count_done)
    show_done = show(merge_done, split_done)
