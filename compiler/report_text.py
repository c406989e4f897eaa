"""Diagnostics for people: the line, carets under the smallest wrong thing, notes and a way out."""

from collections.abc import Mapping

from pipec.compiler.report import Finding
from pipec.compiler.report_characters import escape, underline
from pipec.compiler.source import Source

_STYLES = {
    "path": "1",
    "error": "1;31",
    "warning": "1;33",
    "gutter": "34",
    "note": "1",
    "help": "32",
}


def write_text(found: list[Finding], sources: Mapping[str, Source], color: bool) -> str:
    """Write findings one after the other, an empty line between them."""
    return "\n".join([_one(one, sources.get(one.path), color) for one in found])


def _one(one: Finding, source: Source | None, color: bool) -> str:
    said, at = one.diagnostic, one.region
    where = _paint(f"{escape(one.path)}:{at.line}:{at.column}:", "path", color)
    severity = _paint(f"{said.severity}:", said.severity, color)
    lines = [f"{where} {severity} {escape(said.message)} [{said.code}]"]
    indent = " " * (len(str(at.line)) + 1)
    if source and (text := source.line(at.line)).strip():
        end = at.end_column if at.end_line == at.line else len(text) + 1
        shown, carets = underline(text, at.column - 1, end - 1)
        bar = _paint("|", "gutter", color)
        number = _paint(str(at.line), "gutter", color)
        marked = _paint(carets.lstrip(), said.severity, color)
        space = " " * (len(carets) - len(carets.lstrip()))
        lines += [f"{indent}{bar}", f"{number} {bar} {shown}", f"{indent}{bar} {space}{marked}"]
    lines += [f"{indent}= {_paint('note:', 'note', color)} {escape(n.text)}" for n in one.notes]
    if said.help:
        lines.append(f"{indent}= {_paint('help:', 'help', color)} {escape(said.help)}")
    return "\n".join(lines) + "\n"


def _paint(text: str, style: str, color: bool) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color and text else text
