"""The targets. Each is a table of what it supports and a function from a pipeline to files."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol, cast

from pipec.backends.capability import Capability
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline


class Backend(Protocol):
    """A target that files are compiled for.

    `versions` are the versions of the engine, oldest first; one of them is the default.
    """

    name: str
    title: str
    versions: tuple[str, ...]
    default_version: str

    def capabilities(self, version: str) -> Mapping[str, Capability]:
        """Give one capability for every feature of `pipec.compiler.features.FEATURES`."""
        ...

    def check(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        """Find what the engine cannot do beyond what the capabilities say: limits, names."""
        ...

    def check_settings(self, pipeline: Pipeline, version: str) -> list[Diagnostic]:
        """Find what `targets.NAME` says wrongly; `lint` asks it without a target too. Fast."""
        ...

    def emit(self, pipeline: Pipeline, version: str, one_file: bool) -> dict[str, bytes]:
        """Make the files, by path relative to the output folder, in the order to print them.

        Only called for a pipeline that passed the capabilities and `check`. With `one_file` a
        single file is wanted; where the pipeline cannot be one file, the others are made too.
        """
        ...


_BUILT_IN: dict[str, str] = {
    "argo": "pipec.backends.argo",
    "airflow": "pipec.backends.airflow",
}


def names() -> tuple[str, ...]:
    """Give the names of the targets that files are compiled for, without importing any."""
    return tuple(_BUILT_IN)


def load(name: str) -> Backend:
    """Import one backend. Raises KeyError for a name that is none."""
    factory = cast("Callable[[], Backend]", import_module(_BUILT_IN[name]).backend)
    return factory()
