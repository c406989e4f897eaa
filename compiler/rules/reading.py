"""What rules share: every step and every node of a pipeline."""

from collections.abc import Iterator

from pipec.compiler.expressions.nodes import Node, children
from pipec.compiler.ir import Group, Pipeline, Step


def steps_of(pipeline: Pipeline) -> Iterator[Step]:
    """Give every step, `finally` and the insides of components too."""
    pending = [*pipeline.steps.values(), *pipeline.finally_.values()][::-1]
    while pending:
        step = pending.pop()
        yield step
        if isinstance(step.body, Group):
            pending.extend(list(step.body.steps.values())[::-1])


def nodes_of(pipeline: Pipeline) -> Iterator[Node]:
    """Give every node of every expression."""
    for step in steps_of(pipeline):
        pending = list(step.nodes())
        if isinstance(step.body, Group):
            pending.extend(step.body.outputs.values())
        while pending:
            node = pending.pop()
            yield node
            pending.extend(children(node))
