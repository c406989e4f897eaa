"""Merging maps: `defaults` into steps, environments into the spec."""

from typing import Any

from pipec.compiler.diagnostics import Place, Route
from pipec.compiler.lowering.origins import Origins

PROGRAMS = ("run", "command", "python")


def merge(
    below: dict[str, Any], above: dict[str, Any], place: Place, route: Route, origins: Origins
) -> dict[str, Any]:
    """Give two maps as one: maps merge key by key, else what is above replaces, null removes.

    What stays from below, which stands at `place`, is noted as the origin of its route. The keys of
    `above` come first.
    """
    found = {key: value for key, value in above.items() if value is not None}
    for key, value in below.items():
        if key in above:
            if merges(above[key], value):
                found[key] = merge(value, above[key], place.at(key), (*route, key), origins)
        elif value is not None:
            found[key] = value
            origins.setdefault((*route, key), place.at(key))
    return found


def merges(above: Any, below: Any) -> bool:
    """Say whether two values are maps that merge; a reference to a secret is a value."""
    return isinstance(above, dict) and isinstance(below, dict) and "secret" not in above


def without_nulls(tree: dict[str, Any]) -> dict[str, Any]:
    """Give a map without the keys whose value was removed by a null."""
    return {
        key: without_nulls(value) if type(value) is dict else value
        for key, value in tree.items()
        if value is not None
    }
