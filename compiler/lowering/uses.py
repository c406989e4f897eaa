"""A step that uses a component: one program with the caller's values, or a group of steps."""

from collections.abc import Callable, Mapping
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.expressions.inputs import give_inputs
from pipec.compiler.expressions.nodes import Call, Constant, Node
from pipec.compiler.ir import Command, Group, Output, Secret, Step
from pipec.compiler.lowering.components import Component, check_with
from pipec.compiler.lowering.context import Context
from pipec.compiler.lowering.defaults import PROGRAMS, merge, without_nulls
from pipec.compiler.lowering.drafts import Draft, draft
from pipec.compiler.lowering.literals import LiteralError, read
from pipec.compiler.lowering.names import StepNames
from pipec.compiler.lowering.params import lower_type
from pipec.compiler.lowering.steps import StepLowering
from pipec.compiler.records import replace
from pipec.compiler.types import FLOAT, NULL, Type, accepts

# The part of the effective tree below a step where its component stands.
BELOW = "uses of"
LowerLevel = Callable[
    [Mapping[str, dict[str, Any]], Mapping[str, Place], Context, Findings], dict[str, Step | None]
]


def lower_use(
    caller: StepLowering, context: Context, lower_level: LowerLevel, findings: Findings
) -> Step | None:
    """Give the step of a `uses`, or None with what is wrong reported."""
    before = len(findings.found)
    when, for_each = caller.condition(), caller.for_each()
    step = caller.draft
    component = context.component_of(step)
    if component is None:
        step.broken = True
        return None
    given = _given(caller, component, findings)
    lowered = lower_body(step, component, context, lower_level, findings)
    if lowered is None or len(findings.found) > before or caller.broken:
        step.broken = True
    if lowered is None:
        return None
    if not isinstance(lowered.body, Group):
        lowered = _with_inputs(lowered, given)
        _note_origins(step, component, context)
    return replace(
        lowered,
        name=step.name,
        place=step.place,
        needs=caller.needs,
        trigger_rule=step.body.get("trigger_rule", "all_succeeded"),
        when=when,
        for_each=for_each,
        max_parallel=step.body.get("max_parallel"),
        inputs=given,
        description=step.body.get("description", lowered.description),
        labels={**lowered.labels, **step.body.get("labels", {})},
        in_finally=step.in_finally,
        may_skip=caller.may_skip(when, for_each),
    )


def outputs_of(component: Component) -> dict[str, Any]:
    """Give the declared outputs of a component, for the names that other steps use."""
    found: dict[str, Any] = component.tree.get("outputs", {})
    return found


def _given(caller: StepLowering, component: Component, findings: Findings) -> dict[str, Node]:
    step = caller.draft
    raw = step.body.get("with") or {}
    check_with(raw, component, step.place, findings)
    found: dict[str, Node] = {}
    for name, type in component.inputs.items():
        if type is None:
            continue
        if name not in raw:
            found[name] = Constant(None, NULL)
            continue
        place = step.place.at("with", name)
        node = (
            caller.check(step.inputs[name], place)
            if name in step.inputs
            else _literal(type, raw[name], place, name, findings)
        )
        if node is not None and (fitting := _fitting(node, type, place, name, findings)):
            found[name] = fitting
    return found


def _literal(type: Type, raw: Any, place: Place, name: str, findings: Findings) -> Node | None:
    if type.is_artifact:
        findings.error(
            "type-mismatch",
            f'the input "{name}" is a {type}: it takes the output of a step',
            place,
            "write `${{ steps.STEP.outputs.NAME }}`",
        )
        return None
    try:
        return Constant(read(type, raw), type)
    except LiteralError as error:
        message = f'the input "{name}": {error.message}'
        findings.error("wrong-type", message, place.at(*error.route).whole(), error.help)
        return None


