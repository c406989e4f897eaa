"""The steps of one level: a pipeline's, or those of a component."""

import re
from collections.abc import Mapping
from typing import Any

from pipec.compiler import graph
from pipec.compiler.diagnostics import Findings, Note, Place
from pipec.compiler.ir import Step
from pipec.compiler.lowering.context import Context
from pipec.compiler.lowering.drafts import Draft, draft
from pipec.compiler.lowering.steps import StepLowering
from pipec.compiler.lowering.uses import lower_use, outputs_of
from pipec.compiler.spelling import slip, suggest


def lower_level(
    sections: Mapping[str, dict[str, Any]],
    places: Mapping[str, Place],
    context: Context,
    findings: Findings,
) -> dict[str, Step | None]:
    """Give the steps of `steps` and `finally`, None for one that is wrong; `places` are theirs."""
    drafts = context.drafts = _drafts(sections, places, context, findings)
    needs = {name: _needs(one, drafts, findings) for name, one in drafts.items()}
    for cycle in graph.cycles(needs):
        _report_cycle(cycle, drafts, findings)
    ordered = graph.order(needs)
    on_cycle = set(drafts) - set(ordered)
    steps: dict[str, Step | None] = {}
    # What is read comes before what reads it: needs first, and `finally` after every step.
    names = [*ordered, *(name for name in drafts if name in on_cycle)]
    for name in sorted(names, key=lambda name: drafts[name].in_finally):
        one = drafts[name]
        lowering = StepLowering(
            one, needs[name], context.params, steps, drafts, findings, context.inputs
        )
        if "uses" in one.body:
            steps[name] = lower_use(lowering, context, lower_level, findings)
        else:
            steps[name] = lowering.step()
    if not findings.failed:
        assert not any(one.broken for one in drafts.values()), "broken, and nothing says why"
    return {name: steps[name] for name in drafts}


def _drafts(
    sections: Mapping[str, dict[str, Any]],
    places: Mapping[str, Place],
    context: Context,
    findings: Findings,
) -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for section, steps in sections.items():
        for name, raw in steps.items():
            where = places[section].at(name)
            if name in found:
                findings.error(
                    "duplicate-step",
                    f'"{name}" is a step already: steps and `finally` share one set of names',
                    where.of_key(),
                    "give it another name",
                    (Note("the step", found[name].place.of_key()),),
                )
                continue
            body = context.effective(raw, where)
            one = draft(Draft(name, body, where, section == "finally"), findings)
            if "uses" in body:
                component = context.component_of(one)
                one.outputs = outputs_of(component) if component else None
            found[name] = one
    return found


def _needs(one: Draft, drafts: dict[str, Draft], findings: Findings) -> tuple[str, ...]:
    found: dict[str, None] = {}
    named = one.body.get("needs", ())
    for index, need in enumerate(named):
        if _may_need(one, need, drafts, one.place.at("needs", index), findings):
            found[need] = None
    for read in one.reads:
        if read in drafts and drafts[read].in_finally == one.in_finally:
            found.setdefault(read)
    rule = one.body.get("trigger_rule", "all_succeeded")
    if rule != "all_succeeded" and not found and not named:
        findings.error(
            "rule-without-needs",
            f"`{rule}` judges needs, and this step has none",
            one.place.at("trigger_rule"),
            "name in `needs` what it waits for; what always runs at the end stands in `finally`",
        )
    return tuple(found)


def _may_need(
    one: Draft, need: str, drafts: dict[str, Draft], place: Place, findings: Findings
) -> bool:
    if need not in drafts:
        near = suggest(need, (name for name in drafts if name != one.name))
        findings.error(
            "unknown-step",
            f'there is no step "{need}"',
            place,
            f'did you mean "{near}"?' if near else _no_step(one, need, drafts),
            fix=slip(need, near, (name for name in drafts if name != one.name)),
        )
        return False
    if drafts[need].in_finally == one.in_finally:
        return True
    if one.in_finally:
        findings.error(
            "needs-step",
            f'"{need}" is no `finally` step: `finally` starts when every step has ended',
            place,
            "leave it out; its outputs and state can be read without it",
        )
    else:
        findings.error(
            "needs-finally",
            f'"{need}" stands in `finally`, which no step can need',
            place,
            "`finally` starts when every step has ended: move it among the steps",
        )
    return False


def _no_step(one: Draft, need: str, drafts: dict[str, Draft]) -> str:
    found = re.search(r"(?:^|\bsteps[.])([a-z0-9_]+)", need)
    if found and found[1] in drafts and found[1] != one.name:
        return f"write the name alone: {found[1]}"
    known = [name for name in drafts if name != one.name and not drafts[name].in_finally]
    return f"known here: {', '.join(known[:8])}" if known else "there is no other step to wait for"


def _report_cycle(cycle: list[str], drafts: dict[str, Draft], findings: Findings) -> None:
    first = drafts[cycle[0]]
    following = cycle[1] if len(cycle) > 1 else cycle[0]
    listed = first.body.get("needs", ())
    if following in listed:
        place = first.place.at("needs", listed.index(following))
    else:
        place = first.reads[following]
    if len(cycle) == 1:
        message = f'step "{cycle[0]}" needs itself'
    else:
        message = f"the steps need each other in a circle: {' -> '.join([*cycle, cycle[0]])}"
    findings.error("cycle", message, place, "take out one of the needs, or of what is read")
