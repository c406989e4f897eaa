"""Diagnostics as one JSON object, for other programs."""

import json
from collections.abc import Mapping

from pipec.compiler.report import Finding, docs_url
from pipec.compiler.source import Source


def write_json(found: list[Finding], sources: Mapping[str, Source]) -> str:
    """Write findings by the contract of the command line; plain ASCII, whatever the locale."""
    return json.dumps({"diagnostics": [_one(one, sources) for one in found]}, indent=2) + "\n"


def _one(one: Finding, sources: Mapping[str, Source]) -> dict[str, object]:
    said, at = one.diagnostic, one.region
    found: dict[str, object] = {
        "code": said.code,
        "severity": said.severity,
        "message": said.message,
        "path": one.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "notes": [note.text for note in one.notes],
        "help": said.help,
        "url": docs_url(said.code),
    }
    if said.fix and one.path in sources and (fix := _fix(one, sources[one.path])):
        found["fix"] = fix
    return found


def _fix(one: Finding, source: Source) -> dict[str, object] | None:
    from pipec.compiler.repair import edit_of

    edit = edit_of(one.diagnostic, source)
    if edit is None:
        return None
    line, column = source.marks.position(edit.start)
    end_line, end_column = source.marks.position(edit.end)
    where = {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
    return {**where, "text": edit.text}
