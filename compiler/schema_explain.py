"""The refusal: find the smallest parts that do not fit the schema, have jsonschema say which
keyword each breaks, and turn that into our words.

Only a part that is itself wrong is given to jsonschema, without what stands below it, so the cost
grows with the mistakes and not with the file.
"""

from typing import Any

from jsonschema import Draft7Validator, ValidationError

from pipec.compiler.diagnostics import Diagnostic, Findings, Place
from pipec.compiler.schema_keys import explain_map
from pipec.compiler.schema_reader import (
    Node,
    Refused,
    reader,
    removes,
    resolve,
    scalar_reader,
    schema,
    strict,
    types,
)
from pipec.compiler.schema_values import explain_kind, explain_list, explain_text
from pipec.compiler.schema_words import Part
from pipec.compiler.source import Plain, Tree

MOST = 1000  # errors explained in one file


class Missing:
    """A value that is not there (`key:` with nothing after it); of no type of JSON Schema."""


MISSING = Missing()


def explain(tree: Tree, path: str, findings: Findings) -> None:
    """Add an error for each thing in a refused tree that does not fit the schema."""
    whole = Part(resolve(schema(), tree), tree, Place(path))
    found: list[Diagnostic] = []
    _descend(whole, found)
    version = [one for one in found if one.code == "unknown-version"]
    found = version or found  # another version may have other keys
    findings.found.extend(found[:MOST])
    if len(found) > MOST:
        findings.error(
            "too-many-problems",
            f"this file has more than {MOST} problems, the others are not shown",
            Place(path),
        )


def _descend(part: Part, found: list[Diagnostic]) -> None:
    """Explain a refused part, then the refused ones below it."""
    if len(found) > MOST:
        return
    _explain_part(part, found)
    for key, node, named in _below(part.node, part.tree):
        tree = part.tree[key]
        if not _fits(node, tree):
            _descend(Part(resolve(node, tree), tree, part.place.at(key), named), found)


def _below(node: Node, tree: Tree) -> list[tuple[Any, Node, bool]]:
    """Give the keys or indexes of a part with what the schema says of each."""
    if type(tree) is dict and "object" in types(node):
        properties, extra = node.get("properties", {}), node.get("additionalProperties", {})
        rows = [(key, properties.get(key, extra), key in properties) for key in tree]
        return [row for row in rows if row[1] is not False]
    if type(tree) is list and "array" in types(node):
        return [(index, node.get("items", {}), False) for index in range(len(tree))]
    return []


def _fits(node: Node, tree: Tree) -> bool:
    try:
        reader(node)(tree)
    except Refused:
        return False
    return True


def _explain_part(part: Part, found: list[Diagnostic]) -> None:
    errors = list(_validator(part.node).iter_errors(read(part.node, part.tree)))
    if not errors:
        return
    if any(error.validator == "type" for error in errors):
        found.append(explain_kind(part))
    elif type(part.tree) is dict:
        found.extend(explain_map(part, {_keyword(error) for error in errors}))
    elif type(part.tree) is list:
        found.extend(explain_list(part, {_keyword(error) for error in errors}))
    else:
        found.append(explain_text(part, {_keyword(error) for error in errors}))


def _keyword(error: ValidationError) -> str:
    """Name the keyword of the part's own that is broken; one inside `allOf` by that."""
    return str(error.absolute_schema_path[0])


def read(node: Node, tree: Tree) -> Any:
    """Read a tree as `schema.check` does, but leave what does not fit for jsonschema to refuse."""
    node = resolve(node, tree)
    admitted = types(node)
    if not admitted:
        return tree
    if type(tree) is dict and "object" in admitted:
        properties, extra = node.get("properties", {}), node.get("additionalProperties", {})
        return {k: read(properties.get(k, extra) or {}, one) for k, one in tree.items()}
    if type(tree) is list and "array" in admitted:
        return [read(node.get("items", {}), one) for one in tree]
    if type(tree) is not Plain:
        return tree
    if removes(node) and tree == "null":
        return None
    if not tree:
        return MISSING
    try:
        return scalar_reader(admitted)(tree)
    except Refused:
        return str(tree)


def _validator(node: Node) -> Draft7Validator:
    """Give the validator of a part alone: anything may stand below it."""
    found = _validators.get(id(node))
    if found is None:
        own = {key: one for key, one in node.items() if key != "items"}
        if "properties" in own:
            own["properties"] = dict.fromkeys(own["properties"], True)
        if own.get("additionalProperties"):
            own["additionalProperties"] = True
        if "propertyNames" in own:
            own["propertyNames"] = resolve(own["propertyNames"], None)
        found = _validators[id(node)] = Draft7Validator(with_strict_patterns(own))
    return found


_validators: dict[int, Draft7Validator] = {}


def with_strict_patterns(node: Any) -> Any:
    """Give a part of the schema with patterns that mean in Python what they mean in JSON Schema."""
    if isinstance(node, list):
        return [with_strict_patterns(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: strict(one) if key == "pattern" and isinstance(one, str) else with_strict_patterns(one)
        for key, one in node.items()
    }
