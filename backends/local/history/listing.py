"""The list of runs, as text or as data."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipec.backends.local.history.past import Part, Past, PastStep, read
from pipec.backends.local.report.words import STATES, safe, seconds

_HEADS = ("RUN", "PIPELINE", "WHEN", "TOOK", "STATE", "WHAT")
_FAILURES = 3  # named in a line
_WIDEST = 28  # columns of a pipeline's name


def entries(folder: str, names: list[str], limit: int) -> Iterator[Past]:
    """Read the latest runs, as many as the limit says; folders that tell nothing are left out."""
    found = (read(os.path.join(folder, "runs", name)) for name in names)
    return islice((past for past in found if past), limit)


def text(runs: list[Past]) -> str:
    """Lay runs out as a table."""
    lines = [_HEADS, *(_row(one) for one in runs)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _row(one: Past) -> tuple[str, ...]:
    name = safe(one.pipeline)
    name = name if len(name) <= _WIDEST else name[: _WIDEST - 1] + "…"
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.began))
    return (one.run, name, when, seconds(took(one)), one.state, what(one))


def took(one: Past) -> float:
    """Give how long a run took, or takes so far, in seconds."""
    return max(0.0, (time.time() if one.ended is None else one.ended) - one.began)


def what(one: Past) -> str:
    """Say what failed in a run, or what its steps came to."""
    failed = [failure.label for failure in failures(one.all_steps)]
    if failed:
        more = f" and {len(failed) - _FAILURES} more" if len(failed) > _FAILURES else ""
        return f"failed: {', '.join(map(safe, failed[:_FAILURES]))}{more}"
    return counts(one) or ", ".join(map(safe, one.notes))


def counts(one: Past) -> str:
    """Count the steps by state."""
    found = Counter(step.state for step in one.all_steps)
    order = [*STATES, "running", "unfinished", "waiting"]
    return ", ".join(f"{found[state]} {state}" for state in order if found[state])


def failures(steps: list[PastStep]) -> Iterator[PastStep | Part]:
    """Give what failed first-hand: instances, and steps that failed before they had any."""
    for step in steps:
        if step.state == "failed" and not any(part.state == "failed" for part in step.parts):
            yield step
            continue
        for part in step.parts:
            inner = list(failures(part.steps))
            yield from inner
            if part.state == "failed" and not inner:
                yield part


def as_json(runs: list[Past]) -> list[dict[str, Any]]:
    """Give runs as data; times are seconds since 1970."""
    return [
        {
            "run": one.run,
            "pipeline": one.pipeline,
            "spec": one.head.get("spec"),
            "environment": one.head.get("environment"),
            "date": one.head.get("date"),
            "state": one.state,
            "began": one.began,
            "ended": one.ended,
            "seconds": round(took(one), 3),
            "failed": [failure.label for failure in failures(one.all_steps)],
            "steps": dict(sorted(Counter(step.state for step in one.all_steps).items())),
            "folder": os.path.abspath(one.folder.path),
        }
        for one in runs
    ]
