"""Each step as a function with `@task`, whose body says in plain Python what the spec says."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipec.backends.airflow import native, pods
from pipec.backends.airflow.foresight import constant_bytes
from pipec.backends.airflow.plan import Plan
from pipec.backends.airflow.references import Scope, asked, ids_of
from pipec.backends.airflow.retries import retry_arguments, seconds
from pipec.backends.airflow.rules import Rule
from pipec.backends.airflow.statements import Assign, Block, Do, Statement
from pipec.backends.airflow.wording import words
from pipec.backends.python import expressions
from pipec.backends.python.foresight import may_fail, may_grow
from pipec.backends.python.printer import (
    Call,
    Code,
    Each,
    Text,
    call,
    listing,
    literal,
    mapping,
)
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.ir import Command, Group, Output, Python, Secret, Shell, Step
from pipec.compiler.types import Type

SHORT = 60  # columns of a script that stands inside the call


def before(step: Step, plan: Plan) -> str:
    """Write the task that makes the list of a fan-out or the inputs of a component, or that
    decides whether to go on."""
    scope, rule = scope_of(plan), plan.rules[step.name]
    guarded, risky = _when(step, scope)
    if step.for_each:
        guarded.append(Do(call("items", _lists(step, scope)), "return "))
        risky = risky or any(may_fail(one) for one in step.for_each.lists)
    elif isinstance(step.body, Group) and step.inputs:
        made, fails = kept(step.inputs, {k: n.type for k, n in step.inputs.items()}, scope)
        guarded.append(Do(made, "return "))
        risky = risky or fails
    body = _check(rule, scope) + _reads(step, scope, plan, before=True)
    body += [Block("with checked_values():", guarded)] if risky else guarded
    task_id = plan.names.extra[step.name]
    name = plan.names.extra_function[step.name]
    settings: dict[str, Code] = {"task_id": Text(task_id)} if task_id != name else {}
    if rule.trigger_rule:
        settings["trigger_rule"] = Text(rule.trigger_rule)
    settings |= _native(plan.native[step.name].before(), plan)
    signature = given(plan, scope, plan.arguments[name], name)
    return function(name, settings, signature, plan, body)


def scope_of(plan: Plan) -> Scope:
    return Scope(plan.pipeline, plan.names, instance=plan.instance)


def kept(values: Mapping[str, Node], types: Mapping[str, Type], scope: Scope) -> tuple[Code, bool]:
    """Write values as Airflow's database keeps them, and say whether making them can fail."""
    found: list[tuple[str, Code]] = []
    risky = False
    for name, node in values.items():
        made, type = expressions.code(node, scope), types[name]
        as_text = type.kind in ("float", "json", "map") or (
            type.kind == "list" and not type.is_artifact
        )
        if as_text:
            made = call("kept_value", Text(str(type)), made)
        elif may_grow(node):
            made = call("limited", made)
        risky = risky or may_fail(node) or may_grow(node)
        found.append((name, made))
    return mapping(found), risky


def program(step: Step, plan: Plan) -> str:
    """Write the task that runs the program of a step."""
    scope, rule = scope_of(plan), plan.rules[step.name]
    name, decided = plan.names.function[step.name], step.name in plan.names.extra
    when, risky = ([], False) if decided else _when(step, scope)
    guarded: list[Statement] = when if risky else []
    arguments: list[tuple[str, Code]] = []
    body: list[Statement] = []
    script = _script(step)
    if script is not None and (len(script.flat) > SHORT or "\n" in script.value[:-1]):
        body.append(Assign("script", script))
    for keyword, variable, value, fails in _values(step, scope):
        if fails:
            guarded.append(Assign(variable, value))
            value = Code(variable)
        arguments.append((keyword, value))
    arguments += _settings(step, plan)
    first = ([] if decided else _check(rule, scope)) + _reads(step, scope, plan, before=False)
    first += [] if risky else when
    if guarded:
        first.append(Block("with checked_values():", guarded))
    runs = "in_pod" if pods.is_pod(step, plan.pipeline) else "run_program"
    body = [*first, *body, Do(Call(runs, arguments), "return ")]
    settings = _task_settings(step, plan, name)
    signature = ["item"] if step.for_each else []
    signature += given(plan, scope, plan.arguments[name], name)
    return function(name, settings, signature, plan, body, step)


def _check(rule: Rule, scope: Scope) -> list[Statement]:
    found: list[Statement] = []
    if rule.gate is not None:
        found.append(Do(asked("skip_unless_started", [rule.gate], scope.instance)))
    if rule.check is not None:
        ids = [scope.names.task[one] for one in rule.steps]
        found.append(Do(asked(rule.check, ids, scope.instance)))
    return found


