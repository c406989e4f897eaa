"""`defaults`: merged into every step with a program, with where each value came from."""

from typing import Any

from pipec.compiler.diagnostics import Place

Origins = dict[tuple[str | int, ...], Place]


def merge(
    step: dict[str, Any], defaults: dict[str, Any], place: Place
) -> tuple[dict[str, Any], Origins]:
    """Give a step with the defaults that it has no value for, and the places of those.

    Maps merge key by key, everything else replaces, null removes.
    """
    origins: Origins = {}
    body = _merge(step, defaults, place, (), origins)
    if "run" not in step:
        body.pop("shell", None)
    return body, origins


def _merge(
    own: dict[str, Any],
    more: dict[str, Any],
    place: Place,
    route: tuple[str | int, ...],
    origins: Origins,
) -> dict[str, Any]:
    found = {key: value for key, value in own.items() if value is not None}
    for key, value in more.items():
        if key in own:
            if isinstance(own[key], dict) and isinstance(value, dict) and not _is_secret(own[key]):
                found[key] = _merge(own[key], value, place.at(key), (*route, key), origins)
        elif value is not None:
            found[key] = value
            origins[(*route, key)] = place.at(key)
    return found


def _is_secret(value: dict[str, Any]) -> bool:
    return "secret" in value
