"""What is said of values that do not fit where they stand."""

from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import Node, Span
from pipec.compiler.ir import STEP_STATES
from pipec.compiler.types import BOOL, STATE, Type


def need_bool(node: Node) -> None:
    need_present(node)
    if node.type != BOOL:
        raise ExpressionError(
            "type-mismatch",
            f"a condition is a bool, and this is {node.type}",
            node.span,
            as_bool(node.type),
        )


def as_bool(type: Type) -> str | None:
    """Say how to make a condition of a value that is none."""
    if type.kind == "json":
        return "convert it: `bool(...)`"
    if type.kind == "string":
        return "ask what you mean: `... == 'yes'` or `... != ''`"
    if type.kind in ("list", "map"):
        return "ask what you mean: `len(...) > 0`"
    if type.is_number:
        return "ask what you mean: `... != 0`"
    return "ask what you mean: `... == 'succeeded'`" if type == STATE else None


def need_present(node: Node) -> None:
    if node.type.optional or node.type.kind == "null":
        raise maybe_null(node)


def with_article(type: Type) -> str:
    return f"an {type}" if type.kind == "int" else f"a {type}"


def another_value(type: Type) -> str:
    other = {"int": "0", "float": "0.0", "bool": "false", "string": "'none'", "list": "[]"}
    return f"say what to use instead: `default(x, {other.get(type.kind, 'y')})`"


def maybe_null(node: Node) -> ExpressionError:
    if node.type.kind == "null":
        return ExpressionError("type-mismatch", "null has no place here", node.span)
    return ExpressionError(
        "may-be-null",
        f"this may be null: it is {node.type}",
        node.span,
        another_value(node.type),
    )


def mismatch(message: str, span: Span, *sides: Node) -> ExpressionError:
    help = None
    for one in sides:
        if one.type.kind == "json":
            wanted = next((s.type.kind for s in sides if s.type.is_scalar), "int")
            into = "str" if wanted == "string" else wanted
            help = f"a json has no type of its own: convert it with `{into}(...)`"
    if {s.type.kind for s in sides} in ({"string", "int"}, {"string", "float"}):
        help = "convert one side: `str(...)`, `int(...)` or `float(...)`"
    if {s.type.kind for s in sides if s.type.is_number} and any(
        s.type.kind == "list" for s in sides
    ):
        help = "take one item, `...[0]` or `max(...)` say: a fan-out gives a list"
    if STATE in (s.type for s in sides):
        help = f"a state is compared with one of its words: {', '.join(STEP_STATES)}"
    notes = tuple((f"this is {one.type}", one.span) for one in sides) if len(sides) > 1 else ()
    return ExpressionError("type-mismatch", message, span, help, notes)


def json_error(op: str, json: Node, other: Node, span: Span) -> ExpressionError:
    into = {"string": "str", "int": "int", "float": "float", "bool": "bool"}.get(
        other.type.kind, "str"
    )
    return ExpressionError(
        "type-mismatch",
        f"`{op}` does not take json",
        span,
        f"a json has no type of its own: convert it with `{into}(...)`",
        ((f"this is {json.type}", json.span), (f"this is {other.type}", other.span)),
    )
