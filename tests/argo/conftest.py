"""Compiling specs to Argo in tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipec.backends import load
from pipec.compiler.compilation import check_spec, check_target
from pipec.compiler.diagnostics import Diagnostic

Compile = Callable[..., "Result"]


class Result:
    """What compiling a spec gave: its diagnostics, and the manifest where there was no error."""

    def __init__(self, path: str, data: bytes | None, version: str) -> None:
        backend = load("argo")
        checked = check_spec(path, data)
        self.diagnostics: list[Diagnostic] = list(checked.diagnostics)
        if checked.pipeline:
            self.diagnostics += check_target(checked, backend, version)
        self.errors = [one for one in self.diagnostics if one.severity == "error"]
        self.manifest = ""
        if checked.pipeline and not self.errors:
            made = backend.emit(checked.pipeline, version, True)
            assert list(made) == [f"{checked.pipeline.name}.yaml"]
            self.manifest = made[f"{checked.pipeline.name}.yaml"].decode()


def compile_spec(spec: str | Path, version: str = "3.7") -> Result:
    """Compile the spec at a path, or a text as if it stood in a file."""
    if isinstance(spec, Path):
        return Result(str(spec), None, version)
    return Result("spec.yaml", spec.encode(), version)


@pytest.fixture
def spec() -> Compile:
    return compile_spec
