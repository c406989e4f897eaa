"""The end of a DAG file: every task made once, and what stands before what."""

from collections.abc import Iterable

from pipec.backends.airflow.plan import Plan
from pipec.backends.airflow.statements import assign
from pipec.backends.python.printer import Call, Code, Text, call, listing, literal
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.graph import order
from pipec.compiler.ir import Approval, ForEach, Group, Step


def wiring(plan: Plan) -> list[str]:
    """Write the calls of all functions and the edges that they do not make, as statements."""
    calls, edges = _level(plan)
    calls += [_marker(task, rule, plan.indent) for task, rule in _markers(plan)]
    edges += _marker_edges(plan)
    return _written(calls, edges, plan)


def inside(plan: Plan) -> str:
    """Write the calls and edges in the function of a task group, and what it returns."""
    names, use, indent = plan.names, plan.use, plan.indent
    assert use
    calls, edges = _level(plan)
    if use.instance and use.gate:
        made = call(names.given_function, *map(Code, plan.arguments[names.given_function]))
        calls.insert(0, assign(names.given_variable, made, indent))
    ends = plan.arguments[names.end_function]
    made = call(names.end_function, *_given(plan, names.end_function))
    calls.append(assign(names.end_variable, made, indent))
    last = [names.variable[one] for one in _last(plan) if one not in ends]
    if last:
        edges.append((last, names.end_variable))
    return f"{''.join(_written(calls, edges, plan))}{' ' * indent}return {names.end_variable}\n"


def _level(plan: Plan) -> tuple[list[str], list[tuple[list[str], str]]]:
    """Give the calls and edges of all steps, in an order in which they can be made."""
    steps = dict(plan.pipeline.all_steps)
    calls: list[str] = []
    edges: list[tuple[list[str], str]] = []
    for some in (plan.pipeline.steps, plan.pipeline.finally_):
        for name in order({name: step.needs for name, step in some.items()}):
            calls += _made(steps[name], plan)
            edges += _edges(steps[name], plan)
    return calls, edges


def _written(calls: list[str], edges: list[tuple[list[str], str]], plan: Plan) -> list[str]:
    return [*calls, *(_edge(before, after, plan.indent) for before, after in edges)]


def needs_status(plan: Plan) -> bool:
    """Say whether a failed step could be followed by none but steps that run anyway.

    Airflow calls a run failed only if a task at its end failed, or could not start.
    """
    return bool(plan.pipeline.finally_ or _unheard(plan))


def _made(step: Step, plan: Plan) -> list[str]:
    names, found = plan.names, []
    if names.word.get(step.name) == "start":
        found.append(_start_of(step, plan))
    elif step.name in names.extra:
        function = names.extra_function[step.name]
        made = call(function, *_given(plan, function))
        found.append(assign(names.extra_variable[step.name], made, plan.indent))
    variable, function = names.variable[step.name], names.function[step.name]
    if isinstance(step.body, Approval):
        return [*found, assign(variable, _approval(step, step.body, plan), plan.indent)]
    given = _given(plan, function)
    if isinstance(step.body, Group) and step.name in names.extra:
        given = [Code(names.extra_variable[step.name])]
    if step.for_each is None:
        return [*found, assign(variable, call(function, *given), plan.indent)]
    items = (
        Code(names.extra_variable[step.name])
        if step.name in names.extra
        else literal(combinations(step.for_each))
    )
    head = function
    if given and not isinstance(step.body, Group):
        keys = [names.local[one] for one in plan.arguments[function]]
        keys = ["inputs", *keys] if function in plan.takes_inputs else keys
        bound = dict(zip(keys, given, strict=True))
        head = call(f"{function}.partial", **bound).flat
    return [*found, assign(variable, Call(f"{head}.expand", [("item=", items)]), plan.indent)]


def _given(plan: Plan, function: str) -> list[Code]:
    inputs = [_start(plan)] if function in plan.takes_inputs else []
    return [Code(one) for one in inputs] + [
        Code(plan.names.variable[one]) for one in plan.arguments.get(function, ())
    ]


def _start(plan: Plan) -> str:
    """Name the task that stands before all steps of a component, in the function of the group."""
    assert plan.use is not None
    assert plan.use.given is not None
    return plan.names.given_variable if plan.use.instance else plan.use.given


def combinations(for_each: ForEach) -> list[object]:
    """Give the items of a fan-out whose lists are all constant."""
    lists = [one.value for one in for_each.lists if isinstance(one, Constant)]
    if for_each.keys is None:
        return list(lists[0])
    found: list[dict[str, object]] = [{}]
    for key, values in zip(for_each.keys, lists, strict=True):
        found = [{**one, key: value} for one in found for value in values]
    return list(found)


