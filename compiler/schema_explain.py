"""The refusal: find the smallest parts that do not fit the schema, have jsonschema say which
keyword each breaks, and turn that into our words.

Only a part that is itself wrong is given to jsonschema, without what stands below it, so the cost
grows with the mistakes and not with the file.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator

from pipec.compiler.diagnostics import Diagnostic, Findings, Place
from pipec.compiler.schema_keys import explain_map, outdented
from pipec.compiler.schema_keywords import Test, test
from pipec.compiler.schema_nodes import NOTES, Node, removes, resolve, schema, strict, types
from pipec.compiler.schema_reader import Refused, reader, scalar_reader
from pipec.compiler.schema_values import explain_kind, explain_list, explain_text
from pipec.compiler.schema_words import Part
from pipec.compiler.source import Plain, Tree

MOST = 500  # errors explained in one file


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
    _explain_part(part, found)
    below = outdented(part) if type(part.tree) is dict else ()
    for key, node, named in _below(part.node, part.tree):
        if len(found) > MOST:
            return
        if key in below:
            continue
        tree = part.tree[key]
        if not _fits(node, tree):
            _descend(Part(resolve(node, tree), tree, part.place.at(key), named), found)


def _below(node: Node, tree: Tree) -> Iterator[tuple[Any, Node, bool]]:
    """Give the keys or indexes of a part with what the schema says of each."""
    if type(tree) is dict and "object" in types(node):
        properties, extra = node.get("properties", {}), node.get("additionalProperties", {})
        for key in tree:
            if key in properties or extra is not False:
                yield key, properties.get(key, extra), key in properties
    elif type(tree) is list and "array" in types(node):
        yield from ((index, node.get("items", {}), False) for index in range(len(tree)))


def _fits(node: Node, tree: Tree) -> bool:
    try:
        reader(node)(tree)
    except Refused:
        return False
    return True


def _explain_part(part: Part, found: list[Diagnostic]) -> None:
    broken = _broken(part.node, as_json(part.node, part.tree))
    if "type" in broken:
        found.append(explain_kind(part))
    elif broken and type(part.tree) is dict:
        found.extend(islice(explain_map(part, broken), MOST + 1))
    elif broken and type(part.tree) is list:
        found.extend(islice(explain_list(part, broken), MOST + 1))
    elif broken:
        found.append(explain_text(part, broken))


def _broken(node: Node, value: Any) -> set[str]:
    """Give the keywords of a part of the schema that a value breaks, what is below it aside."""
    checks = _checks.get(id(node))
    if checks is None:
        checks = _checks[id(node)] = {key: _check(node, key) for key in _own(node)}
    return {key for key, holds in checks.items() if not holds(value)}


_checks: dict[int, dict[str, Test]] = {}


def _own(node: Node) -> set[str]:
    closed = node.get("additionalProperties") is False
    aside = {"properties", "items"} if closed else {"properties", "items", "additionalProperties"}
    return node.keys() - NOTES - aside


def _check(node: Node, key: str) -> Test:
    """Give jsonschema's check of one keyword alone: it stops at the first thing that breaks it."""
    if key == "propertyNames":  # by our own test, 20 times faster at 50,000 names
        holds = test({key: node[key]})
        return lambda value: type(value) is not dict or holds(value)
    if key == "uniqueItems":  # the same, for lists of texts
        return lambda value: type(value) is not list or len(set(value)) == len(value)
    own = {key: node[key]}
    if key == "additionalProperties":
        own["properties"] = dict.fromkeys(node["properties"], True)
    return Draft7Validator(with_strict_patterns(own)).is_valid


def as_json(node: Node, tree: Tree) -> Any:
    """Give a tree as jsonschema is to see it: a scalar read if it can be, and nothing below."""
    admitted = types(node)
    if type(tree) is dict:
        return dict.fromkeys(tree)
    if type(tree) is list:
        return [one if isinstance(one, str) else index for index, one in enumerate(tree)]
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
