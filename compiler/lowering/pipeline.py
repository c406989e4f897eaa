"""From the read tree to the pipeline: the one reader of raw dicts."""

from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline
from pipec.compiler.lowering import params, schedule
from pipec.compiler.lowering.components import Component, Components
from pipec.compiler.lowering.constants import lower_constant
from pipec.compiler.lowering.context import Context
from pipec.compiler.lowering.defaults import without_nulls
from pipec.compiler.lowering.drafts import Draft
from pipec.compiler.lowering.levels import lower_level
from pipec.compiler.lowering.origins import Bodies, Origins, relocate_all
from pipec.compiler.lowering.settings import duration_of
from pipec.compiler.lowering.uses import lower_body

_NOTES = ("description", "owner", "labels")


def lower(
    tree: dict[str, Any],
    path: str,
    folder: str,
    components: Components,
    origins: Origins,
    bodies: Bodies,
    findings: Findings,
) -> Pipeline | None:
    """Give the checked pipeline of a tree that fits the schema, or None with findings.

    `path` is how messages call the file, `folder` what the paths in it are relative to. Places in
    the pipeline are routes in the effective tree; `origins` takes where those values stand,
    `bodies` the steps in it.
    """
    place = Place(path)
    # A null in a step removes what `defaults` say, so those stay until then.
    kept = {key: tree[key] for key in ("steps", "finally", "params", "environments") if key in tree}
    tree = without_nulls({key: one for key, one in tree.items() if key not in kept}) | kept
    found = params.lower(tree.get("params", {}), place.at("params"), findings)
    context = Context(
        components,
        origins,
        tree.get("defaults") or {},
        place.at("defaults"),
        (path,),
        found,
        bodies=bodies,
    )
    sections: dict[str, Any] = {name: tree[name] for name in ("steps", "finally") if name in tree}
    steps = lower_level(sections, {name: place.at(name) for name in sections}, context, findings)
    plan = (
        schedule.lower(tree["schedule"], place.at("schedule"), findings)
        if "schedule" in tree
        else None
    )
    timeout = duration_of(tree.get("timeout"), place.at("timeout"), findings, 1)
    notes = {key: lower_constant(tree, place, findings, key) for key in _NOTES}
    if findings.failed:
        return None
    return Pipeline(
        name=tree["name"],
        path=path,
        folder=folder,
        params={name: one for name, one in found.items() if one},
        steps={name: one for name, one in steps.items() if one and not one.in_finally},
        finally_={name: one for name, one in steps.items() if one and one.in_finally},
        description=notes["description"],
        owner=notes["owner"],
        labels=notes["labels"] or {},
        files=tuple(tree.get("files", ())),
        timeout=timeout,
        max_parallel=tree.get("max_parallel"),
        fail_fast=tree.get("fail_fast", False),
        schedule=plan,
        targets={name: one for name, one in tree.get("targets", {}).items() if one is not None},
    )


def check_component(component: Component, components: Components, findings: Findings) -> None:
    """Check a component file for itself."""
    place = Place(component.path)
    origins: Origins = {}
    context = Context(components, origins, {}, place, (component.path,))
    step = Draft(component.name, {}, place, in_finally=False)
    lower_body(step, component, context, lower_level, findings)
    findings.found[:] = relocate_all(findings.found, origins, component.path)
