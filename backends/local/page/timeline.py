"""When what ran: a row for each step, with the instances of a fan-out folded below it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pipec.backends.local.history.past import Part, Past, PastStep, Try
from pipec.backends.local.page.words import anchor, clean, took

_MOST_ROWS = 2000  # of a page
_INSTANCES = 60  # of a fan-out
_NOTABLE = 0.05  # seconds of waiting that are worth showing
_CELLS = 400  # how finely a fan-out is drawn
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
          3600, 7200, 14400, 28800, 86400, 172800, 604800)  # fmt: skip
View = dict[str, Any]


class _Chart:
    """Turns times into parts of a hundred."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.start = past.began
        ends = [t for step in past.all_steps if (t := step.ended) is not None]
        self.end = max([self.start + 0.001, past.ended or 0.0, *ends])
        if past.state == "running":
            import time

            self.end = max(self.end, time.time())
        self.rows = 0
        self.ready = self.start  # when steps without needs could begin

    def bar(self, began: float, ended: float, kind: str, title: str) -> View:
        x = self.at(began)
        return {"x": x, "width": max(0.15, self.at(ended) - x), "kind": kind, "title": title}

    def at(self, moment: float) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 3)


def make(past: Past) -> View | None:
    """Make the timeline of a run; None where nothing ran."""
    chart = _Chart(past)
    rows = _steps(past.steps, chart, 0)
    chart.ready = max([chart.start, *(t for one in past.steps if (t := one.ended) is not None)])
    rows += _steps(past.last, chart, 0)
    if not rows:
        return None
    return {"rows": rows, "ticks": list(_ticks(chart)), "took": took(chart.end - chart.start)}


def _ticks(chart: _Chart) -> Iterator[tuple[float, str]]:
    span = chart.end - chart.start
    step = next((one for one in _TICKS if span / one <= 6), _TICKS[-1] * round(span / 3e6 + 1))
    number = 0
    while number * step <= span * 0.97:
        text = "0" if not number else _tick(number * step, step)
        yield chart.at(chart.start + number * step), text
        number += 1


def _tick(value: float, step: float) -> str:
    if step < 1:
        return f"{value:.2f} s" if step < 0.1 else f"{value:.1f} s"
    if step < 60:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if step < 3600 else f"{value / 3600:.0f} h"


def _steps(steps: list[PastStep], chart: _Chart, depth: int) -> list[View]:
    known = {one.name: one for one in steps}
    return [row for step in steps if (row := _step(step, chart, depth, known))]


def _step(step: PastStep, chart: _Chart, depth: int, known: dict[str, PastStep]) -> View | None:
    if step.began is None or chart.rows >= _MOST_ROWS:
        return None
    chart.rows += 1
    bars = []
    could = _could_start(step, chart, known)
    if step.began - could > _NOTABLE and chart.at(step.began) - chart.at(could) > 0.2:
        title = f"waited {took(step.began - could)}"
        bars.append(chart.bar(could, step.began, "wait", title))
    children: list[View] = []
    more = 0
    if step.is_fan_out or any(part.steps for part in step.parts):
        bars += _merged(step, chart)
        children, more = _inside(step, chart, depth)
    else:
        bars += [bar for part in step.parts for bar in _tries(part, chart)]
    ended = step.ended if step.ended is not None else chart.end
    return {
        "label": step.name if depth else step.label,
        "title": step.label,
        "anchor": anchor(step.label),
        "state": step.state,
        "depth": depth,
        "took": took(ended - step.began),
        "bars": bars,
        "children": children,
        "more": more,
        "many": len(step.parts) if step.is_fan_out else None,
    }


def _could_start(step: PastStep, chart: _Chart, known: dict[str, PastStep]) -> float:
    """Give when the last of a step's needs had ended."""
    times = [known[need].settled or known[need].ended for need in step.about.get("needs", ())
             if need in known]  # fmt: skip
    return max([chart.ready, *(one for one in times if one is not None)])


