"""Texts as Python literals: every text of a spec becomes code through `quote` alone."""

import unicodedata
from ast import literal_eval

_OLD = unicodedata.ucd_3_2_0  # the same in every Python, so that the same bytes are emitted
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def _shown(char: str) -> bool:
    """Say whether a character outside of ASCII may stand in a literal as it is."""
    number = ord(char)
    if 0x1F400 <= number <= 0x1F43E or 0x1F600 <= number <= 0x1F64F:
        return True
    return _OLD.category(char)[0] in "LNS" and _OLD.bidirectional(char) in ("L", "EN", "ON", "ET")


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def quote(text: str) -> str:
    """Write a text as a Python literal on one line."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    if text.isascii() and text.isprintable() and "\\" not in text and mark not in text:
        return f"{mark}{text}{mark}"
    found = [
        f"\\{mark}"
        if char == mark
        else char
        if " " <= char <= "~" and char != "\\"
        else char
        if char > "~" and _shown(char)
        else _escape(char)
        for char in text
    ]
    made = f"{mark}{''.join(found)}{mark}"
    if literal_eval(made) != text:
        raise AssertionError(f"a text is not read back as it was: {text!r}")
    return made


def width(text: str) -> int:
    """Give the columns that a line takes."""
    if text.isascii():
        return len(text)
    wide = sum(
        one >= "\U0001f400" or (one > "ᄀ" and _OLD.east_asian_width(one) in "WF") for one in text
    )
    return len(text) + wide
