"""Uses of a component: its graph is one template, called by a task or for each item of a loop."""

from collections.abc import Mapping
from typing import Any

from pipec.backends.argo import artifacts
from pipec.backends.argo.body import Body
from pipec.backends.argo.crossing import fragile_of_item
from pipec.backends.argo.expressions.code import CHOICE, Code, encode
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.expressions.passing import pass_on
from pipec.backends.argo.expressions.references import PLAIN_KINDS, REFERENCES, Scope
from pipec.backends.argo.leaf import exported_as, parameters
from pipec.backends.argo.plan import USE_INDEX, USE_PATH, Plan
from pipec.backends.argo.scopes import Inputs, Leaving, Tasks
from pipec.backends.argo.text import passed
from pipec.backends.argo.writer import Flow, Folded, Quoted
from pipec.compiler.expressions.nodes import Constant, Node, Param
from pipec.compiler.ir import Output, Step
from pipec.compiler.values import to_text


def parameter(name: str, value: str) -> Mapping[str, Any]:
    """Write an argument."""
    if len(value) > 90:
        return {"name": name, "value": Folded(value)}
    return Flow({"name": name, "value": Quoted(value)})


def made_of(lowering: Lowering, node: Node) -> Code:
    """Give a condition that is true, or fails where a value has none."""
    return lowering.lets.bound("value", lowering.value(node), lambda _: "true")


def given(scope: Scope, node: Node) -> str:
    """Give the text that passes a value on."""
    if isinstance(node, Constant):
        return "" if node.value is None else passed(to_text(node.value))
    if isinstance(node, REFERENCES) and not (
        isinstance(node, Param) and node.type.kind not in PLAIN_KINDS
    ):
        raw = scope.raw(node)
        if raw.tag:
            return "{{" + raw.tag + "}}"
    lowering = Lowering(scope)
    return lowering.tag(pass_on(lowering, node))


# --- the graph of a component ---


def context(body: Body) -> list[str]:
    """Give the parameters that say which use of a component this is."""
    found = [USE_PATH] if body.is_dynamic else []
    return [*found, USE_INDEX] if body.is_indexed and body.keeps_files else found


def parameters_of(body: Body) -> list[str]:
    """Give the parameters of a component's graph: a file is given as its path in the store."""
    found = [f"{k}--key" if type.is_artifact else k for k, type in body.inputs.items()]
    return [*found, *(f"run--{one.field}" for one in body.run_fields)]


def left(body: Body) -> list[Any]:
    """Give the outputs of a component's graph."""
    return [
        {"name": parameter_of(one), "valueFrom": {"expression": Folded(left_of(body, one))}}
        for one in body.uses[0][1].outputs.values()
    ]


def parameter_of(output: Output) -> str:
    """Give the output parameter of a component's output: of a file, of its path in the store."""
    return f"{output.name}--key" if output.type.is_artifact else output.name


def left_of(body: Body, output: Output) -> str:
    """Give the expression of an output of a component's graph. Raises UnsupportedError."""
    scope = Leaving(body)
    lowering, node = Lowering(scope), body.group.outputs[output.name]
    if output.type.is_artifact:
        code = artifacts.path_of(lowering, scope, node)
    else:
        code = pass_on(lowering, node)
        if body.is_looped and node.type.kind not in PLAIN_KINDS:
            code = _sealed(lowering, code)
    return lowering.expression(code)


def _sealed(lowering: Lowering, code: Code) -> Code:
    """Encode a text in any case, since Argo reads JSON where it gathers what loops gave."""

    def seal(name: str) -> str:
        return f"{name} == '' || {name} startsWith 'base64:' ? {name} : {encode(name).text}"

    return code if code.text.startswith("'base64:' + ") else lowering.lets.bound("text", code, seal)


# --- calling it ---


def use_arguments(plan: Plan, step: Step, scope: Tasks | Inputs) -> dict[str, Any]:
    """Give the arguments of the call of a component."""
    body = plan.body(step)
    found = {name: _context(plan, step, name) for name in context(body)}
    keys = {} if isinstance(scope, Inputs) else artifacts.chosen(plan, step)
    for name, type in body.inputs.items():
        if type.is_artifact:
            key = f"{name}--key"
            found[key] = keys.get(key, f"{{{{inputs.parameters.{key}}}}}")
        else:
            found[name] = given(scope, step.inputs[name])
    for one in body.run_fields:
        found[f"run--{one.field}"] = given(scope, one)
    return {"parameters": [parameter(k, v) for k, v in found.items()]} if found else {}


def _context(plan: Plan, step: Step, name: str) -> str:
    if name == USE_PATH:
        return plan.use_path(step)
    parts = [f"{{{{inputs.parameters.{USE_INDEX}}}}}"] if plan.is_indexed else []
    if step.for_each:
        parts.append(f"{{{{inputs.parameters.{plan.index_name(step)}}}}}")
    return "/".join(parts) or "0"


def adapter(plan: Plan, step: Step) -> dict[str, Any]:
    """Make the template between a task, or an item of a loop, and the graph of a component."""
    body = plan.body(step)
    made: dict[str, Any] = {"name": plan.leaf(step)}
    inputs = parameters(plan, step)
    if inputs:
        made["inputs"] = inputs
    scope = Inputs(plan, step)
    call: dict[str, Any] = {"name": body.call}
    lowering = Lowering(scope)
    tests = [made_of(lowering, node) for node in fragile_of_item(step)]
    if tests:
        call["when"] = Folded(lowering.tag(Code(" && ".join(one.at(CHOICE) for one in tests))))
    call["template"] = body.name
    arguments = use_arguments(plan, step, scope)
    if arguments:
        call["arguments"] = arguments
    is_exported = plan.is_exported(step)
    if is_exported:
        made["steps"] = [[call]]
    else:
        made["dag"] = {"tasks": [call]}
    outputs = _handed_up(plan, step, f"{'steps' if is_exported else 'tasks'}.{body.call}")
    if outputs:
        made["outputs"] = {"parameters": outputs}
    return made


def _handed_up(plan: Plan, step: Step, call: str) -> list[Any]:
    found: list[Any] = []
    for output in step.outputs.values():
        name = parameter_of(output)
        made: dict[str, Any] = {"name": name}
        is_folder = step.for_each and output.type.is_artifact  # read as a whole
        if (step.name, output.name) in plan.exported and not is_folder:
            made["globalName"] = exported_as(plan, step, name)
        made["valueFrom"] = Flow(parameter=Quoted(f"{{{{{call}.outputs.parameters.{name}}}}}"))
        found.append(made)
    if step.name in plan.watched:
        value = Flow(expression="'true'")
        name = f"{step.name}--succeeded"
        found.append({"name": "succeeded--", "globalName": name, "valueFrom": value})
    return found
