"""Times, sizes and marks of the page."""

import re
import time

from pipec.backends.local.report.words import seconds
from pipec.backends.local.store import plain

MARKS = {
    "succeeded": "✓",
    "failed": "✗",
    "skipped": "○",
    "upstream_failed": "⊘",
    "cancelled": "■",
    "running": "▶",
    "unfinished": "…",
    "waiting": "·",
}
# what no page may hold, what HTML forbids, and what turns the direction of text around
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def moment(value: float) -> str:
    """Write a time as people here read it, with its zone."""
    return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(value))


def took(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 0.1 else seconds(value)


def size(count: int) -> str:
    """Write a number of bytes."""
    if count < 1000:
        return f"{count} bytes"
    value, units = float(count), iter(("kB", "MB", "GB", "TB", "PB"))
    unit = ""
    while value >= 1000:
        value, unit = value / 1000, next(units)
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"


def anchor(label: str) -> str:
    """Give the place in the page where a step or an instance is told of."""
    return f"step-{plain(label)}"


def clean(text: str) -> str:
    """Write as escapes what is no plain character; line ends and tabs stay."""
    return _UNFIT.sub(_escape, text.replace("\r\n", "\n").replace("\r", "\n"))


def _escape(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
