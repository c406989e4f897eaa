"""`environments.E`: values changed for one environment, never the graph."""

from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.lowering.defaults import merges
from pipec.compiler.lowering.origins import Origins
from pipec.compiler.spelling import slip, suggest


def check_names(tree: dict[str, Any], place: Place, findings: Findings) -> None:
    """Refuse environments that speak of params or steps that do not exist."""
    steps = {**tree.get("steps", {}), **tree.get("finally", {})}
    for name, raw in tree.get("environments", {}).items():
        where = place.at("environments", name)
        for section, known, word in (
            ("params", tree.get("params", {}), "param"),
            ("steps", steps, "step"),
        ):
            for one in raw.get(section) or {}:
                if one not in known:
                    near = suggest(one, known)
                    findings.error(
                        f"unknown-{word}",
                        f'there is no {word} "{one}"',
                        where.of_key(section, one),
                        f'did you mean "{near}"?' if near else _of_the_spec(word, known),
                        fix=slip(one, near, known),
                    )


def _of_the_spec(word: str, known: dict[str, Any]) -> str:
    names = ", ".join(list(known)[:8])
    return f"the {word}s of the spec are {names}" if names else f"the spec has no {word}s"


def apply_environment(
    tree: dict[str, Any], environment: str, path: str, origins: Origins, findings: Findings
) -> dict[str, Any]:
    """Give the tree with the values of one environment."""
    known = tree.get("environments", {})
    if environment not in known:
        near = suggest(environment, known)
        place = Place(path).of_key("environments") if known else Place(path)
        findings.error(
            "unknown-environment",
            f'there is no environment "{environment}"',
            place,
            f'did you mean "{near}"?' if near else _of_the_spec("environment", known),
        )
        return tree
    raw = known[environment]
    place = Place(path, ("environments", environment))
    found = dict(tree)
    for key in ("defaults", "schedule", "targets"):
        if key in raw:
            found[key] = _over(tree.get(key) or {}, raw[key], place.at(key), (key,), origins)
    for name, value in (raw.get("params") or {}).items():
        if name in tree.get("params", {}):
            found["params"] = {
                **found["params"],
                name: {**found["params"][name], "default": value},
            }
            origins["params", name, "default"] = place.at("params", name)
    for name, step in (raw.get("steps") or {}).items():
        for section in ("steps", "finally"):
            if name in tree.get(section, {}):
                changed = _over(
                    tree[section][name], step, place.at("steps", name), (section, name), origins
                )
                found[section] = {**found[section], name: changed}
    return found


def _over(
    own: dict[str, Any],
    change: dict[str, Any],
    place: Place,
    route: tuple[str | int, ...],
    origins: Origins,
) -> dict[str, Any]:
    """Give a map of the spec with the changes of an environment, in the spec's order of keys."""
    _note(change, own, place, route, origins)
    return _changed(own, change)


def _changed(own: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Merge key by key. A null stays, as it also removes what `defaults` say."""
    found = dict(own)
    for key, value in change.items():
        below = own.get(key)
        found[key] = _changed(below, value) if below and merges(value, below) else value
    return found


def _note(
    change: dict[str, Any],
    own: dict[str, Any],
    place: Place,
    route: tuple[str | int, ...],
    origins: Origins,
) -> None:
    for key, value in change.items():
        below = own.get(key)
        if below is not None and merges(value, below):
            _note(value, below, place.at(key), (*route, key), origins)
        else:
            origins[(*route, key)] = place.at(key)
