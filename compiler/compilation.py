"""From a file to a checked pipeline, and from that to what a target says to it."""

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from pipec.compiler import features, rules
from pipec.compiler.cuts import cut_by_a_comment
from pipec.compiler.diagnostics import Diagnostic, Findings, Note, Place
from pipec.compiler.garbage import Uncollected
from pipec.compiler.ir import Pipeline
from pipec.compiler.lowering.components import Components, component_of
from pipec.compiler.lowering.engines import check_engines
from pipec.compiler.lowering.environments import apply_environment, check_names
from pipec.compiler.lowering.origins import Bodies, Origins, relocate, relocate_all
from pipec.compiler.lowering.pipeline import check_component, lower
from pipec.compiler.lowering.salvage import held_back, salvage
from pipec.compiler.records import dataclass, field, replace
from pipec.compiler.schema import check
from pipec.compiler.source import Source, locate, read
from pipec.compiler.spelling import start_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipec.backends.capability import Capability

_KEYS_LOST = ("merge-key", "key-not-text")
_MISSING = ("missing-key", "no-body", "empty")


class Target(Protocol):
    """What `check_target` asks of a backend (see `pipec.backends.Backend`)."""

    name: str

    def capabilities(self, version: str) -> "Mapping[str, Capability]": ...
    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]: ...


@dataclass(slots=True)
class Checked:
    """What came of a spec. `pipeline` is None when there is an error among `diagnostics`.

    `files` maps where in the working folder each travelling file lands to where it is, `origins`
    routes in the effective tree to where their values stand. `tree` is the spec with its
    environment applied, and `bodies` the steps that stand at their routes with their defaults.
    """

    path: str
    diagnostics: list[Diagnostic]
    sources: dict[str, Source]
    pipeline: Pipeline | None = None
    files: "dict[str, Path]" = field(default_factory=dict)
    origins: Origins = field(default_factory=dict)
    tree: dict[str, Any] = field(default_factory=dict)
    bodies: Bodies = field(default_factory=dict)


def check_spec(path: str, data: bytes | None = None, environment: str | None = None) -> Checked:
    """Read, check and lower the spec at `path`, or the one in `data` as if it stood there.

    `environment` is one of the spec's `environments`, whose values then hold.

    Never raises for what is wrong with the spec or its file.
    """
    start_over()
    with Uncollected():
        return _check_spec(path, data, environment)


def _check_spec(path: str, data: bytes | None, environment: str | None) -> Checked:
    source = read(path, data)
    checked = Checked(path, list(source.problems), {path: source})
    if source.tree is None:
        return checked
    findings = Findings()
    tree = check(source.tree, path, findings)
    if tree is None:
        found = _go_on(checked, source.tree, findings)
    elif "component" in tree:
        components = Components(checked.sources, findings)
        check_component(component_of(path, tree, findings), components, findings)
        found = findings.found
    else:
        checked.pipeline = _lower(checked, tree, environment, findings)
        found = relocate_all(findings.found, checked.origins, checked.path)
    found = [cut_by_a_comment(one, checked.sources) for one in found]
    checked.diagnostics += _beside(found, source) if source.problems else found
    if any(one.severity == "error" for one in checked.diagnostics):
        checked.pipeline = None
    return checked


def _lower(
    checked: Checked, tree: dict[str, Any], environment: str | None, findings: Findings
) -> Pipeline | None:
    path = checked.path
    check_names(tree, Place(path), findings)
    check_engines(tree, Place(path), findings)
    if environment is not None:
        tree = apply_environment(tree, environment, path, checked.origins, findings)
    else:
        _check_environments(checked, tree, findings)
    checked.tree = tree
    components = Components(checked.sources, findings)
    pipeline = lower(
        tree,
        path,
        os.path.dirname(path) or ".",
        components,
        checked.origins,
        checked.bodies,
        findings,
    )
    if pipeline is not None and pipeline.files:
        from pipec.compiler.files import collect

        checked.files = collect(pipeline, findings)
    return pipeline and replace(pipeline, line_of=partial(_line_of, checked))


def _line_of(checked: Checked, place: Place) -> tuple[str, int]:
    """Give the file of a place in the effective tree, and the line there."""
    real = relocate(place, checked.origins, checked.path)
    return real.path, locate(checked.sources[real.path], real).line


