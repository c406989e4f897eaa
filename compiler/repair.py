"""Repairs: from the fixes that diagnostics carry to edits of a text, and a text made better.

A fix is certain by itself; still nothing is believed. What an edit makes is checked again, and
kept only where the problem is gone and nothing new came in its place.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pipec.compiler.diagnostics import WHOLE, Diagnostic
from pipec.compiler.records import dataclass
from pipec.compiler.source import Source

ROUNDS = 50  # an error of YAML hides the next one, so there is one round for each
TRIES = 40  # of parts of the edits of a file, where all of a round did not help


class Edit(NamedTuple):
    """New text for the characters `start` to `end` of a file."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that is said of one state of a file. `found` are the problems of the file itself."""

    source: Source
    found: list[Diagnostic]

    @property
    def stage(self) -> int:
        """Say how far it came: 0 where it cannot be read, 1 where there are errors, else 2."""
        if self.source.tree is None or self.source.guessed:
            return 0
        return 1 if any(one.severity == "error" for one in self.found) else 2


Span = tuple[int, int]
_MARK = b"\xef\xbb\xbf"
Check = Callable[[str], Checkup]


def edit_of(one: Diagnostic, source: Source) -> Edit | None:
    """Give the edit that a diagnostic's fix is in its file, None where it does not fit there."""
    fix = one.fix
    if fix is None:
        return None
    place = fix.place or one.place
    start, end = source.marks.span(place)
    written = source.text[start:end]
    if not place.route:
        return Edit(start, end, fix.new) if written == fix.old else None
    node = source.marks.node(place)
    if node is None or not node.start <= start <= end <= node.end:
        return None
    if re.search(r"[&*!]\S*\s*\Z", source.text[max(node.start - 100, 0) : node.start]):
        return None  # others may repeat what has an anchor
    if place.span in (None, WHOLE) and written in (f'"{fix.old}"', f"'{fix.old}'"):
        text = fix.new if fix.whole else written[0] + fix.new + written[0]
        return Edit(start, end, text)
    if written != fix.old or source.text[start : start + 1] == "*" == fix.old[:1]:
        return None
    return Edit(start, end, fix.new if fix.whole else _in_style(fix.new, node.style))


def _in_style(text: str, style: str) -> str:
    """Write characters inside a scalar of this style."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


def repair(text: str, check: Check) -> tuple[str, int]:
    """Give the text with all repairs that help, and how many problems they solved."""
    state, solved, left = check(text), 0, TRIES
    history: list[Span] = []  # what was written while the file could not be read
    for _ in range(ROUNDS):
        edits = _edits(state)
        after = _try(state, edits, check, history) if edits else None
        if after is None and len(edits) > 1:
            after, edits, left = _in_parts(state, edits, check, history, left)
        if after is None:
            # Where the last of these is wrong, one before may be why: none was seen to be right.
            return (text, 0) if edits and not state.stage else (state.source.text, solved)
        solved += len(edits)
        history = [] if state.stage else [*_shifted(history, edits), *_written(edits)]
        state = after
    return state.source.text, solved


def _edits(state: Checkup) -> list[Edit]:
    """Give the edits for a file, the last first; of two that overlap the first stays."""
    kept: list[Edit] = []
    found = {edit_of(one, state.source) for one in state.found if one.fix}
    for one in sorted(one for one in found if one):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
    return kept[::-1]


def _in_parts(
    state: Checkup, edits: Sequence[Edit], check: Check, history: list[Span], left: int
) -> tuple[Checkup | None, list[Edit], int]:
    """Apply the halves that help, of the others their halves; `left` tries may still be made.

    The last edits of the text come first, so that the others keep their offsets.
    """
    better: Checkup | None = None
    done: list[Edit] = []
    middle = len(edits) // 2
    pending = [edits[middle:], edits[:middle]]
    while pending and left:
        part = pending.pop()
        left -= 1
        after = _try(better or state, part, check, history)
        if after:
            better = after
            done += part
        elif len(part) > 1:
            middle = len(part) // 2
            pending += part[middle:], part[:middle]
    return better, done, left


def _try(
    before: Checkup, edits: Sequence[Edit], check: Check, history: list[Span]
) -> Checkup | None:
    """Apply edits, the last of the text first. None where the text is no better for them."""
    text, parts, at = before.source.text, list[str](), len(before.source.text)
    for one in edits:
        parts += text[one.end : at], one.text
        at = one.start
    after = check(text[:at] + "".join(reversed(parts)))
    written = [*_shifted(history, edits), *_written(edits)]
    return after if _is_better(before, after, written) else None


def _is_better(before: Checkup, after: Checkup, written: list[Span]) -> bool:
    """Hold two states against each other, as far as the first could be checked at all."""
    if after.stage < before.stage:
        return False
    if after.stage == before.stage and len(after.found) > len(before.found):
        return False
    hidden = before.stage == 0  # behind an error of YAML there may have been more all along
    changed = {one.code for one in before.found if one.fix}
    written = sorted(written)
    for one in after.found:
        at = after.source.marks.span(one.place)[0]
        index = bisect_right(written, (at, len(after.source.text))) - 1
        if index < 0 or not written[index][0] <= at < written[index][1]:
            continue
        is_new = one.severity == "error" and (at == written[index][0] or not hidden)
        if is_new or one.code in changed:
            return False
    return True


def _shifted(spans: Iterable[Span], edits: Sequence[Edit]) -> Iterable[Span]:
    """Give where characters stand after edits that touch none of them."""
    for start, end in spans:
        shift = sum(len(one.text) - (one.end - one.start) for one in edits if one.start < start)
        yield start + shift, end + shift


def _written(edits: Iterable[Edit]) -> Iterable[Span]:
    """Give where the new texts stand when all are applied."""
    shift = 0
    for one in sorted(edits):
        start = one.start + shift
        yield start, start + len(one.text)
        shift += len(one.text) - (one.end - one.start)


def write_like(there: bytes, read: str, text: str) -> bytes | None:
    """Give a text as bytes with the byte order mark and the line ends of the file it comes from.

    `read` is the text that was read from that file. None where its line ends are of both kinds.
    """
    body = there.removeprefix(_MARK)
    head = there[: len(there) - len(body)]
    for line_end in ("\n", "\r\n"):
        if read.replace("\n", line_end).encode() == body:
            return head + text.replace("\n", line_end).encode()
    return None
