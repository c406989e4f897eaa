"""What the manifest of a pipeline is made of: names, and what has to be passed where."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from pipec.backends.argo import names
from pipec.backends.argo.parameters import conditions
from pipec.backends.argo.settings import Settings
from pipec.backends.argo.text import is_safe
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Constant,
    Index,
    Item,
    Node,
    Output,
    Param,
    Run,
    State,
    Unary,
    children,
)
from pipec.compiler.ir import Pipeline, Python, Shell, Step

Read = Output | State


class Plan:
    """Names and facts that several parts of the manifest share."""

    def __init__(
        self,
        pipeline: Pipeline,
        version: str,
        settings: Settings,
        evaluated: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self.pipeline, self.version, self.settings = pipeline, version, settings
        self.evaluated = evaluated  # the steps with one before them that computes for them
        self.steps = pipeline.all_steps
        self.checks = conditions(pipeline)
        self._passed: dict[str, dict[str, Read]] = {}

    # --- names ---

    def step(self, name: str) -> Step:
        return self.steps[name]

    def task(self, name: str) -> str:
        return names.task(name)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(names.task(name) for name in self.steps)

    @cached_property
    def name(self) -> str:
        return names.dashed(self.pipeline.name)

    @cached_property
    def entrypoint(self) -> str:
        return names.free(self.name, self._taken, "dag")

    @cached_property
    def on_exit(self) -> str:
        return names.free("finally", {*self._taken, self.entrypoint}, "dag")

    def template(self, step: Step) -> str:
        """Give the template that the task of a step refers to."""
        return self.task(step.name)

    def leaf(self, step: Step) -> str:
        """Give the template that runs the program of a step."""
        if not self.is_wrapped(step):
            return self.task(step.name)
        wanted = f"{self.task(step.name)}-item"
        taken = {*self._taken, self.entrypoint, self.on_exit}
        return wanted if wanted not in taken else f"{self.task(step.name)}--item"

    def item_keys(self, step: Step) -> tuple[str, ...]:
        """Give the parameters that an item of a fan-out is passed in."""
        if not step.for_each:
            return ()
        return (*(step.for_each.keys or ("item",)), *self.evaluated.get(step.name, ()))

    def index_name(self, step: Step) -> str:
        return "item-index" if "index" in self.item_keys(step) else "index"

    def parameter(self, step: Step, node: Read) -> str:
        """Give the parameter of a step's template that an output or a state is passed in."""
        if isinstance(node, State):
            return f"{node.step or 'run'}--state"
        for name, one in step.inputs.items():
            if isinstance(one, Output) and (one.step, one.name) == (node.step, node.name):
                if name not in (*self.item_keys(step), "index"):
                    return name
                break
        return f"{node.step}-{node.name}"

    # --- values that a step before computes ---

    def evaluation(self, step: Step) -> Step | None:
        """Give the step that computes values for this one."""
        return self.steps[f"{step.name}--values"] if step.name in self.evaluated else None

    def evaluates(self, step: Step) -> bool:
        return step.name.endswith("--values")

    def has_evaluated_items(self, step: Step) -> bool:
        evaluation = self.evaluation(step)
        return evaluation is not None and "items" in evaluation.outputs

    # --- rules ---

    def blame(self, step: Step) -> list[str]:
        """Give the steps one of which failed if this one failed or is upstream_failed.

        The step itself comes first, then those above it up to one that starts after failures.
        """
        found = [step.name]
        seen = {step.name}
        for name in found:
            if self.steps[name].trigger_rule in ("all_succeeded", "none_failed"):
                for need in self.steps[name].needs:
                    if need not in seen:
                        seen.add(need)
                        found.append(need)
        return found

    def is_checked(self, step: Step) -> bool:
        """Say whether a step checks the params: it is a first one, or starts after a failure."""
        starts = not step.needs or step.trigger_rule in ("any_failed", "all_done")
        if step.name in self.evaluated:
            return False  # the step before it does
        return starts and not step.in_finally and bool(self.checks)

    def is_wrapped(self, step: Step) -> bool:
        """Say whether a fan-out has a template of its own around its instances.

        Argo looks at `when` for each item, and has no cap for a loop.
        """
        if not step.for_each:
            return False
        return bool(
            step.max_parallel
            or step.name in self.evaluated
            or step.when is not None
            or self.is_checked(step)
            or any(self.fragile(step))
        )

    def is_in_file(self, step: Step) -> bool:
        """Say whether a script is in the ConfigMap, since Argo or the kubelet would change it."""
        return step.name in self._in_files

    @cached_property
    def _in_files(self) -> frozenset[str]:
        return frozenset(
            step.name
            for step in self.steps.values()
            if isinstance(step.body, (Shell, Python))
            and not is_safe(step.body.script, frozenset(step.env))
        )

    # --- what is passed ---

    @staticmethod
    def values(step: Step) -> Iterator[Node]:
        """Give the expressions whose values a program gets, artifacts aside."""
        fan_out = step.for_each.lists if step.for_each else ()
        left_out = {id(node) for node in (step.when, *fan_out)}
        for _, node in step.expressions():
            if id(node) not in left_out and not node.type.is_artifact:
                yield node

    def fragile(self, step: Step) -> Iterator[Node]:
        """Give the values that may have none: then the step fails before its program starts.

        Those made of an item are not among them: Argo cannot fail one item of a loop beforehand.
        """
        for node in self.values(step):
            if may_fail(node) and not reads_item(node):
                yield node

    def may_not_start(self, step: Step) -> bool:
        """Say whether a value of an item may be missing: its program does not start then."""
        if self.evaluated.get(step.name):
            return True
        return any(may_fail(node) and reads_item(node) for node in self.values(step))

    def passed(self, step: Step) -> dict[str, Read]:
        """Give the parameters of a step's template, but for its item, and what each reads."""
        found = self._passed.get(step.name)
        if found is None:
            made = {self.parameter(step, one): one for one in reads(self.values(step))}
            found = self._passed[step.name] = made
        return found

    @cached_property
    def exported(self) -> frozenset[tuple[str, str]]:
        """Give the outputs (step and name) that values of `finally` read."""
        found = set()
        for step in self.pipeline.finally_.values():
            for node in reads(one for _, one in step.expressions()):
                if isinstance(node, Output) and node.step in self.pipeline.steps:
                    found.add((node.step, node.name))
        return frozenset(found)

    @cached_property
    def watched(self) -> frozenset[str]:
        """Give the steps whose state `finally` reads."""
        found = set()
        for step in self.pipeline.finally_.values():
            for node in reads(one for _, one in step.expressions()):
                if isinstance(node, State) and node.step in self.pipeline.steps:
                    found.add(node.step)
        return frozenset(name for name in found if name)

    @cached_property
    def keyed(self) -> frozenset[tuple[str, str]]:
        """Give the artifacts (step and output) that lie under a key of their own in the store."""
        found = {
            (step.name, output.name)
            for step in self.steps.values()
            if step.for_each
            for output in step.outputs.values()
            if output.type.is_artifact
        }
        for step in self.steps.values():
            for node in step.inputs.values():
                if node.type.is_artifact and not self.is_handed_over(step, node):
                    found.update(
                        (one.step, one.name) for one in reads([node]) if isinstance(one, Output)
                    )
        return frozenset(found)

    def is_handed_over(self, step: Step, node: Node) -> bool:
        """Say whether an artifact is an argument of the task; else it is read by its key."""
        return (
            isinstance(node, Output)
            and not self.steps[node.step].for_each
            and self.steps[node.step].in_finally == step.in_finally
        )


_TOTAL = ("default", "join", "len", "str")


def may_fail(node: Node) -> bool:
    """Say whether an expression may have no value: a missing key, division by zero, overflow."""
    match node:
        case Constant() | Param() | Item() | Output() | State() | Run():
            return False
        case Index():
            return True
        case Binary(op=op, type=type) if op not in ("and", "or") and type.is_number:
            return True
        case Unary(op="-") if node.type.kind == "int":
            return True
        case Call(function=function) if function not in _TOTAL:
            if function not in ("min", "max") or len(node.args) == 1:
                return True
    return any(may_fail(one) for one in children(node))


def reads_item(node: Node) -> bool:
    return isinstance(node, Item) or any(reads_item(one) for one in children(node))


def reads(nodes: Iterable[Node]) -> Iterator[Read]:
    """Give the outputs and states that expressions read, in order."""
    for node in nodes:
        if isinstance(node, (Output, State)):
            yield node
        else:
            below = children(node)
            if below:
                yield from reads(below)
