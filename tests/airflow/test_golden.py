"""Every spec in `specs/` compiles to the DAG files kept in tests/golden/airflow, by version.

PIPEC_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed. What is emitted
is clean and formatted under ruff, the same twice, and made of nothing but what a DAG is made of.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipec.backends.airflow import backend
from pipec.compiler.compilation import check_spec

HERE = Path(__file__).parent
SPECS = sorted([*(HERE / "specs").glob("*.yaml"), *(HERE / "pod_specs").glob("*.yaml")])
GOLDEN = Path(__file__).parent.parent / "golden" / "airflow"
VERSIONS = backend().versions
DAG_NODES = (
    *(ast.Module, ast.Expr, ast.Assign, ast.Return, ast.With, ast.withitem, ast.FunctionDef),
    *(ast.Import, ast.ImportFrom, ast.alias, ast.arguments, ast.arg, ast.keyword, ast.Load),
    *(ast.Store, ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.List, ast.Dict, ast.BinOp),
    *(ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript, ast.ListComp, ast.Slice),
    *(ast.comprehension, ast.operator, ast.boolop, ast.unaryop, ast.cmpop),
)

assert SPECS


def emitted(spec: Path, version: str, one_file: bool = False) -> dict[str, bytes]:
    checked = check_spec(str(spec))
    assert checked.pipeline is not None, checked.diagnostics
    return backend().emit(checked.pipeline, version, one_file)


@pytest.fixture(scope="module", params=VERSIONS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Emit all specs for one version into a folder named after it."""
    made = tmp_path_factory.mktemp("emitted") / str(request.param)
    for spec in SPECS:
        for path, data in emitted(spec, made.name).items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(data)
    return made


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_golden(folder: Path) -> None:
    kept = GOLDEN / folder.name
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
    assert contents(folder) == contents(kept)


def ruff(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "ruff", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.stderr or "already formatted" in done.stderr, done.stderr
    return done.stdout.removesuffix("All checks passed!\n")


@pytest.mark.parametrize("inside", [False, True])
def test_clean_under_ruff(folder: Path, inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is found first in a project's own folder is sorted apart: clean either way.
    if inside:
        monkeypatch.chdir(folder)
    rules = "E,F,I" if folder.name == "2.11" else "AIR,E,F,I"  # AIR asks for Airflow 3
    assert ruff("check", "--isolated", "--no-cache", "--select", rules, folder) == ""
    assert ruff("format", "--isolated", "--no-cache", "--diff", folder) == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_one_file_is_clean_too(tmp_path: Path, version: str) -> None:
    for spec in SPECS:
        (path, data), *_ = emitted(spec, version, one_file=True).items()
        (tmp_path / path).write_bytes(data)
    rules = "E,F,I" if version == "2.11" else "AIR,E,F,I"
    assert ruff("check", "--isolated", "--no-cache", "--select", rules, tmp_path) == ""
    assert ruff("format", "--isolated", "--no-cache", "--diff", tmp_path) == ""


@pytest.mark.parametrize("spec", SPECS, ids=lambda one: one.stem)
def test_the_same_twice(spec: Path) -> None:
    assert emitted(spec, "3.3") == emitted(spec, "3.3")


def unusual(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, DAG_NODES):
            yield type(node).__name__


@pytest.mark.parametrize("spec", SPECS, ids=lambda one: one.stem)
def test_made_of_what_dags_are_made_of(spec: Path) -> None:
    (_, data), *_ = emitted(spec, "3.3").items()
    assert set(unusual(ast.parse(data))) == set()


def test_newest_runs_what_is_made_for_older() -> None:
    older, newer = contents(GOLDEN / "3.1"), contents(GOLDEN / "3.3")
    assert {key: value for key, value in older.items() if newer[key] != value} == {}
