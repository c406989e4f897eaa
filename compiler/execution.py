"""What runs, and what a run ends as: the state machine of the language as pure functions.

`cancelled` counts as failed everywhere here.
"""

from collections.abc import Iterable
from typing import Literal

from pipec.compiler.ir import RunState, StepState, TriggerRule

Decision = Literal["start", "skipped", "upstream_failed"]

ENDED_BADLY = frozenset({"failed", "upstream_failed", "cancelled"})


def decide(rule: TriggerRule, needs: Iterable[StepState]) -> Decision:
    """Say what becomes of a step whose needs have all ended in these states."""
    states = set(needs)
    bad = bool(states & ENDED_BADLY)
    if rule == "all_done":
        return "start"
    if rule == "any_failed":
        return "start" if bad else "skipped"
    if bad:
        return "upstream_failed"
    return "skipped" if rule == "all_succeeded" and "skipped" in states else "start"


def fan_out_state(instances: Iterable[StepState]) -> StepState:
    """Give the state of a fan-out from those of its instances, all of which have ended."""
    states = set(instances)
    if not states:
        return "skipped"
    if "failed" in states:
        return "failed"
    return "cancelled" if "cancelled" in states else "succeeded"


def group_state(steps: Iterable[StepState]) -> StepState:
    """Give the state of a use of a component from those of its inner steps."""
    states = set(steps)
    if "failed" in states:
        return "failed"
    return "cancelled" if "cancelled" in states else "succeeded"


def run_state(steps: Iterable[StepState]) -> RunState:
    """Give the state of a run from those of its steps: one that failed fails the run.

    A step that was cancelled by the run's timeout or `fail_fast` fails it too; a run that a
    person stopped is `cancelled`, which the runner knows and the states do not.
    """
    return "failed" if ENDED_BADLY & set(steps) else "succeeded"
