"""Values that hold no expressions: what is said of an expression in one."""

import re
from typing import Any

from pipec.compiler.diagnostics import Findings, Place

Raw = dict[str, Any]
_EXPRESSION = re.compile(r"(?<!\$)\$\{\{(?:.*?\}\}|.*)", re.DOTALL)


def lower_constant(body: Raw, place: Place, findings: Findings, key: str) -> Any:
    """Give a value that holds no expressions, or None where there is none."""
    return constant(body.get(key), place.at(key), findings, key)


def constant(raw: Any, place: Place, findings: Findings, key: str) -> Any:
    """Give a value that holds no expressions at any depth; `$${{` in it stands for `${{`."""
    if isinstance(raw, dict):
        return {name: constant(one, place.at(name), findings, key) for name, one in raw.items()}
    if isinstance(raw, list):
        return [
            # most are plain: no place is made for them
            one
            if isinstance(one, str) and "${{" not in one
            else constant(one, place.at(at), findings, key)
            for at, one in enumerate(raw)
        ]
    if not isinstance(raw, str) or "${{" not in raw:
        return raw
    found = _EXPRESSION.search(raw)
    if found:
        findings.error(
            "expression-not-here",
            f"`{key}` is a constant: it holds no expressions",
            place.part(*found.span()),
            "`environments` change constants for one environment",
        )
    return type(raw)(raw.replace("$${{", "${{"))
