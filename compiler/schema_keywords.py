"""The keywords of JSON Schema that test without reading, each made into a function."""

import re
from collections.abc import Callable
from typing import Any

from pipec.compiler.schema_nodes import NOTES, Node, resolve, strict

Test = Callable[[Any], bool]


def test(node: Node) -> Test:
    """Give the test of a part of the schema that reads nothing: of keys, or of one text."""
    kinds = MAP_TESTS | VALUE_TESTS
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


MAP_TESTS: dict[str, Callable[[Any], Test]] = {
    "required": _required,
    "propertyNames": _names,
    "minProperties": lambda least: lambda tree: len(tree) >= least,
    "oneOf": _one_of,
    "allOf": _all_of,
    "dependencies": _dependencies,
}
VALUE_TESTS: dict[str, Callable[[Any], Test]] = {
    "enum": lambda words: lambda value: value in words,
    "const": lambda word: lambda value: bool(value == word),
    "pattern": _pattern,
    "not": _not,
    "minLength": lambda least: lambda value: type(value) is not str or len(value) >= least,
    "maxLength": lambda most: lambda value: type(value) is not str or len(value) <= most,
    "minimum": lambda least: lambda value: not _is_number(value) or value >= least,
    "exclusiveMinimum": lambda least: lambda value: not _is_number(value) or value > least,
}
