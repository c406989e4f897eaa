"""Trigger rules in Airflow's words, and which steps have a task of their own before them."""

from collections.abc import Mapping

from pipec.compiler.expressions.nodes import Constant, Node
from pipec.compiler.ir import Approval, Group, Step
from pipec.compiler.records import dataclass

LONGEST_LIST = 100  # items that stand in the wiring; a longer list is made by a task of its own


@dataclass(frozen=True, slots=True)
class Rule:
    """How a trigger rule is said: Airflow's own rule, and a check of steps first in the body.

    `gate` is a task that must have succeeded before anything in a component starts.
    """

    trigger_rule: str | None = None
    check: str | None = None
    steps: tuple[str, ...] = ()
    gate: str | None = None

    @property
    def decides(self) -> bool:
        """Say whether the body decides too whether the step starts."""
        return self.check is not None or self.gate is not None

    @property
    def plain(self) -> bool:
        """Say whether it is what every task of Airflow does."""
        return self.trigger_rule is None


def rule_of(step: Step, steps: Mapping[str, Step], gate: str | None) -> Rule:
    """Say when a step starts, without races; `gate` stands before all steps of a component."""
    if not step.needs:
        return Rule("all_done" if step.in_finally else None)
    if step.trigger_rule == "all_done":
        return Rule("all_done", gate=gate)
    if step.trigger_rule == "none_failed":
        return Rule("none_failed", gate=gate)
    if step.trigger_rule == "any_failed":
        return Rule("all_done", "skip_unless_failed", step.needs, gate)
    skippable = tuple(need for need in step.needs if steps[need].may_skip)
    if skippable and len(step.needs) > 1:
        # Airflow's all_success is decided by the first need that ends without success, so a
        # failed and a skipped one would race.
        return Rule("none_failed", "skip_unless_succeeded", skippable)
    return Rule()


def task_before(step: Step, rule: Rule, inside: bool) -> str | None:
    """Say whether a task stands before a step: `items` makes its list, `when` decides on it.

    Before a use of a component, `inputs` makes the component's inputs, or `start` waits.
    """
    decides = step.when is not None or rule.decides
    if isinstance(step.body, Approval):
        return "when" if decides else None
    if isinstance(step.body, Group):
        if step.for_each is None:
            if step.inputs:
                return "inputs"
            waits = step.needs or not rule.plain or inside
            return "when" if decides else ("start" if waits else None)
        if step.needs or inside:
            return "items"
    if step.for_each is None:
        return None
    if not decides and rule.plain and all(_stands(one) for one in step.for_each.lists):
        return None
    return "items"


def _stands(node: Node) -> bool:
    """Say whether a list may stand in `expand`, where Airflow reads texts as templates."""
    return (
        isinstance(node, Constant)
        and 0 < len(node.value) <= LONGEST_LIST
        and all(
            "{" not in one if isinstance(one, str) else isinstance(one, int | float)
            for one in node.value
        )
    )
