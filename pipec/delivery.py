"""Files that were made, on their way to a folder: compared with what is there, and written whole.

Nothing is written through a symbolic link: the folder may come from a stranger's change.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from pipec.faults import UsageError

# How the first lines of what pipec makes begin. What several pipelines share names no spec.
_MADE = b"Made by pipec "
_HEAD = 1024  # bytes in which those words stand
_ENDS = (b". ", b" for ")  # what follows the name of a spec there
WORDS = {
    "missing": "missing",
    "changed": "not as its spec makes it",
    "stale": "made by pipec before, and no spec makes it any more",
}


class Drift(NamedTuple):
    """A file that is not as it would be written. A stale one would not be written at all."""

    path: str
    kind: Literal["missing", "changed", "stale"]
    there: bytes
    wanted: bytes

    def said(self, folder: str) -> str:
        """Say it in words, with the path as one would open it."""
        return f'"{(Path(folder) / self.path).as_posix()}" is {WORDS[self.kind]}'


def compare(folder: str, files: Mapping[str, bytes], specs: Iterable[str]) -> list[Drift]:
    """Find what differs in a folder from the files made of those specs, in order of path."""
    drifts = []
    for name, wanted in files.items():
        path = _target(folder, name)
        there = path.read_bytes() if path.is_file() else None
        if there != wanted:
            kind: Literal["missing", "changed"] = "missing" if there is None else "changed"
            drifts.append(Drift(name, kind, there or b"", wanted))
    for name in _stale(folder, files, specs):
        drifts.append(Drift(name, "stale", (Path(folder) / name).read_bytes(), b""))
    return sorted(drifts)


def write(folder: str, files: Mapping[str, bytes]) -> None:
    """Write the files: each under another name first, then all renamed to their own.

    What is as it should be is left alone. Raises UsageError where a file cannot be written.
    """
    _replace({_target(folder, name): data for name, data in files.items()})


def rewrite(files: Mapping[str, bytes]) -> None:
    """Give files that are there new bytes: all of them, or none after a UsageError.

    They keep their permissions.
    """
    for name in files:
        # Of an absolute path only its last part counts: the rest is the machine's.
        path = Path(name)
        _refuse_links(path, len(path.parts) if path.is_absolute() else 1)
    _replace({Path(name): data for name, data in files.items()})


def _replace(files: Mapping[Path, bytes]) -> None:
    waiting: dict[Path, Path] = {}
    try:
        for path, wanted in files.items():
            if not path.is_file() or path.read_bytes() != wanted:
                waiting[path] = _write_beside(path, wanted)
        for path, beside in list(waiting.items()):
            beside.replace(path)
            del waiting[path]
    except OSError as problem:
        raise UsageError(f'cannot write "{problem.filename}": {problem.strerror}') from problem
    finally:
        for beside in waiting.values():
            beside.unlink(missing_ok=True)


def show(drifts: Iterable[Drift], folder: str) -> str:
    """Show the drifts as a unified diff from what is there to what would be written."""
    from difflib import unified_diff

    lines: list[str] = []
    for drift in drifts:
        path = (Path(folder) / drift.path).as_posix()
        old = "/dev/null" if drift.kind == "missing" else path
        new = "/dev/null" if drift.kind == "stale" else path
        for line in unified_diff(_lines(drift.there), _lines(drift.wanted), old, new):
            lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", errors="backslashreplace")
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _target(folder: str, name: str) -> Path:
    """Give the path of a file in the folder, after a look at every link on the way.

    On the way to an absolute folder only its last part counts: the rest is the machine's.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"a backend made a file outside its folder: {name}")
    at = Path(folder, name)
    least = len(Path(folder).parts) if Path(folder).is_absolute() else 1
    _refuse_links(at, least)
    if at.exists() and not at.is_file():
        raise UsageError(f'cannot write "{at}": it is there and is no file')
    return at


def _refuse_links(at: Path, least: int) -> None:
    """Refuse a path with a link among it and those of its parents with so many parts."""
    for path in (at, *at.parents):
        if len(path.parts) >= least and path.is_symlink():
            raise UsageError(f'"{path}" is a symbolic link; pipec writes through none')


def _write_beside(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with beside.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o7777)
        except BaseException:
            beside.unlink()
            raise
    return beside


def _stale(folder: str, files: Mapping[str, bytes], specs: Iterable[str]) -> list[str]:
    """Find files that pipec made of one of the specs, and would no more.

    In the folder itself they say so; a folder below it that pipec writes to is pipec's alone.
    What several pipelines share is stale when nothing else there speaks of it.
    """
    stale = [name for name in _below(folder, files) if name not in files]
    others = {name: data for name, data in _made(folder) if name not in files}
    froms = [b"from %s%s" % (Path(spec).name.encode(), end) for spec in specs for end in _ENDS]
    for name, data in others.items():
        if data[:_HEAD].partition(_MADE)[2].startswith(tuple(froms)):
            stale.append(name)
    kept = {name: data for name, data in {**others, **files}.items() if name not in stale}
    for name, data in others.items():
        speaks_of = any(Path(name).stem.encode() in kept[one] for one in kept if one != name)
        if not data[:_HEAD].partition(_MADE)[2].startswith(b"from ") and not speaks_of:
            stale.append(name)
    return stale


def _below(folder: str, files: Iterable[str]) -> Iterable[str]:
    for below in sorted({Path(name).parts[0] for name in files if len(Path(name).parts) > 1}):
        for at, folders, names in os.walk(Path(folder, below)):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                yield Path(at, name).relative_to(folder).as_posix()


def _made(folder: str) -> Iterable[tuple[str, bytes]]:
    for path in sorted(Path(folder).iterdir()) if Path(folder).is_dir() else ():
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                head = file.read(_HEAD)
                if _MADE in head:
                    yield path.name, head + file.read()
