"""The beginning and the end of a log, as much as a page can bear."""

import os

from pipec.backends.local.page.budget import Budget
from pipec.backends.local.page.words import clean, size
from pipec.compiler.records import dataclass

_HEAD, _TAIL = 10, 30  # lines of a log that is longer than both
_WIDEST = 400  # characters of a line
_BYTES = 16_384  # read at each end


@dataclass(frozen=True, slots=True)
class Extract:
    """Lines of a log. `between` says what is left out between `head` and `tail`."""

    head: str
    tail: str
    between: str | None
    path: str
    size: str


def extract(path: str, budget: Budget, important: bool) -> Extract | None:
    """Read both ends of a log; None where nothing was printed."""
    try:
        with open(path, "rb") as file:
            whole = os.fstat(file.fileno()).st_size
            begin = file.read(_BYTES)
            file.seek(max(0, whole - _BYTES))
            end = file.read(_BYTES) if whole > _BYTES else begin
    except OSError:
        return None
    if not whole:
        return None
    most = (_HEAD, _TAIL) if important else (_HEAD // 2, _TAIL // 2)
    is_short = whole <= _BYTES
    found = _split(_lines(begin), most) if is_short else _ends(begin, end, whole, most)
    head, tail, between = found
    if not budget.take(len(head) + len(tail)):
        return Extract("", "", "left out, for the page would be too large", path, size(whole))
    return Extract(head, tail, between, path, size(whole))


def _split(lines: list[str], most: tuple[int, int]) -> tuple[str, str, str | None]:
    head, tail = most
    if len(lines) <= head + tail:
        return "\n".join(lines), "", None
    left = len(lines) - head - tail
    return "\n".join(lines[:head]), "\n".join(lines[-tail:]), f"{left} lines more"


def _ends(begin: bytes, end: bytes, whole: int, most: tuple[int, int]) -> tuple[str, str, str]:
    head = _lines(begin.rpartition(b"\n")[0] or begin[:_WIDEST])[: most[0]]
    tail = _lines(end.partition(b"\n")[2] or end[-_WIDEST:])[-most[1] :]
    shown = sum(len(line) + 1 for line in head + tail)
    return "\n".join(head), "\n".join(tail), f"about {size(max(0, whole - shown))} more"


def _lines(data: bytes) -> list[str]:
    text = data.decode(errors="replace").removesuffix("\n").replace("\r\n", "\n")
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return [clean(line if len(line) <= _WIDEST else line[:_WIDEST] + "…") for line in lines]