def _approval(step: Step, body: Approval, plan: Plan) -> Call:
    """Ask a person; a text with braces is marked, since Airflow would take it for a template."""
    text: Code = Text(body.text)
    rule = plan.rules[step.name]
    settings = {"subject": call("literal", text) if "{" in body.text else text}
    if rule.trigger_rule and step.name not in plan.names.extra:
        settings["trigger_rule"] = Text(rule.trigger_rule)
    if said := "\n\n".join(one for one in (step.description, plan.source_of(step)) if one):
        settings["doc_md"] = Text(said)
    return call(
        "ApprovalOperator", task_id=Text(step.name), **settings, fail_on_reject=Code("True")
    )


def _entry(step: str, plan: Plan) -> str:
    """Name the task of a step that its needs stand before."""
    return plan.names.extra_variable.get(step) or plan.names.variable[step]


def _edges(step: Step, plan: Plan) -> list[tuple[list[str], str]]:
    names, found = plan.names, []
    extra = step.name in names.extra
    entry = names.extra_function[step.name] if extra else names.function[step.name]
    given = plan.arguments.get(entry, ())
    needs = [names.variable[one] for one in step.needs if one not in given]
    if not step.needs and plan.use and plan.use.given and entry not in plan.takes_inputs:
        needs.append(_start(plan))
    if needs:
        found.append((needs, _entry(step.name, plan)))
    if extra and isinstance(step.body, Approval):
        found.append(([names.extra_variable[step.name]], names.variable[step.name]))
    return found


def _markers(plan: Plan) -> list[tuple[str, str]]:
    found = [(plan.names.steps_ended, "all_done")] if plan.pipeline.finally_ else []
    return [*found, *([(plan.names.pipeline_status, "none_failed")] if needs_status(plan) else [])]


def _start_of(step: Step, plan: Plan) -> str:
    rule = plan.rules[step.name].trigger_rule
    variable, id = plan.names.extra_variable[step.name], plan.names.extra[step.name]
    return _marker(variable, rule, plan.indent, id)


def _marker(task: str, rule: str | None, indent: int, id: str | None = None) -> str:
    """Make a task that does nothing: it marks where many meet."""
    settings = {"task_id": Text(id or task)}
    if rule:
        settings["trigger_rule"] = Text(rule)
    return assign(task, call("EmptyOperator", **settings), indent)


def _marker_edges(plan: Plan) -> list[tuple[list[str], str]]:
    variable, pipeline, found = plan.names.variable, plan.pipeline, []
    if pipeline.finally_:
        found.append(([variable[one] for one in _last(plan)], plan.names.steps_ended))
        found += [
            ([plan.names.steps_ended], _entry(name, plan))
            for name, step in pipeline.finally_.items()
            if not step.needs
        ]
    if needs_status(plan):
        unheard = [*_unheard(plan), *_ends(plan)]
        found.append(
            ([variable[one] for one in dict.fromkeys(unheard)], plan.names.pipeline_status)
        )
    return found


def _readers(plan: Plan) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {name: [] for name in plan.pipeline.all_steps}
    for step in plan.pipeline.all_steps.values():
        for need in step.needs:
            found[need].append(step)
    return found


def _last(plan: Plan) -> list[str]:
    """Give the steps that must be waited for: none of their readers surely ends after them.

    A task may be marked as soon as one of its needs failed, while others still run.
    """
    readers = _readers(plan)
    return [
        name
        for name in plan.pipeline.steps
        if not any(
            len(one.needs) == 1 or one.trigger_rule in ("all_done", "any_failed")
            for one in readers[name]
        )
    ]


def _unheard(plan: Plan) -> list[str]:
    """Give the steps whose failure would reach no end of the run by itself."""
    readers = _readers(plan)
    return [
        name
        for name, step in plan.pipeline.all_steps.items()
        if (readers[name] or (plan.pipeline.finally_ and not step.in_finally))
        and not any(one.trigger_rule in ("all_succeeded", "none_failed") for one in readers[name])
    ]


def _ends(plan: Plan) -> list[str]:
    readers = _readers(plan)
    return [name for name in plan.pipeline.all_steps if not readers[name]]


def _edge(before: Iterable[str], after: str, indent: int) -> str:
    before, space = list(before), " " * indent
    if len(before) == 1:
        return f"{space}{before[0]} >> {after}\n"
    made = listing(Code(one) for one in before)
    return f"{space}{made.put(indent, indent, len(after) + 4)} >> {after}\n"
