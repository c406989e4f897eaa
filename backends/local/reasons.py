"""Why a step does not run, in words."""

from collections.abc import Mapping

from pipec.compiler.execution import ENDED_BADLY
from pipec.compiler.expressions.evaluate import Scope, evaluate
from pipec.compiler.expressions.nodes import Constant, Node, children
from pipec.compiler.ir import TriggerRule

_LONGEST = 200  # characters of an expression
_VALUE = 40  # characters of a value
_MOST = 6  # values


def by_needs(rule: TriggerRule, states: Mapping[str, str]) -> str:
    """Say why a step does not run, by the states of its needs."""
    bad = [f'"{name}" {_past(state)}' for name, state in states.items() if state in ENDED_BADLY]
    if bad:
        return bad[0]
    if rule == "any_failed":
        return "no need of it failed"
    skipped = next(name for name, state in states.items() if state == "skipped")
    return f'"{skipped}" was skipped'


def not_wanted(when: Node, scope: Scope) -> str:
    """Say that a condition is false, with the values that make it so."""
    from pipec.backends.local.artifacts import as_json
    from pipec.compiler.expressions.text import expression_text
    from pipec.compiler.values import to_json

    if isinstance(when, Constant):
        return "`when` is false"
    found: dict[str, str] = {}
    pending: list[Node] = [when]
    while pending:
        node = pending.pop()
        if inner := children(node):
            pending += inner[::-1]
        elif not isinstance(node, Constant):
            found[expression_text(node)] = _cut(to_json(as_json(evaluate(node, scope))), _VALUE)
    values = ", ".join(f"{name} is {value}" for name, value in list(found.items())[:_MOST])
    more = ", …" if len(found) > _MOST else ""
    return f"`when` is false: {_cut(expression_text(when), _LONGEST)}, where {values}{more}"


def _past(state: str) -> str:
    return {"failed": "failed", "cancelled": "was cancelled"}.get(state, "did not run")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
