"""What only reads a spec does nothing else: no network, no program, no file but below `-o`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import PROJECTS, ROOT, produce


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_nothing_is_done_but_reading(folder: Path) -> None:
    answers = produce(folder, PROJECTS[folder], PIPEC_WATCH="1")
    for command, answer in answers.items():
        beyond = [one for one in answer["did"] if not all("{out}/made" in at for at in one[1:])]
        assert not beyond, command
        writes = command.startswith("compile") and answer["code"] == 0
        assert bool(answer["did"]) is writes, command


def test_the_watch_sees_what_is_forbidden(tmp_path: Path) -> None:
    script = (
        "import produce, sys, socket, subprocess, os\n"
        "sys.addaudithook(produce._watch)\n"
        "open('written', 'w').close(); os.mkdir('made'); os.rename('made', 'renamed')\n"
        "subprocess.run(['true']); socket.socket()\n"
        "open('written').close()\n"
        "print(len(produce.seen), [one[0] for one in produce.seen])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    for event in ("open", "os.mkdir", "os.rename", "subprocess.Popen", "socket.__new__"):
        assert event in done.stdout


def test_nothing_in_the_folder_is_imported(tmp_path: Path) -> None:
    trap = "import pathlib; pathlib.Path('trapped').touch()\n"
    names = "yaml networkx jsonschema json re typer rich tzdata jinja2 sitecustomize pipec compiler"
    for name in names.split():
        (tmp_path / f"{name}.py").write_text(trap)
    (tmp_path / "conftest.py").write_text(trap)
    spec = ROOT / "tests" / "determinism" / "project" / "wrong.yaml"
    (tmp_path / "spec.yaml").write_bytes(spec.read_bytes())
    for words in (["lint"], ["compile", "--target", "airflow"], ["graph"], ["fmt", "--diff"]):
        done = subprocess.run(
            [Path(sys.executable).with_name("pipec"), *words, "spec.yaml"],
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
        )
        assert done.returncode in (0, 1), done.stderr
        assert not (tmp_path / "trapped").exists(), words
