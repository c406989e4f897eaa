"""Make text safe and straight on a terminal: escapes, widths, tabs, long lines."""

import re
from unicodedata import combining, east_asian_width

TAB = 4  # columns; a tab is shown as this many spaces wherever it stands
MAX_COLUMNS = 120  # of one line of a file
_CONTEXT = 40  # columns kept before what is underlined, where a line is cut
_LONG = 400  # characters of a message in which long names are cut
_NAME = re.compile(r'"([^"]{50})[^"]{31,}"')


def escape(text: str) -> str:
    """Write control, bidirectional and other unprintable characters as escapes."""
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else _escape(char) for char in text])


def tidy(text: str) -> str:
    """Make a message fit to print: one line of printable characters, its long names cut."""
    shown = escape(text)
    if len(shown) > _LONG:
        shown = _NAME.sub(r'"\1…"', shown)
    if len(shown) > 2 * _LONG and " -> " not in shown:  # a cycle is shown as a whole
        shown = f"{shown[:_LONG]} … {shown[-100:]}"
    return shown


def _escape(char: str) -> str:
    number = ord(char)
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def underline(line: str, start: int, end: int) -> tuple[str, str]:
    """Give a line of a file as shown, and the line of carets under its characters start to end."""
    skipped = max(start - MAX_COLUMNS, 0)  # a line may be a megabyte long
    part = line[skipped : start + MAX_COLUMNS]
    start, end = start - skipped, min(end, start + MAX_COLUMNS) - skipped
    shown = [" " * TAB if char == "\t" else escape(char) for char in part]
    widths = [_width(one) for one in shown]
    first = _first(widths, start) if skipped or len(part) < len(line) or _long(widths) else 0
    last = _last(widths, first)
    head = "…" if first or skipped else ""
    tail = "…" if skipped + last < len(line) else ""
    carets = " " * (len(head) + sum(widths[first:start]))
    carets += "^" * max(sum(widths[start : min(end, last)]), 1)
    return head + "".join(shown[first:last]).rstrip() + tail, carets


def _long(widths: list[int]) -> bool:
    return sum(widths) > MAX_COLUMNS


def _first(widths: list[int], start: int) -> int:
    """Choose the first character of a long line to show: a little before the place."""
    if sum(widths[: start + _CONTEXT]) <= MAX_COLUMNS:
        return 0
    kept, first = 0, start
    while first > 0 and kept < _CONTEXT:
        first -= 1
        kept += widths[first]
    return first


def _last(widths: list[int], first: int) -> int:
    used, last = 0, first
    while last < len(widths) and used + widths[last] <= MAX_COLUMNS:
        used += widths[last]
        last += 1
    return last


def _width(shown: str) -> int:
    """Count the columns of one shown character; an escape and a tab are several."""
    if shown.isascii():
        return len(shown)
    if combining(shown):
        return 0
    return 2 if east_asian_width(shown) in "WF" else 1
