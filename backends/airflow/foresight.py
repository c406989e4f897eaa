"""What is known of an expression before it is evaluated: may it fail, may its value grow."""

from collections.abc import Iterator

from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Node, children
from pipec.compiler.ir import Command, Python, Secret, Shell, Step
from pipec.compiler.values import to_text

_SHORT = ("int", "float", "bool", "state")  # kinds of values whose text is always short


def may_grow(node: Node) -> bool:
    """Say whether a value may be longer than any that it is made of."""
    if isinstance(node, nodes.Constant) or node.type.is_artifact:
        return False
    if node.type.kind in ("int", "float", "bool", "state"):
        return False
    if isinstance(node, nodes.Choice | nodes.Index):
        return any(map(may_grow, children(node)))
    if isinstance(node, nodes.Call) and node.function in ("default", "min", "max"):
        return any(map(may_grow, node.args))
    return bool(children(node))


def may_fail(node: Node, as_text: bool = False) -> bool:
    """Say whether an expression may have no value, or no text, for some values of its names."""
    if as_text and node.type.kind == "json":
        return True
    match node:
        case nodes.Index():
            return True
        case nodes.Unary(op="-"):
            return True
        case nodes.Binary(op=op) if op not in ("and", "or"):
            if node.type.kind not in ("string", "list"):
                return True
        case nodes.Call(function=function, args=args):
            if function == "default":
                return any(may_fail(one) for one in args)
            if function in ("int", "float", "bool", "round", "min", "max"):
                return True
            return any(may_fail(one, function == "str") for one in args)
        case nodes.Join(parts=parts):
            return any(may_fail(one, as_text=True) for one in parts)
    return any(may_fail(one) for one in children(node))


def constant_bytes(step: Step) -> int | None:
    """Give the bytes of `env` and arguments that are no run-time values.

    None where run-time values cannot be too long together: a long one has its own limit.
    """
    parts = [part for node in _texts(step) for part in _parts(node)]
    made = [one for one in parts if not isinstance(one, nodes.Constant)]
    long = [one for one in made if one.type.kind not in _SHORT and not isinstance(one, nodes.Run)]
    if len(long) < 2:
        return None
    fixed = [to_text(one.value) for one in parts if isinstance(one, nodes.Constant)]
    match step.body:
        case Shell(script=script, argv=argv):
            fixed += [*argv, "-c", script]
        case Python(script=script):
            fixed += ["python3", "-c", script]
    return sum(len(one.encode()) for one in fixed)


def _texts(step: Step) -> Iterator[Node]:
    yield from (one for one in step.env.values() if not isinstance(one, Secret))
    if isinstance(step.body, Command):
        yield from step.body.argv


def _parts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, nodes.Join) else (node,)
