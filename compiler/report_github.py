"""Diagnostics as workflow commands, which GitHub shows beside the lines of a pull request."""

from pipec.compiler.report import Finding
from pipec.compiler.report_characters import escape


def write_github(found: list[Finding]) -> str:
    """Write one command a line."""
    return "".join([_one(one) for one in found])


def _one(one: Finding) -> str:
    said, at = one.diagnostic, one.region
    where = {"file": one.path, "line": at.line, "col": at.column, "endLine": at.end_line}
    if at.end_line == at.line:
        where["endColumn"] = at.end_column
    where["title"] = f"pipec {said.code}"
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
    lines = [said.message, *(f"note: {note.text}" for note in one.notes)]
    lines += [f"help: {said.help}"] if said.help else []
    return f"::{said.severity} {shown}::{'%0A'.join(_data(line) for line in lines)}\n"


def _data(text: str) -> str:
    """Escape as GitHub asks; a line break in a message is shown, not made."""
    return escape(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
