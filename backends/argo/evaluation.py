"""Expressions that Argo cannot compute as the language does, computed by a step of their own.

Such a step stands right before the one that it computes for and is Python: `NAME--values`. It
starts when its reader may start, gives one output for each expression, and for a fan-out the items
with what is computed of each. Where one has no value the reader fails, before its program starts.
"""

from collections.abc import Mapping

from pipec.backends.argo import artifacts
from pipec.backends.argo.beyond import beyond, is_known_to_fit
from pipec.backends.argo.components import given
from pipec.backends.argo.evaluator import Evaluation, both, script
from pipec.backends.argo.expressions.code import UnsupportedError
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.fanout import argument, listed
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.reading import reads, reads_item
from pipec.backends.argo.scopes import Exit, Inputs, Tasks
from pipec.backends.argo.settings import Settings
from pipec.backends.argo.values import render
from pipec.compiler.expressions.nodes import Call, Choice, Constant, Item, Node, Param
from pipec.compiler.expressions.nodes import Output as Read
from pipec.compiler.ir import (
    Command,
    ForEach,
    Group,
    Output,
    Pipeline,
    Python,
    Retry,
    Secret,
    Shell,
    Step,
)
from pipec.compiler.records import replace
from pipec.compiler.types import JSON, STRING, Type, list_of

_ALWAYS_NATIVE = (Constant, Param, Item)
ITEMS = "items"
_TEXTS = list_of(Type("map", STRING))  # each item: its index, and a text for each of its parts
_AGAIN = Retry(3, on=("lost",))


def planned(pipeline: Pipeline, version: str, settings: Settings) -> Plan:
    """Make the plan of a pipeline, with a step before each that needs one."""
    plan = Plan(pipeline, version, settings)
    found: dict[str, Evaluation] = {}
    steps = _with_evaluations(plan, pipeline.steps, found)
    last = _with_evaluations(plan, pipeline.finally_, found)
    if steps == pipeline.steps and last == pipeline.finally_:
        return plan
    made = replace(pipeline, steps=steps, finally_=last)
    return Plan(made, version, settings, {name: tuple(one.of_item) for name, one in found.items()})


def lower(plan: Plan, step: Step, node: Node) -> None:
    """Lower one expression of a step, to see whether it can be. Raises UnsupportedError."""
    tasks, inputs = tasks_of(plan, step), Inputs(plan, step)
    if node is step.when:
        Lowering(tasks).value(node)
    elif step.for_each and any(node is one for one in step.for_each.lists):
        if not plan.has_evaluated_items(step):
            listed(Lowering(inputs if plan.is_wrapped(step) else tasks), node)
        Lowering(tasks).length(node)
    elif node.type.is_artifact:
        artifacts.chosen(plan, step)
    elif isinstance(step.body, Group):
        given(inputs if plan.has_adapter(step) else tasks, node)
        _readable(plan, step, node)
    elif not isinstance(node, _ALWAYS_NATIVE):
        render(node, inputs)
        _readable(plan, step, node)


def tasks_of(plan: Plan, step: Step) -> Tasks:
    """Give the scope of the task of a step."""
    return Exit(plan, step) if step.in_finally else Tasks(plan, step)


def _readable(plan: Plan, step: Step, node: Node) -> None:
    for one in reads([node]):
        argument(tasks_of(plan, step), one)


def _with_evaluations(
    plan: Plan, steps: Mapping[str, Step], found: dict[str, Evaluation]
) -> dict[str, Step]:
    made: dict[str, Step] = {}
    for name, step in steps.items():
        carrier = _Carrier(plan, step)
        changed = carrier.step()
        if isinstance(step.body, Group):
            changed = replace(changed, body=_inside(plan.body(step), step.body))
        evaluation = carrier.evaluation
        if evaluation.values or evaluation.lists:
            found[name] = evaluation
            made[evaluation.name] = _evaluating(plan, step, evaluation)
        made[name] = changed
    return made


def _inside(body: Plan, group: Group) -> Group:
    """Do the same inside a component."""
    steps = _with_evaluations(body, group.steps, {})
    return group if steps == group.steps else replace(group, steps=steps)


