"""The target that a word of the user names: `argo`, or `argo@3.7`."""

from typing import TYPE_CHECKING, NamedTuple

from pipec import backends
from pipec.backends import Backend
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline
from pipec.faults import UsageError, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipec.compiler.compilation import Checked


class Target(NamedTuple):
    """A backend, and the version of its engine where the user named one."""

    backend: Backend
    asked: str | None

    def version(self, pipeline: Pipeline) -> str:
        """Give the version to compile for: as asked, else as the spec says, else the default."""
        said = pipeline.targets.get(self.backend.name, {}).get("version")
        if self.asked is not None:
            return self.asked
        return said if said in self.backend.versions else self.backend.default_version

    def check(self, checked: "Checked") -> list[Diagnostic]:
        """Find what the target cannot do for a spec; nothing for one that has errors already."""
        from pipec.compiler.compilation import check_target

        if checked.pipeline is None:
            return []
        return check_target(checked, self.backend, self.version(checked.pipeline))

    def emit(self, pipeline: Pipeline, one_file: bool) -> dict[str, bytes]:
        """Make the files of a pipeline that `check` found no error in."""
        return self.backend.emit(pipeline, self.version(pipeline), one_file)


def check_settings(
    checked: "Checked", engines: "Iterable[str]", targets: "Iterable[Target]"
) -> list[Diagnostic]:
    """Find what a spec says wrongly to engines that pipec knows, in the versions of `targets`."""
    from pipec.compiler.lowering.origins import relocate_all

    pipeline = checked.pipeline
    if pipeline is None:
        return []
    found: list[Diagnostic] = []
    for name in engines:
        if name in backends.names():
            asked = [one for one in targets if one.backend.name == name]
            for one in asked or [Target(backends.load(name), None)]:
                found += one.backend.check_settings(pipeline, one.version(pipeline))
    return relocate_all(found, checked.origins, checked.path)


def choose(text: str) -> Target:
    """Give the target of that name. Raises UsageError where there is none such."""
    name, at, version = text.partition("@")
    if name not in backends.names():
        known = ", ".join(backends.names())
        near = suggestion(name, backends.names())
        raise UsageError(f'there is no target "{name}" (there are {known}){near}')
    backend = backends.load(name)
    if at and version not in backend.versions:
        known = ", ".join(backend.versions)
        raise UsageError(f'the target "{name}" knows no version "{version}" (it knows {known})')
    return Target(backend, version if at else None)
