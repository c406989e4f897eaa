"""What Python code may call. `pipec` gives these names on first use."""

from os import PathLike, fspath

from pipec.compiler.compilation import Checked, check_spec
from pipec.compiler.report import render
from pipec.targets import choose


class SpecError(Exception):
    """A spec with problems. The text is the report; `checked` holds the diagnostics."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(render(checked.diagnostics, checked.sources, "text"))
        self.checked = checked


def check(path: str | PathLike[str], data: bytes | None = None) -> Checked:
    """Check a spec, or `data` as if it stood at `path`."""
    return check_spec(fspath(path), data)


def compile(  # noqa: A001 (`pipec.compile` is the name people look for)
    path: str | PathLike[str], target: str, data: bytes | None = None
) -> dict[str, bytes]:
    """Make the files of a target, by path, where `target` is `argo` or `argo@3.7`.

    Raises SpecError for a spec with errors and pipec.faults.UsageError for a target that is none.
    """
    chosen = choose(target)
    checked = check(path, data)
    checked.diagnostics.extend(chosen.check(checked))
    if checked.pipeline is None or any(one.severity == "error" for one in checked.diagnostics):
        raise SpecError(checked)
    return chosen.emit(checked.pipeline, one_file=False)
