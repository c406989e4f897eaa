"""From the read tree to the pipeline: the one reader of raw dicts."""

from typing import Any

from pipec.compiler import graph
from pipec.compiler.diagnostics import Findings, Note, Place
from pipec.compiler.ir import Param, Pipeline, Step
from pipec.compiler.lowering import params, schedule
from pipec.compiler.lowering.drafts import Draft, draft
from pipec.compiler.lowering.steps import StepLowering, duration_of
from pipec.compiler.spelling import suggest


def lower(tree: dict[str, Any], path: str, folder: str, findings: Findings) -> Pipeline | None:
    """Give the checked pipeline of an effective tree that fits the schema, or None with findings.

    `path` is how messages call the file, `folder` what the paths in it are relative to. Places are
    routes in the effective tree (see `pipec.compiler.lowering.origins`).
    """
    place = Place(path)
    _not_yet(tree, place, findings)
    found = params.lower(tree.get("params", {}), place.at("params"), findings)
    drafts = _drafts(tree, place, findings)
    steps = _steps(drafts, found, findings)
    plan = (
        schedule.lower(tree["schedule"], place.at("schedule"), findings)
        if "schedule" in tree
        else None
    )
    timeout = duration_of(tree.get("timeout"), place.at("timeout"), findings, 1)
    if findings.failed or steps is None:
        return None
    return Pipeline(
        name=tree["name"],
        path=path,
        folder=folder,
        params={name: one for name, one in found.items() if one},
        steps={name: one for name, one in steps.items() if not one.in_finally},
        finally_={name: one for name, one in steps.items() if one.in_finally},
        description=tree.get("description"),
        owner=tree.get("owner"),
        labels=tree.get("labels", {}),
        files=tuple(tree.get("files", ())),
        timeout=timeout,
        max_parallel=tree.get("max_parallel"),
        fail_fast=tree.get("fail_fast", False),
        schedule=plan,
        targets=tree.get("targets", {}),
    )


def _not_yet(tree: dict[str, Any], place: Place, findings: Findings) -> None:
    for section in ("steps", "finally"):
        for name, raw in tree.get(section, {}).items():
            if "uses" in raw:
                findings.error(
                    "not-yet",
                    "components are not there yet in this version",
                    place.of_key(section, name, "uses"),
                )


def _drafts(tree: dict[str, Any], place: Place, findings: Findings) -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for section in ("steps", "finally"):
        for name, raw in tree.get(section, {}).items():
            where = place.at(section, name)
            if name in found:
                findings.error(
                    "duplicate-step",
                    f'"{name}" is a step already: steps and `finally` share one set of names',
                    where.of_key(),
                    notes=(Note("the step", found[name].place.of_key()),),
                )
                continue
            found[name] = draft(Draft(name, raw, where, section == "finally"), findings)
    return found


def _steps(
    drafts: dict[str, Draft], found: dict[str, Param | None], findings: Findings
) -> dict[str, Step] | None:
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
        steps[name] = StepLowering(one, needs[name], found, steps, drafts, findings).step()
    if findings.failed:
        return None
    assert not any(one.broken for one in drafts.values()), "a step is broken and nothing says why"
    return {name: step for name in drafts if (step := steps[name])}


def _needs(one: Draft, drafts: dict[str, Draft], findings: Findings) -> tuple[str, ...]:
    found: dict[str, None] = {}
    seen: dict[str, int] = {}
    for index, need in enumerate(one.body.get("needs", ())):
        place = one.place.at("needs", index)
        if need in seen:
            findings.error(
                "duplicate-need",
                f'"{need}" is needed already',
                place,
                notes=(Note("the first time", one.place.at("needs", seen[need])),),
            )
        elif _may_need(one, need, drafts, place, findings):
            found[need] = None
        seen.setdefault(need, index)
    for read in one.reads:
        if read in drafts and drafts[read].in_finally == one.in_finally:
            found.setdefault(read)
    rule = one.body.get("trigger_rule", "all_succeeded")
    if rule != "all_succeeded" and not found and not seen:
        findings.error(
            "rule-without-needs",
            f"`{rule}` judges needs, and this step has none",
            one.place.at("trigger_rule"),
        )
    return tuple(found)


def _may_need(
    one: Draft, need: str, drafts: dict[str, Draft], place: Place, findings: Findings
) -> bool:
    if need not in drafts:
        near = suggest(need, [name for name in drafts if name != one.name])
        findings.error(
            "unknown-step",
            f'there is no step "{need}"',
            place,
            f'there is a step with a similar name: "{near}"' if near else None,
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
            "needs-finally", f'"{need}" stands in `finally`, which no step can need', place
        )
    return False


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
    findings.error("cycle", message, place)
