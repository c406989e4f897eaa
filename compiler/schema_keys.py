"""Errors about the keys of a map: unknown, missing, out of place, one body too many, bad names."""

import re
from collections.abc import Iterable, Iterator

from pipec.compiler.diagnostics import Diagnostic, Note
from pipec.compiler.schema_keywords import test
from pipec.compiler.schema_nodes import Node, resolve, schema, types
from pipec.compiler.schema_slips import ADVICE, HOMES, SLIPS
from pipec.compiler.schema_values import empty_help, name_like
from pipec.compiler.schema_words import Part, quoted_list
from pipec.compiler.source import Plain
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.values import quoted

SHOWN = 12  # known keys that a message lists
_NO_SPEC = '"pipec" is missing: this is no spec of pipec'
_MISSING_HELP = {
    "pipec": "begin the file with pipec: 1",
    "name": "name the pipeline: name: my-pipeline",
    "steps": "what runs stands under steps, each step under its name",
    "type": "say what it is: type: string, int, float, bool, json, list<T> or map<T>",
    "value": 'say where it comes from: value: "${{ steps.STEP.outputs.NAME }}"',
    "attempts": "say how many tries there are in all: attempts: 3",
    "secret": "name it: {secret: name/key}",
    "cron": 'say when: cron: "0 3 * * *" is at three every night',
}


def explain_map(part: Part, keywords: set[str]) -> Iterator[Diagnostic]:
    """Explain what is wrong with the keys of a map, one error for each mistake."""
    required: list[str] = part.node.get("required", [])
    missing = [key for key in required if key not in part.tree]
    if "pipec" in missing and len(missing) > 1:
        yield part.error_at_own_key("missing-key", _NO_SPEC, _MISSING_HELP["pipec"])
        return
    meant: set[str | None] = set()
    unknown = list(_unknown(part))
    for key in unknown:
        near = _nearest(part, key)
        if near is None and len(unknown) == len(missing) == 1 and part.place.route:
            near = missing[0]
        meant.add(near)
        yield _beside_steps(part, key) or _unknown_key(part, key, near)
    if "propertyNames" in keywords:
        yield from _bad_names(part)
    bodies = _bodies(part.node)
    present = [key for key in part.tree if key in bodies]
    if "oneOf" in keywords and (present or not meant & set(bodies)):
        yield _second_body(part, present) if present else _no_body(part, bodies)
    if len(present) == 1:
        yield from _out_of_place(part, present[0])
    yield from (_missing(part, key) for key in missing if key not in meant)
    if "minProperties" in keywords:
        yield part.error_at_own_key("empty", f"{part.label} is empty", empty_help(part))


def _unknown(part: Part) -> Iterator[str]:
    if part.node.get("additionalProperties", {}) is False:
        known = part.node["properties"]
        below = outdented(part)
        yield from (key for key in part.tree if key not in known and key not in below)


def outdented(part: Part) -> set[str]:
    """Give the keys that belong below an empty key before them: they are indented too little."""
    found: set[str] = set()
    known, others = part.node.get("properties", {}), part.node.get("additionalProperties", {})
    above: Node = {}
    for key, value in part.tree.items():
        if type(value) is Plain and not value:
            node = known.get(key, others) or {}
            above = resolve(node, {}) if node else {}
        elif key not in known and _may_hold(above, key):
            found.add(key)
        else:
            above = {}
    return found


def _may_hold(node: Node, key: str) -> bool:
    if "object" not in types(node):
        return False
    return key in node.get("properties", {}) or bool(node.get("additionalProperties"))


def _nearest(part: Part, key: str) -> str | None:
    """Give the key that was meant, rather one that is not there yet."""
    known = part.node["properties"]
    return _meant(key, [one for one in known if one not in part.tree]) or _meant(key, known)


def _meant(key: str, known: Iterable[str]) -> str | None:
    slips = [one for one in SLIPS.get(_snake(key), ()) if one in known]
    return slips[0] if slips else suggest(key, known)


def _snake(key: str) -> str:
    return name_like(key) or key


def _unknown_key(part: Part, key: str, near: str | None) -> Diagnostic:
    message = f"{quoted(key)} is not a key of {part.thing}"
    free = [one for one in part.node["properties"] if one not in part.tree]
    fix = slip(key, near, free) if near in free else None
    return part.error_at_key("unknown-key", message, key, _unknown_help(part, key, near), fix)


def _beside_steps(part: Part, key: str) -> Diagnostic | None:
    """Explain a key of a program in a component that has `steps`."""
    definitions = schema()["definitions"]
    if part.node is not definitions["component_of_steps"]:
        return None
    program = definitions["component_of_program"]
    if key in _bodies(program):
        return _second_body(part, [one for one in part.tree if one in (key, "steps")])
    if key in program["properties"]:
        return _misplaced(part, key, "steps", "set it in the steps")
    return None