def _fitting(node: Node, type: Type, place: Place, name: str, findings: Findings) -> Node | None:
    if accepts(type, node.type):
        if type.required() == FLOAT and node.type.kind == "int":
            return Call("float", (node,), node.span, node.span[0], FLOAT)
        return node
    help = f"give it a value of the type {type}, or change the type of the input"
    if type.is_scalar and node.type.is_scalar:
        into = "str" if type.kind == "string" else type.kind
        help = f"convert it, `{into}(...)`, or change the type of the input"
    if node.type.optional and accepts(type, node.type.required()):
        help = "it may be null: say what to use instead, `default(x, y)`"
    elif node.type.kind == "json" and type.is_scalar:
        help = f"convert it: `{'str' if type.kind == 'string' else type.kind}(...)`"
    findings.error(
        "type-mismatch",
        f'the input "{name}" is {type}, and this is {node.type}',
        place.part(*node.span),
        help,
    )
    return None


def lower_body(
    step: Draft,
    component: Component,
    context: Context,
    lower_level: LowerLevel,
    findings: Findings,
) -> Step | None:
    """Give a component as the step that uses it, `inputs.x` still open, or None with findings."""
    route = (*step.place.route, BELOW)
    context.origins[route] = Place(component.path)
    place = Place(step.place.path, route)
    inner = context.within(component)
    context.bodies[route] = component.tree
    if component.has_steps:
        return _group(step, component, place, inner, lower_level, findings)
    body = {
        key: value
        for key, value in component.tree.items()
        if key not in ("pipec", "component", "inputs")
    }
    if any(key in body for key in PROGRAMS):
        body = merge(
            context.defaults_for(body), body, context.defaults_place, route, context.origins
        )
    context.bodies[route] = body = without_nulls(body)
    one = draft(Draft(step.name, body, place, step.in_finally), findings)
    lowering = StepLowering(one, (), {}, {}, {}, findings, component.inputs)
    return lowering.step()


def _group(
    step: Draft,
    component: Component,
    place: Place,
    context: Context,
    lower_level: LowerLevel,
    findings: Findings,
) -> Step | None:
    steps = lower_level(
        {"steps": component.tree["steps"]}, {"steps": place.at("steps")}, context, findings
    )
    outputs: dict[str, Output] = {}
    values: dict[str, Node] = {}
    reader = Draft(step.name, {"trigger_rule": "none_failed"}, place, in_finally=False)
    for name, raw in component.tree.get("outputs", {}).items():
        where = place.at("outputs", name)
        type = lower_type(raw["type"], where.at("type"), findings)
        if type is None:
            continue
        outputs[name] = Output(name, type, None, where)
        at = where.at("value")
        one = draft(
            Draft(step.name, {"inputs": {"value": raw["value"]}}, where, in_finally=False), findings
        )
        names = StepNames(reader, {}, steps, context.drafts, inputs=component.inputs)
        lowering = StepLowering(reader, (), {}, {}, {}, findings)
        lowering.names = names
        node = lowering.check(one.inputs["value"], at)
        if node is not None and not accepts(type, node.type):
            help = "make the two types the same"
            if node.type.optional:
                help = "say what to use instead: `default(x, y)`"
            elif str(raw["value"]).startswith(("steps.", "inputs.")):
                help = f"an expression stands in braces: `${{{{ {raw['value']} }}}}`"
            findings.error(
                "type-mismatch",
                f'the output "{name}" is {type}, and this is {node.type}',
                at.part(*node.span),
                help,
            )
        elif node is not None:
            values[name] = node
    whole = {name: one for name, one in steps.items() if one is not None}
    if len(whole) < len(steps):
        return None
    return Step(
        step.name,
        Group(component.name, whole, values),
        place,
        outputs=outputs,
        description=component.tree.get("description"),
    )


def _note_origins(step: Draft, component: Component, context: Context) -> None:
    """Let the routes of the one step that came of the two lead to where its values stand."""
    route = step.place.route
    for key in component.tree:
        if key not in step.body and key != "inputs":
            context.origins[(*route, key)] = Place(component.path, (key,))
    context.origins[(*route, "inputs")] = step.place.at("with")


def _with_inputs(step: Step, given: dict[str, Node]) -> Step:
    """Put the caller's values in the place of `inputs.x`."""
    body = step.body
    if isinstance(body, Command):
        body = Command(tuple(give_inputs(node, given) for node in body.argv))
    env = {
        name: value if isinstance(value, Secret) else give_inputs(value, given)
        for name, value in step.env.items()
    }
    return replace(step, body=body, env=env)
