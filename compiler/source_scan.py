"""What the raw text tells before it is read: where comments may cut expressions, odd escapes."""

import re

# libyaml itself refuses halves of surrogate pairs; the parser in Python lets them through.
_ODD_ESCAPE = re.compile(r"\\(?:0|x00|u0000|U00000000|u[dD][89a-fA-F]|U0000[dD][89a-fA-F])")
_SIGNS = re.compile(r"\$\{\{|\}\}|(?<=[ \t])#|\n")


def has_odd_escape(text: str) -> bool:
    """Say whether something in the text may be an escape for NUL or half a surrogate pair."""
    return "\\" in text and bool(_ODD_ESCAPE.search(text))


def comment_cuts(text: str) -> dict[int, tuple[int, int]]:
    """Find each `#` that follows a space after an open `${{` of its line.

    Gives, by the offset where a plain scalar before the comment ends, the offsets of `${{` and `#`.
    """
    cuts: dict[int, tuple[int, int]] = {}
    if " #" not in text and "\t#" not in text:
        return cuts
    opened: int | None = None
    for found in _SIGNS.finditer(text):
        sign = found[0]
        if sign == "${{":
            opened = found.start() if opened is None else opened
        elif sign == "#":
            if opened is not None:
                end = len(text[opened : found.start()].rstrip(" \t"))
                cuts.setdefault(opened + end, (opened, found.start()))
                opened = None  # the rest of the line is comment
        else:
            opened = None
    return cuts
