"""Diagnostics as SARIF 2.1.0, for code scanning."""

import json
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote

from pipec.compiler.report import Finding, docs_url
from pipec.compiler.source import Region

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/pipec/pipec"


def write_sarif(found: list[Finding]) -> str:
    """Write findings as one run; its rules are the codes that were found."""
    codes = sorted({one.diagnostic.code for one in found})
    driver = {
        "name": "pipec",
        "version": _version(),
        "informationUri": _HOME,
        "rules": [{"id": code, "helpUri": docs_url(code)} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes) for one in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(one: Finding, codes: list[str]) -> dict[str, object]:
    said = one.diagnostic
    lines = [said.message, *(f"note: {note.text}" for note in one.notes)]
    lines += [f"help: {said.help}"] if said.help else []
    result: dict[str, object] = {
        "ruleId": said.code,
        "ruleIndex": codes.index(said.code),
        "level": said.severity,
        "message": {"text": "\n".join(lines)},
        "locations": [_location(one.path, one.region)],
    }
    related = [
        {"message": {"text": note.text}, **_location(note.path, note.region)}
        for note in one.notes
        if note.path is not None and note.region is not None
    ]
    if related:
        result["relatedLocations"] = related
    return result


def _location(path: str, at: Region) -> dict[str, object]:
    uri = quote(path.replace("\\", "/").encode("utf-8", "surrogateescape"))
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _version() -> str:
    try:
        return version("pipec")
    except PackageNotFoundError:  # run from a tree that is not installed
        return "0"
