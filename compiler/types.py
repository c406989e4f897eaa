"""The types of the language: `string int float bool json list<T> map<T> file dir`, and `T?`."""

from typing import Literal

from pipec.compiler.records import dataclass

Kind = Literal[
    "string", "int", "float", "bool", "json", "list", "map", "file", "dir", "state", "null"
]
SCALARS = ("string", "int", "float", "bool")
NAMES = (*SCALARS, "json", "list", "map", "file", "dir")


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `item` is the T of `list<T>` and `map<T>`; `optional` is the `?` of `T?`.

    `state` (of a step or a run) and `null` exist only inside expressions.
    """

    kind: Kind
    item: "Type | None" = None
    optional: bool = False

    def __str__(self) -> str:
        name = f"{self.kind}<{self.item}>" if self.item else self.kind
        return name + "?" if self.optional else name

    def required(self) -> "Type":
        """Give the type without its `?`."""
        return Type(self.kind, self.item) if self.optional else self

    def maybe(self) -> "Type":
        """Give the type with a `?`."""
        return self if self.optional or self.kind == "null" else Type(self.kind, self.item, True)

    @property
    def is_number(self) -> bool:
        return self.kind in ("int", "float")

    @property
    def is_scalar(self) -> bool:
        return self.kind in SCALARS

    @property
    def is_artifact(self) -> bool:
        """Say whether it is a file, a folder or a list of them."""
        return self.kind in ("file", "dir") or bool(self.item and self.item.is_artifact)


STRING = Type("string")
INT = Type("int")
FLOAT = Type("float")
BOOL = Type("bool")
JSON = Type("json")
FILE = Type("file")
DIR = Type("dir")
STATE = Type("state")
NULL = Type("null")


def list_of(item: Type) -> Type:
    return Type("list", item)


MAX_DEPTH = 32


class TypeSyntaxError(ValueError):
    """A text that is no type. `start` and `end` are the characters that are wrong."""

    def __init__(self, message: str, start: int, end: int, word: str = "") -> None:
        super().__init__(message)
        self.start, self.end, self.word = start, end, word


_KNOWN: dict[str, Type] = {
    text: type_
    for base in (STRING, INT, FLOAT, BOOL, JSON, FILE, DIR)
    for text, type_ in ((str(base), base), (f"{base}?", base.maybe()))
}


def parse_type(text: str) -> Type:
    """Read a type such as `list<string>?`. Raises TypeSyntaxError."""
    known = _KNOWN.get(text)
    if known is None:
        if text.count("<") > MAX_DEPTH:
            message = f"a type nests at most {MAX_DEPTH} levels deep"
            raise TypeSyntaxError(message, 0, len(text))
        known = _KNOWN[text] = _parse(text, 0, len(text))
    return known


def _parse(text: str, start: int, end: int, inside: bool = False) -> Type:
    whole = text[start:end]
    if whole.endswith("?"):
        if inside:
            raise TypeSyntaxError("an item of a list or map cannot be absent", end - 1, end)
        if text[start : end - 1].endswith("?"):
            raise TypeSyntaxError('one "?" is enough', end - 1, end)
        return _parse(text, start, end - 1).maybe()
    name, bracket, _ = whole.partition("<")
    if name not in NAMES:
        raise TypeSyntaxError(f'"{name}" is not a type', start, start + len(name), name)
    if name in ("list", "map"):
        if bracket and not whole.endswith(">"):
            raise TypeSyntaxError('this "<" is never closed', start + len(name), end)
        if not bracket:
            raise TypeSyntaxError(f'"{name}" needs the type of its items', start, end, name)
        item = _parse(text, start + len(name) + 1, end - 1, inside=True)
        if item.is_artifact:
            raise TypeSyntaxError(f"a {name} of {item.kind}s cannot be declared", start, end, name)
        return Type(name, item)  # type: ignore[arg-type] # name is one of the two, checked above
    if bracket:
        raise TypeSyntaxError(f'"{name}" has no item type', start + len(name), end)
    return Type(name)  # type: ignore[arg-type] # name is in NAMES, all of which are kinds


def accepts(wanted: Type, given: Type) -> bool:
    """Say whether a value of type `given` may stand where `wanted` is asked."""
    if given.kind == "null":
        return wanted.optional
    if given.optional and not wanted.optional:
        return False
    if wanted.kind == "float" and given.kind == "int":
        return not given.optional
    if wanted.kind == given.kind and given.item == NULL:  # the empty list
        return True
    return wanted.kind == given.kind and wanted.item == given.item


def union(left: Type, right: Type) -> Type | None:
    """Give the one type that values of both types have, or None. An int and a float are a float."""
    if left == right:
        return left
    if left.kind == "null":
        return right.maybe()
    if right.kind == "null":
        return left.maybe()
    optional = left.optional or right.optional
    if left.is_number and right.is_number:
        found: Type | None = FLOAT if left.kind != right.kind else left.required()
    elif left.kind != right.kind:
        return None
    elif left.item and right.item:
        if NULL in (left.item, right.item):  # the empty list
            item: Type | None = left.item if right.item == NULL else right.item
        else:
            item = union(left.item, right.item)
        found = Type(left.kind, item) if item else None
    else:
        found = left.required()
    return found.maybe() if found and optional else found
