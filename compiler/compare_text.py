"""Changes between two pipelines as text for people and as data for programs."""

from collections.abc import Iterable
from difflib import ndiff
from typing import Any

from pipec.compiler.compare import Change
from pipec.compiler.report_characters import escape

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def text_of(changes: Iterable[Change]) -> str:
    """List the changes: a line for each thing, below it one for each of its settings."""
    lines: list[str] = []
    last = None
    for one in changes:
        title = f"{one.subject} {one.name}".strip()
        if not one.setting:
            lines.append(f"{_SIGNS[one.kind]} {title}")
            lines += [f"    {line}" for name, text in one.settings for line in _whole(name, text)]
        else:
            lines += [] if last == title else [f"~ {title}"]
            lines += [f"    {line}" for line in _setting(one)]
        last = title
    return "".join(f"{escape(line)}\n" for line in lines)


def _whole(name: str, text: str) -> list[str]:
    first, *rest = text.split("\n")
    if not rest:
        return [f"{name}: {first}"]
    return [f"{name}:", *(f"  {line}".rstrip() for line in text.rstrip("\n").split("\n"))]


def _setting(change: Change) -> list[str]:
    old, new = change.old, change.new
    if old is None or new is None:
        first, *rest = _whole(change.setting, old or new or "")
        return [f"{_SIGNS[change.kind]} {first}", *(f"  {line}" for line in rest)]
    if "\n" not in old + new:
        return [f"~ {change.setting}: {old} -> {new}"]
    pairs = ndiff(old.splitlines(), new.splitlines())
    shown = [line.rstrip() for line in pairs if not line.startswith("?")]
    if old.splitlines() == new.splitlines():
        shown = ["the line breaks at its end"]
    return [f"~ {change.setting}:", *(f"    {line}".rstrip() for line in shown)]


def data_of(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Give the changes as data."""
    return [
        {
            "kind": one.kind,
            "subject": one.subject,
            "name": one.name or None,
            "setting": one.setting or None,
            "old": one.old,
            "new": one.new,
            **({"settings": dict(one.settings)} if one.settings else {}),
        }
        for one in changes
    ]
