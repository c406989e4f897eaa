"""Going on after the schema refused: the wrong parts are cut out, so that the rest is checked too.

What is then found may only be a consequence of the cut. Such findings are held back: better one
error fewer than one that is not there.
"""

import re
from typing import Any

from pipec.compiler.diagnostics import Diagnostic, Findings, Route
from pipec.compiler.schema import check

_SECTIONS = ("steps", "finally", "params")
_BODIES = ("run", "command", "python", "uses", "approve")
_CUTS = 3
_CONSEQUENCES = {"rule-without-needs", "not-here", "cycle", "missing-key"}


def salvage(
    tree: dict[str, Any], refused: list[Diagnostic], path: str
) -> tuple[dict[str, Any], set[str]] | None:
    """Give the tree without what was refused, and the names that were cut out or touched.

    None where too much is wrong to go on.
    """
    removed: set[str] = set()
    kept = _copy(tree)
    for _ in range(_CUTS):
        if not _cut_all(kept, refused, removed):
            return None
        findings = Findings()
        read = check(kept, path, findings)
        if read is not None:
            return read, removed
        refused = findings.found  # what is left of a map may miss a key
    return None


def _cut_all(kept: dict[str, Any], refused: list[Diagnostic], removed: set[str]) -> bool:
    """Cut out what was refused, or say that too much is wrong."""
    for one in sorted(refused, key=lambda one: len(one.place.route), reverse=True):
        route = _cut_route(one)
        if not route or (len(route) == 1 and route[0] in _SECTIONS):
            return False
        removed.update(str(key) for key in route[1:])
        _cut(kept, route)
        if len(route) > 2 and route[0] in ("steps", "finally"):
            step = kept.get(route[0], {}).get(route[1])
            if isinstance(step, dict) and not any(key in step for key in _BODIES):
                step["run"] = "true"
    return True


def held_back(one: Diagnostic, removed: set[str]) -> bool:
    """Say whether a finding may be a consequence of what was cut out."""
    if one.code in _CONSEQUENCES or (one.code == "missing-input" and "inputs" in removed):
        return True
    if not one.code.startswith(("unknown-", "incomplete-")):
        return False
    return any(word in removed for word in re.findall(r'"([^"]*)"', one.message))


def _cut_route(one: Diagnostic) -> Route:
    """Give the route of what to take out: items of a list go with their whole list."""
    route = one.place.route
    for index, key in enumerate(route):
        if isinstance(key, int):
            return route[:index]
    return route


def _copy(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copy(value) for key, value in tree.items()}
    return [_copy(value) for value in tree] if isinstance(tree, list) else tree


def _cut(tree: Any, route: Route) -> None:
    for key in route[:-1]:
        if not isinstance(tree, dict) or key not in tree:
            return
        tree = tree[key]
    if isinstance(tree, dict):
        tree.pop(route[-1], None)
