"""The table of trigger rules, whole: every rule over every pair of needs."""

from itertools import combinations_with_replacement

import pytest

from pipec.compiler.execution import decide, fan_out_state, group_state, run_state
from pipec.compiler.ir import StepState, TriggerRule

# What becomes of a step with the first and the second need; from docs/language.md, by hand.
TABLE = {
    "succeeded succeeded": ("start", "start", "skipped", "start"),
    "failed succeeded": ("upstream_failed", "upstream_failed", "start", "start"),
    "skipped succeeded": ("skipped", "start", "skipped", "start"),
    "succeeded upstream_failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "cancelled succeeded": ("upstream_failed", "upstream_failed", "start", "start"),
    "failed failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "failed skipped": ("upstream_failed", "upstream_failed", "start", "start"),
    "failed upstream_failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "cancelled failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "skipped skipped": ("skipped", "start", "skipped", "start"),
    "skipped upstream_failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "cancelled skipped": ("upstream_failed", "upstream_failed", "start", "start"),
    "upstream_failed upstream_failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "cancelled upstream_failed": ("upstream_failed", "upstream_failed", "start", "start"),
    "cancelled cancelled": ("upstream_failed", "upstream_failed", "start", "start"),
}
RULES: tuple[TriggerRule, ...] = ("all_succeeded", "none_failed", "any_failed", "all_done")
STATES: tuple[StepState, ...] = ("cancelled", "failed", "skipped", "succeeded", "upstream_failed")


@pytest.mark.parametrize("pair", list(combinations_with_replacement(STATES, 2)))
@pytest.mark.parametrize("index", range(4))
def test_decide(pair: tuple[StepState, StepState], index: int) -> None:
    key = " ".join(sorted(pair))
    assert decide(RULES[index], pair) == TABLE[key][index]
    assert decide(RULES[index], pair[::-1]) == TABLE[key][index]


def test_no_needs_start() -> None:
    assert decide("all_succeeded", ()) == "start"


def test_states_of_wholes() -> None:
    assert fan_out_state([]) == "skipped"
    assert fan_out_state(["succeeded", "failed", "succeeded"]) == "failed"
    assert fan_out_state(["succeeded", "succeeded"]) == "succeeded"
    assert group_state(["skipped", "succeeded"]) == "succeeded"
    assert group_state(["failed", "upstream_failed"]) == "failed"
    assert run_state(["succeeded", "skipped"]) == "succeeded"
    assert run_state(["failed", "succeeded"]) == "failed"
