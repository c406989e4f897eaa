"""Files and folders between steps: handed over by a task, or read by their key in the store."""

from functools import partial
from typing import Any

from pipec.backends.argo.expressions.code import CHOICE, OR, Code, UnsupportedError, literal
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.scopes import Exit, Tasks
from pipec.backends.argo.settings import STORES
from pipec.backends.argo.writer import Flow, Quoted
from pipec.compiler.expressions.nodes import Call, Choice, Constant, Index, Node, Output
from pipec.compiler.ir import Step

NOTHING = "none"


def key(plan: Plan, path: str) -> dict[str, Any]:
    """Give the place in the store of what lies at a path below the run's own folder."""
    return {plan.settings.store: Flow({STORES[plan.settings.store]: _key(path)})}


def _key(path: str) -> Quoted:
    return Quoted("{{workflow.uid}}/" + path)


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
            made.update(key(plan, f"{step.name}/{output.name}{index}"))
        found.append(Flow(made))
    return found


def taken(plan: Plan, step: Step) -> list[Any]:
    """Give the input artifacts of a step's template."""
    found = []
    for name, node in step.inputs.items():
        if not node.type.is_artifact:
            continue
        made: dict[str, Any] = {"name": name, "path": f"/pipec/in/{name}"}
        if node.type.optional or node.type.kind == "list":
            made["optional"] = True
        if not plan.is_handed_over(step, node):
            plain = plain_key(step, node)
            made.update(key(plan, plain or f"{{{{inputs.parameters.{name}--key}}}}"))
            if plain and not node.type.optional:
                made.pop("optional", None)
        found.append(Flow(made))
    return found


def plain_key(step: Step, node: Node) -> str | None:
    """Give the path of an artifact that is there whenever its reader starts."""
    if isinstance(node, Output) and not node.type.optional and not step.in_finally:
        return f"{node.step}/{node.name}"
    return None


def chosen(plan: Plan, step: Step) -> dict[str, str]:
    """Give the parameters that say which artifact a step reads, each with its value."""
    found = {}
    for name, node in step.inputs.items():
        if not node.type.is_artifact or plan.is_handed_over(step, node):
            continue
        if plain_key(step, node) is None:
            scope = Exit(plan, step) if step.in_finally else Tasks(plan, step)
            lowering = Lowering(scope)
            found[f"{name}--key"] = lowering.tag(_path(lowering, scope, node))
    return found


def _path(lowering: Lowering, scope: Tasks, node: Node) -> Code:
    """Lower what gives an artifact to the path it lies at; `none` where there is nothing."""
    match node:
        case Output(step=name):
            path = literal(f"{name}/{node.name}")
            return Code(f"{scope.succeeded(node)} ? {path} : '{NOTHING}'", CHOICE)
        case Constant():
            return Code(f"'{NOTHING}'")
        case Choice():
            return lowering.choice(node, partial(_path, lowering, scope))
        case Call(function="default"):
            code = _path(lowering, scope, node.args[-1])
            for one in reversed(node.args[:-1]):
                path = lowering.lets.fresh("path")
                first = _path(lowering, scope, one).text
                rest = f"{path} != '{NOTHING}' ? {path} : {code.at(OR)}"
                code = Code(f"(let {path} = {first}; {rest})")
            return code
        case Index(index=Constant(value=int() as index)) if index >= 0:
            return Code(f"{_path(lowering, scope, node.value).at(OR)} + '/{index}'", CHOICE)
    raise UnsupportedError("choose a file like this", node.span)
