"""What the manifest of a pipeline is made of: names, and what has to be passed where.

A plan is one graph of steps: that of the pipeline, or that of a component (`Body`), which is made
once for all uses that have the same steps.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipec.backends.argo import crossing, names
from pipec.backends.argo.parameters import conditions
from pipec.backends.argo.reading import Read, reads
from pipec.backends.argo.settings import Settings
from pipec.backends.argo.text import is_safe
from pipec.compiler.expressions.nodes import Input, Node, Output, State
from pipec.compiler.ir import Group, Pipeline, Python, Shell, Step

if TYPE_CHECKING:
    from pipec.backends.argo.body import Body

USE_PATH, USE_INDEX = "use--path", "use--index"


class Plan:
    """The steps of a pipeline: names and facts that several parts of the manifest share."""

    path = ""  # what stands before the name of a step in messages and keys: `train.`, or a tag
    is_dynamic = False  # whether `path` differs from use to use, so that it is a parameter
    is_indexed = False  # whether a fan-out is around it, so that keys hold an index

    def __init__(
        self,
        pipeline: Pipeline,
        version: str,
        settings: Settings,
        evaluated: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self.pipeline, self.version, self.settings = pipeline, version, settings
        self.evaluated = evaluated  # the steps with one before them that computes for them
        self.root: Plan = self
        self.steps = pipeline.all_steps
        self.checks = conditions(pipeline)
        self.bodies: dict[str, Body] = {}
        self._shapes: dict[int, str] = {}
        self._passed: dict[str, dict[str, Read]] = {}
        self._find_bodies()
        self._slots: dict[str, tuple[str, ...]] = {}
        self._claim = names.Names()
        self._name_all()

    @property
    def levels(self) -> "list[Plan]":
        """Give every graph of the manifest, the pipeline's own first."""
        return [self, *self.bodies.values()]

    # --- names ---

    def step(self, name: str) -> Step:
        return self.steps[name]

    def task(self, name: str) -> str:
        return names.task(name)

    @cached_property
    def name(self) -> str:
        return names.dashed(self.pipeline.name)

    def _name_all(self) -> None:
        """Name every template: those of the steps as these, all others as what is left."""
        claim = self._claim
        for name in self.steps:
            claim.reserve(names.task(name))
        self.entrypoint = claim(self.name, "dag")
        self.on_exit = claim("finally", "dag") if self.pipeline.finally_ else ""
        self.graph = claim(f"{self.name}-steps", "dag") if self.checks else self.entrypoint
        apart = self.checks and self.on_exit
        self.last = claim("finally-steps", "dag") if apart else self.on_exit
        for step in self.steps.values():
            self._name(step, names.task(step.name), is_reserved=True)

    def _name(self, step: Step, slot: str, is_reserved: bool = False) -> None:
        """Name the templates of a step, from the outermost, and those of its component."""
        claim, found = self.root._claim, list[str]()
        for role, ending in self._roles(step):
            wanted = f"{slot}-{ending}" if found else slot
            free = is_reserved and not found
            found.append(wanted if free else claim(wanted, role))
        self._slots[step.name] = tuple(found)
        if isinstance(step.body, Group):
            body = self.body(step)
            if not body.name:
                alone = not found and len(body.uses) == 1
                wanted = slot if alone else names.dashed(step.body.component)
                body.name_all(wanted if alone and is_reserved else claim(wanted, "steps"))

    def _roles(self, step: Step) -> Iterator[tuple[str, str]]:
        if self.is_wrapped(step):
            yield "items", "items"
        if self.has_adapter(step):
            yield "use", "item"
        if not isinstance(step.body, Group):
            yield "item", "item"

    def template(self, step: Step) -> str:
        """Give the template that the task of a step refers to."""
        slots = self._slots[step.name]
        return slots[0] if slots else self.body(step).name

    def leaf(self, step: Step) -> str:
        """Give the template of one instance of a step: it runs its program, or uses a component."""
        return self._slots[step.name][-1]

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
            if _is_same(one, node):
                if name not in (*self.item_keys(step), "index"):
                    return name
                break
        if isinstance(node, Output):
            return f"{node.step}-{node.name}"
        taken = (*step.inputs, *self.item_keys(step), "index")
        return f"inputs--{node.name}" if node.name in taken else node.name

    # --- components ---

    def _find_bodies(self) -> None:
        from pipec.backends.argo.body import Body

        for step in self.steps.values():
            if isinstance(step.body, Group):
                shape = self._shape(step.body)
                body = self.root.bodies.get(shape)
                if body is None:
                    body = self.root.bodies[shape] = Body(self, step.body)
                body.uses.append((self, step))

    def _shape(self, group: Group) -> str:
        """Give a text that is the same for components with the same steps, wherever used."""
        shapes = self.root._shapes
        if id(group) not in shapes:
            from pipec.backends.argo.body import written

            shapes[id(group)] = written(group)
        return shapes[id(group)]

    def body(self, step: Step) -> "Body":
        """Give the graph of the component that a step uses."""
        assert isinstance(step.body, Group)
        return self.root.bodies[self._shape(step.body)]

    def has_adapter(self, step: Step) -> bool:
        """Say whether a template stands between a task, or an item, and a component.

        It makes the component's inputs of an item, and gives `finally` what it reads: a graph
        that is a task of another cannot.
        """
        if not isinstance(step.body, Group):
            return False
        return bool(step.for_each) or self.is_exported(step)

    def is_exported(self, step: Step) -> bool:
        """Say whether `finally` reads anything of a step."""
        return step.name in self.watched or any(one == step.name for one, _ in self.exported)

    def use_path(self, step: Step) -> str:
        """Give what stands before the names of the inner steps of a use, maybe with a tag."""
        return f"{self.path}{step.name}"

    def label(self, step: Step) -> str:
        """Give what messages call a step."""
        return step.name

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
            or any(crossing.fragile(step))
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

    def script(self, step: Step) -> str:
        """Give the name of a script in the ConfigMap."""
        return step.name

    # --- what is passed ---

    def may_not_start(self, step: Step) -> bool:
        """Say whether a value of an item may be missing: its program does not start then."""
        if self.evaluated.get(step.name):
            return True
        return any(crossing.fragile_of_item(step))

    def passed(self, step: Step) -> dict[str, Read]:
        """Give the parameters of a step's template, but for its item, and what each reads."""
        found = self._passed.get(step.name)
        if found is None:
            made = {self.parameter(step, one): one for one in reads(crossing.values(step))}
            found = self._passed[step.name] = made
        return found

    def context(self, step: Step) -> list[str]:
        """Give the parameters that tell the template of an inner step where it stands."""
        found = [USE_PATH] if self.is_dynamic else []
        return [*found, USE_INDEX] if self.is_indexed and self._needs_index(step) else found

    def _needs_index(self, step: Step) -> bool:
        if isinstance(step.body, Group):
            return self.body(step).keeps_files
        if any((step.name, one) in self.keyed for one in step.outputs):
            return True
        return any(
            isinstance(node, Output)
            and node.type.is_artifact
            and not self.is_handed_over(step, node)
            for node in step.inputs.values()
        )

    def is_canonical(self, node: Output) -> bool:
        """Say whether the text of an output is the one the language gives its value."""
        return crossing.is_canonical(self.steps, node)

    def is_handed_over(self, step: Step, node: Node) -> bool:
        """Say whether an artifact is an argument of the task; else it is read by its key."""
        return crossing.is_handed_over(self.steps, step, node)

    @cached_property
    def exported(self) -> frozenset[tuple[str, str]]:
        """Give the outputs (step and name) that values of `finally` read."""
        return crossing.exported(self.pipeline.steps, self.pipeline.finally_.values())

    @cached_property
    def watched(self) -> frozenset[str]:
        """Give the steps whose state `finally` reads."""
        return crossing.watched(self.pipeline.steps, self.pipeline.finally_.values())

    @cached_property
    def keyed(self) -> frozenset[tuple[str, str]]:
        """Give the artifacts (step and output) that lie under a key of their own in the store."""
        return crossing.keyed(self.steps, self._given_away)

    @property
    def _given_away(self) -> list[Node]:
        """Give the artifacts that go to the graph around this one."""
        return []


def _is_same(one: Node, node: Output | Input) -> bool:
    if isinstance(one, Output) and isinstance(node, Output):
        return (one.step, one.name) == (node.step, node.name)
    return isinstance(one, Input) and isinstance(node, Input) and one.name == node.name
