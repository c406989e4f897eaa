"""The accept path: the JSON Schema compiled into functions that read a tree and test it at once.

A position decides how a plain scalar is read: as text where the schema admits a string, by the
grammar of `pipec.compiler.values` where it admits another type, not at all where it admits
anything. What is not used by a file is never compiled.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal

from pipec import schemas
from pipec.compiler.source import Plain, Tree
from pipec.compiler.types import BOOL, FLOAT, INT
from pipec.compiler.values import INT as INT_TEXT
from pipec.compiler.values import ValueSyntaxError, from_text

Node = dict[str, Any]  # a part of the JSON Schema
Reader = Callable[[Tree], Any]
Test = Callable[[Any], bool]

NOTES = {"title", "description", "examples", "default", "patternErrorMessage", "definitions"}
NOTES |= {"$schema", "$id", "$comment"}


class Refused(Exception):  # noqa: N818 # no error of ours: it starts the explanation
    """Something in the tree does not fit the schema."""


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
            node = node["then" if test(node["if"])(value) else "else"]
        else:
            return node


def types(node: Node) -> tuple[str, ...]:
    """Give the types that a part of the schema admits; none when it admits anything."""
    named = node.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def removes(node: Node) -> bool:
    """Say whether the plain word `null` removes a value here."""
    return node.get("x-null") == "removes"


_readers: dict[int, Reader] = {}


def reader(node: Node) -> Reader:
    """Give the function that reads a tree by a part of the schema and raises Refused."""
    found = _readers.get(id(node))
    if found is None:
        found = _readers[id(node)] = _build(node)
    return found


def _build(node: Node) -> Reader:
    if "$ref" in node:
        return reader(resolve(node, None))
    if "if" in node and "type" not in node:
        return lambda value: reader(resolve(node, value))(value)
    admitted = types(node)
    if not admitted:
        return _anything
    on_scalar = _scalar_reader(node, admitted)
    on_map = _map_reader(node) if "object" in admitted else _refuse
    on_list = _list_reader(node) if "array" in admitted else _refuse
    if on_map is on_list:
        return on_scalar

    def read(value: Tree) -> Any:
        if type(value) is dict:
            return on_map(value)
        if type(value) is list:
            return on_list(value)
        return on_scalar(value)

    return read


def _anything(value: Tree) -> Any:
    return value


def _refuse(_value: Tree) -> Any:
    raise Refused


def scalar_reader(admitted: tuple[str, ...]) -> Reader:
    """Give the function that reads a scalar where certain types are admitted; text wins."""
    if "string" in admitted:
        return _read_text
    return _TYPED.get(next((one for one in admitted if one in _TYPED), ""), _refuse)


def _scalar_reader(node: Node, admitted: tuple[str, ...]) -> Reader:
    convert = scalar_reader(admitted)
    tests = [_TESTS[key](node[key]) for key in node if key in _TESTS]
    nullable = removes(node)

    def read(value: Tree) -> Any:
        if nullable and value == "null" and type(value) is Plain:
            return None
        found = convert(value)
        for test in tests:
            if not test(found):
                raise Refused
        return found

    if convert is _read_text and not tests and not nullable:
        return _read_text
    return read


def _read_text(value: Tree) -> str:
    if type(value) is str:
        return value
    if type(value) is Plain and value:
        return str(value)
    raise Refused


def _read_typed(value: Tree, type_: Any) -> Any:
    if type(value) is not Plain:
        raise Refused
    try:
        return from_text(type_, value)
    except ValueSyntaxError:
        raise Refused from None


def _read_number(value: Tree) -> Any:
    if type(value) is Plain and INT_TEXT.fullmatch(value):
        return _read_typed(value, INT)
    return _read_typed(value, FLOAT)


_TYPED: dict[str, Reader] = {
    "integer": lambda value: _read_typed(value, INT),
    "number": _read_number,
    "boolean": lambda value: _read_typed(value, BOOL),
}


def _map_reader(node: Node) -> Reader:
    properties: dict[str, Node] = node.get("properties", {})
    extra: Any = node.get("additionalProperties", {})
    readers: dict[str, Reader] = {}
    tests = [_MAP_TESTS[key](node[key]) for key in node if key in _MAP_TESTS]

    def reader_of(key: str) -> Reader:
        part: Node | Literal[False] = properties.get(key, extra)
        if part is False:
            raise Refused
        found = reader(part)
        if key in properties:
            readers[key] = found
        return found

    def read(tree: dict[str, Tree]) -> Any:
        found = {key: (readers.get(key) or reader_of(key))(tree[key]) for key in tree}
        for test in tests:
            if not test(found):
                raise Refused
        return found

    return read


def _list_reader(node: Node) -> Reader:
    item = reader(node.get("items", {}))
    least = node.get("minItems", 0)
    unique = node.get("uniqueItems", False)  # only of lists of texts

    def read(tree: list[Tree]) -> Any:
        found = [item(one) for one in tree]
        if len(found) < least or (unique and len(set(found)) < len(found)):
            raise Refused
        return found

    return read


def test(node: Node) -> Test:
    """Give the test of a part of the schema that reads nothing: of keys, or of one text."""
    kinds = _MAP_TESTS | _TESTS
    tests = [kinds[key](node[key]) for key in node if key not in NOTES and key != "type"]
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(one(value) for one in tests)


def _required(keys: list[str]) -> Test:
    if len(keys) == 1:
        only = keys[0]
        return lambda tree: only in tree
    wanted = frozenset(keys)
    return lambda tree: tree.keys() >= wanted


def _names(node: Node) -> Test:
    if node.keys() == {"enum"}:
        words = frozenset(node["enum"])
        return lambda tree: tree.keys() <= words
    holds = test(resolve(node, None))
    return lambda tree: all(map(holds, tree))


def _one_of(nodes: list[Node]) -> Test:
    """Give the test that one key of several is there, the only choice between maps there is."""
    keys = frozenset(key for node in nodes for key in node["required"])
    return lambda tree: len(keys & tree.keys()) == 1


def _all_of(nodes: list[Node]) -> Test:
    pairs = [(test(one["if"]), test(one["then"])) for one in nodes]

    def holds(tree: Any) -> bool:
        for when, then in pairs:  # noqa: SIM110 # a generator for every step costs twice
            if when(tree) and not then(tree):
                return False
        return True

    return holds


def _dependencies(needed: dict[str, list[str]]) -> Test:
    pairs = [(key, _required(also)) for key, also in needed.items()]

    def holds(tree: Any) -> bool:
        for key, also in pairs:  # noqa: SIM110 # as above
            if key in tree and not also(tree):
                return False
        return True

    return holds


def strict(pattern: str) -> str:
    """Give a pattern of JSON Schema as Python reads it: `$` is the end and no line break."""
    return re.sub(r"\$$", r"\\Z", pattern)


def _pattern(pattern: str) -> Test:
    search: Callable[[str], Any] | None = None

    def holds(text: Any) -> bool:
        nonlocal search
        if type(text) is not str:
            return True
        if search is None:
            search = re.compile(strict(pattern)).search
        return search(text) is not None

    return holds


def _not(node: Node) -> Test:
    holds = test(node)
    return lambda value: type(value) is not str or not holds(value)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


_MAP_TESTS: dict[str, Callable[[Any], Test]] = {
    "required": _required,
    "propertyNames": _names,
    "minProperties": lambda least: lambda tree: len(tree) >= least,
    "oneOf": _one_of,
    "allOf": _all_of,
    "dependencies": _dependencies,
}
_TESTS: dict[str, Callable[[Any], Test]] = {
    "enum": lambda words: lambda value: value in words,
    "const": lambda word: lambda value: bool(value == word),
    "pattern": _pattern,
    "not": _not,
    "minLength": lambda least: lambda value: type(value) is not str or len(value) >= least,
    "maxLength": lambda most: lambda value: type(value) is not str or len(value) <= most,
    "minimum": lambda least: lambda value: not _is_number(value) or value >= least,
    "exclusiveMinimum": lambda least: lambda value: not _is_number(value) or value > least,
}
READ = {"$ref", "type", "x-null", "properties", "additionalProperties", "items", "minItems"}
READ |= {"uniqueItems", "if", "then", "else"}
KNOWN = frozenset(NOTES | READ | _MAP_TESTS.keys() | _TESTS.keys())  # keywords that are understood


def children(node: Node) -> Iterator[Node]:
    """Give the parts of the schema right below one, those behind references not among them."""
    for key in ("properties", "definitions"):
        yield from node.get(key, {}).values()
    for key in ("additionalProperties", "items", "propertyNames", "not", "if", "then", "else"):
        if isinstance(node.get(key), dict):
            yield node[key]
    for key in ("oneOf", "allOf"):
        yield from node.get(key, ())
