"""Uses of components with steps as task groups, whose functions hold those of the inner steps."""

from collections.abc import Iterator

from pipec.backends.airflow.plan import Plan
from pipec.backends.airflow.statements import Assign, Block, Do, Statement
from pipec.backends.airflow.steps import (
    before,
    docstring,
    function,
    given,
    kept,
    program,
    pulled,
    said_of,
    scope_of,
)
from pipec.backends.airflow.wiring import inside
from pipec.backends.python.printer import Call, Code, Text, call
from pipec.compiler.ir import Approval, Group, Step


def functions(step: Step, plan: Plan) -> Iterator[str]:
    """Write the functions of a step: of the task before it, and of the step itself."""
    if plan.names.word.get(step.name, "start") != "start":
        yield before(step, plan)
    if isinstance(step.body, Group):
        yield _group(step, plan)
    elif not isinstance(step.body, Approval):
        yield program(step, plan)


def _group(step: Step, plan: Plan) -> str:
    """Write a task group that gives what the component gives."""
    inner = plan.inner[step.name]
    assert inner.use
    tasks = [_inputs(step, plan)] if inner.use.instance and inner.use.gate else []
    for one in inner.pipeline.steps.values():
        tasks += functions(one, inner)
    tasks.append(_end(step, plan))
    space = " " * plan.indent
    name = plan.names.function[step.name]
    settings: dict[str, Code] = {"group_id": Text(step.name)} if name != step.name else {}
    if text := docstring(step, plan):
        text += "\n"
    elif said := said_of(step, plan):
        settings["tooltip"] = Text(said)
    decorator = Call("@task_group", [(f"{key}=", one) for key, one in settings.items()])
    head = decorator.put(plan.indent, plan.indent, 0) if settings else "@task_group"
    takes = "item" if inner.use.instance else inner.use.given or ""
    return (
        f"{space}{head}\n{space}def {name}({takes}):\n{text}{chr(10).join(tasks)}\n{inside(inner)}"
    )


def _inputs(step: Step, plan: Plan) -> str:
    """Write the task that makes the inputs of a component for one item of a fan-out."""
    inner, scope = plan.inner[step.name], scope_of(plan)
    made, fails = kept(step.inputs, {k: n.type for k, n in step.inputs.items()}, scope)
    body: list[Statement] = []
    if scope.inputs and plan.use and plan.use.gate:
        body.append(Assign("inputs", call("outputs_of", Text(plan.use.gate))))
    body += [Assign(plan.names.local[one], pulled(one, scope)) for one in scope.read]
    done: list[Statement] = [Do(made, "return ")]
    body += [Block("with checked_values():", done)] if fails else done
    name = inner.names.given_function
    assert inner.use is not None
    assert inner.use.gate is not None
    id = inner.use.gate.removeprefix(inner.names.prefix)
    settings: dict[str, Code] = {"task_id": Text(id)} if id != name else {}
    takes = ["item"] if scope.item else []
    takes += ["params=None"] if scope.params else []
    inner.arguments[name] = tuple(takes[:1]) if scope.item else ()
    return function(name, settings, takes, inner, body)


def _end(step: Step, plan: Plan) -> str:
    """Write the task that gathers a component's inner steps: it fails if one of them failed."""
    inner = plan.inner[step.name]
    assert isinstance(step.body, Group)
    assert inner.use is not None
    names, scope = inner.names, scope_of(inner)
    gate = [] if inner.use.instance or not inner.use.gate else [Text(inner.use.gate)]
    body: list[Statement] = [Do(call("end_use", *gate))]
    arguments: list[str] = []
    if step.body.outputs:
        made, fails = kept(
            step.body.outputs, {name: one.type for name, one in step.outputs.items()}, scope
        )
        for one in scope.read:
            producer, local = inner.pipeline.all_steps[one], names.local[one]
            if producer.for_each and producer.may_skip:
                body.append(Assign(local, pulled(one, scope)))
                continue
            arguments.append(one)
            if producer.for_each:
                body.append(Assign(local, Code(f"{local}[:]")))
        done: list[Statement] = [Do(made, "return ")]
        body += [Block("with checked_values():", done)] if fails else done
    name = names.end_function
    inner.arguments[name] = tuple(arguments)
    settings: dict[str, Code] = {"task_id": Text(names.end)} if names.end != name else {}
    settings["trigger_rule"] = Text("all_done")
    return function(name, settings, given(inner, scope, arguments, name), inner, body)
