"""What a run would do, as text and as JSON."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from pipec.backends.local.foresight import Does, Foresight, Line
from pipec.backends.local.report.words import safe
from pipec.compiler.values import to_json

_ORDER: tuple[Does, ...] = ("runs", "may run", "asks", "kept", "cached", "does not run")


def as_json(found: Foresight) -> str:
    """Write it as one JSON object on one line."""
    names = ("step", "index", "item", "does", "state", "why")
    whole = {
        "dry_run": True,
        "pipeline": found.pipeline,
        "run": found.run,
        "base": found.base,
        "notes": found.notes,
        "steps": [{name: getattr(line, name) for name in names} for line in found.lines],
    }
    return to_json(whole) + "\n"


def as_text(found: Foresight) -> str:
    """Write it as a table; instances of a fan-out with one fate share a row."""
    rows = list(_rows(found.lines))
    wide = max((len(row[0]) for row in rows), default=0)
    lines = [safe(note) for note in found.notes]
    lines += [f"{who:{wide}}  {does:12}  {why}".rstrip() for who, does, why in rows]
    counts = Counter(line.does for line in found.lines)
    lines.append(", ".join(f"{counts[does]} {does}" for does in _ORDER if counts[does]))
    return "".join(f"{line}\n" for line in lines)


def _rows(lines: list[Line]) -> Iterator[tuple[str, str, str]]:
    for _, same in groupby(lines, lambda one: (one.step, one.index is None, one.does, one.why)):
        first, *more = same
        why = f"{first.state}: {first.why}" if first.does == "does not run" else first.why
        yield _who(first, more), first.does, safe(why)


def _who(first: Line, more: list[Line]) -> str:
    if first.index is None:
        return first.step
    if more:
        return f"{first.step}[{first.index}..{more[-1].index}]"
    return safe(f"{first.step}[{first.index}] ({first.item})")
