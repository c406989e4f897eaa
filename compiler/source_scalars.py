"""From characters of a scalar's decoded text back to those of the file that wrote them."""

from collections.abc import Iterator

Span = tuple[int, int]
_ESCAPE_WIDTHS = {"x": 4, "u": 6, "U": 10}


def offsets(raw: str, style: str, value: str) -> list[Span] | None:
    """Give, for each character of the value, its start and end in the raw scalar.

    `raw` runs from the quote, the `|` or the first character on; `style` is PyYAML's. None says
    that the two do not belong together.
    """
    if style in ("|", ">"):
        return _block(raw, style == ">", value)
    found = list(_flow(raw, style))
    return found if len(found) == len(value) else None


def _flow(raw: str, quote: str) -> Iterator[Span]:
    """Walk through a plain or quoted scalar, which folds line breaks into spaces."""
    at = 1 if quote else 0
    stop = len(raw) - at
    while at < stop:
        char = raw[at]
        width = 1
        if char in " \t\n":
            end = _blanks(raw, at, stop)
            yield from _gap(raw, at, end)
            at = end
            continue
        if char == "'" == quote:
            width = 2
        elif char == "\\" and quote == '"':
            if raw[at + 1 : at + 2] == "\n":  # joins two lines; empty ones after it still count
                end = _blanks(raw, at + 2, stop)
                yield from ((one, one + 1) for one in range(at + 2, end) if raw[one] == "\n")
                at = end
                continue
            width = _ESCAPE_WIDTHS.get(raw[at + 1 : at + 2], 2)
        yield at, at + width
        at += width


def _blanks(raw: str, at: int, stop: int) -> int:
    while at < stop and raw[at] in " \t\n":
        at += 1
    return at


def _gap(raw: str, start: int, end: int) -> Iterator[Span]:
    breaks = [at for at in range(start, end) if raw[at] == "\n"]
    if not breaks:
        breaks = list(range(start, end))
    elif len(breaks) > 1:
        breaks = breaks[1:]
    return ((at, at + 1) for at in breaks)


def _block(raw: str, folded: bool, value: str) -> list[Span] | None:
    """Walk through a block scalar by each indentation that is possible, until the text fits."""
    body = raw.find("\n") + 1
    if not body:
        return None
    for indent in _indents(raw[body:].split("\n")):
        found = list(_lines(raw, body, indent, folded))
        if "".join([char for char, _ in found]).startswith(value):
            return [(at, at + 1) for _, at in found[: len(value)]]
    return None


def _indents(lines: list[str]) -> Iterator[int]:
    """Give the indentation found by itself first, then those that a header such as `|2` may ask."""
    filled = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")]
    least = min(filled) if filled else max(map(len, lines))
    yield least
    yield from range(min(least - 1, 80), 0, -1)


def _lines(raw: str, at: int, indent: int, folded: bool) -> Iterator[tuple[str, int]]:
    """Give each character of a block scalar whose last line breaks are all kept, with its offset.

    The same steps as libyaml's: a folded break becomes a space unless a line beside it is blank or
    indented more.
    """
    ended: int | None = None  # the break that ended the line before
    deeper = False
    at, column, empty = _indentation(raw, at, indent)
    while column == indent and at < len(raw):
        was_deeper, deeper = deeper, raw[at] in " \t"
        if ended is not None and (not folded or was_deeper or deeper):
            yield "\n", ended
        elif ended is not None and not empty:
            yield " ", ended
        yield from (("\n", one) for one in empty)
        end = raw.find("\n", at)
        end = len(raw) if end < 0 else end
        yield from zip(raw[at:end], range(at, end), strict=True)
        ended = end if end < len(raw) else None
        at, column, empty = _indentation(raw, end + 1, indent)
    if ended is not None:
        yield "\n", ended
    yield from (("\n", one) for one in empty)


def _indentation(raw: str, at: int, indent: int) -> tuple[int, int, list[int]]:
    """Skip blank lines and the spaces before text: where it starts, its column, the breaks."""
    breaks: list[int] = []
    while True:
        start = at
        while at < len(raw) and at - start < indent and raw[at] == " ":
            at += 1
        if at >= len(raw) or raw[at] != "\n":
            return at, at - start, breaks
        breaks.append(at)
        at += 1
