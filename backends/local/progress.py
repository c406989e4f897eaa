"""What is known of a run while it goes on: its frames, steps and instances, as plain data.

A frame is one graph: the steps, the `finally` steps, or the inner steps of one use of a component.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipec.backends.local.artifacts import as_json
from pipec.backends.local.masking import Masker
from pipec.compiler.execution import run_state
from pipec.compiler.ir import Group, Step, StepState
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value


@dataclass(slots=True, eq=False)
class Instance:
    """One item of a fan-out, or the one instance of any other step.

    `label` is how messages call it (`train[1].fit`). A use of a component has a `frame` instead
    of attempts of its own. `key` is its fingerprint; `source` says where
    a result came from that was known before.
    """

    run: "StepRun"
    label: str
    index: int | None = None
    item: Value = None
    state: StepState | None = None
    attempts: int = 0
    exit_code: int | None = None
    message: str | None = None
    key: str | None = None
    source: str | None = None
    cached: bool = False
    outputs: dict[str, Value] = field(default_factory=dict)
    frame: "Frame | None" = None
    began: float | None = None
    ended: float | None = None
    log: str | None = None

    @property
    def tries(self) -> int:
        """Give the attempts made, of a use of a component those of all its inner steps."""
        if self.frame is None:
            return self.attempts
        return sum(run.tries for run in self.frame.runs.values())


@dataclass(slots=True, eq=False)
class StepRun:
    """A step of a frame. `instances` is None until it starts.

    `pending` are the instances that want to start, `running` counts those that have, `left` those
    that have not ended; `before` are attempts of an earlier run, whose result it has;
    `shown` is what the trace of that run says of it.
    """

    step: Step
    frame: "Frame"
    label: str
    state: StepState | None = None
    message: str | None = None
    instances: list[Instance] | None = None
    pending: deque[Instance] = field(default_factory=deque)
    running: int = 0
    left: int = 0
    before: int = 0
    shown: Mapping[str, Any] | None = None
    outputs: dict[str, Value] = field(default_factory=dict)

    @property
    def tries(self) -> int:
        return self.before + sum(one.tries for one in self.instances or ())

    @property
    def name(self) -> str:
        """Give the name without items: `train.fit`."""
        return f"{self.frame.prefix}{self.step.name}"

    @property
    def is_group(self) -> bool:
        return isinstance(self.step.body, Group)

    def output(self, name: str) -> Value:
        """Give an output as other steps see it: null unless the step succeeded."""
        return self.outputs.get(name) if self.state == "succeeded" else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an instance runs, or does not. `changes` are the parts of its key that differ."""

    runs: bool
    text: str
    changes: Sequence[str] = ()


class Frame:
    """A graph that is being run. `above` is the frame of the steps, which `finally` also reads."""

    def __init__(
        self,
        steps: Mapping[str, Step],
        context: "Context",
        on_end: Callable[[], None],
        above: "Frame | None" = None,
        inside: Instance | None = None,
    ) -> None:
        self.context, self.on_end, self.above, self.inside = context, on_end, above, inside
        self.prefix = f"{inside.run.name}." if inside else ""
        label = f"{inside.label}." if inside else ""
        self.runs = {name: StepRun(step, self, label + name) for name, step in steps.items()}
        self.left = len(steps)
        self.waiting = {name: len(step.needs) for name, step in steps.items()}
        self.readers: dict[str, list[StepRun]] = {name: [] for name in steps}
        for run in self.runs.values():
            for need in run.step.needs:
                self.readers[need].append(run)

    def find(self, step: str) -> StepRun:
        if step in self.runs or self.above is None:
            return self.runs[step]
        return self.above.runs[step]

    def states(self) -> list[StepState]:
        """Give the states of all steps, which have ended."""
        return [run.state or "cancelled" for run in self.runs.values()]


@dataclass(frozen=True, slots=True)
class Context:
    """The values that are the same for a whole frame."""

    params: Mapping[str, Value]
    run: Mapping[str, str]
    inputs: Mapping[str, Value] = field(default_factory=dict)
    masker: Masker = field(default_factory=Masker)

    def shown(self, value: Value) -> Any:
        """Give a value as JSON for people: files as their hashes, secrets masked."""
        return self.masker.value(as_json(value))


class Scope:
    """What names mean in the expressions of one instance (see `evaluate.Scope`)."""

    __slots__ = ("frame", "inputs", "item", "params", "run")

    def __init__(self, frame: Frame, item: Value = None) -> None:
        self.frame, self.item = frame, item
        self.params, self.run = frame.context.params, frame.context.run
        self.inputs = frame.context.inputs

    def output(self, step: str, name: str) -> Value:
        return self.frame.find(step).output(name)

    def state(self, step: str | None) -> str:
        if step is not None:
            return self.frame.find(step).state or "cancelled"
        above = self.frame.above
        return run_state((above or self.frame).states())
