"""From a parsed tree to a checked one: names resolved, types set, constant parts folded."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.compiler.expressions.comparisons import (
    check_equality,
    check_membership,
    check_ordering,
    check_state_list,
)
from pipec.compiler.expressions.errors import EvaluationError, ExpressionError
from pipec.compiler.expressions.evaluate import NOTHING, evaluate
from pipec.compiler.expressions.foreign import instead
from pipec.compiler.expressions.functions import FUNCTIONS, SignatureError
from pipec.compiler.expressions.mismatches import (
    another_argument,
    another_value,
    maybe_null,
    mismatch,
    need_bool,
    need_present,
    no_member,
    with_article,
)
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Field,
    Index,
    Join,
    ListOf,
    Name,
    Node,
    Span,
    Unary,
    children,
)
from pipec.compiler.records import replace
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.types import (
    BOOL,
    FLOAT,
    INT,
    JSON,
    NULL,
    STATE,
    STRING,
    Type,
    list_of,
    union,
)


class Names(Protocol):
    """What the names of an expression mean where it stands."""

    def resolve(self, name: Name) -> tuple[Node, int]:
        """Give the typed node of a name and how many of its parts it took.

        Raises ExpressionError.
        """
        ...


def check(node: Node, names: Names) -> Node:
    """Resolve, type and fold an expression. Raises ExpressionError at the first thing wrong."""
    return _fold(_CHECKS.get(type(node), _same)(node, names))


def check_text(node: Node, span: Span | None = None) -> Node:
    """Refuse an expression that has no text: files, what may be null.

    `span` is that of what asks for the text, where that is more than the expression.
    """
    type_ = node.type
    if isinstance(node, Join):
        return node
    if type_.kind == "null":
        raise ExpressionError("may-be-null", "null has no text", node.span, "write the text itself")
    if type_.optional:
        raise ExpressionError(
            "may-be-null",
            f"this may be null ({type_}), and null has no text",
            node.span,
            another_value(type_),
        )
    if type_.is_artifact:
        raise ExpressionError(
            "file-has-no-text",
            f"{with_article(type_)} has no text",
            span or node.span,
            "make it an input: it is then at $PIPEC_INPUTS/<name>",
        )
    return node


def _same(node: Node, _: Names) -> Node:
    return node


def _fold(node: Node) -> Node:
    below = children(node)
    if not below or not all(isinstance(one, Constant) for one in below):
        return node
    try:
        value = evaluate(node, NOTHING)
    except EvaluationError as error:
        raise ExpressionError(
            "always-fails",
            f"this can never be evaluated: {error}",
            node.span,
            "it would fail in every run: change the values, or take it out",
        ) from None
    return Constant(value, node.type, node.span, folded=not isinstance(node, ListOf))


def _name(node: Name, names: Names) -> Node:
    found, taken = names.resolve(node)
    for position in range(taken, len(node.parts)):
        span = (node.span[0], node.ends[position])
        word = node.parts[position]
        start = node.ends[position] - len(word)
        found = _member(found, word, (start, node.ends[position]), span)
    return found


def _field(node: Field, names: Names) -> Node:
    start = node.span[1] - len(node.name)
    return _member(check(node.value, names), node.name, (start, node.span[1]), node.span)


def _member(value: Node, word: str, where: Span, span: Span) -> Node:
    type_ = value.type
    key = Constant(word, STRING, where)
    if type_.kind == "json" and not type_.optional:
        return Index(value, key, span, JSON)
    if type_.kind == "map" and not type_.optional and type_.item:
        return Index(value, key, span, type_.item)
    if type_.optional:
        raise maybe_null(value)
    raise ExpressionError(
        "type-mismatch", f'{with_article(type_)} has no "{word}"', where, no_member(type_, word)
    )


def _list(node: ListOf, names: Names) -> Node:
    items = tuple(check(one, names) for one in node.items)
    if not items:
        return Constant([], list_of(NULL), node.span)
    found = items[0].type
    for one in items[1:]:
        both = union(found, one.type)
        if both is None:
            raise ExpressionError(
                "type-mismatch",
                f"the items of a list have one type, and {one.type} is not {found}",
                one.span,
                "convert it, `str(...)` say, or make two lists",
            )
        found = both
    for one in items:
        if one.type.optional or one.type.kind == "null":
            raise maybe_null(one)
    return ListOf(items, node.span, list_of(found))


def _unary(node: Unary, names: Names) -> Node:
    value = check(node.value, names)
    if node.op == "not":
        need_bool(value, node.span)
        return Unary("not", value, node.span, BOOL)
    need_present(value)
    if not value.type.is_number:
        raise mismatch(f"`-` takes a number, not {value.type}", node.span, value)
    return Unary("-", value, node.span, value.type)


def _binary(node: Binary, names: Names) -> Node:
    left, right = check(node.left, names), check(node.right, names)
    if node.op in ("and", "or"):
        need_bool(left, node.span, left, right)
        need_bool(right, node.span, left, right)
        return Binary(node.op, left, right, node.span, BOOL)
    need_present(left)
    need_present(right)
    type_ = _arithmetic(node.op, left.type, right.type)
    if type_ is None:
        found = mismatch(
            f"`{node.op}` does not take {left.type} and {right.type}", node.span, left, right
        )
        if found.help and node.op != "+" and STRING in (left.type, right.type):
            found.help = "convert the text: `int(...)` or `float(...)`"
        raise found
    return Binary(node.op, left, right, node.span, type_)


def _arithmetic(op: str, left: Type, right: Type) -> Type | None:
    if left.is_number and right.is_number:
        return FLOAT if op == "/" or FLOAT in (left, right) else INT
    if op == "+" and left.kind == right.kind == "string":
        return STRING
    if op == "+" and left.kind == right.kind == "list" and not left.is_artifact:
        return union(left, right)
    return None


def _compare(node: Compare, names: Names) -> Node:
    values = tuple(check(one, names) for one in node.values)
    for index, op in enumerate(node.ops):
        left, right = values[index : index + 2]
        span = (left.span[0], right.span[1]) if len(node.ops) > 1 else node.span
        if op in ("==", "!="):
            check_equality(op, left, right, span)
        elif op in ("in", "not in"):
            if left.type == STATE and isinstance(node.values[index + 1], ListOf):
                check_state_list(left, children(node.values[index + 1]))
            else:
                check_membership(op, left, right, span)
        else:
            check_ordering(op, left, right, span)
    return replace(node, values=values, type=BOOL)


def _choice(node: Choice, names: Names) -> Node:
    test, yes, no = check(node.test, names), check(node.yes, names), check(node.no, names)
    need_bool(test)
    type_ = union(yes.type, no.type)
    if type_ is None:
        raise mismatch(
            f"both values have one type, and {no.type} is not {yes.type}", node.span, yes, no
        )
    return Choice(test, yes, no, node.span, type_)


def _index(node: Index, names: Names) -> Node:
    value, index = check(node.value, names), check(node.index, names)
    need_present(value)
    need_present(index)
    kind, wanted = value.type.kind, index.type.kind
    if kind == "json" and wanted in ("int", "string"):
        return Index(value, index, node.span, JSON)
    if value.type.item and (kind, wanted) in (("list", "int"), ("map", "string")):
        return Index(value, index, node.span, value.type.item)
    if kind in ("list", "map"):
        asked = "an int" if kind == "list" else "a string"
        raise mismatch(
            f"the index of a {kind} is {asked}, not {index.type}", node.span, value, index
        )
    raise mismatch(f"{with_article(value.type)} has no items", node.span, value)


def _call(node: Call, names: Names) -> Node:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise ExpressionError(
            "unknown-function",
            f'there is no function "{node.function}"',
            (node.span[0], node.name_end),
            instead(node.function),
            fix=slip(node.function, suggest(node.function, FUNCTIONS), FUNCTIONS),
        )
    args = tuple(check(one, names) for one in node.args)
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        raise ExpressionError(
            "wrong-arguments",
            f"`{node.function}` is called as {function.signature}, not with {_values(len(args))}",
            node.span,
            _FEWER if len(args) > function.least else _MORE,
        )
    if node.function != "default":
        for one in args:
            need_present(one)
    if node.function == "str":
        check_text(args[0], node.span)
    try:
        type_ = function.give(tuple(one.type for one in args))
    except SignatureError as error:
        raise ExpressionError(
            "type-mismatch",
            error.message,
            node.span,
            error.help or another_argument(node.function, args[error.arg or 0].type),
            tuple((f"this is {one.type}", one.span) for one in args),
        ) from None
    return replace(node, args=args, type=type_)


_MORE, _FEWER = "give it what is missing", "take out what is too much"


def _values(count: int) -> str:
    return f"{count or 'no'} value{'' if count == 1 else 's'}"


def _join(node: Join, names: Names) -> Node:
    parts = tuple(check(one, names) for one in node.parts)
    for one in parts:
        check_text(one)
    return Join(parts, node.span, STRING)


_CHECKS: Mapping[type, Callable[[Any, Names], Node]] = {
    Name: _name,
    Field: _field,
    ListOf: _list,
    Unary: _unary,
    Binary: _binary,
    Compare: _compare,
    Choice: _choice,
    Index: _index,
    Call: _call,
    Join: _join,
}
