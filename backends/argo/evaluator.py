"""The Python script that computes values for a step, and the module that it imports."""

from collections.abc import Mapping
from functools import cache, partial, reduce
from pathlib import Path
from typing import Literal

from pipec.backends.argo.expressions.references import REFERENCES, Reference, name_of
from pipec.backends.python.expressions import Read, code
from pipec.backends.python.pieces import VALUES, cut, source, wanted
from pipec.backends.python.printer import Call, Code, Text, call, item_of, mapping
from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Binary, Item, Node, Param, children
from pipec.compiler.ir import Step
from pipec.compiler.records import dataclass, field, replace
from pipec.compiler.types import BOOL, STRING

MODULE = "pipec_values.py"
FOLDER = "/pipec/etc"
_USED = (
    *("text", "whole", "finite", "parse_value", "fit_value", "int_of", "float_of", "bool_of"),
    *("rounded", "part_of", "first_of", "optional", "limited"),
)


@dataclass(slots=True)
class Evaluation:
    """What is computed for a step: `values` before it, `of_item` for each item of its fan-out."""

    name: str
    values: dict[str, Node] = field(default_factory=dict)
    of_item: dict[str, Node] = field(default_factory=dict)
    lists: tuple[Node, ...] = ()
    guards: dict[str, list[Node]] = field(default_factory=dict)

    @property
    def when(self) -> Node | None:
        """Give the condition that something has to be computed; None where always."""
        if self.lists or self.guards.keys() != self.values.keys():
            return None
        found: Node | None = None
        for name in reversed(self.guards):
            guard = _any(self.guards[name])
            if name == "when" and found:  # the others count where the condition holds
                found = both("and", self.values[name], found)
            found = both("or", guard, found) if found else guard
        return found


def both(op: Literal["and", "or"], left: Node, right: Node) -> Node:
    return Binary(op, left, right, left.span, BOOL)


def _any(guards: list[Node]) -> Node:
    return reduce(partial(both, "or"), guards)


@cache
def module() -> bytes:
    """Give the module: the functions that expressions call, and `run`."""
    own = Path(__file__).with_name("evaluate.py").read_text(encoding="utf-8")
    head, _, rest = own.partition("# --- values ---\n")
    _, _, rest = rest.partition("# --- end ---\n")
    head = head.replace(
        "  # noqa: F401 # for the functions that take the place of the next import", ""
    )
    return (head + source(wanted(cut(VALUES), _USED)) + "\n\n" + rest.lstrip()).encode()


def script(step: Step, evaluation: Evaluation) -> tuple[str, Mapping[str, Node]]:
    """Write the script, and give the inputs that it reads."""
    names = _Given()
    lines = ["import sys", f'sys.path.append("{FOLDER}")', "from pipec_values import *", ""]
    scope = _Params()
    given = {name: code(names.renamed(node), scope) for name, node in evaluation.values.items()}
    lists = [code(names.renamed(node), scope) for node in evaluation.lists]
    lines += ["def values(params, give):"]
    for name, value in given.items():
        head = "if not " if name == "when" else ""
        put = call("give", Text(name), value).put(4, 4 + len(head), 1 if head else 0)
        lines += [f"    {head}{put}{':' if head else ''}", *(["        return"] if head else [])]
    if lists:
        assert step.for_each
        keys = step.for_each.keys or ("item",)
        args: list[tuple[str, Code]] = [("", mapping(zip(keys, lists, strict=True)))]
        if evaluation.of_item:
            args.append(("", Code("of_item")))
        if "index" in keys:
            args.append(("index=", Text("item-index")))
        lines.append("    " + Call("give.items", args).put(4, 4, 0))
    if evaluation.of_item:
        functions = mapping(
            (name, Code(f"lambda params: {code(names.renamed(node), scope).flat}"))
            for name, node in evaluation.of_item.items()
        )
        lines += ["", "of_item = " + functions.put(0, 10, 0)]
    kinds = mapping((name, Text(_kind(node))) for name, node in names.inputs.items())
    run = call("run", Text(step.name), kinds, Code("values"))
    return "\n".join([*lines, "", run.put(0, 0, 0)]) + "\n", names.inputs


class _Params:
    """The names in a script: all of them are params, already of their type."""

    def value(self, node: Read) -> Code:
        assert isinstance(node, Param)
        return item_of(Code("params"), Text(node.name))

    def presence(self, node: nodes.Output) -> Code | None:  # noqa: ARG002 # none is read here
        return None


class _Given:
    """The inputs of the step that computes, each under a name of its own."""

    def __init__(self) -> None:
        self.inputs: dict[str, Node] = {}

    def renamed(self, node: Node) -> Node:
        """Give an expression that reads these instead of what it reads."""
        if isinstance(node, Item):
            return Param(node.key or "item", node.type, node.span)
        if isinstance(node, REFERENCES):
            return Param(self._input(node), node.type, node.span)
        below = children(node)
        return _with_children(node, [self.renamed(one) for one in below]) if below else node

    def _input(self, node: Reference) -> str:
        """Give the name of the input that a reference is read from."""
        given: Node = node
        if node.type.kind == "state":
            given = nodes.Call("str", (node,), node.span, node.span[1], STRING)
        name = name_of(node)
        while name in self.inputs and not _same(self.inputs[name], given):
            name += "_"
        self.inputs.setdefault(name, given)
        return name


def _same(one: Node, other: Node) -> bool:
    """Say whether two references read the same; they may stand at different places."""
    if isinstance(one, nodes.Call) and isinstance(other, nodes.Call):
        return _same(one.args[0], other.args[0])
    return replace(one, span=(0, 0)) == replace(other, span=(0, 0))


def _with_children(node: Node, below: list[Node]) -> Node:
    match node:
        case nodes.ListOf():
            return replace(node, items=tuple(below))
        case nodes.Compare():
            return replace(node, values=tuple(below))
        case nodes.Call():
            return replace(node, args=tuple(below))
        case nodes.Join():
            return replace(node, parts=tuple(below))
        case nodes.Unary():
            return replace(node, value=below[0])
        case nodes.Binary():
            return replace(node, left=below[0], right=below[1])
        case nodes.Choice():
            return replace(node, test=below[0], yes=below[1], no=below[2])
        case nodes.Index():
            return replace(node, value=below[0], index=below[1])
    return node


def _kind(node: Node) -> str:
    return str(node.type)
