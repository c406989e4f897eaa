"""What is said of values that do not fit where they stand."""

from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import Node, Span
from pipec.compiler.ir import STEP_STATES
from pipec.compiler.types import BOOL, STATE, Type


def need_bool(node: Node, span: Span | None = None, *sides: Node) -> None:
    """Refuse a value that is no bool; `span` is that of the operation on it, with its `sides`."""
    need_present(node)
    if node.type != BOOL:
        raise ExpressionError(
            "type-mismatch",
            f"a condition is a bool, and this is {node.type}",
            span or node.span,
            as_bool(node.type),
            tuple((f"this is {one.type}", one.span) for one in sides or (node,) if span),
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


def no_member(type: Type, word: str) -> str:
    """Say what to write instead of `x.word` where x has no such part."""
    if word in ("length", "size", "count", "len") and type.kind in ("list", "string"):
        return "write `len(x)`"
    if type.kind == "list":
        return "take one item: `x[0]`"
    return f'leave ".{word}" out: the value has no parts'


_ARGUMENTS = {
    ("int", "bool"): "write `1 if x else 0`",
    ("float", "bool"): "write `1.0 if x else 0.0`",
    ("bool", "int"): "write `x != 0`",
    ("bool", "float"): "write `x != 0.0`",
    ("round", "string"): "convert it first: `round(float(x))`",
    ("len", "json"): "give it a type where it is made, `list<json>` say",
    ("join", "json"): "give it a type where it is made, `list<string>` say",
    ("max", "int"): "give it two values and more, or a list",
    ("max", "float"): "give it two values and more, or a list",
    ("min", "int"): "give it two values and more, or a list",
    ("min", "float"): "give it two values and more, or a list",
}


def another_argument(function: str, type: Type) -> str:
    """Say what to do about an argument that a function does not take."""
    found = _ARGUMENTS.get((function, type.kind))
    if found:
        return found
    if function in ("lower", "upper"):
        return f"convert it first: `{function}(str(x))`"
    if function == "join":
        return "write `join(', ', list)`: the separator first, then a list of scalars"
    if function == "len":
        return "only a string, a list and a map have a length"
    return "convert it, `int(x)`, `float(x)` or `str(x)` say, or take another value"


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
        help = "compare a value with it, `x == null`, or take it out"
        return ExpressionError("type-mismatch", "null has no place here", node.span, help)
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
    help = help or _other_side(message, {s.type.kind for s in sides})
    if STATE in (s.type for s in sides):
        help = f"a state is compared with one of its words: {', '.join(STEP_STATES)}"
    notes = tuple((f"this is {one.type}", one.span) for one in sides) if len(sides) > 1 else ()
    return ExpressionError("type-mismatch", message, span, help, notes)


def _other_side(message: str, kinds: set[str]) -> str:
    """Say what to do about sides that no other advice fits."""
    if kinds == {"bool", "string"}:
        return "a bool is compared as it is: `x`, `not x`, or `x == true` without quotes"
    if message.startswith("`%`") and kinds == {"string"}:
        return "join texts with `+`, or write them around `${{ }}`"
    if message.startswith("`+`") and "list" in kinds:
        return "put the value in a list: `x + [y]`"
    if message.startswith("`+`"):
        return "make texts of both: `str(x) + str(y)`"
    if message.startswith(("`in`", "`not in`")):
        return "compare with `==`, or look into a list: `x in [1, 2]`"
    if "is never in" in message:
        return "look for a value of the type that is in there, or convert it: `str(...)` say"
    if "index" in message:
        return "the first item of a list is `x[0]`, the one of a map `x['key']`"
    if "has no items" in message:
        return "leave the brackets out: it is one value"
    if "orders" in message and "list" in kinds:
        return "compare what is in them, or `len(x)`"
    if "orders" in message:
        return "compare with `==` or `!=`"
    if kinds == {"string"}:
        return "convert it: `int(...)` or `float(...)`"
    return "convert one side, or take a value of the same type"


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