def _when(step: Step, scope: Scope) -> tuple[list[Statement], bool]:
    """Write the condition, and say whether it can fail."""
    if step.when is None:
        return [], False
    condition = expressions.code(step.when, scope)
    done = Do(call("skip_unless", condition, Text(words(step.when))))
    return [done], may_fail(step.when)


def _lists(step: Step, scope: Scope) -> Code:
    assert step.for_each
    lists = [_list(one, scope) for one in step.for_each.lists]
    if step.for_each.keys is None:
        return lists[0]
    return mapping(zip(step.for_each.keys, lists, strict=True))


def _list(node: Node, scope: Scope) -> Code:
    """Write a list of items; those of JSON become text here, since they may be texts already."""
    found = expressions.code(node, scope)
    if node.type.kind == "json":
        found = call("json_list", found)
    if node.type.kind == "json" or (node.type.item and node.type.item.kind == "json"):
        return Each(call("compact", Code("one")), "one", found)
    return found


def _reads(step: Step, scope: Scope, plan: Plan, before: bool) -> list[Statement]:
    """Say where the outputs come from that a function reads: from its arguments, or asked for."""
    rule, arguments = plan.rules[step.name], []
    found: list[Statement] = []
    functions = plan.names.extra_function if before else plan.names.function
    behind = step.name in plan.names.extra and not before
    for one in scope.read:
        producer, local = plan.pipeline.all_steps[one], plan.names.local[one]
        bound = one in step.needs or (rule.trigger_rule == "all_done" and not behind)
        if behind and not rule.plain:
            bound = False
        if (
            producer.for_each
            and not (bound and step.trigger_rule == "all_succeeded" and one in step.needs)
        ) or not bound:
            found.append(Assign(local, pulled(one, scope)))
        else:
            arguments.append(one)
            if producer.for_each:
                found.append(Assign(local, Code(f"{local}[:]")))
    plan.arguments[functions[step.name]] = tuple(arguments)
    return found


def pulled(step: str, scope: Scope) -> Code:
    """Ask for the outputs of a step."""
    if scope.pipeline.all_steps[step].for_each:
        return call("all_outputs", *(Text(id) for id in ids_of(step, scope)))
    return call("outputs_of", Text(scope.names.task[step]))


def _script(step: Step) -> Text | None:
    match step.body:
        case Shell(script=script) | Python(script=script):
            return Text(script)
    return None


def _values(step: Step, scope: Scope) -> Iterator[tuple[str, str, Code, bool]]:
    """Give what a program is given: keyword, variable, value, and whether making it can fail."""
    yield _command(step, scope)
    in_pod = pods.is_pod(step, scope.pipeline)
    env = {name: _env(one, scope, in_pod) for name, one in step.env.items()}
    if env:
        fails = any(
            may_fail(one, as_text=True) for one in step.env.values() if not isinstance(one, Secret)
        )
        yield "env=", "env", mapping(env.items()), fails
    for keyword, artifacts in (("values", False), ("files", True)):
        nodes = {k: n for k, n in step.inputs.items() if n.type.is_artifact is artifacts}
        if nodes:
            made = mapping((name, _input(node, scope)) for name, node in nodes.items())
            yield f"{keyword}=", keyword, made, any(map(_input_fails, nodes.values()))


def _input(node: Node, scope: Scope) -> Code:
    made = expressions.code(node, scope)
    return call("limited", made) if may_grow(node) else made


def _input_fails(node: Node) -> bool:
    return may_grow(node) or may_fail(node)


def _command(step: Step, scope: Scope) -> tuple[str, str, Code, bool]:
    match step.body:
        case Command(argv=argv):
            fails = any(may_fail(one, as_text=True) for one in argv)
            return "", "command", listing(expressions.text(one, scope) for one in argv), fails
        case Shell(argv=shell):
            head = shell
        case _:
            head = ("python3",)
    script = _script(step)
    assert script
    long = len(script.flat) > SHORT or "\n" in script.value[:-1]
    parts = [*(Text(one) for one in (*head, "-c")), Code("script") if long else script]
    return "", "command", listing(parts), False


def _env(value: Node | Secret, scope: Scope, in_pod: bool) -> Code:
    if not isinstance(value, Secret):
        return expressions.text(value, scope)
    optional = {"optional": Code("True")} if value.optional else {}
    if in_pod:
        return call("kubernetes_secret", Text(value.name), Text(value.key), **optional)
    return call("secret", Text(f"{value.name}/{value.key}"), **optional)