def _inside(step: PastStep, chart: _Chart, depth: int) -> tuple[list[View], int]:
    if not step.is_fan_out:
        return _nested(step.parts[0], chart, depth + 1), 0
    begun = [one for one in step.parts if one.began is not None]
    chosen = choose(begun, _INSTANCES, chart.end)
    rows = []
    for part in chosen:
        chart.rows += 1
        ended = part.ended if part.ended is not None else chart.end
        item = f" {clean(part.item)}" if part.item is not None else ""
        rows.append(
            {
                "label": f"[{part.index}]{item}",
                "title": f"{part.label}{item}",
                "anchor": anchor(part.label),
                "state": part.state,
                "depth": depth + 1,
                "took": took(ended - (part.began or ended)),
                "bars": list(_tries(part, chart)) or _inner_bars(part, chart),
                "children": _nested(part, chart, depth + 2),
                "more": 0,
                "many": None,
            }
        )
    return rows, len(begun) - len(chosen)


def _nested(part: Part, chart: _Chart, depth: int) -> list[View]:
    """Give the rows of the steps inside a use of a component."""
    before, chart.ready = chart.ready, part.began or chart.ready
    rows = _steps(part.steps, chart, depth)
    chart.ready = before
    return rows


def choose(parts: list[Part], most: int, now: float) -> list[Part]:
    """Choose instances to show, in order of item: what failed, what took longest."""
    if len(parts) <= most:
        return parts
    failed = [one for one in parts if one.state != "succeeded"][: most // 2]
    rest = sorted(
        (one for one in parts if one not in failed),
        key=lambda one: (one.began or 0.0) - (one.ended or now),
    )
    return sorted(failed + rest[: most - len(failed)], key=lambda one: one.index or 0)


def _tries(part: Part, chart: _Chart) -> Iterator[View]:
    before: Try | None = None
    for tried in part.tries:
        if before and before.ended is not None:
            yield chart.bar(before.ended, tried.began, "pause", "pause before the next attempt")
        yield _bar(part, tried, chart)
        before = tried


def _bar(part: Part, tried: Try, chart: _Chart) -> View:
    lost = part.tries[-1].began if part.tries[-1] is not tried else chart.end
    ended = tried.ended if tried.ended is not None else lost
    kind = "succeeded" if tried.cause is None else "failed"
    kind = "cancelled" if tried.cause == "cancelled" else kind
    kind = part.state if tried.ended is None else kind
    number = f"attempt {tried.number}: " if len(part.tries) > 1 else ""
    said = tried.message or ("succeeded" if kind == "succeeded" else kind)
    return chart.bar(
        tried.began, ended, kind, f"{number}{clean(said)}, {took(ended - tried.began)}"
    )


def _inner_bars(part: Part, chart: _Chart) -> list[View]:
    if part.began is None:
        return []
    ended = part.ended if part.ended is not None else chart.end
    return [chart.bar(part.began, ended, part.state, part.state)]


def _merged(step: PastStep, chart: _Chart) -> list[View]:
    """Draw all instances in one row: where any ran, darker where more did, failures on top."""
    cells = [0] * (_CELLS + 1)
    failed: set[int] = set()
    for began, ended, bad in _spans(step, chart):
        first, last = int(began / 100 * _CELLS), int(ended / 100 * _CELLS)
        for cell in range(first, last + 1):
            cells[cell] += 1
        if bad:
            failed.add(last)
    most = max(cells) or 1
    levels = [1 + int(2.99 * count / most) if count else 0 for count in cells]
    kind = "running" if step.state == "running" else "many"
    bars: list[View] = []
    at = 0
    for level, group in groupby(levels):
        length = len(list(group))
        if level:
            running = max(cells[at : at + length])
            title = f"{running} at once" if running > 1 else step.state
            bars.append(_cells(at, length, f"{kind} level-{level}", title))
        at += length
    return bars + [_cells(at, 1.4, "failed", "an attempt failed here") for at in sorted(failed)]


def _cells(at: int, length: float, kind: str, title: str) -> View:
    x, width = 100 * at / _CELLS, 100 * length / _CELLS
    return {"x": round(min(100.0, x), 3), "width": round(width, 3), "kind": kind, "title": title}


def _spans(step: PastStep, chart: _Chart) -> Iterator[tuple[float, float, bool]]:
    for part in step.parts:
        for tried in part.tries:
            ended = chart.end if tried.ended is None else tried.ended
            yield chart.at(tried.began), chart.at(ended), bool(tried.cause)
        for inner in part.steps:
            yield from _spans(inner, chart)
