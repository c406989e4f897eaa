"""The accept path: the JSON Schema compiled into functions that read a tree and test it at once.

A position decides how a plain scalar is read: as text where the schema admits a string, by the
grammar of `pipec.compiler.values` where it admits another type, not at all where it admits
anything. What is not used by a file is never compiled.
"""

from collections.abc import Callable
from typing import Any, Literal

from pipec.compiler.schema_keywords import MAP_TESTS, VALUE_TESTS
from pipec.compiler.schema_nodes import NOTES, Node, removes, resolve, types
from pipec.compiler.source import Plain, Tree
from pipec.compiler.types import BOOL, FLOAT, INT
from pipec.compiler.values import INT as INT_TEXT
from pipec.compiler.values import ValueSyntaxError, from_text

Reader = Callable[[Tree], Any]


class Refused(Exception):  # noqa: N818 # no error of ours: it starts the explanation
    """Something in the tree does not fit the schema."""


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
    tests = [VALUE_TESTS[key](node[key]) for key in node if key in VALUE_TESTS]
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
    tests = [MAP_TESTS[key](node[key]) for key in node if key in MAP_TESTS]

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


READ = {"$ref", "type", "x-null", "properties", "additionalProperties", "items", "minItems"}
READ |= {"uniqueItems", "if", "then", "else"}
# The keywords that are understood.
KNOWN = frozenset(NOTES | READ | MAP_TESTS.keys() | VALUE_TESTS.keys())
