"""The page of a run: one HTML file that needs nothing else, made with jinja2 from plain views."""

import base64
import os
import time
from functools import cache
from hashlib import sha256
from typing import Any

from pipec.backends.local.history import listing
from pipec.backends.local.history.past import Past
from pipec.backends.local.page import graph, steps, timeline
from pipec.backends.local.page.budget import Budget
from pipec.backends.local.page.values import Values, shown
from pipec.backends.local.page.words import MARKS, moment, took

_HERE = os.path.dirname(os.path.abspath(__file__))
_FAILURES = 5
MOST = 12 << 20  # bytes of pictures, tables, texts and logs in one page


def make(past: Past, target: str | None) -> bytes:
    """Make the page of a run. Links to files are relative to the folder of `target`."""
    base = os.path.dirname(os.path.abspath(target)) if target else None
    values = Values(past.folder, base, Budget(MOST))
    style, script = _part("page.css"), _part("page.js")
    text = _template().render(
        style=style,
        script=script,
        policy=_policy(style, script),
        marks=MARKS,
        **_view(past, values),
    )
    return str(text).encode("utf-8", errors="replace")


def _view(past: Past, values: Values) -> dict[str, Any]:
    views = steps.Views(past, values)
    failed = list(listing.failures(past.all_steps))
    top = [views.failure(one) for one in failed[:_FAILURES]]  # first: they may use most room
    made = [views.step(one) for one in past.steps]
    last = [views.step(one) for one in past.last]
    return {
        "run": past.run,
        "pipeline": past.pipeline,
        "description": past.about.get("description"),
        "state": past.state,
        "notes": past.notes,
        "facts": _facts(past),
        "counts": views.counts(),
        "failures": top,
        "more_failures": len(failed) - len(top),
        "graph": graph.draw(past),
        "timeline": timeline.make(past),
        "params": _params(past),
        "steps": made,
        "last": last,
        "gallery": views.gallery,
        "left_out": values.budget.left_out,
        "made": moment(time.time()),
        "folder": os.path.abspath(past.folder.path),
    }


def _facts(past: Past) -> list[tuple[str, str]]:
    head = past.head
    found = [
        ("began", moment(past.began)),
        ("took", took(listing.took(past))),
        ("run.date", str(head.get("date") or "")),
        ("environment", str(head.get("environment") or "")),
        ("spec", str(head.get("spec") or "")),
        ("owner", str(past.about.get("owner") or "")),
    ]
    return [(name, text) for name, text in found if text]


def _params(past: Past) -> list[dict[str, Any]]:
    known = past.about.get("params", {})
    unknown = {"type": "", "description": ""}
    return [
        {"name": name, "value": shown(value), **known.get(name, unknown)}
        for name, value in (past.head.get("params") or {}).items()
    ]


def _policy(style: str, script: str) -> str:
    """Let the page do nothing but be looked at: its own style and script, pictures inside it."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _part(name: str) -> str:
    with open(f"{_HERE}/{name}", encoding="utf-8") as file:
        return file.read()


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_part("page.html"))