def _settings(step: Step, plan: Plan) -> Iterator[tuple[str, Code]]:
    """Give what does not depend on the run."""
    if step.outputs:
        yield "outputs=", mapping((name, _kind(one)) for name, one in step.outputs.items())
    if step.retry.attempts > 1 and step.retry.on is not None:
        yield "retry_on=", literal(list(step.retry.on))
    if plan.pipeline.files:
        yield "code=", Code("FILES")
    if step.workdir is not None:
        yield "workdir=", Text(step.workdir)
    if any(one.type.is_artifact for one in step.outputs.values()):
        yield "store=", Code("ARTIFACTS")
    constants = constant_bytes(step)
    if constants is not None:
        yield "constants=", literal(constants)
    if plan.pipeline.timeout is not None and not (step.in_finally or plan.in_finally):
        yield "run_timeout=", Code("RUN_TIMEOUT")


def _kind(output: Output) -> Code:
    """Give the type of an output, and where it is if that is not `$PIPEC_OUTPUTS/<name>`."""
    kind = Text(str(output.type))
    return kind if output.path is None else listing([kind, Text(output.path)])


def _task_settings(step: Step, plan: Plan, name: str) -> dict[str, Code]:
    found: dict[str, Code] = {}
    rule = plan.rules[step.name]
    if name != step.name:
        found["task_id"] = Text(step.name)
    if rule.trigger_rule and step.name not in plan.names.extra:
        found["trigger_rule"] = Text(rule.trigger_rule)
    found |= retry_arguments(step.retry, plan.version)
    if step.timeout is not None:
        found["execution_timeout"] = seconds(step.timeout)
    around = plan.use.step.max_parallel if plan.instance and plan.use else None
    caps = [one for one in (step.max_parallel, around) if one is not None]
    if caps:
        found["max_active_tis_per_dagrun"] = literal(min(caps))
    if pods.is_pod(step, plan.pipeline):
        found |= pods.settings(step, plan.pipeline, plan.source_of(step))
    return found | _native(plan.native[step.name].task, plan)


def _native(settings: Mapping[str, Any], plan: Plan) -> dict[str, Code]:
    """Write native settings of a task; a day begins where the schedule's does."""
    return {key: native.code(one, plan.imported, plan.zone) for key, one in settings.items()}


def said_of(step: Step, plan: Plan) -> str:
    """Give what Airflow shows of a step: its description, and where it stands in the spec."""
    return "\n\n".join(one for one in (step.description, plan.source_of(step)) if one)


def docstring(step: Step, plan: Plan) -> str:
    """Write what is said of a step as a docstring, or nothing where that needs more care."""
    inner, indent = " " * (plan.indent + 4), plan.indent + 4
    lines = [one for one in (step.description, plan.source_of(step)) if one]
    if not lines or not all(simple_docstring(one, indent) for one in lines):
        return ""
    if len(lines) == 1:
        return f'{inner}"""{lines[0]}"""\n'
    return f'{inner}"""{lines[0]}\n\n{inner}{lines[1]}\n{inner}"""\n'


def simple_docstring(text: str | None, indent: int) -> bool:
    """Say whether a text may stand as a docstring as it is."""
    return bool(
        text
        and text.isascii()
        and text.isprintable()
        and text == text.strip()
        and len(text) + indent + 6 <= 88
        and not {'"', "\\"} & set(text)
    )


def function(
    name: str,
    settings: dict[str, Code],
    takes: list[str],
    plan: Plan,
    body: list[Statement],
    step: Step | None = None,
) -> str:
    indent, text = plan.indent, ""
    if step:
        text = docstring(step, plan)
        if not text and (said := said_of(step, plan)):
            settings["doc_md"] = Text(said)
    signature = Call(name, [("", Code(one)) for one in takes])
    word = "@pod_step" if "image" in settings else "@task"
    decorator = Call(word, [(f"{key}=", one) for key, one in settings.items()])
    head = decorator.put(indent, indent, 0) if settings else "@task"
    space = " " * indent
    return (
        f"{space}{head}\n{space}def {signature.put(indent, indent + 4, 1)}:\n{text}"
        f"{''.join([one.put(indent + 4) for one in body])}"
    )


def given(plan: Plan, scope: Scope, arguments: Iterable[str], function: str = "") -> list[str]:
    """Give what a function is given: the component's inputs, outputs of steps, params."""
    found = ["inputs"] if scope.inputs else []
    if scope.inputs:
        plan.takes_inputs.add(function)
    found += [plan.names.local[one] for one in arguments]
    return [*found, "params=None"] if scope.params else found
