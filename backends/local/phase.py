"""Where a run is: at its steps, at its `finally` steps, or over; and why it is being stopped."""

from collections.abc import Iterable
from typing import Literal

from pipec.compiler.execution import run_state
from pipec.compiler.ir import RunState, StepState
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run is being stopped. `signal` is set if a person did it."""

    reason: str
    signal: int | None = None


@dataclass(slots=True)
class Phase:
    """The part of a run that is going on.

    `stop` is a stop that is wanted, `stopping` says that it has begun. `signal` is the one that a
    person stopped the run with, `trouble` is why the machine did not let it go on.
    """

    name: Literal["steps", "finally", "over"] = "steps"
    stop: Stop | None = None
    stopping: bool = False
    signal: int | None = None
    trouble: str | None = None

    @property
    def is_over(self) -> bool:
        return self.name == "over"

    @property
    def in_steps(self) -> bool:
        return self.name == "steps"

    @property
    def may_start(self) -> bool:
        """Say whether programs may be started: not once the steps are to be stopped."""
        return not self.is_over and not (self.stop and self.in_steps)

    def want(self, stop: Stop) -> None:
        """Ask for the steps to be stopped; what a person wants is stronger than what was asked."""
        if self.in_steps and (self.stop is None or stop.signal):
            self.stop = stop

    def begin_finally(self) -> None:
        self.name, self.stop, self.stopping = "finally", None, False

    def end_now(self) -> None:
        """Nothing more is started; the run is over when all its processes are gone."""
        self.name, self.stopping = "finally", True

    def end(self) -> None:
        self.name = "over"

    def state(self, steps: Iterable[StepState]) -> RunState:
        """Give the state of the run from those of its steps.

        A signal that came when nothing was left to cancel has stopped nothing.
        """
        states = list(steps)
        if self.signal is not None and "cancelled" in states:
            return "cancelled"
        return "failed" if self.trouble else run_state(states)
