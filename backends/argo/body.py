"""The graph of a component: a plan of its own, made once for all uses that have the same steps."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pipec.backends.argo import names
from pipec.backends.argo.plan import USE_PATH, Plan
from pipec.backends.argo.reading import reads
from pipec.compiler.expressions.nodes import Input, Item, Node, Run, children
from pipec.compiler.ir import Group, Step
from pipec.compiler.types import Type


class Body(Plan):
    """The steps of a component, in templates that its `uses` share."""

    def __init__(self, above: Plan, group: Group) -> None:
        self.pipeline, self.version, self.settings = above.pipeline, above.version, above.settings
        self.root, self.group = above.root, group
        self.evaluated = _evaluated(group.steps)
        self.steps = group.steps
        self.checks = []
        self.uses: list[tuple[Plan, Step]] = []
        self.name = ""
        self._passed, self._slots = {}, {}
        self._find_bodies()

    def name_all(self, name: str) -> None:
        self.name = name
        for step in self.steps.values():
            self._name(step, f"{name}-{names.task(step.name)}")

    @cached_property
    def is_dynamic(self) -> bool:  # type: ignore[override] # computed here, and then the same
        return len(self.uses) > 1 or any(plan.is_dynamic for plan, _ in self.uses)

    @cached_property
    def is_indexed(self) -> bool:  # type: ignore[override]
        return any(step.for_each or plan.is_indexed for plan, step in self.uses)

    @cached_property
    def is_looped(self) -> bool:
        """Say whether a use has a `for_each` of its own."""
        return any(step.for_each for _, step in self.uses)

    @property
    def path(self) -> str:  # type: ignore[override]
        if self.is_dynamic:
            return f"{{{{inputs.parameters.{USE_PATH}}}}}."
        plan, step = self.uses[0]
        return f"{plan.use_path(step)}."

    @cached_property
    def keeps_files(self) -> bool:
        """Say whether anything inside lies under a key of its own in the store."""
        return bool(self.keyed) or any(
            self.body(step).keeps_files
            for step in self.steps.values()
            if isinstance(step.body, Group)
        )

    @cached_property
    def inputs(self) -> dict[str, Type]:
        """Give the inputs of the component that anything inside reads."""
        nodes = [node for step in self.steps.values() for _, node in step.expressions()]
        read = reads([*nodes, *self.group.outputs.values()])
        found = {one.name: one.type for one in read if isinstance(one, Input)}
        return {name: found[name] for name in self.uses[0][1].inputs if name in found}

    @cached_property
    def run_fields(self) -> list[Run]:
        """Give what its outputs read of the run: their expressions do not see it."""
        found: dict[str, Run] = {}
        pending = list(self.group.outputs.values())
        while pending:
            node = pending.pop()
            if isinstance(node, Run) and node.field != "pipeline":
                found[node.field] = node
            pending.extend(children(node))
        return [found[field] for field in sorted(found)]

    @property
    def call(self) -> str:
        """Give the name of the task by which an adapter calls it."""
        return names.task(names.dashed(self.group.component))

    def script(self, step: Step) -> str:
        return f"{self.name}.{step.name}"

    def label(self, step: Step) -> str:
        plan, use = self.uses[0]
        return f"{plan.label(use)}.{step.name}"

    def is_exported(self, step: Step) -> bool:  # noqa: ARG002 # nothing outside reads inner steps
        return False

    @cached_property
    def exported(self) -> frozenset[tuple[str, str]]:
        return frozenset()

    @cached_property
    def watched(self) -> frozenset[str]:
        return frozenset()

    @property
    def _given_away(self) -> list[Node]:
        return [node for node in self.group.outputs.values() if node.type.is_artifact]


def _evaluated(steps: Mapping[str, Step]) -> dict[str, tuple[str, ...]]:
    """Find the steps with one before them that computes for them, and what it adds to items."""
    found = {}
    for name, step in steps.items():
        if f"{name}--values" in steps:
            items = dict.fromkeys(_item_keys(node for _, node in step.expressions()))
            found[name] = tuple(key for key in items if key.startswith("values--"))
    return found


def _item_keys(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Item):
            yield node.key or "item"
        yield from _item_keys(children(node))


def written(value: object) -> str:
    """Write all of a record but the places it was read from."""
    names_ = getattr(type(value), "__match_args__", None)
    if names_ is not None:
        parts = [f"{one}={written(getattr(value, one))}" for one in names_ if one != "place"]
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k!r}:{written(v)}" for k, v in value.items()) + "}"
    return f"{type(value).__name__}:{value!r}"
