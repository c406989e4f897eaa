"""The graph of the steps, and that of `finally`, as DAG templates."""

from collections.abc import Iterable
from typing import Any

from pipec.backends.argo import artifacts, names
from pipec.backends.argo.body import Body
from pipec.backends.argo.components import (
    context,
    left,
    made_of,
    parameter,
    parameters_of,
    use_arguments,
)
from pipec.backends.argo.crossing import fragile
from pipec.backends.argo.expressions.code import AND, CHOICE, Code, fail, literal
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.expressions.references import Scope
from pipec.backends.argo.fanout import argument, is_filled, item_arguments, list_arguments, loop
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.rules import depends
from pipec.backends.argo.scopes import Exit, Tasks
from pipec.backends.argo.writer import Flow, Folded, Quoted
from pipec.compiler.expressions.nodes import Constant, Output
from pipec.compiler.ir import Group, Step

_REFUSED = "^(failed to evaluate|Invalid .when.) expression"  # what Argo says of `checked_entry`


def checked_entry(plan: Plan) -> dict[str, Any]:
    """Make the entrypoint that checks the params once, before any step."""
    test = " && ".join(plan.checks)
    task = {"name": "steps", "when": Folded("{{=" + test + "}}"), "template": plan.graph}
    return {"name": plan.entrypoint, "dag": {"tasks": [task]}}


def checked_exit(plan: Plan) -> dict[str, Any]:
    """Make the exit handler, which starts nothing after a run that was refused for its params."""
    refused = f".templateName == {literal(plan.graph)} && .message matches {literal(_REFUSED)}"
    test = f"none(fromJSON(fromJSON(workflow.failures)) ?? [], {refused})"
    task = {"name": "steps", "when": Folded("{{=" + test + "}}"), "template": plan.last}
    return {"name": plan.on_exit, "dag": {"tasks": [task]}}


def dag(plan: Plan, name: str, steps: Iterable[Step]) -> dict[str, Any]:
    """Make a DAG template. Its target names every task: one that failed fails the run."""
    listed = list(steps)
    target = " ".join(plan.task(step.name) for step in listed)
    tasks = [_task(plan, step) for step in listed]
    return {"name": name, "dag": {"failFast": False, "target": Folded(target), "tasks": tasks}}


def component(body: Body) -> dict[str, Any]:
    """Make the graph of a component. Its outputs are computed when all of its steps ended well."""
    made: dict[str, Any] = {"name": body.name}
    given = [*context(body), *parameters_of(body)]
    if given:
        made["inputs"] = {"parameters": [Flow({"name": one}) for one in given]}
    made.update(dag(body, body.name, body.steps.values()))
    outputs = left(body)
    if outputs:
        made["outputs"] = {"parameters": outputs}
    return made


def _task(plan: Plan, step: Step) -> dict[str, Any]:
    scope = Exit(plan, step) if step.in_finally else Tasks(plan, step)
    made: dict[str, Any] = {"name": plan.task(step.name)}
    if step.needs or plan.evaluation(step):
        made["depends"] = Folded(depends(plan, step))
    condition = _when(plan, step, scope)
    if condition:
        made["when"] = Folded(condition)
    made["template"] = plan.template(step)
    if step.for_each and not plan.is_wrapped(step):
        made.update(loop(plan, step, scope))
    if isinstance(step.body, Group) and not plan.has_adapter(step):
        arguments = use_arguments(plan, step, scope)
    else:
        arguments = _arguments(plan, step, scope)
    if arguments:
        made["arguments"] = arguments
    return made if len(made) > 2 else Flow(made)


def _when(plan: Plan, step: Step, scope: Scope) -> str | None:
    lowering = Lowering(scope)
    tests = []
    if step.when is not None and not (isinstance(step.when, Constant) and step.when.value):
        tests.append(lowering.value(step.when))
    evaluation = plan.evaluation(step)
    if evaluation:  # where it computes what is asked here it has to be asked for before
        first = "when" in evaluation.outputs
        tests.insert(0 if first else len(tests), _evaluated(plan, evaluation))
    if step.for_each and plan.is_wrapped(step):
        filled = is_filled(plan, step, lowering)
        if filled:
            tests.append(filled)
    tests += [made_of(lowering, node) for node in fragile(step)]
    if not tests:
        return None
    level = AND if len(tests) > 1 else CHOICE
    return lowering.tag(Code(" && ".join(test.at(level) for test in tests)))


def _evaluated(plan: Plan, evaluation: Step) -> Code:
    """Give the condition that values were computed; it fails where they could not be."""
    task = names.member("tasks", plan.task(evaluation.name))
    failed = fail(f"a value of this step cannot be made: see {plan.task(evaluation.name)}")
    return Code(f"({task}.status in ['Succeeded', 'Skipped'] || {failed} == '')")


def _arguments(plan: Plan, step: Step, scope: Tasks) -> dict[str, Any]:
    wrapped = plan.is_wrapped(step)
    parameters: list[Any] = []
    if step.for_each and not wrapped:
        parameters += item_arguments(plan, step)
    given = {name: f"{{{{inputs.parameters.{name}}}}}" for name in plan.context(step)}
    given.update((name, argument(scope, node)) for name, node in plan.passed(step).items())
    given.update(artifacts.chosen(plan, step))
    if wrapped:
        given.update(list_arguments(plan, step, scope))
    parameters += [parameter(name, value) for name, value in given.items()]
    made: dict[str, Any] = {}
    if parameters:
        made["parameters"] = parameters
    handed = _artifacts(plan, step)
    if handed:
        made["artifacts"] = handed
    return made


def _artifacts(plan: Plan, step: Step) -> list[Any]:
    found: list[Any] = []
    for name, node in step.inputs.items():
        if not (isinstance(node, Output) and node.type.is_artifact):
            continue
        if not plan.is_handed_over(step, node):
            continue
        path = f"tasks.{plan.task(node.step)}.outputs.artifacts.{node.name}"
        made: dict[str, Any] = {"name": name, "from": Quoted("{{" + path + "}}")}
        if node.type.optional:
            made["optional"] = True
        found.append(Flow(made))
    return found
