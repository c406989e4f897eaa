"""Trigger rules as `depends`.

Argo calls a step Omitted whose `depends` is false: a step below a failure and a step below a skip
alike. They are told apart by the steps above whose failure would be the cause.
"""

from collections.abc import Mapping

from pipec.backends.argo.plan import Plan
from pipec.compiler.ir import Step

_ENDED = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted")


def depends(plan: Plan, step: Step) -> str:
    """Give the `depends` of a step; of one without needs the empty text."""
    evaluation = plan.evaluation(step)
    if evaluation is None:
        return _of_needs(plan, step)
    ended = _results(plan, evaluation, "Succeeded", "Failed", "Errored", "Skipped")
    return f"({_of_needs(plan, step)}) && ({ended})" if step.needs else ended


def _of_needs(plan: Plan, step: Step) -> str:
    needs = [plan.step(name) for name in step.needs]
    match step.trigger_rule:
        case "all_succeeded":
            return " && ".join(_results(plan, need, "Succeeded") for need in needs)
        case "none_failed":
            return _none_failed(plan, needs)
        case "any_failed":
            return _any_failed(plan, needs)
        case "all_done":
            terms = [_results(plan, need, *_ENDED) for need in needs]
            return terms[0] if len(terms) == 1 else " && ".join(f"({term})" for term in terms)


def _results(plan: Plan, step: Step, *results: str) -> str:
    return " || ".join(f"{plan.task(step.name)}.{result}" for result in results)


def _none_failed(plan: Plan, needs: list[Step]) -> str:
    terms, above = [], list[str]()
    for need in needs:
        if not need.may_skip:
            terms.append(_results(plan, need, "Succeeded"))
        elif not need.needs:
            terms.append(f"({_results(plan, need, 'Succeeded', 'Skipped')})")
        else:
            terms.append(f"({_results(plan, need, 'Succeeded', 'Skipped', 'Omitted')})")
            above += blame(plan.steps, need)[1:]
    named = {need.name for need in needs}
    blamed = [plan.step(name) for name in dict.fromkeys(above) if name not in named]
    if blamed:
        failed = " || ".join(_results(plan, one, "Failed", "Errored") for one in blamed)
        terms.append(f"!({failed})")
    joined = " && ".join(terms)
    return joined[1:-1] if len(terms) == 1 and joined.startswith("(") else joined


def _any_failed(plan: Plan, needs: list[Step]) -> str:
    blamed = dict[str, None]()
    terms = []
    for need in needs:
        if need.may_skip:
            blamed.update(dict.fromkeys(blame(plan.steps, need)))
        else:
            terms.append(_results(plan, need, "Failed", "Errored", "Omitted"))
    named = {need.name for need in needs if not need.may_skip}
    terms += [
        _results(plan, plan.step(name), "Failed", "Errored") for name in blamed if name not in named
    ]
    return " || ".join(terms)


def blame(steps: Mapping[str, Step], step: Step) -> list[str]:
    """Give the steps one of which failed if this one failed or is upstream_failed.

    The step itself comes first, then those above it up to one that starts after failures.
    """
    found = [step.name]
    seen = {step.name}
    for name in found:
        if steps[name].trigger_rule in ("all_succeeded", "none_failed"):
            for need in steps[name].needs:
                if need not in seen:
                    seen.add(need)
                    found.append(need)
    return found
