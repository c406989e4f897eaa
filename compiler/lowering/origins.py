"""Where the values of the effective tree stand: in the step itself, in `defaults`, elsewhere.

The tree that is lowered is made from several places. Lowering speaks of routes in that tree;
`relocate` turns them into places in the files, when something is reported or shown.
"""

from collections.abc import Mapping
from typing import Any

from pipec.compiler.diagnostics import Diagnostic, Place, Route
from pipec.compiler.records import replace

Origins = dict[Route, Place]
Bodies = dict[Route, dict[str, Any]]  # the maps of steps and components in the effective tree


def relocate(place: Place, origins: Mapping[Route, Place], path: str) -> Place:
    """Give the place in the files of a place in the effective tree, that of the file at `path`."""
    if place.path != path:
        return place
    route = place.route
    for length in range(len(route), 0, -1):
        origin = origins.get(route[:length])
        if origin:
            return Place(
                origin.path, (*origin.route, *route[length:]), key=place.key, span=place.span
            )
    return place


def relocate_all(
    found: list[Diagnostic], origins: Mapping[Route, Place], path: str
) -> list[Diagnostic]:
    """Give diagnostics with every place in the files."""
    if not origins:
        return found
    return [
        replace(
            one,
            place=relocate(one.place, origins, path),
            notes=tuple(
                replace(note, place=relocate(note.place, origins, path)) if note.place else note
                for note in one.notes
            ),
        )
        for one in found
    ]
