"""The files that travel with a pipeline: found, held inside the project, and placed."""

from contextlib import suppress
from pathlib import Path, PurePosixPath

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline
from pipec.compiler.records import dataclass
from pipec.compiler.spelling import suggest

_ROOT_MARKS = ("pipec.toml", ".git")


@dataclass(frozen=True, slots=True)
class Travelling:
    """A file that travels: `path` is where in the working folder it lands, `source` where it is."""

    path: str
    source: Path


def project_of(folder: Path) -> Path:
    """Give the nearest folder upwards with `pipec.toml` or `.git`, else the folder itself."""
    folder = folder.resolve()
    for one in (folder, *folder.parents):
        if any((one / mark).exists() for mark in _ROOT_MARKS):
            return one
    return folder


def real(path: Path) -> Path | None:
    """Give a path without links; None where it loops, is too long, or cannot be a path at all."""
    try:
        found = path.resolve()
        found.lstat()
    except FileNotFoundError:
        return found
    except (OSError, RuntimeError, ValueError):
        return None
    return found


def landing(path: str) -> str:
    """Give where a path of `files` lands in the working folder: without its leading `../`."""
    parts = [part for part in PurePosixPath(path).parts if part != "."]
    while parts and parts[0] == "..":
        parts.pop(0)
    return "/".join(parts)


def similar(folder: Path, text: str) -> str:
    """Say what a path as it is written, to a file that is not there, may have meant.

    `folder` is where the file would be.
    """
    names: list[str] = []
    with suppress(OSError, ValueError):
        names = sorted(one.name for one in folder.iterdir())
    before, slash, name = text.rpartition("/")
    near = suggest(name, names)
    if near:
        return f'did you mean "{before}{slash}{near}"?'
    return "paths are relative to the file that they stand in"


def collect(pipeline: Pipeline, findings: Findings) -> dict[str, Path]:
    """Give every file that travels, by its path in the working folder, sorted.

    What is missing, outside the project or no regular file is reported at its entry.
    """
    folder = Path(pipeline.folder)
    project = project_of(folder)
    found: dict[str, Path] = {}
    for index, entry in enumerate(pipeline.files):
        place = pipeline.place.at("files", index)
        for one in _expand(folder, project, entry, place, findings):
            known = found.setdefault(one.path, one.source)
            if known != one.source and real(known) != real(one.source):
                findings.error(
                    "file-clash",
                    f'two files would land at "{one.path}"',
                    place,
                    "rename one of the two, or keep it in a folder of its own",
                )
    return dict(sorted(found.items()))


def _expand(
    folder: Path, project: Path, entry: str, place: Place, findings: Findings
) -> list[Travelling]:
    where = folder / entry
    there = real(where)
    base = landing(entry)
    if entry.startswith(("/", "~")) or (there and not there.is_relative_to(project)):
        findings.error(
            "bad-path",
            f'"{entry}" is outside the project',
            place,
            f'files stay inside "{project.name}", the nearest folder with pipec.toml or .git',
        )
        return []
    if there and there.is_file():
        return [Travelling(base, where)]
    if not there or not there.is_dir():
        findings.error(
            "file-missing",
            f'there is no file or folder "{entry}"',
            place,
            similar(where.parent, entry),
        )
        return []
    found: list[Travelling] = []
    for one in sorted(where.rglob("*")):
        inner = one.relative_to(where).as_posix()
        to = real(one)
        if "__pycache__" in inner.split("/") or not to or not to.is_file():
            continue
        if not to.is_relative_to(project):
            findings.error(
                "bad-path",
                f'"{entry}{inner}" leads outside the project',
                place,
                "put the file itself there instead of the link",
            )
            continue
        found.append(Travelling(f"{base}/{inner}" if base else inner, one))
    return found
