"""The nearest known word to one that is not known."""

import re
from collections.abc import Iterable

from pipec.compiler.diagnostics import Fix

# How many words may be compared while one spec is checked: some tenths of a second. A spec with
# thousands of unknown names gets suggestions for the first of them.
MOST_COMPARED = 20_000
_compared = 0


def start_over() -> None:
    """Let the next spec have suggestions, whatever the last one used up."""
    global _compared
    _compared = 0


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is a slip away, or None.

    A plural is nearer than any slip, and may have one besides. Of words as near, one that begins
    like the word or has its letters wins, then the first. Where none is near, the only word that
    goes on where this one ends is meant.
    """
    if _compared > MOST_COMPARED:
        return None
    words = list(known)
    limit = max(1, len(word) // 3) if len(word) > 1 else 0  # one letter is like any other
    lowered = word.lower().replace("-", "_")
    best: str | None = None
    least = (2 * limit + 1, 2)
    for one in words:
        if _compared > MOST_COMPARED:
            return best
        score = _score(lowered, one.lower(), least[0])
        if score < least:
            best, least = one, score
    if best is None and len(lowered) > 3:
        longer = [one for one in words if one.lower().startswith(lowered)]
        best = longer[0] if len(longer) == 1 else None
    return best


def _score(word: str, known: str, most: int) -> tuple[int, int]:
    """Give twice the edits between two words, one more for a plural, and whether ties lose."""
    global _compared
    if abs(len(known) - len(word)) > most // 2 + 2:
        return most + 1, 0
    _compared += 1
    found = 2 * distance(word, known, most // 2)
    if word.endswith("s") != known.endswith("s"):
        found = min(found, 2 * distance(_singular(word), _singular(known), most // 2) + 1)
    alike = known.startswith(word) or word.startswith(known) or sorted(word) == sorted(known)
    return found, 0 if alike else 1


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def slip(word: str, near: str | None, known: Iterable[str]) -> Fix | None:
    """Give the repair of a word whose nearest known one is one clear slip away, else None.

    It is not clear where another word is as near, in very short words, and where a digit differs.
    """
    global _compared
    if near is None or min(len(word), len(near)) < 3 or _digits(word) != _digits(near):
        return None
    lowered, meant = word.lower().replace("-", "_"), near.lower()
    far = distance(lowered, meant, 1)
    if far > 1 or (len(word) == len(near) == 3 and sorted(lowered) != sorted(meant)):
        return None
    for one in known:
        _compared += abs(len(one) - len(lowered)) <= far
        if _compared > MOST_COMPARED:
            return None
        if one not in (near, word) and distance(lowered, one.lower(), far) <= far:
            return None
    return Fix(word, near)


def _digits(word: str) -> list[str]:
    return re.findall("[0-9]", word)


def distance(left: str, right: str, most: int) -> int:
    """Count the edits (insert, delete, change, swap neighbours) between two words.

    Gives `most + 1` where there are more than `most`.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
