"""Diagnostics as one JSON object, for other programs."""

import json

from pipec.compiler.report import Finding, docs_url


def write_json(found: list[Finding]) -> str:
    """Write findings by the contract of the command line; plain ASCII, whatever the locale."""
    return json.dumps({"diagnostics": [_one(one) for one in found]}, indent=2) + "\n"


def _one(one: Finding) -> dict[str, object]:
    said, at = one.diagnostic, one.region
    return {
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
