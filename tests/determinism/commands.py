"""The projects and the command lines whose answers must not change, and one run of them all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRODUCE = Path(__file__).with_name("produce.py")
PROJECTS = {
    Path(__file__).with_name("project"): ("whole.yaml", "local.yaml", "wrong.yaml"),
    **{
        spec.parent: (spec.name,)
        for spec in sorted((ROOT / "examples" / "pipelines").glob("*/*.yaml"))
        if spec.stem == spec.parent.name
    },
}
COMMANDS = (
    "lint --format json",
    "lint --format text --target argo --target airflow --color always",
    "lint --format sarif --all-envs",
    "lint --format github --strict",
    "compile --target argo -o {out}",
    "compile --target airflow -o {out}",
    "compile --target airflow@2.11 -o {out}",
    "graph --format text",
    "graph --format mermaid",
    "graph --format dot",
    "graph --format svg",
    "graph --format json",
    "resolve",
    "fmt --diff",
)
Answers = dict[str, dict[str, Any]]


def produce(
    folder: Path, specs: tuple[str, ...], python: str | Path = sys.executable, **environ: str
) -> Answers:
    """Give what every command answers for the specs, run in a folder by a process of its own."""
    commands = [f"{command} {spec}" for spec in specs for command in COMMANDS]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PY", "LC_"))}
    done = subprocess.run(
        [python, "-B", PRODUCE, folder, *commands],
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **environ},
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: Answers = json.loads(done.stdout)
    return found
