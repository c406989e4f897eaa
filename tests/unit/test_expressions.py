"""The published vectors, and what is refused before anything is evaluated."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipec.compiler.expressions.check import check
from pipec.compiler.expressions.errors import EvaluationError, ExpressionError
from pipec.compiler.expressions.evaluate import evaluate, text_of
from pipec.compiler.expressions.nodes import Constant, Join, Name, Node, Param
from pipec.compiler.expressions.parse import parse, parse_text
from pipec.compiler.types import Type, parse_type
from pipec.compiler.values import Value, fit

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "expressions.json").read_text(encoding="utf-8")
)


class Scope:
    """The params of the table, as names and as values."""

    def __init__(self) -> None:
        self.inputs: dict[str, Value] = {}
        self.run: dict[str, str] = {}
        self.item: Value = None
        self.types: dict[str, Type] = {k: parse_type(t) for k, (t, _) in TABLE["params"].items()}
        self.params: dict[str, Value] = {
            k: fit(parse_type(t), v) for k, (t, v) in TABLE["params"].items()
        }

    def resolve(self, name: Name) -> tuple[Node, int]:
        return Param(name.parts[1], self.types[name.parts[1]], name.span), 2

    def output(self, step: str, name: str) -> Value:
        raise KeyError(step, name)

    def state(self, step: str | None) -> str:
        raise KeyError(step)


@pytest.mark.parametrize(("text", "type_", "expected"), TABLE["vectors"])
def test_vector(text: str, type_: str, expected: str | dict[str, str]) -> None:
    scope = Scope()
    node = check(parse(text), scope)
    assert str(node.type) == type_
    if isinstance(expected, str):
        value = evaluate(node, scope)
        assert text_of(node, scope) == expected
        if node.type.kind in ("int", "float"):
            assert isinstance(value, float) == (node.type.kind == "float")
    else:
        with pytest.raises(
            EvaluationError, match=expected["error"].replace("(", r"\(").replace(")", r"\)")
        ):
            evaluate(node, scope)


@pytest.mark.parametrize(
    ("text", "code", "pointed"),
    [
        ("params.i == 's'", "type-mismatch", "params.i == 's'"),
        ("1 + (params.i and true)", "type-mismatch", "params.i and true"),
        ("params.s < 3", "type-mismatch", "params.s < 3"),
        ("(params.i + 'x') == 'y'", "type-mismatch", "params.i + 'x'"),
        ("not params.s", "type-mismatch", "not params.s"),
        ("params.maybe + 1", "may-be-null", "params.maybe"),
        ("params.i == null", "never-null", "params.i"),
        ("params.j.n * 2", "type-mismatch", "params.j.n * 2"),
        ("params.j == 'x'", "type-mismatch", "params.j == 'x'"),
        ("1 in 'abc'", "type-mismatch", "1 in 'abc'"),
        ("params.xs['a']", "type-mismatch", "params.xs['a']"),
        ("params.i[0]", "type-mismatch", "params.i[0]"),
        ("params.i.x", "type-mismatch", "x"),
        ("length(params.xs)", "unknown-function", "length"),
        ("len(params.i)", "type-mismatch", "len(params.i)"),
        ("len()", "wrong-arguments", "len()"),
        ("join(',', params.m)", "type-mismatch", "join(',', params.m)"),
        ("[1, 'a']", "type-mismatch", "'a'"),
        ("1 // 0", "always-fails", "1 // 0"),
        ("2 * 9223372036854775807", "always-fails", "2 * 9223372036854775807"),
        ("params.i ** 2", "expression-syntax", "**"),
        ("params.i = 2", "expression-syntax", "="),
        ("params.yes && true", "expression-syntax", "&&"),
        ("params.xs[1:2]", "expression-syntax", ":"),
        ("params.s.lower()", "expression-syntax", "lower"),
        ("True", "expression-syntax", "True"),
        ("0x1F", "expression-syntax", "0x1F"),
        ("1_000", "expression-syntax", "1_000"),
        ("9223372036854775808", "expression-syntax", "9223372036854775808"),
        ("'abc", "expression-syntax", "'"),
        (r"'a\q'", "expression-syntax", r"\q"),
        ("params.i params.f", "expression-syntax", "params"),
        ("(1 + 2", "expression-syntax", "("),
        ("[1, 2", "expression-syntax", "["),
        ("{'a': 1}", "expression-syntax", "{"),
        ("(" * 40 + "1" + ")" * 40, "too-deep", "("),
        (" + ".join(["1"] * 300), "too-deep", "+"),
        ("${{ params.i }} x", "expression-syntax", " x"),
    ],
)
def test_refused(text: str, code: str, pointed: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), Scope())
    assert caught.value.code == code
    start, end = caught.value.span
    assert text[start:end] == pointed


def test_text_with_expressions() -> None:
    scope = Scope()
    node = check(parse_text("<${{ params.i }}|${{ 'a}}' }}> $${{ x }} $$ {{ y }}"), scope)
    assert isinstance(node, Join)
    assert text_of(node, scope) == "<7|a}}> ${{ x }} $$ {{ y }}"


def test_whole_scalar_keeps_its_type() -> None:
    assert str(check(parse_text("${{ params.xs }}"), Scope()).type) == "list<int>"
    assert isinstance(check(parse_text("no expressions"), Scope()), Constant)


@pytest.mark.parametrize("text", ["${{ params.maybe }}", "a ${{ params.maybe }}"])
def test_null_has_no_text(text: str) -> None:
    from pipec.compiler.expressions.check import check_text

    with pytest.raises(ExpressionError, match="null has no text"):
        check_text(check(parse_text(text), Scope()))
