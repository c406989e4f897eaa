"""Render diagnostics: sorted by path and place, without repetitions, in one of four formats."""

from collections.abc import Iterable, Mapping

from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.records import dataclass, replace
from pipec.compiler.report_characters import tidy
from pipec.compiler.source import Region, Source, locate

DOCS_BASE = "https://github.com/pipec/pipec/blob/main/docs/rules/"
FORMATS = ("text", "json", "github", "sarif")
TOP = Region(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Remark:
    """A note as it is shown: its text ends with the place it is about, where there is one."""

    text: str
    path: str | None = None
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with its place found."""

    diagnostic: Diagnostic
    region: Region
    notes: tuple[Remark, ...]

    @property
    def path(self) -> str:
        return self.diagnostic.place.path


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    format: str = "text",
    color: bool = False,
) -> str:
    """Write diagnostics as `text`, `json`, `github` or `sarif`; `color` is for text alone.

    Text and github give an empty string where there is nothing to say.
    """
    found = findings(diagnostics, sources)
    if format == "json":
        from pipec.compiler.report_json import write_json

        return write_json(found, sources)
    if format == "sarif":
        from pipec.compiler.report_sarif import write_sarif

        return write_sarif(found)
    if format == "github":
        from pipec.compiler.report_github import write_github

        return write_github(found)
    if format == "text":
        from pipec.compiler.report_text import write_text

        return write_text(found, sources, color)
    raise ValueError(f"no format {format!r}: one of {', '.join(FORMATS)}")


def findings(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> list[Finding]:
    """Find the places of diagnostics, sort them and drop what is said twice."""
    found: dict[tuple[str, int, int, int, int, str, str, str], Finding] = {}
    for one in diagnostics:
        at = _region(one.place, sources)
        position = (at.line, at.column, at.end_line, at.end_column)
        key = (one.place.path, *position, one.severity, one.code, one.message)
        if key not in found:
            notes = dict.fromkeys(_remark(note.text, note.place, sources) for note in one.notes)
            found[key] = Finding(_tidy(one), at, tuple(notes))
    return [found[key] for key in sorted(found)]


def docs_url(code: str) -> str:
    """Give the address of the page of a code."""
    return f"{DOCS_BASE}{code}.md"


def _tidy(one: Diagnostic) -> Diagnostic:
    return replace(one, message=tidy(one.message), help=tidy(one.help) if one.help else one.help)


def _region(place: Place, sources: Mapping[str, Source]) -> Region:
    source = sources.get(place.path)
    return locate(source, place) if source else TOP


def _remark(text: str, place: Place | None, sources: Mapping[str, Source]) -> Remark:
    text = tidy(text)
    if place is None:
        return Remark(text)
    at = _region(place, sources)
    return Remark(f"{text} at {place.path}:{at.line}:{at.column}", place.path, at)
