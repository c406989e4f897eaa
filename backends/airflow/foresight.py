"""How long what a program is given may be, as far as it is known before a run."""

from collections.abc import Iterator

from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.ir import Command, Python, Secret, Shell, Step
from pipec.compiler.values import to_text

_SHORT = ("int", "float", "bool", "state")  # kinds of values whose text is always short


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
