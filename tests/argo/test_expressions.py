"""Expressions as Argo's own, side by side; the conformance suite runs the vectors on a cluster."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipec.backends.argo import names
from pipec.backends.argo.expressions.code import Code, literal
from pipec.backends.argo.expressions.references import Raw, Reference
from pipec.backends.argo.values import render
from pipec.compiler.expressions.check import check
from pipec.compiler.expressions.nodes import Name, Node, Param
from pipec.compiler.expressions.parse import parse
from pipec.compiler.types import Type, parse_type

from .conftest import compile_spec

RUNS = Path(__file__).parent / "runs"

TYPES: dict[str, Type] = {
    name: parse_type(text)
    for name, text in {
        "i": "int",
        "f": "float",
        "s": "string",
        "b": "bool",
        "xs": "list<int>",
        "ws": "list<string>",
        "m": "map<string>",
        "j": "json",
        "o": "int?",
        "os": "string?",
    }.items()
}


class Scope:
    """Params alone."""

    definitions: Mapping[str, str] = {}

    def resolve(self, name: Name) -> tuple[Node, int]:
        return Param(name.parts[1], TYPES[name.parts[1]], name.span), 2

    def raw(self, node: Reference) -> Raw:
        assert isinstance(node, Param)
        code = Code(names.member("p", node.name))
        return Raw(code, False, node.type.kind in ("string", "int", "bool"), f"p.{node.name}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("params.i", "{{p.i}}"),
        ("params.f", "{{p.f}}"),
        ("params.s", "{{='base64:' + toBase64(p.s)}}"),
        ("params.ws", "{{='base64:' + toBase64(p.ws)}}"),
        ("params.i > 3 and not params.b", "{{=int(p.i) > 3 && !(p.b == 'true')}}"),
        ("(params.b or params.i < 2) and true", "{{=(p.b == 'true' || int(p.i) < 2) && true}}"),
        ("params.i > 0.5", "{{=int(p.i) > 0}}"),
        ("params.i >= 0.5", "{{=int(p.i) >= 1}}"),
        ("0.5 > params.i", "{{=int(p.i) < 1}}"),
        ("params.i == 0.5", "{{=false}}"),
        ("0 < params.i <= 5", "{{=0 < int(p.i) && int(p.i) <= 5}}"),
        ("params.s == 'a' + params.s", "{{=p.s == 'a' + p.s}}"),
        ('params.s == "it\'s {{x}}"', "{{=p.s == fromBase64('aXQncyB7e3h9fQ==')}}"),
        ('params.s == "it\'s"', "{{=p.s == 'it\\'s'}}"),
        ("'a' in params.s", "{{=p.s contains 'a'}}"),
        ("params.s not in params.ws", "{{=!(p.s in fromJSON(p.ws))}}"),
        ("params.ws[-1]", "{{='base64:' + toBase64(fromJSON(p.ws)[-1])}}"),
        ("len(params.xs)", "{{=len(fromJSON(p.xs))}}"),
        ("default(params.o, 5)", "{{=p.o != '' ? p.o : '5'}}"),
        (
            "default(params.os, params.s)",
            "{{=p.os != '' ? 'base64:' + toBase64(p.os) : 'base64:' + toBase64(p.s)}}",
        ),
        ("params.o == null", "{{=p.o == ''}}"),
        ("'x' if params.b else params.s", "{{=p.b == 'true' ? 'x' : 'base64:' + toBase64(p.s)}}"),
        (
            "params.i + 1",
            (
                "{{=(let n_1 = int(p.i); n_1 <= 9223372036854775806 ? n_1 + 1"
                " : sprig.fail('the result does not fit 64 bits'))}}"
            ),
        ),
    ],
)
def test_lowered(text: str, expected: str) -> None:
    scope = Scope()
    node = check(parse(text), scope)
    assert render(node, scope).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "'plain'"),
        ("it's", "'it\\'s'"),
        ("a\\b", "'a\\\\b'"),
        ("é", "'é'"),
        ("}}", "fromBase64('fX0=')"),
        ("{{", "fromBase64('e3s=')"),
        ("a\nb", "fromBase64('YQpi')"),
    ],
)
def test_literal(text: str, expected: str) -> None:
    assert literal(text) == expected


def test_a_value_that_may_be_missing_is_compared_in_parentheses() -> None:
    """expr-lang refuses `a ?? b != c`, and Argo's validator does not see it."""
    manifest = " ".join(compile_spec(RUNS / "nulls.yaml").manifest.split())
    value = "tasks.a.outputs?.parameters?.n ?? ''"
    assert f"({value}) == ''" in manifest
    assert f"({value}) != ''" in manifest
    assert f"{value} == ''" not in manifest
    assert f"{value} != ''" not in manifest


def test_an_input_that_nobody_gives_may_be_absent() -> None:
    manifest = compile_spec(RUNS / "nulls.yaml").manifest
    assert manifest.count('"word:string?"') == 2
    assert "word:null" not in manifest
