"""What crosses from step to step: values, and artifacts by hand or by their key in the store."""

from collections.abc import Iterable, Iterator, Mapping

from pipec.backends.argo.reading import may_fail, reads, reads_item
from pipec.compiler.expressions.nodes import Node, Output, State
from pipec.compiler.ir import Group, Step

Steps = Mapping[str, Step]


def values(step: Step) -> Iterator[Node]:
    """Give the expressions whose values a program gets, artifacts aside."""
    fan_out = step.for_each.lists if step.for_each else ()
    left_out = {id(node) for node in (step.when, *fan_out)}
    for _, node in step.expressions():
        if id(node) not in left_out and not node.type.is_artifact:
            yield node


def fragile(step: Step) -> Iterator[Node]:
    """Give the values that may have none: then the step fails before its program starts.

    Those made of an item are not among them: Argo cannot fail one item of a loop beforehand.
    """
    return (node for node in values(step) if may_fail(node) and not reads_item(node))


def fragile_of_item(step: Step) -> Iterator[Node]:
    """Give the values made of an item that may have none."""
    return (node for node in values(step) if may_fail(node) and reads_item(node))


def is_canonical(steps: Steps, node: Output) -> bool:
    """Say whether the text of an output is the one the language gives its value."""
    producer = steps[node.step]
    type = producer.outputs[node.name].type
    if isinstance(producer.body, Group):
        return not producer.for_each and type.kind in ("string", "int", "bool")
    return not (producer.for_each and type.kind == "string")


def exported(steps: Steps, readers: Iterable[Step]) -> frozenset[tuple[str, str]]:
    """Give the outputs (step and name) of steps that others read."""
    nodes = [node for one in readers for _, node in one.expressions()]
    found = (one for one in reads(nodes) if isinstance(one, Output))
    return frozenset((one.step, one.name) for one in found if one.step in steps)


def watched(steps: Steps, readers: Iterable[Step]) -> frozenset[str]:
    """Give the steps whose state others read."""
    nodes = [node for one in readers for _, node in one.expressions()]
    found = (one.step for one in reads(nodes) if isinstance(one, State))
    return frozenset(one for one in found if one and one in steps)


def is_handed_over(steps: Steps, step: Step, node: Node) -> bool:
    """Say whether an artifact is an argument of the task; else it is read by its key."""
    if not isinstance(node, Output) or isinstance(step.body, Group):
        return False
    producer = steps[node.step]
    return (
        not producer.for_each
        and not isinstance(producer.body, Group)
        and producer.in_finally == step.in_finally
    )


def keyed(steps: Steps, given_away: Iterable[Node]) -> frozenset[tuple[str, str]]:
    """Give the artifacts (step and output) that lie under a key of their own in the store.

    They are those of fan-outs, and those that are read by key or go to the graph around this one.
    """
    found = {
        (step.name, output.name)
        for step in steps.values()
        if step.for_each
        for output in step.outputs.values()
        if output.type.is_artifact
    }
    by_key = [
        node
        for step in steps.values()
        for node in step.inputs.values()
        if node.type.is_artifact and not is_handed_over(steps, step, node)
    ]
    read = reads([*given_away, *by_key])
    return frozenset(found | {(one.step, one.name) for one in read if isinstance(one, Output)})
