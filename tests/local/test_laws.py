"""Random graphs: what every step ends as, against the rules written once more, at any `-j`."""

import random
from typing import Any

import pytest

RULES = ("all_succeeded", "none_failed", "any_failed", "all_done")


def make(seed: int) -> dict[str, dict[str, Any]]:
    """Make ten steps; `exits` holds the exit codes of its instances, None for no fan-out."""
    dice = random.Random(seed)  # noqa: S311 # a seed makes the same graph again
    steps: dict[str, dict[str, Any]] = {}
    for index in range(10):
        needs = [name for name in steps if dice.random() < 0.3]
        steps[f"s{index}"] = {
            "needs": needs,
            "rule": dice.choice(RULES) if needs else "all_succeeded",
            "when": dice.random() < 0.85,
            "exit": int(dice.random() < 0.3),
            "items": dice.choice([None, None, [], [0, 0], [0, 1]]),
        }
    return steps


def spec_of(steps: dict[str, dict[str, Any]]) -> str:
    lines = ["params: {yes: {type: bool, default: true}, none: {type: list<int>, default: []}}"]
    lines.append("steps:")
    for name, one in steps.items():
        lines.append(f"  {name}:")
        if one["needs"]:
            lines.append(f"    needs: [{', '.join(one['needs'])}]")
            lines.append(f"    trigger_rule: {one['rule']}")
        lines.append(f"    when: {'' if one['when'] else 'not '}params.yes")
        if one["items"] is None:
            lines.append(f"    run: exit {one['exit']}")
        else:
            lines.append(f"    for_each: {one['items'] or 'params.none'}")
            lines.append("    env: {CODE: '${{ item }}'}")
            lines.append("    run: exit $CODE")
    return "\n".join(lines) + "\n"


def end_of(one: dict[str, Any], needs: list[str]) -> str:
    """Say by the language page what a step ends as, given what its needs ended as."""
    bad = any(state in ("failed", "upstream_failed") for state in needs)
    skipped = "skipped" in needs
    if one["rule"] == "all_succeeded" and (bad or skipped):
        return "upstream_failed" if bad else "skipped"
    if one["rule"] == "none_failed" and bad:
        return "upstream_failed"
    if one["rule"] == "any_failed" and not bad:
        return "skipped"
    if not one["when"] or one["items"] == []:
        return "skipped"
    codes = [one["exit"]] if one["items"] is None else one["items"]
    return "failed" if any(codes) else "succeeded"


@pytest.mark.parametrize("seed", range(12))
def test_every_step_ends_as_the_page_says_at_any_width(run: Any, seed: int) -> None:
    steps = make(seed)
    wanted: dict[str, str] = {}
    for name, one in steps.items():
        wanted[name] = end_of(one, [wanted[need] for need in one["needs"]])
    traces = []
    for jobs in (1, 8):
        ran = run(spec_of(steps), jobs=jobs)
        assert {name: step["state"] for name, step in ran.steps.items()} == wanted
        assert ran.state == ("failed" if "failed" in wanted.values() else "succeeded")
        traces.append({**ran.outcome.trace, "run": ""})
    assert traces[0] == traces[1]