def _unknown_help(part: Part, key: str, near: str | None) -> str | None:
    advice = ADVICE.get(_snake(key))
    joined = re.fullmatch(r"([a-z_]+):(\S.*)", key)
    if joined and joined[1] in part.node["properties"]:
        return f"put a space after the colon: {joined[1]}: {joined[2]}"
    if near and not (advice and near in part.tree):
        return f"did you mean {quoted(near)}?"
    if advice:
        return advice
    definitions = schema()["definitions"]
    value = part.tree[key]
    if not part.place.route and type(value) is dict and value.keys() & _bodies(definitions["step"]):
        return 'it looks like a step: indent it below "steps"'
    if part.node is definitions["step_overlay"] and key in definitions["step"]["properties"]:
        return "an environment changes values, never the graph: set it in the step itself"
    if part.node is definitions["environment"] and key == "finally":
        return 'the steps of `finally` stand under "steps" here, by their name'
    if key == "params" and not part.place.route:  # of a component
        return 'a component takes "inputs", which the caller gives in "with"'
    for name, home in HOMES.items():
        keys = resolve(definitions[name], None)["properties"]
        if key in keys:
            everywhere = name == "step" and key in definitions["defaults"]["properties"]
            more = '; for every step it stands in "defaults"' if everywhere else ""
            return f"it is a key of {home}{more}"
    for word in SLIPS.get(_snake(key), ()):
        for name, home in HOMES.items():
            if word in definitions[name]["properties"]:
                return f"{quoted(word)} is a key of {home}"
    known = list(part.node["properties"])
    if not known or len(known) > SHOWN:
        return "take it out; `pipec schema` and the docs list the keys"
    return f"its keys are {quoted_list(known)}"


def _missing(part: Part, key: str) -> Diagnostic:
    message = f"{quoted(key)} is missing"
    if part.place.route:
        message += f" in {part.label}"
    help = _MISSING_HELP.get(key, f"add {quoted(key)}")
    return part.error_at_own_key("missing-key", message, help)


def _bad_names(part: Part) -> Iterator[Diagnostic]:
    names = resolve(part.node["propertyNames"], None)
    holds = test(names)
    return (_bad_name(part, names, key) for key in part.tree if not holds(key))


def _bad_name(part: Part, names: Node, key: str) -> Diagnostic:
    if not key:
        return part.error_at_key("bad-name", f"a name in {part.label} is empty", key, "name it")
    if "not" in names and not test({"not": names["not"]})(key):
        message = f'{quoted(key)} cannot be set: names that begin with "PIPEC_" are pipec\'s own'
        return part.error_at_key("reserved-name", message, key, "choose another name")
    fixed = name_like(key) if "maxLength" in names else None
    message = f"{quoted(key)} is not a name"
    if "maxLength" not in names:
        message += " of a variable"
    rule = names["patternErrorMessage"]
    return part.error_at_key("bad-name", message, key, f"{rule}: write {fixed}" if fixed else rule)


def _bodies(node: Node) -> list[str]:
    return [one["required"][0] for one in node.get("oneOf", ())]


def _no_body(part: Part, bodies: list[str]) -> Diagnostic:
    if "steps" in part.node["properties"]:
        bodies = [*bodies, "steps"]
    message = f"{part.label if part.place.route else 'the component'} says nothing to run"
    return part.error_at_own_key("no-body", message, f"it needs one of {quoted_list(bodies, 'or')}")


def _second_body(part: Part, present: list[str]) -> Diagnostic:
    first, second = present[:2]
    note = Note(f"{quoted(first)} is here", part.place.of_key(first))
    thing = part.thing if part.place.route else "a component"
    message = f"{thing} has one body, and {quoted(second)} comes after {quoted(first)}"
    help = "keep one of the two, or make it two steps"
    return Diagnostic("two-bodies", message, part.place.of_key(second), help=help, notes=(note,))


def _out_of_place(part: Part, body: str) -> Iterator[Diagnostic]:
    """Explain known keys that do not go with the body that the step has."""
    allowed = _allowed_with(part.node, body)
    needed: dict[str, list[str]] = part.node.get("dependencies", {})
    for key in part.tree:
        if key not in part.node["properties"]:
            continue
        if allowed and key not in allowed:
            yield _misplaced(part, key, body, _way_out(body, allowed, key))
        elif key in needed and needed[key][0] != body:
            own = '; a program takes "inputs"' if key == "with" else ""
            yield _misplaced(part, key, body, f"it goes with {quoted(needed[key][0])}{own}")


def _allowed_with(node: Node, body: str) -> list[str] | None:
    for one in node.get("allOf", ()):
        if one["if"]["required"] == [body]:
            found: list[str] = one["then"]["propertyNames"]["enum"]
            return found
    return None


def _misplaced(part: Part, key: str, body: str, help: str) -> Diagnostic:
    message = f"{quoted(key)} does not go with {quoted(body)}"
    return part.error_at_key("misplaced-key", message, key, help)


def _way_out(body: str, allowed: list[str], key: str) -> str:
    if body == "uses" and key == "inputs":
        return 'what a component takes stands in "with"'
    if body == "uses":
        return "set it in the steps of the component"
    return f"a step with {quoted(body)} takes {quoted_list(allowed[1:])} only"
