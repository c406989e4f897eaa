"""Files and folders between steps: handed over by a task, or read by their key in the store."""

import re
from functools import partial
from typing import Any

from pipec.backends.argo import names
from pipec.backends.argo.expressions.code import (
    ATOM,
    CHOICE,
    OR,
    SUM,
    Code,
    UnsupportedError,
    literal,
)
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.plan import USE_INDEX, Plan
from pipec.backends.argo.scopes import Exit, Tasks
from pipec.backends.argo.settings import STORES
from pipec.backends.argo.writer import Flow, Quoted
from pipec.compiler.expressions.nodes import Call, Choice, Constant, Index, Input, Node, Output
from pipec.compiler.ir import Group, Step

NOTHING = "none"


def key(plan: Plan, path: str) -> dict[str, Any]:
    """Give the place in the store of what lies at a path below the run's own folder."""
    return {plan.settings.store: Flow({STORES[plan.settings.store]: _key(path)})}


def _key(path: str) -> Quoted:
    return Quoted("{{workflow.uid}}/" + path)


def lying(plan: Plan, step: Step, output: str) -> str:
    """Give the path of what a step wrote, with the tags in it; of a fan-out, the folder of all."""
    index = f"/{{{{inputs.parameters.{USE_INDEX}}}}}" if plan.is_indexed else ""
    return f"{plan.path}{step.name}/{output}{index}"


def _text_code(text: str) -> Code:
    """Write a text with tags in it as an expression."""
    parts = []
    for index, part in enumerate(re.split(r"{{inputs\.parameters\.([^}]+)}}", text)):
        if part:
            parts.append(names.member("inputs.parameters", part) if index % 2 else literal(part))
    return Code(" + ".join(parts), SUM if len(parts) > 1 else ATOM)


def gathered_below(plan: Plan, step: Step, node: Output) -> str:
    """Give the folder of the artifacts that a component's uses for each item gave.

    Each lies there under the index of its item, since the same inner step wrote them all.
    """
    path, name, inner = f"{plan.path}{step.name}", node.name, step
    while isinstance(inner.body, Group):
        made = inner.body.outputs[name]
        if not isinstance(made, Output):
            raise UnsupportedError(
                f'gather the files of a component whose output "{name}" is chosen', node.span
            )
        inner, name = inner.body.steps[made.step], made.name
        path = f"{path}.{inner.name}"
    index = f"/{{{{inputs.parameters.{USE_INDEX}}}}}" if plan.is_indexed else ""
    return f"{path}/{name}{index}"


def produced(plan: Plan, step: Step) -> list[Any]:
    """Give the output artifacts of a step's template."""
    found = []
    for output in step.outputs.values():
        if not output.type.is_artifact:
            continue
        made: dict[str, Any] = {"name": output.name, "path": f"/pipec/ret/{output.name}"}
        if output.type.optional:
            made["optional"] = True
        if output.type.kind == "file" or step.for_each:
            made["archive"] = Flow({"none": Flow()})
        if (step.name, output.name) in plan.keyed:
            index = f"/{{{{inputs.parameters.{plan.index_name(step)}}}}}" if step.for_each else ""
            made.update(key(plan, lying(plan, step, output.name) + index))
        found.append(Flow(made))
    return found


def taken(plan: Plan, step: Step) -> list[Any]:
    """Give the input artifacts of a step's template."""
    found = list[Any]()
    if isinstance(step.body, Group):
        return found
    for name, node in step.inputs.items():
        if not node.type.is_artifact:
            continue
        made: dict[str, Any] = {"name": name, "path": f"/pipec/in/{name}"}
        if node.type.optional or node.type.kind == "list":
            made["optional"] = True
        if not plan.is_handed_over(step, node):
            plain = plain_key(plan, step, node)
            made.update(key(plan, plain or f"{{{{inputs.parameters.{name}--key}}}}"))
            if plain and not node.type.optional:
                made.pop("optional", None)
        found.append(Flow(made))
    return found


def plain_key(plan: Plan, step: Step, node: Node) -> str | None:
    """Give the path of an artifact that is there whenever its reader starts."""
    if not isinstance(node, Output) or node.type.optional or step.in_finally:
        return None
    producer = plan.step(node.step)
    if not isinstance(producer.body, Group):
        return lying(plan, producer, node.name)
    return gathered_below(plan, producer, node) if producer.for_each else None


def chosen(plan: Plan, step: Step) -> dict[str, str]:
    """Give the parameters that say which artifact a step reads, each with its value."""
    found = {}
    for name, node in step.inputs.items():
        if isinstance(step.body, Group):
            if name not in plan.body(step).inputs or not plan.body(step).inputs[name].is_artifact:
                continue
        elif not node.type.is_artifact or plan.is_handed_over(step, node):
            continue
        plain = plain_key(plan, step, node)
        if plain is None:
            found[f"{name}--key"] = _chosen(plan, step, node)
        elif isinstance(step.body, Group):
            found[f"{name}--key"] = plain
    return found


def _chosen(plan: Plan, step: Step, node: Node) -> str:
    if isinstance(node, Constant):
        return NOTHING
    if isinstance(node, Input):
        return f"{{{{inputs.parameters.{node.name}--key}}}}"
    if isinstance(node, Output) and not node.type.optional and not step.in_finally:
        return f"{{{{tasks.{plan.task(node.step)}.outputs.parameters.{node.name}--key}}}}"
    scope = Exit(plan, step) if step.in_finally else Tasks(plan, step)
    lowering = Lowering(scope)
    return lowering.tag(path_of(lowering, scope, node))


def _output_path(scope: Tasks, node: Output) -> Code:
    plan = scope.plan
    step = plan.step(node.step)
    if not isinstance(step.body, Group):
        path = _text_code(lying(plan, step, node.name))
    elif step.for_each:
        path = _text_code(gathered_below(plan, step, node))
    else:
        return scope.key(node)
    if not node.type.optional:
        return path
    return Code(f"{scope.succeeded(node)} ? {path.at(OR)} : '{NOTHING}'", CHOICE)


def path_of(lowering: Lowering, scope: Tasks, node: Node) -> Code:
    """Lower what gives an artifact to the path it lies at; `none` where there is nothing."""
    match node:
        case Output():
            return _output_path(scope, node)
        case Input(name=name):
            return Code(names.member("inputs.parameters", f"{name}--key"))
        case Constant():
            return Code(f"'{NOTHING}'")
        case Choice():
            return lowering.choice(node, partial(path_of, lowering, scope))
        case Call(function="default"):
            code = path_of(lowering, scope, node.args[-1])
            for one in reversed(node.args[:-1]):
                path = lowering.lets.fresh("path")
                first = path_of(lowering, scope, one).text
                rest = f"{path} != '{NOTHING}' ? {path} : {code.at(OR)}"
                code = Code(f"(let {path} = {first}; {rest})")
            return code
        case Index(index=Constant(value=int() as index)) if index >= 0:
            return Code(f"{path_of(lowering, scope, node.value).at(OR)} + '/{index}'", CHOICE)
    raise UnsupportedError("choose a file like this", node.span)
