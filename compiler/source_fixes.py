"""The repair of the common slips of YAML: what was meant as one text is put in quotes."""

import re

from pipec.compiler.diagnostics import Diagnostic, Fix, Place
from pipec.compiler.records import replace

# A key or a dash, and the text after it up to the end of the line or a comment.
_LINE = re.compile(r"\s*(?:- +)*(?:(?P<key>[\w.-]+): +|(?<=- ))(?P<value>\S.*)$")
_COMMENT = re.compile(r"\s+#.*$")
_IN_FLOW = re.compile(r"(?:\$\{\{[^{}\n]*\}\}|[^,\[\]{}\n\"'#\\])+")
_OPENING = re.compile(r"(?:[\[{,]|: )[ ]*")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
_SPACED = re.compile(r"\$\{\{ ?(.*?) ?\}\}")
_TEXTS = ("run", "python", "description", "when")  # keys whose value is never a map


def with_fix(problem: Diagnostic, text: str) -> Diagnostic:
    """Give a problem of a text with its repair, where one is certain."""
    span = problem.place.span
    find = _FIXES.get(problem.code)
    if find is None or span is None or problem.place.route:
        return problem
    found = find(text, span[0])
    if found is None:
        return problem
    start, end = found
    value = text[start:end]
    place = Place(problem.place.path, span=found)
    return replace(problem, fix=Fix(value, in_quotes(value), whole=True, place=place))


def stand_in(text: str, problem: Diagnostic) -> str | None:
    """Give a text of the same length that can be read where a slip with a repair spoils it.

    The value stands in quotes, for which the spaces in its expressions make room, or else its end.
    """
    if problem.fix is None or problem.fix.place is None or problem.fix.place.span is None:
        return None
    start, end = problem.fix.place.span
    room = end - start - 2
    value = _SPACED.sub(r"${{\1}}", text[start:end])
    if room < 1 or "\n" in value:
        return None
    if '"' in value or "\\" in value:
        value = re.sub(r"""["'\\]""", "'", value).replace("'", "''")
        value = value if len(value) <= room else "x" * room
        return f"{text[:start]}'{value.ljust(room)}'{text[end:]}"
    return f'{text[:start]}"{value[:room].ljust(room)}"{text[end:]}'


def in_quotes(value: str) -> str:
    """Write a text of one line in quotes, double ones where nothing in it needs an escape."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _first(text: str, start: int) -> tuple[int, int] | None:
    """Find the value that starts with a sign that none can start with."""
    found = _value(text, start, comments=True)
    if found and found[1] == start:
        return found[1:]
    line_end = _line_end(text, start)
    match = re.match(r"([^,\[\]{}\"'#\n]*[^,\[\]{}\"'#\s])\s*[}\]]+\s*$", text[start:line_end])
    return (start, start + match.end(1)) if match else None


def _colon(text: str, start: int) -> tuple[int, int] | None:
    """Find the value that a colon and a space cut, unless it may be meant as a map."""
    found = _value(text, start, comments=True)
    if not found or not found[1] < start < found[2]:
        return None
    key, first, last = found
    if key in _TEXTS or not re.fullmatch(r"[\w.-]+", text[first:start].strip()):
        return first, last
    return None


def _cut(text: str, start: int) -> tuple[int, int] | None:
    """Find the value that a comment cuts inside an expression which goes on to its end."""
    found = _value(text, start, comments=False)
    if not found:
        return None
    _, first, last = found
    closed = text.rfind("}}", start, last)
    if closed < 0 or text.count("${{", first, last) != text.count("}}", first, last):
        return None
    comment = _COMMENT.search(text[closed:last])
    return first, closed + comment.start() if comment else last


def _braces(text: str, start: int) -> tuple[int, int] | None:
    """Find the whole value around an expression inside [ ] or { }."""
    line_start = text.rfind("\n", 0, start) + 1
    opened = [one.end() for one in _OPENING.finditer(text, line_start, start)]
    first = opened[-1] if opened else start
    found = _IN_FLOW.match(text, first)
    if not found or not first <= start < found.end():
        return None
    if ": " in _EXPRESSION.sub("", found[0]):
        return None
    last = first + len(found[0].rstrip())
    return (first, last) if text[found.end() : found.end() + 1] in (",", "]", "}") else None


def _value(text: str, at: int, comments: bool) -> tuple[str, int, int] | None:
    """Find key, start and end of the plain value in the line of an offset, if it ends there."""
    start, end = text.rfind("\n", 0, at) + 1, _line_end(text, at)
    found = _LINE.match(text[start:end])
    if not found or found["value"].startswith(("[", "{", '"', "'", "|", ">")):
        return None
    if _goes_on(text, start, end, start + (found.start("key") if found["key"] else 0)):
        return None
    value = _COMMENT.sub("", found["value"]) if comments else found["value"].rstrip()
    first = start + found.start("value")
    return found["key"] or "", first, first + len(value)


def _goes_on(text: str, start: int, end: int, column_of: int) -> bool:
    """Say whether the next line that is not blank is indented deeper than the key."""
    rest = text[end:].lstrip("\n").partition("\n")[0] if end < len(text) else ""
    indent = len(rest) - len(rest.lstrip())
    return bool(rest.strip()) and indent > column_of - start


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


_FIXES = {
    "unquoted-braces": _braces,
    "unquoted-star": _first,
    "reserved-character": _first,
    "unquoted-colon": _colon,
    "cut-expression": _cut,
}
