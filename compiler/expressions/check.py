"""From a parsed tree to a checked one: names resolved, types set, constant parts folded."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.compiler.expressions.errors import EvaluationError, ExpressionError
from pipec.compiler.expressions.evaluate import NOTHING, evaluate
from pipec.compiler.expressions.foreign import instead
from pipec.compiler.expressions.functions import FUNCTIONS, SignatureError
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
    State,
    Unary,
    children,
)
from pipec.compiler.ir import STEP_STATES
from pipec.compiler.records import replace
from pipec.compiler.spelling import suggest
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

RUN_STATES = ("succeeded", "failed", "cancelled")


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


def check_text(node: Node) -> Node:
    """Refuse an expression that has no text: files, what may be null."""
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
            _instead(type_),
        )
    if type_.is_artifact:
        raise ExpressionError(
            "file-has-no-text",
            f"{_a(type_)} has no text",
            node.span,
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
            "always-fails", f"this can never be evaluated: {error}", node.span
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
        raise _maybe_null(value)
    raise ExpressionError("type-mismatch", f'{_a(type_)} has no "{word}"', where)


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
            raise _maybe_null(one)
    return ListOf(items, node.span, list_of(found))


def _unary(node: Unary, names: Names) -> Node:
    value = check(node.value, names)
    if node.op == "not":
        _need_bool(value)
        return Unary("not", value, node.span, BOOL)
    _present(value)
    if not value.type.is_number:
        raise _mismatch(f"`-` takes a number, not {value.type}", node.span, value)
    return Unary("-", value, node.span, value.type)


def _binary(node: Binary, names: Names) -> Node:
    left, right = check(node.left, names), check(node.right, names)
    if node.op in ("and", "or"):
        _need_bool(left)
        _need_bool(right)
        return Binary(node.op, left, right, node.span, BOOL)
    _present(left)
    _present(right)
    type_ = _arithmetic(node.op, left.type, right.type)
    if type_ is None:
        found = _mismatch(
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
            _equality(op, left, right, span)
        elif op in ("in", "not in"):
            if left.type == STATE and isinstance(node.values[index + 1], ListOf):
                _state_list(left, children(node.values[index + 1]))
            else:
                _membership(op, left, right, span)
        else:
            _ordering(op, left, right, span)
    return replace(node, values=values, type=BOOL)


def _equality(op: str, left: Node, right: Node, span: Span) -> None:
    for one, other in ((left, right), (right, left)):
        if one.type.kind == "null":
            if not (other.type.optional or other.type.kind in ("null", "json")):
                raise ExpressionError(
                    "never-null",
                    f"this is never null: it is {other.type}",
                    other.span,
                    "leave the comparison out",
                )
            return
    states = _states(left, right) or _states(right, left)
    if states:
        return
    if "json" in (left.type.kind, right.type.kind):
        one = left if left.type.kind == "json" else right
        raise _json_error(op, one, right if one is left else left, span)
    both = union(left.type.required(), right.type.required())
    if both is None or both.is_artifact:
        raise _mismatch(f"`{op}` cannot compare {left.type} with {right.type}", span, left, right)


def _states(state: Node, other: Node) -> bool:
    """Say whether a state is compared with a state or with one of the words for it."""
    if state.type != STATE:
        return False
    if other.type == STATE:
        return True
    if isinstance(other, Constant) and other.type == STRING:
        _state_word(state, other)
        return True
    return False


def _state_word(state: Node, word: Constant) -> None:
    words = STEP_STATES if not isinstance(state, State) or state.step else RUN_STATES
    if word.value not in words:
        known = {"success": "succeeded", "successful": "succeeded", "failure": "failed"}
        found = known.get(word.value) or suggest(word.value, words)
        raise ExpressionError(
            "unknown-state",
            f'"{word.value}" is no state of a {"step" if len(words) > 3 else "run"}',
            word.span,
            (f'write "{found}"; ' if found else "") + f"the states are {', '.join(words)}",
        )


def _membership(op: str, left: Node, right: Node, span: Span) -> None:
    _present(right)
    container = right.type
    if container.kind == "list" and container.item:
        _present(left)
        item = union(container.item, left.type)
        if container.item != NULL and (item is None or item.is_artifact or item.kind == "json"):
            raise _mismatch(f"{_a(left.type)} is never in a {container}", span, left, right)
    elif container.kind in ("map", "string"):
        _present(left)
        if left.type.kind != "string":
            raise _mismatch(f"{_a(left.type)} is never in a {container}", span, left, right)
    elif container.kind == "json":
        raise _json_error(op, right, left, span)
    else:
        raise _mismatch(
            f"`{op}` looks into a list, a map or a text, not {container}", span, left, right
        )


def _state_list(state: Node, words: tuple[Node, ...]) -> None:
    """Hold the items of a written list, which may be words, against the words for a state."""
    for one in words:
        if isinstance(one, Name):
            continue  # its type is that of the list's other items, which are checked
        if not _states(state, one):
            raise _mismatch(f"a state is never {one.type}", one.span, state, one)


def _ordering(op: str, left: Node, right: Node, span: Span) -> None:
    _present(left)
    _present(right)
    a, b = left.type, right.type
    if (a.is_number and b.is_number) or a.kind == b.kind == "string":
        return
    if "json" in (a.kind, b.kind):
        one = left if a.kind == "json" else right
        raise _json_error(op, one, right if one is left else left, span)
    raise _mismatch(f"`{op}` orders numbers, or strings, not {a} and {b}", span, left, right)


def _choice(node: Choice, names: Names) -> Node:
    test, yes, no = check(node.test, names), check(node.yes, names), check(node.no, names)
    _need_bool(test)
    type_ = union(yes.type, no.type)
    if type_ is None:
        raise _mismatch(
            f"both values have one type, and {no.type} is not {yes.type}", node.span, yes, no
        )
    return Choice(test, yes, no, node.span, type_)


def _index(node: Index, names: Names) -> Node:
    value, index = check(node.value, names), check(node.index, names)
    _present(value)
    _present(index)
    kind, wanted = value.type.kind, index.type.kind
    if kind == "json" and wanted in ("int", "string"):
        return Index(value, index, node.span, JSON)
    if value.type.item and (kind, wanted) in (("list", "int"), ("map", "string")):
        return Index(value, index, node.span, value.type.item)
    if kind in ("list", "map"):
        asked = "an int" if kind == "list" else "a string"
        raise _mismatch(
            f"the index of a {kind} is {asked}, not {index.type}", node.span, value, index
        )
    raise _mismatch(f"{_a(value.type)} has no items", node.span, value)


def _call(node: Call, names: Names) -> Node:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise ExpressionError(
            "unknown-function",
            f'there is no function "{node.function}"',
            (node.span[0], node.name_end),
            instead(node.function),
        )
    args = tuple(check(one, names) for one in node.args)
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        raise ExpressionError(
            "wrong-arguments",
            f"`{node.function}` is called as {function.signature}, not with {len(args)} values",
            node.span,
        )
    if node.function != "default":
        for one in args:
            _present(one)
    try:
        type_ = function.give(tuple(one.type for one in args))
    except SignatureError as error:
        raise ExpressionError(
            "type-mismatch",
            error.message,
            node.span,
            error.help,
            tuple((f"this is {one.type}", one.span) for one in args),
        ) from None
    return replace(node, args=args, type=type_)


def _join(node: Join, names: Names) -> Node:
    parts = tuple(check(one, names) for one in node.parts)
    for one in parts:
        check_text(one)
    return Join(parts, node.span, STRING)


def _need_bool(node: Node) -> None:
    _present(node)
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


def _present(node: Node) -> None:
    if node.type.optional or node.type.kind == "null":
        raise _maybe_null(node)


def _a(type: Type) -> str:
    return f"an {type}" if type.kind == "int" else f"a {type}"


def _instead(type: Type) -> str:
    other = {"int": "0", "float": "0.0", "bool": "false", "string": "'none'", "list": "[]"}
    return f"say what to use instead: `default(x, {other.get(type.kind, 'y')})`"


def _maybe_null(node: Node) -> ExpressionError:
    if node.type.kind == "null":
        return ExpressionError("type-mismatch", "null has no place here", node.span)
    return ExpressionError(
        "may-be-null",
        f"this may be null: it is {node.type}",
        node.span,
        _instead(node.type),
    )


def _mismatch(message: str, span: Span, *sides: Node) -> ExpressionError:
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


def _json_error(op: str, json: Node, other: Node, span: Span) -> ExpressionError:
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
