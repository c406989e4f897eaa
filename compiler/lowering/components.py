"""Component files: found, read, and given to the steps that use them."""

import os
from typing import Any

from pipec.compiler.diagnostics import Findings, Note, Place
from pipec.compiler.records import dataclass, field
from pipec.compiler.schema import check
from pipec.compiler.source import Source, read
from pipec.compiler.types import Type


@dataclass(frozen=True, slots=True)
class Component:
    """A component file that fits the schema. `inputs` holds None for a type that is wrong."""

    path: str
    tree: dict[str, Any]
    inputs: dict[str, Type | None]

    @property
    def name(self) -> str:
        return str(self.tree["component"])

    @property
    def has_steps(self) -> bool:
        return "steps" in self.tree


@dataclass(slots=True)
class Components:
    """Reads each component file once. `sources` takes every file that was read."""

    sources: dict[str, Source]
    findings: Findings
    loaded: dict[str, Component | None] = field(default_factory=dict)

    def find(self, text: str, place: Place, using: tuple[str, ...]) -> Component | None:
        """Give the component that `uses: text` names, or None with what is wrong reported.

        `place` is that of `uses`; `using` are the files on the way to it, outermost first.
        """
        path = os.path.normpath(os.path.join(os.path.dirname(using[-1]), text))
        if not self._inside(text, path, using[0], place):
            return None
        if any(_same(path, one) for one in using):
            names = " -> ".join([*using[using.index(path) :], path] if path in using else [path])
            message = f"the component uses itself: {names}"
            help = "take this step out: a component cannot be repeated from within"
            self.findings.error("component-cycle", message, place, help)
            return None
        if path not in self.loaded:
            self.loaded[path] = self._load(text, path, place)
        return self.loaded[path]

    def _inside(self, text: str, path: str, root: str, place: Place) -> bool:
        from pathlib import Path

        from pipec.compiler.files import project_of, real

        if "://" in text or text.startswith(("/", "~")):
            self.findings.error(
                "bad-path",
                f'"{text}" is not a path inside the project',
                place,
                "a component is a file of the project: write a relative path",
            )
            return False
        project = project_of(Path(root).parent)
        there = real(Path(path))
        if there is None or there.is_relative_to(project):
            return True
        self.findings.error(
            "bad-path",
            f'"{text}" is outside the project',
            place,
            f'components stay inside "{project.name}", the nearest folder with pipec.toml or .git',
        )
        return False

    def _load(self, text: str, path: str, place: Place) -> Component | None:
        if not os.path.isfile(path):
            from pathlib import Path

            from pipec.compiler.files import similar

            help = similar(Path(path).parent, text)
            self.findings.error("file-missing", f'there is no component "{text}"', place, help)
            return None
        source = read(path)
        self.sources[path] = source
        if source.problems:
            self.findings.found.extend(source.problems)
            return None
        assert source.tree is not None
        if "component" not in source.tree:
            self.findings.error(
                "no-component",
                f'"{text}" is not a component: it has no key "component"',
                place,
                "a component begins with `pipec: 1` and `component: name`",
            )
            return None
        tree = check(source.tree, path, self.findings)
        return None if tree is None else component_of(path, tree, self.findings)


def component_of(path: str, tree: dict[str, Any], findings: Findings) -> Component:
    """Give the component of a tree that fits the schema."""
    from pipec.compiler.lowering.params import lower_type

    place = Place(path)
    inputs = {
        name: lower_type(text, place.at("inputs", name), findings)
        for name, text in tree.get("inputs", {}).items()
    }
    return Component(path, tree, inputs)


def check_with(
    given: dict[str, Any], component: Component, place: Place, findings: Findings
) -> None:
    """Hold the names in `with` against the inputs; `place` is that of the step."""
    from pipec.compiler.spelling import slip, suggest

    meant: set[str] = set()
    for name in given:
        if name not in component.inputs:
            free = [one for one in component.inputs if one not in given]
            near = suggest(name, free)
            meant.update([near] if near else [])
            findings.error(
                "unknown-input",
                f'"{name}" is not an input of the component "{component.name}"',
                place.of_key("with", name),
                f'did you mean "{near}"?' if near else _inputs_of(component),
                fix=slip(name, near, free),
            )
    missing = [
        name
        for name, type in component.inputs.items()
        if name not in given and name not in meant and type and not type.optional
    ]
    for name in missing:
        findings.error(
            "missing-input",
            f'the input "{name}" ({component.inputs[name]}) of "{component.name}" is not given',
            place.of_key("with") if given else place.of_key("uses"),
            f"add `with: {{{name}: ...}}`",
            (Note("it is declared", Place(component.path, ("inputs", name), key=True)),),
        )


def _inputs_of(component: Component) -> str:
    if not component.inputs:
        return "it has no inputs: take it out"
    return f"its inputs are {', '.join(list(component.inputs)[:8])}"


def _same(left: str, right: str) -> bool:
    return os.path.realpath(left) == os.path.realpath(right)