class _Carrier:
    """Takes the expressions out of a step that Argo cannot compute."""

    def __init__(self, plan: Plan, step: Step) -> None:
        self.plan, self.given = plan, step
        self.evaluation = Evaluation(f"{step.name}--values")

    def step(self) -> Step:
        """Give the step with references in their place."""
        step = self.given
        made = replace(
            step,
            when=step.when and self._value("when", step.when),
            inputs={name: self._input(name, node) for name, node in step.inputs.items()},
            env={
                name: node if isinstance(node, Secret) else self._value(f"env_{name}", node)
                for name, node in step.env.items()
            },
        )
        if isinstance(step.body, Command):
            words = enumerate(step.body.argv, 1)
            body = Command(tuple(self._value(f"word_{number}", node) for number, node in words))
            made = replace(made, body=body)
        return replace(made, for_each=self._fan_out(step.for_each)) if step.for_each else made

    def _is_native(self, node: Node) -> bool:
        try:
            lower(self.plan, self.given, node)
        except UnsupportedError:
            return False
        return True

    def _value(self, name: str, node: Node) -> Node:
        part = beyond(node)
        if self._is_native(node):
            if not part.guards or is_known_to_fit(node, part, self.given.for_each):
                return node
            if not (part.hidden or reads_item(node) or node.type.optional):
                self.evaluation.values[name], self.evaluation.guards[name] = node, part.guards
                made = Read(self.evaluation.name, name, node.type.maybe(), node.span)
                return Call("default", (made, node), node.span, node.span[1], node.type)
        try:
            _readable(self.plan, self.given, node)
        except UnsupportedError:
            return node  # nothing else can read it either: it will be refused
        if reads_item(node):
            key = f"values--{name}"
            self.evaluation.of_item[key] = node
            return Item(key, node.type, node.span)
        self.evaluation.values[name] = node
        return Read(self.evaluation.name, name, node.type, node.span)

    def _input(self, name: str, node: Node) -> Node:
        if not node.type.is_artifact:
            return self._value(f"input_{name}", node)
        return self._chosen(f"input_{name}", node)

    def _chosen(self, name: str, node: Node) -> Node:
        """Take out what a file is chosen by."""
        if not isinstance(node, Choice):
            return node
        test = node.test
        try:
            Lowering(tasks_of(self.plan, self.given)).value(test)
        except UnsupportedError:
            self.evaluation.values[name] = test
            test = Read(self.evaluation.name, name, test.type, test.span)
        yes, no = self._chosen(f"{name}_1", node.yes), self._chosen(f"{name}_2", node.no)
        return replace(node, test=test, yes=yes, no=no)

    def _fan_out(self, given: ForEach) -> ForEach:
        if not self.evaluation.of_item and all(map(self._is_native, given.lists)):
            return given
        self.evaluation.lists = given.lists
        items = Read(self.evaluation.name, ITEMS, list_of(JSON), given.lists[0].span)
        return replace(given, lists=(items,) * len(given.lists))


def _evaluating(plan: Plan, step: Step, evaluation: Evaluation) -> Step:
    """Make the step that computes."""
    text, inputs = script(step, evaluation)
    types = {name: node.type for name, node in evaluation.values.items()}
    if evaluation.lists:
        types[ITEMS] = _TEXTS
    if "when" in types:  # where it is false nothing else is computed
        types = {name: one if name == "when" else one.maybe() for name, one in types.items()}
    outputs = {name: Output(name, one, None, step.place) for name, one in types.items()}
    return Step(
        evaluation.name,
        Shell(text, ("python3", "-I")),
        step.place,
        needs=step.needs,
        trigger_rule=step.trigger_rule,
        when=_when(step, evaluation),
        inputs=inputs,
        outputs=outputs,
        image=image(plan, step),
        retry=_AGAIN,
        in_finally=step.in_finally,
        may_skip=step.may_skip,
    )


def _when(step: Step, evaluation: Evaluation) -> Node | None:
    """Give the condition of the step that computes."""
    if step.when is None or "when" in evaluation.values:
        return evaluation.when
    return both("and", step.when, evaluation.when) if evaluation.when else step.when


def image(plan: Plan, step: Step) -> str | None:
    """Give an image with Python: as told, else that of a program in Python, the step's own first.

    None where none is known.
    """
    settings = plan.settings
    if settings.evaluation_image or settings.image:
        return settings.evaluation_image or settings.image
    for one in (step, *plan.steps.values()):
        if one.image and _is_python(one):
            return one.image
    return None


def _is_python(step: Step) -> bool:
    body = step.body
    if isinstance(body, Python) or "python" in (step.image or "").partition("@")[0]:
        return True
    first = body.argv[0] if isinstance(body, Command) else None
    return isinstance(first, Constant) and str(first.value).rpartition("/")[2].startswith("python3")