def _check_environments(checked: Checked, tree: dict[str, Any], findings: Findings) -> None:
    """Check the values of every environment where they hold; what is wrong without them is not
    said again."""
    path = checked.path
    for name in tree.get("environments", {}):
        more = Findings()
        origins: Origins = {}
        changed = apply_environment(tree, name, path, origins, more)
        components = Components(dict(checked.sources), more)
        lower(changed, path, os.path.dirname(path) or ".", components, origins, {}, more)
        findings.found += [
            one
            for one in relocate_all(more.found, origins, path)
            if one.place.path == path and one.place.route[:2] == ("environments", name)
        ]


def _go_on(checked: Checked, tree: dict[str, Any], findings: Findings) -> list[Diagnostic]:
    """Check what is left of a spec that the schema refused, and give all that is wrong with it."""
    kept = salvage(tree, findings.found, checked.path)
    if kept and "component" not in kept[0]:
        more = Findings()
        components = Components(checked.sources, more)
        lower(kept[0], checked.path, ".", components, checked.origins, {}, more)
        found = relocate_all(more.found, checked.origins, checked.path)
        return findings.found + [one for one in found if not held_back(one, kept[1])]
    return findings.found


def _beside(found: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Leave out what stands in a line that could not be read as it was meant, or what a key that
    was left out may have said."""
    misread = {locate(source, one.place).line for one in source.problems}
    lost = any(one.code in _KEYS_LOST for one in source.problems)
    return [
        one
        for one in found
        if one.place.path != source.path
        or not (locate(source, one.place).line in misread or (lost and one.code in _MISSING))
    ]


def check_target(checked: Checked, target: Target, version: str) -> list[Diagnostic]:
    """Say what a target refuses of a checked pipeline (errors) and ignores (warnings)."""
    pipeline = checked.pipeline
    if pipeline is None:
        return []
    capabilities = target.capabilities(version)
    places: dict[str, list[Place]] = {}
    for name, place in features.used(pipeline):
        if capabilities[name].support == "no" and features.FEATURES[name].kind != "note":
            real = relocate(place, checked.origins, checked.path)
            if real not in places.setdefault(name, []):
                places[name].append(real)
    engine = f"{target.name} {version}"
    found = [
        one
        for name, where in places.items()
        for one in _unsupported(features.FEATURES[name], capabilities[name], engine, where)
    ]
    native = relocate_all(target.check(pipeline, version), checked.origins, checked.path)
    return [*found, *native]


def engines_named(checked: Checked) -> list[str]:
    """Give the engines that `targets` of a checked pipeline and its steps say something to."""
    pipeline = checked.pipeline
    if pipeline is None:
        return []
    from pipec.compiler.rules.reading import steps_of

    holders = [pipeline.targets, *(step.targets for step in steps_of(pipeline))]
    return list({name: None for targets in holders for name in targets})


def _unsupported(
    feature: features.Feature, capability: "Capability", engine: str, places: list[Place]
) -> list[Diagnostic]:
    """Refuse a requirement at each place; say of a wish once that it is ignored."""
    known = [capability.note] if capability.note else []
    notes = [Note(one) for one in (*known, "`pipec targets` prints what each target can do")]
    if feature.kind == "requirement":
        message = f"{engine} cannot do {feature.title}"
        return [
            Diagnostic("unsupported", message, one, "error", capability.way_out, tuple(notes))
            for one in places
        ]
    if len(places) > 1:
        more = len(places) - 1
        notes.insert(0, Note(f"the same at {more} other place{'s' if more > 1 else ''}"))
    message = f"{engine} ignores {feature.title}: it changes cost or pace alone"
    return [Diagnostic("ignored", message, places[0], "warning", capability.way_out, tuple(notes))]


def check_rules(checked: Checked) -> list[Diagnostic]:
    """Say what is legal in a checked pipeline and still looks wrong, but for what is allowed."""
    if checked.pipeline is None:
        return []
    found = relocate_all(rules.findings(checked.pipeline), checked.origins, checked.path)
    return _without_allowed(found, checked.sources)


def check_folder(linted: "list[Checked]", named: "Iterable[str]") -> list[Diagnostic]:
    """Say what looks wrong in all that was found in folders, beside the files that were named."""
    from pipec.compiler.rules import unused_component

    sources = {one.path: one.sources[one.path] for one in linted}
    return _without_allowed(list(unused_component.check(linted, named)), sources)


def _without_allowed(found: list[Diagnostic], sources: "Mapping[str, Source]") -> list[Diagnostic]:
    if not found:
        return []
    from pipec.compiler.rules.allowed import without_allowed

    return without_allowed(found, sources)
