"""Values that hold no expressions: what is said of an expression in one."""

import re
from typing import Any

from pipec.compiler.diagnostics import Findings, Place

Raw = dict[str, Any]
_EXPRESSION = re.compile(r"(?<!\$)\$\{\{(?:.*?\}\}|.*)", re.DOTALL)


def lower_constant(body: Raw, place: Place, findings: Findings, key: str) -> Any:
    """Give a value that holds no expressions, or None where there is none."""
    raw = body.get(key)
    return raw if raw is None else constant(raw, place.at(key), findings, key)


def constant(raw: Any, place: Place, findings: Findings, key: str) -> Any:
    """Give a value that holds no expressions at any depth; `$${{` in it stands for `${{`."""
    if not _holds(raw):  # as most do: no places are made for what is in them
        return raw
    if isinstance(raw, dict):
        return {name: constant(one, place.at(name), findings, key) for name, one in raw.items()}
    if isinstance(raw, list):
        return [constant(one, place.at(at), findings, key) for at, one in enumerate(raw)]
    found = _EXPRESSION.search(raw)
    if found:
        findings.error(
            "expression-not-here",
            f"`{key}` is a constant: it holds no expressions",
            place.part(*found.span()),
            "`environments` change constants for one environment",
        )
    return type(raw)(raw.replace("$${{", "${{"))


def _holds(raw: Any) -> bool:
    """Say whether something in a value looks like an expression."""
    if isinstance(raw, str):
        return "${{" in raw
    if isinstance(raw, dict):
        raw = list(raw.values())
    return isinstance(raw, list) and any(_holds(one) for one in raw)
