"""The same bytes, whatever the hash seed, locale, time zone, folder, line ends and Python."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import COMMANDS, PROJECTS, Answers, produce

PLACES = {
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "a hash seed by chance": {"PYTHONHASHSEED": "random"},
    "the C locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "a locale in UTF-8": {"LC_ALL": "C.UTF-8"},
    "a Turkish locale, or its name alone": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "Kathmandu": {"TZ": "Asia/Kathmandu"},
    "a time zone that is none": {"TZ": "Nowhere/Never"},
    "no colour, in CI": {"NO_COLOR": "1", "CI": "true", "TERM": "dumb", "COLUMNS": "20"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
NEEDED = ("jinja2", "jsonschema", "networkx", "pyyaml", "typer", "tzdata")


@functools.cache
def usual(folder: Path) -> Answers:
    return produce(folder, PROJECTS[folder], PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")


def differing(one: Answers, other: Answers, without: tuple[str, ...] = ()) -> list[str]:
    assert one.keys() == other.keys()
    return [key for key in one if not key.startswith(without or ("-",)) and one[key] != other[key]]


def test_the_commands_do_something() -> None:
    answers = [answer for folder in PROJECTS for answer in usual(folder).values()]
    assert {answer["code"] for answer in answers} == {0, 1}
    assert sum(bool(answer["made"]) for answer in answers) > 10
    assert len({answer["out"] for answer in answers}) > len(answers) / 2
    assert not [answer["err"] for answer in answers if "a fault of pipec" in answer["err"]]


@pytest.mark.parametrize("place", PLACES)
def test_in_another_place(place: str) -> None:
    folders = PROJECTS if place == "a hash seed by chance" else list(PROJECTS)[:1]
    for folder in folders:
        answers = produce(folder, PROJECTS[folder], **PLACES[place])
        assert not differing(usual(folder), answers)


def copied(folder: Path, to: Path, crlf: bool = False) -> None:
    """Copy a project file by file, the last by name first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and "__pycache__" not in path.parts and ".pipec" not in path.parts:
            new = to / path.relative_to(folder)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new)
            if crlf and path.suffix == ".yaml":
                new.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_in_another_folder(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "an other, ünusual {{ name }}"
    copied(folder, to)
    (to / "pipec.toml").touch()
    assert not differing(usual(folder), produce(to, PROJECTS[folder]))


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_with_other_line_ends(folder: Path, tmp_path: Path) -> None:
    copied(folder, tmp_path / "crlf", crlf=True)
    (tmp_path / "crlf" / "pipec.toml").touch()
    answers = produce(tmp_path / "crlf", PROJECTS[folder])
    assert not differing(usual(folder), answers, without=("fmt",))


def test_from_another_folder_by_an_absolute_path(tmp_path: Path) -> None:
    folder = next(iter(PROJECTS))
    specs = tuple(str(folder / spec) for spec in PROJECTS[folder])
    away = {
        command.replace(f"{folder}/", ""): answer
        for command, answer in produce(tmp_path, specs).items()
    }
    for command, answer in usual(folder).items():
        if command.startswith(("compile", "graph", "resolve")):
            assert (away[command]["made"], away[command]["code"]) == (
                answer["made"],
                answer["code"],
            )
            assert away[command]["out"].replace(f"{folder}/", "") == answer["out"], command
        if command.startswith(COMMANDS[0]):
            assert away[command]["out"].replace(f"{folder}/", "") == answer["out"], command


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_with_another_python(version: str) -> None:
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip("this is the Python that runs the tests")
    python = interpreter(version)
    for folder, specs in PROJECTS.items():
        assert not differing(usual(folder), produce(folder, specs, python, PYTHONHASHSEED="2"))


def interpreter(version: str) -> Path:
    """Give a Python of a version that is on this machine, with what pipec needs from PyPI."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "pipec" / f"python-{version}"
    uv = [sys.executable, "-m", "uv"]
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        made = subprocess.run(
            [*uv, "venv", "-q", "--no-python-downloads", "--python", known(version), folder],
            capture_output=True,
        )
        if made.returncode:
            pytest.skip(f"there is no Python {version} here")
        python = folder / "bin" / "python"
        done = subprocess.run([*uv, "pip", "install", "-q", "--python", python, *NEEDED])
        if done.returncode:
            pytest.skip(f"what pipec needs cannot be installed for Python {version}")
        (folder / "ready").touch()
    return folder / "bin" / "python"


def known(version: str) -> str | Path:
    """Give where pyenv keeps a version, which it hides until it is chosen; else the version."""
    home = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return next(iter(sorted((home / "versions").glob(f"{version}.*/bin/python3"))), version)
