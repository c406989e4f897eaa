"""What Argo computes for some values only: letters in another case, text of a json, big ints.

Such an expression is computed by Argo where its values allow that, else by a step before.
"""

from itertools import product

from pipec.backends.argo.expressions.code import EXACT
from pipec.backends.argo.expressions.functions import CASES
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import coerce, evaluate
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Index,
    Join,
    Node,
    Output,
    Param,
    Run,
    State,
    children,
)
from pipec.compiler.ir import ForEach
from pipec.compiler.records import dataclass, field, replace
from pipec.compiler.types import BOOL, FLOAT, STRING
from pipec.compiler.values import Value


@dataclass(slots=True)
class Beyond:
    """What is beyond Argo in an expression: `guards` are true for values that it cannot compute.

    `hidden` says that there is more, below a condition or for each item of a list.
    """

    guards: list[Node] = field(default_factory=list)
    hidden: bool = False


def beyond(node: Node) -> Beyond:
    """Find what is beyond Argo in an expression."""
    found = Beyond()
    _search(node, found, False)
    return found


def _search(node: Node, found: Beyond, hidden: bool) -> None:
    sure, maybe = _parts(node)
    for one in sure:
        _search(one, found, hidden)
    for one in maybe:
        _search(one, found, True)
    guards = list(_guards(node))
    if guards and hidden:
        found.hidden = True
    found.guards += guards
    if isinstance(node, Call) and node.function == "join" and _item_kind(node.args[1]) == "json":
        found.hidden = True


def _parts(node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Give the parts of an expression that are always computed, and those that may not be."""
    match node:
        case Choice(test=test, yes=yes, no=no):
            return (test,), (yes, no)
        case Binary(op="and" | "or", left=left, right=right):
            return (left,), (right,)
        case Compare(values=values):
            return values[:2], values[2:]
        case Call(function="default", args=args):
            return args[:1], args[1:]
    return children(node), ()


def _item_kind(node: Node) -> str | None:
    return node.type.item.kind if node.type.item else None


def _guards(node: Node) -> list[Node]:
    match node:
        case Call(function="lower" | "upper" as function, args=args):
            return [_guard(args[0], function)]
        case Call(function="str", args=args):
            return [_guard(one, "text") for one in args if one.type.kind == "json"]
        case Join(parts=parts):
            return [_guard(one, "text") for one in parts if one.type.kind == "json"]
        case Index(value=value) if node.type.kind == "int" and value.type.kind == "map":
            return [_guard(replace(node, type=FLOAT), "int")]
    return []


def _guard(node: Node, kind: str) -> Call:
    return Call("beyond", (node, Constant(kind, STRING)), node.span, node.span[1], BOOL)


def is_known_to_fit(node: Node, found: Beyond, fan_out: ForEach | None) -> bool:
    """Say whether an expression of constant items alone is one that Argo can compute for each."""
    if fan_out is None or not _reads_items_alone(node):
        return False
    lists = [one for one in fan_out.lists if isinstance(one, Constant)]
    if len(lists) < len(fan_out.lists):
        return False
    rows = [[coerce(item, one.type.item or one.type) for item in one.value] for one in lists]
    keys = fan_out.keys
    for row in product(*rows):
        scope = _OfItem(row[0] if keys is None else dict(zip(keys, row, strict=True)))
        try:
            if any(_is_beyond(one, scope) for one in found.guards):
                return False
        except EvaluationError:
            return False
    return True


def _reads_items_alone(node: Node) -> bool:
    if isinstance(node, Param | Output | State | Run):
        return False
    return all(map(_reads_items_alone, children(node)))


class _OfItem:
    """The scope of one item."""

    def __init__(self, item: Value) -> None:
        self.item = item
        self.params: dict[str, Value] = {}
        self.inputs: dict[str, Value] = {}
        self.run: dict[str, str] = {}

    def output(self, step: str, name: str) -> Value:
        raise KeyError(step, name)

    def state(self, step: str | None) -> str:
        raise KeyError(step)


def _is_beyond(guard: Node, scope: _OfItem) -> bool:
    assert isinstance(guard, Call)
    assert isinstance(guard.args[1], Constant)
    value, kind = evaluate(guard.args[0], scope), guard.args[1].value
    if kind == "text":
        return isinstance(value, list | dict) or value is None
    if kind == "int":
        return bool(abs(value) >= EXACT)
    return not CASES[kind].fullmatch(value)
