"""An expression as text is the same expression: parsed again, it gives the same nodes."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import Node, children
from pipec.compiler.expressions.parse import parse, parse_text
from pipec.compiler.expressions.text import expression_text, value_text

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "expressions.json").read_text())
TEXTS = [vector[0] for vector in VECTORS["vectors"]]

# An expression, and its one form.
FORMS = [
    ("(a.b)+( c.d * e.f )", "a.b + c.d * e.f"),
    ("(a.b+c.d)*e.f", "(a.b + c.d) * e.f"),
    ("a.b-(c.d-e.f)", "a.b - (c.d - e.f)"),
    ("(a.b-c.d)-e.f", "a.b - c.d - e.f"),
    ("not (a.b and c.d) or e.f", "not (a.b and c.d) or e.f"),
    ("a.b and (c.d or e.f)", "a.b and (c.d or e.f)"),
    ("(a.b < c.d) == e.f", "(a.b < c.d) == e.f"),
    ("a.b < c.d <= e.f", "a.b < c.d <= e.f"),
    ("a.b not in [1,c.d]", "a.b not in [1, c.d]"),
    ("-(a.b + 1)", "-(a.b + 1)"),
    ("-a.b * 2", "-a.b * 2"),
    ("(a.b if c.d else e.f) if g.h else i.j", "(a.b if c.d else e.f) if g.h else i.j"),
    ("a.b if c.d else e.f if g.h else i.j", "a.b if c.d else e.f if g.h else i.j"),
    ("(a.b+c.d)[0].x", "(a.b + c.d)[0].x"),
    ("default( a.b , 'x' )", 'default(a.b, "x")'),
    ("'it\\'s'", '"it\'s"'),
]


def shape(node: Node) -> Any:
    """Give a tree without where its parts stand."""
    left_out = ("span", "ends", "name_end", "folded")
    own = {
        name: getattr(node, name)
        for name in type(node).__slots__
        if name not in left_out and not isinstance(getattr(node, name), Node | tuple)
    }
    names = getattr(node, "parts", None) if type(node).__name__ == "Name" else None
    return type(node).__name__, own, names, [shape(one) for one in children(node)]


@pytest.mark.parametrize("text", TEXTS)
def test_vectors_come_back(text: str) -> None:
    try:
        node = parse(text)
    except ExpressionError:
        return
    made = expression_text(node)
    assert shape(parse(made)) == shape(node)
    assert expression_text(parse(made)) == made


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_forms(text: str, form: str) -> None:
    assert expression_text(parse(text)) == form
    assert shape(parse(form)) == shape(parse(text))


@pytest.mark.parametrize(
    "text", ["x", "", "a ${{ params.x }} b", "${{ params.x }}", "$${{ x }}", "a $${{ ${{ item }}"]
)
def test_values(text: str) -> None:
    assert value_text(parse_text(text)) == text
