"""The part of the page that tells of each step: states, reasons, attempts, outputs, logs."""

import os
from collections import Counter
from typing import Any

from pipec.backends.local.history.past import Part, Past, PastStep, Try
from pipec.backends.local.page.logs import Extract, extract
from pipec.backends.local.page.timeline import choose
from pipec.backends.local.page.values import Values, shown
from pipec.backends.local.page.words import anchor, clean, took
from pipec.backends.local.report.words import STATES

_INSTANCES = 200  # rows of a fan-out
_DETAILED = 12  # instances of a fan-out that are told of in full
_OUTPUTS = 6  # columns of a fan-out's table
_GIVEN = 3  # outputs in the line of a step
_PICTURES = 24  # in the gallery
View = dict[str, Any]


class Views:
    """Makes the views of steps; gathers pictures in `gallery` on the way."""

    def __init__(self, past: Past, values: Values) -> None:
        self._past, self._values = past, values
        self._now = past.ended or past.began
        self.gallery: list[View] = []

    def counts(self) -> list[tuple[str, int]]:
        found = Counter(step.state for step in self._past.all_steps)
        order = [*STATES, "running", "unfinished", "waiting"]
        return [(state, found[state]) for state in order if found[state]]

    def failure(self, one: PastStep | Part) -> View:
        """Tell of what failed first-hand."""
        item = clean(one.item) if isinstance(one, Part) and one.item is not None else None
        message = one.message if isinstance(one, Part) else one.why
        return {
            "label": one.label,
            "item": item,
            "anchor": anchor(one.label),
            "message": clean(message or "failed"),
            "attempts": len(one.tries) if isinstance(one, Part) else 0,
            "log": self._log(one, one.tries[-1]) if isinstance(one, Part) and one.tries else None,
            "command": f"pipec logs {self._past.run} {one.label}",
        }

    def step(self, step: PastStep) -> View:
        """Tell of a step."""
        only = step.parts[0] if len(step.parts) == 1 and not step.is_fan_out else None
        began, ended = step.began, step.ended
        return {
            "label": step.label,
            "name": step.name,
            "anchor": anchor(step.label),
            "state": step.state,
            "why": clean(step.why) if step.why else None,
            "took": took(ended - began) if began is not None and ended is not None else None,
            "tries": step.tries,
            "about": _about(step),
            "component": step.about.get("component"),
            "cached": any(one.cached for one in step.parts),
            "gave": _gave(only) if only and step.state == "succeeded" else [],
            "open": step.state == "failed",
            "only": self._part(only, step) if only else None,
            "fan": self._fan(step) if step.is_fan_out and step.parts else None,
        }

    def _part(self, part: Part, step: PastStep) -> View:
        """Tell of one instance."""
        last = part.tries[-1] if part.tries else None
        return {
            "label": part.label,
            "anchor": anchor(part.label),
            "item": clean(part.item) if part.item is not None else None,
            "state": part.state,
            "message": clean(part.message) if part.message else None,
            "source": part.source,
            "tries": [_tried(one, part) for one in part.tries] if len(part.tries) > 1 else [],
            "outputs": self._outputs(part, step),
            "log": self._log(part, last) if last else None,
            "command": f"pipec logs {self._past.run} {part.label}",
            "steps": [self.step(one) for one in part.steps],
        }

    def _outputs(self, part: Part, step: PastStep) -> list[View]:
        found = []
        for name, type in step.about.get("outputs", {}).items():
            if name not in part.outputs:
                continue
            view = self._values.view(name, type, part.outputs[name], part.kept.get(name))
            if view["kind"] == "picture" and len(self.gallery) < _PICTURES:
                self.gallery.append({"label": f"{part.label}.{name}", "anchor": anchor(step.label),
                                     "source": view.pop("source")})  # fmt: skip
                view |= {"kind": "note", "text": "shown among the pictures above"}
            found.append(view)
        return found

    def _fan(self, step: PastStep) -> View:
        """Tell of the instances of a fan-out: in a table, and of some in full."""
        chosen = choose(step.parts, _INSTANCES, self._now)
        plain = [name for name, type in step.about.get("outputs", {}).items()
                 if not type.startswith(("file", "dir"))][:_OUTPUTS]  # fmt: skip
        failed = [one for one in step.parts if one.state == "failed"]
        detailed = (failed + [one for one in step.parts if one not in failed])[:_DETAILED]
        detailed.sort(key=lambda one: one.index or 0)
        shown_in_full = {one.label for one in detailed}
        return {
            "counts": sorted(Counter(one.state for one in step.parts).items()),
            "total": len(step.parts),
            "outputs": plain,
            "rows": [self._row(one, plain, one.label in shown_in_full) for one in chosen],
            "more": len(step.parts) - len(chosen),
            "parts": [self._part(one, step) for one in detailed],
        }

    def _row(self, part: Part, names: list[str], linked: bool) -> View:
        began, ended = part.began, part.ended
        cells = [(shown(part.outputs[name]) if name in part.outputs else "") for name in names]
        return {
            "index": part.index,
            "anchor": anchor(part.label) if linked else None,
            "item": clean(part.item) if part.item is not None else "",
            "state": part.state,
            "took": took(ended - began) if began is not None and ended is not None else "",
            "tries": len(part.tries) or part.known or "",
            "message": clean(part.message) if part.message and part.state != "succeeded" else "",
            "cells": [one if len(one) <= 60 else one[:59] + "…" for one in cells],
        }

    def _log(self, part: Part, tried: Try) -> Extract | None:
        path = self._past.folder.log(part.label, tried.number)
        return extract(os.path.abspath(path), self._values.budget, part.state == "failed")


def _tried(one: Try, part: Part) -> View:
    if one.ended is None:
        return {"number": one.number, "state": part.state, "took": "", "message": ""}
    state = "succeeded" if one.cause is None else "failed"
    state = "cancelled" if one.cause == "cancelled" else state
    message = clean(one.message or one.cause or "")
    return {"number": one.number, "state": state, "took": took(one.ended - one.began),
            "message": message}  # fmt: skip


def _gave(part: Part) -> list[tuple[str, str]]:
    """Give the short values among the outputs, for the line of the step."""
    plain = [(name, shown(value)) for name, value in part.outputs.items()
             if name not in part.kept and isinstance(value, str | int | float)]  # fmt: skip
    return [(name, text) for name, text in plain if len(text) <= 24][:_GIVEN]


def _about(step: PastStep) -> list[tuple[str, str]]:
    """Give what the spec says of a step, as far as it explains what happened."""
    about = step.about
    found = [
        ("description", about.get("description")),
        ("asks", about.get("text")),
        ("needs", ", ".join(about.get("needs", []))),
        ("when", about.get("when")),
        ("for_each", about.get("for_each")),
        ("trigger_rule", about.get("trigger_rule")),
        ("retry", f"{about['attempts']} attempts" if "attempts" in about else None),
        ("timeout", f"{about['timeout']} s" if "timeout" in about else None),
        ("max_parallel", about.get("max_parallel")),
        ("component", about.get("component")),
    ]
    return [(name, clean(str(value))) for name, value in found if value]
