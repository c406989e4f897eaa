"""The schema as data: its parts, and what each admits."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pipec import schemas
from pipec.compiler.source import Tree

Node = dict[str, Any]  # a part of the JSON Schema
NOTES = {"title", "description", "examples", "default", "definitions"}
NOTES |= {"patternErrorMessage", "errorMessage"}  # of editors; the first is ours too
NOTES |= {"$schema", "$id", "$comment"}


@cache
def schema() -> Node:
    """Give the whole schema, read once; not to be changed."""
    return schemas.load()


def resolve(node: Node, value: Tree) -> Node:
    """Follow references, and `if` where a whole map is of one kind or another."""
    while True:
        if "$ref" in node:
            node = schema()["definitions"][node["$ref"].removeprefix("#/definitions/")]
        elif "if" in node and "type" not in node:
            node = node["then" if all(key in value for key in node["if"]["required"]) else "else"]
        else:
            return node


def types(node: Node) -> tuple[str, ...]:
    """Give the types that a part of the schema admits; none when it admits anything."""
    named = node.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def removes(node: Node) -> bool:
    """Say whether the plain word `null` removes a value here."""
    return node.get("x-null") == "removes"


def strict(pattern: str) -> str:
    """Give a pattern of JSON Schema as Python reads it: `$` is the end and no line break."""
    return re.sub(r"\$$", r"\\Z", pattern)


def children(node: Node) -> Iterator[Node]:
    """Give the parts of the schema right below one, those behind references not among them."""
    for key in ("properties", "definitions"):
        yield from node.get(key, {}).values()
    for key in ("additionalProperties", "items", "propertyNames", "not", "if", "then", "else"):
        if isinstance(node.get(key), dict):
            yield node[key]
    for key in ("oneOf", "allOf"):
        yield from node.get(key, ())
