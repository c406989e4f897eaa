"""The names under `targets`: those of the engines that pipec compiles for."""

from collections.abc import Iterator
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.schema_nodes import schema
from pipec.compiler.spelling import slip, suggest


def check_engines(tree: dict[str, Any], place: Place, findings: Findings) -> None:
    """Refuse names that are none of an engine: what stands under them would be lost in silence."""
    known = schema()["definitions"]["targets"]["properties"]
    for holder, where in _holders(tree, place):
        for name in holder.get("targets") or {}:
            if name in known:
                continue
            near = suggest(name, known)
            findings.error(
                "unknown-target",
                f'there is no target "{name}"',
                where.of_key("targets", name),
                f'did you mean "{near}"?' if near else f"there are {' and '.join(known)}",
                fix=slip(name, near, known),
            )


def _holders(tree: dict[str, Any], place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    yield tree, place
    for section in ("steps", "finally"):
        for name, step in (tree.get(section) or {}).items():
            yield step, place.at(section, name)
    if "defaults" in tree:
        yield tree["defaults"] or {}, place.at("defaults")
    for name, environment in tree.get("environments", {}).items():
        yield from _holders(environment, place.at("environments", name))
