"""The checked pipeline: frozen, typed, and knowing no target.

Mappings keep the order of the spec and are never changed. Every expression in here is checked:
names are resolved and types are set (see `pipec.compiler.expressions.nodes`).
Times are in whole seconds.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pipec.compiler.diagnostics import Place
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.records import dataclass, field
from pipec.compiler.types import Type
from pipec.compiler.values import Value

TriggerRule = Literal["all_succeeded", "none_failed", "any_failed", "all_done"]
StepState = Literal["succeeded", "failed", "skipped", "upstream_failed", "cancelled"]
RunState = Literal["succeeded", "failed", "cancelled"]
STEP_STATES: tuple[StepState, ...] = (
    "succeeded",
    "failed",
    "skipped",
    "upstream_failed",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a run. Without a default it must be given, unless its type is `T?`."""

    name: str
    type: Type
    place: Place
    has_default: bool = False
    default: Value = None
    enum: tuple[Value, ...] | None = None
    min: int | float | None = None
    max: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    description: str | None = None

    @property
    def required(self) -> bool:
        return not self.has_default and not self.type.optional


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a step. `type` is as declared, also in a fan-out. `path` is in the working
    folder; None means `$PIPEC_OUTPUTS/<name>`."""

    name: str
    type: Type
    path: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference to a secret; never its value."""

    name: str
    key: str
    optional: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Shell:
    """`run`: a script, run as `[*argv, "-c", script]`."""

    script: str
    argv: tuple[str, ...] = ("sh", "-e")


@dataclass(frozen=True, slots=True)
class Command:
    """`command`: a program and its arguments, each evaluated and passed as text."""

    argv: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Python:
    """`python`: a script, run as `python3 -c script`."""

    script: str


@dataclass(frozen=True, slots=True)
class Approval:
    """`approve`: a person says yes (`succeeded`) or no (`failed`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """`uses` of a component with steps. The step's `inputs` are what its expressions call
    `inputs.x`; `outputs` give the values of the step's outputs from those of the inner steps."""

    component: str
    steps: Mapping[str, "Step"]
    outputs: Mapping[str, Node]


Body = Shell | Command | Python | Approval | Group


@dataclass(frozen=True, slots=True)
class ForEach:
    """One list, or every combination of several (`keys`), the last fastest.

    `keys` is None for `for_each: list` (then there is one list and `item` is its item).
    """

    keys: tuple[str, ...] | None
    lists: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Retry:
    """`attempts` counts all tries. `on` None means every cause; else a subset of `exit`,
    `exit:N`, `timeout`, `contract`, `lost`. The delay before try n+1 is
    `min(delay * backoff ** (n - 1), max_delay)`."""

    attempts: int
    delay: int = 0
    backoff: float = 1.0
    max_delay: int | None = None
    on: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Resources:
    """What a program needs. `cpu` and `memory` as written (`2`, `500m`; `4Gi`)."""

    cpu: str | None = None
    memory: str | None = None
    gpu: int | None = None
    gpu_type: str | None = None


@dataclass(frozen=True, slots=True)
class Cache:
    """`cache`: `ttl` in seconds; `key` is more text to tell results apart by."""

    ttl: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    cron: str
    timezone: str = "UTC"
    overlap: Literal["forbid", "allow", "replace"] = "forbid"
    catchup: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step. `needs` holds every step it waits for: those named in `needs`, then those its
    expressions read (for a `finally` step only other `finally` steps), each once.

    `env` values and argv become text when the step starts. `may_skip` says whether it may end as
    `skipped`; `in_finally` whether it stands in `finally`.
    """

    name: str
    body: Body
    place: Place
    needs: tuple[str, ...] = ()
    trigger_rule: TriggerRule = "all_succeeded"
    when: Node | None = None
    for_each: ForEach | None = None
    max_parallel: int | None = None
    inputs: Mapping[str, Node] = field(default_factory=dict)
    env: Mapping[str, Node | Secret] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    image: str | None = None
    workdir: str | None = None
    resources: Resources = Resources()
    timeout: int | None = None
    retry: Retry = Retry(1)
    cache: Cache | None = None
    description: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    in_finally: bool = False
    may_skip: bool = False

    def output_type(self, name: str) -> Type:
        """Give the type of an output as other steps see it: of a fan-out, a list."""
        declared = self.outputs[name].type
        return Type("list", declared) if self.for_each else declared

    def nodes(self) -> Iterator[Node]:
        """Give every expression of the step, in the order of evaluation."""
        if self.when is not None:
            yield self.when
        if self.for_each:
            yield from self.for_each.lists
        yield from self.inputs.values()
        yield from (value for value in self.env.values() if not isinstance(value, Secret))
        if isinstance(self.body, Command):
            yield from self.body.argv

    def expressions(self) -> Iterator[tuple[Place, Node]]:
        """Give every expression of the step with its place, in the order of evaluation."""
        if self.when is not None:
            yield self.place.at("when"), self.when
        if self.for_each:
            for key, one in zip(self.for_each.keys or (None,), self.for_each.lists, strict=True):
                place = self.for_each.place
                yield (place if key is None else place.at(key)), one
        inputs = "with" if isinstance(self.body, Group) else "inputs"
        for name, node in self.inputs.items():
            yield self.place.at(inputs, name), node
        for name, value in self.env.items():
            if not isinstance(value, Secret):
                yield self.place.at("env", name), value
        if isinstance(self.body, Command):
            for index, node in enumerate(self.body.argv):
                yield self.place.at("command", index), node


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A checked pipeline. `steps` and `finally_` share one set of names.

    `files` are paths relative to the spec's folder, `folder` that folder as given by the caller.
    `line_of` gives the file of a place and its line, from 1; None where there is no file.
    """

    name: str
    path: str
    folder: str
    params: Mapping[str, Param]
    steps: Mapping[str, Step]
    finally_: Mapping[str, Step]
    description: str | None = None
    owner: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    timeout: int | None = None
    max_parallel: int | None = None
    fail_fast: bool = False
    schedule: Schedule | None = None
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    line_of: Callable[[Place], tuple[str, int]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def place(self) -> Place:
        return Place(self.path)

    @property
    def all_steps(self) -> Mapping[str, Step]:
        """Give the steps, then the `finally` steps; no copy is made."""
        return ChainMap({}, self.finally_, self.steps)  # type: ignore[arg-type] # only read
