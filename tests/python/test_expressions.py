"""Expressions as Python: the same values and failures as the language's own evaluator."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.airflow import names, references
from pipec.backends.python import expressions, foresight, pieces
from pipec.compiler.expressions.check import check
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import evaluate, text_of
from pipec.compiler.expressions.nodes import Name, Node, Param
from pipec.compiler.expressions.parse import parse
from pipec.compiler.ir import Pipeline
from pipec.compiler.types import parse_type
from pipec.compiler.values import fit

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "expressions.json").read_text(encoding="utf-8")
)
MORE = [
    "not params.yes",
    "not (params.yes and params.i > 3)",
    "not params.i in params.xs",
    "not (params.maybe == null)",
    "params.yes == true",
    "params.yes != false and true",
    "(params.i if params.yes else 2) * 3",
    "-(params.i + 1)",
    "(params.i + 1) * (params.i - 1) - (2 - params.i)",
    "params.i - (params.i - 1)",
    "params.i / params.neg",
    "[params.i, 0.5, params.neg]",
    "[[params.i], [0.5]]",
    "(params.xs if params.yes else [0.5])[0]",
    "params.xs + [params.i] == [3, 1, 2, 7]",
    "params.s + str(params.i) + 'x' + lower(params.s)",
    "params.i < params.f < 9 or not params.yes",
    "default(params.maybe, params.xs[7])",
    "default(params.there, params.xs[7])",
    "default(params.maybe, params.there, 0.5)",
    "params.j.l",
    "params.j.n",
    "min(params.i, params.f, 3)",
    "max([params.f, 1])",
    "round(params.f + 1)",
    "round(params.i, 1)",
    "join(',', [params.f, 1.0])",
    "join(params.s, params.words) in params.s",
    "'a' in params.m",
    "upper(params.words[0] + 'b')",
    "int(params.j.l[1])",
    "bool(params.j.deep)",
    "float(params.j.t)",
    "params.j[params.i]",
    "params.j.l[9223372036854775807]",
]


class Given:
    """The params of the vectors, as names and as values."""

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}
        self.run: dict[str, str] = {}
        self.item: Any = None
        self.types = {key: parse_type(type_) for key, (type_, _) in TABLE["params"].items()}
        self.params = {
            key: fit(self.types[key], value) for key, (_, value) in TABLE["params"].items()
        }

    def resolve(self, name: Name) -> tuple[Node, int]:
        return Param(name.parts[1], self.types[name.parts[1]], name.span), 2

    def output(self, step: str, name: str) -> Any:
        raise KeyError(step, name)

    def state(self, step: str | None) -> str:
        raise KeyError(step)


def carried_names() -> dict[str, Any]:
    """Give the carried functions about values, which need no engine."""
    found: dict[str, Any] = {}
    exec(compile(pieces.VALUES.read_text(encoding="utf-8"), "values.py", "exec"), found)  # noqa: S102 (ours)
    return found


NAMES = carried_names()
RAW = {key: value for key, (_, value) in TABLE["params"].items()}  # as Airflow gives params


def written(text: str) -> tuple[Node, str]:
    pipeline = Pipeline("p", "p.yaml", ".", {}, {}, {})
    scope = references.Scope(pipeline, names.give(pipeline, {}, frozenset()))
    node = check(parse(text), Given())
    return node, expressions.code(node, scope).flat


@pytest.mark.parametrize("text", [*(vector[0] for vector in TABLE["vectors"]), *MORE])
def test_same_value(text: str) -> None:
    node, code = written(text)
    try:
        expected = evaluate(node, Given())
    except EvaluationError:
        with pytest.raises((ArithmeticError, LookupError, TypeError, ValueError)):
            eval(code, {**NAMES, "params": RAW})  # noqa: S307 (what pipec wrote)
        assert foresight.may_fail(node)
        return
    found = eval(code, {**NAMES, "params": RAW})  # noqa: S307 (what pipec wrote)
    assert repr(found) == repr(expected)
    if expected is not None:
        assert NAMES["text"](found) == text_of(node, Given())


def test_null_has_no_text() -> None:
    node, code = written("params.j.l[2]")
    assert foresight.may_fail(node, as_text=True)
    with pytest.raises(ValueError, match="null has no text"):
        NAMES["text"](eval(code, {**NAMES, "params": RAW}))  # noqa: S307 (ours)


def test_clean_under_ruff(tmp_path: Path) -> None:
    texts = [*(vector[0] for vector in TABLE["vectors"]), *MORE]
    code = "".join(f"call(\n    {written(text)[1]}\n)\n" for text in texts)
    (tmp_path / "a.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=E7,F"),
            "--ignore=F821",  # the names of the carried functions
            str(tmp_path / "a.py"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
