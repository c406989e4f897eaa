"""Params: their types, defaults and constraints."""

import re
from typing import Any

from pipec.compiler.diagnostics import Findings, Note, Place
from pipec.compiler.ir import Param
from pipec.compiler.lowering.constants import constant
from pipec.compiler.lowering.literals import LiteralError, read, repaired
from pipec.compiler.parameters import problem
from pipec.compiler.spelling import suggest
from pipec.compiler.types import NAMES, Type, TypeSyntaxError, parse_type
from pipec.compiler.values import describe, to_text

_CONSTRAINTS = {
    "min": ("int", "float"),
    "max": ("int", "float"),
    "min_length": ("string", "list"),
    "max_length": ("string", "list"),
    "pattern": ("string",),
}


def lower(raw: dict[str, Any], place: Place, findings: Findings) -> dict[str, Param | None]:
    """Give the params by name; None stands for one that is wrong."""
    return {name: _lower(name, one, place.at(name), findings) for name, one in raw.items()}


def _lower(name: str, raw: dict[str, Any], place: Place, findings: Findings) -> Param | None:
    before = len(findings.found)
    type_ = lower_type(raw["type"], place.at("type"), findings)
    if type_ is None:
        return None
    if type_.is_artifact:
        findings.error(
            "bad-type",
            f"a param cannot be a {type_}",
            place.at("type"),
            "pass the address of the file as a string, or list it in `files`",
        )
        return None
    _check_constraints(raw, type_, place, findings)
    default = _literal(raw, "default", type_, place, findings)
    enum = None
    if "enum" in raw:
        enum = tuple(
            _read(type_, one, place.at("enum", index), findings)
            for index, one in enumerate(raw["enum"])
        )
        _check_twice(enum, place.at("enum"), findings)
    if len(findings.found) > before:
        return None
    param = Param(
        name,
        type_,
        place,
        has_default="default" in raw,
        default=default,
        enum=enum,
        min=_number(raw.get("min")),
        max=_number(raw.get("max")),
        min_length=raw.get("min_length"),
        max_length=raw.get("max_length"),
        pattern=raw.get("pattern"),
        description=raw.get("description"),
    )
    if param.has_default and (wrong := problem(param, default)):
        words = [one for one in enum or () if isinstance(one, str)]
        near = suggest(default, words) if isinstance(default, str) else None
        help = f'did you mean "{near}"?' if near else "change the default or the limit"
        findings.error("bad-default", f"the default {wrong}", place.at("default").whole(), help)
    return param


def help_of_types() -> str:
    return f"the types are {', '.join(NAMES[:-4])}, list<T>, map<T>, file, dir, and T? of each"


def _meant(wrong: str, whole: str) -> str | None:
    """Write a type of another language in ours: `list[int]`, `int | null`, `map<string, int>`."""
    optional = re.fullmatch(r"\?(\w+)|(\w+)\s*\|\s*(?:null|None)|(?:null|None)\s*\|\s*(\w+)", wrong)
    if optional:
        return f"write {optional[1] or optional[2] or optional[3]}?"
    if wrong.lower() in ("optional", "maybe"):
        return "write T?, `int?` say"
    brackets = re.fullmatch(r"(\w+)\[(\w*)\]", wrong)
    if brackets:
        return f"write list<{brackets[2] or brackets[1]}>"
    pair = re.fullmatch(r"string\s*,\s*(\w+)", wrong)
    return f"the keys of a map are text: write map<{pair[1]}>" if pair and "map" in whole else None


def _check_twice(enum: tuple[Any, ...], place: Place, findings: Findings) -> None:
    """Refuse a value that stands twice; what could not be read is None and said already."""
    first: dict[str, int] = {}
    for index, one in enumerate(enum):
        if one is not None and first.setdefault(to_text(one), index) != index:
            findings.error(
                "duplicate-item",
                f'{describe(one)} stands twice in "enum"',
                place.at(index).whole(),
                "take one of the two out",
                (Note("the first is here", place.at(first[to_text(one)]).whole()),),
            )


def lower_type(text: str, place: Place, findings: Findings) -> Type | None:
    """Give the type that a text says, or None with what is wrong among the findings."""
    try:
        return parse_type(text)
    except TypeSyntaxError as error:
        near = suggest(error.word, NAMES) if error.word else None
        other = {
            "str": "string", "text": "string", "number": "float", "double": "float",
            "integer": "int", "boolean": "bool", "array": "list", "object": "map",
            "dict": "map", "path": "file", "folder": "dir", "directory": "dir", "any": "json",
        }.get(error.word.lower())  # fmt: skip
        help = _meant(text[error.start : error.end], text) or help_of_types()
        if error.word in ("list", "map") and "needs" in str(error):
            help = f"write `{error.word}<string>`, say"
        elif "never closed" in str(error):
            help = 'close it with ">"'
        elif "cannot be declared" in str(error):
            help = (
                "a step that makes several files declares a `dir`; lists of files come from fan-out"
            )
        elif (other or near) and error.word.isalnum():
            help = f'did you mean "{other or near}"?'
        findings.error("bad-type", str(error), place.part(error.start, error.end), help)
        return None


def _check_constraints(raw: dict[str, Any], type: Type, place: Place, findings: Findings) -> None:
    for key, kinds in _CONSTRAINTS.items():
        if key in raw and type.kind not in kinds:
            findings.error(
                "bad-constraint",
                f'"{key}" is for {" and ".join(kinds)}, and this is {type}',
                place.of_key(key),
                _instead(key, type),
            )
    for low, high in (("min", "max"), ("min_length", "max_length")):
        if low in raw and high in raw and float(raw[low]) > float(raw[high]):
            message = f'"{low}" is larger than "{high}"'
            findings.error("bad-constraint", message, place.at(high), "swap the two, or change one")
    if "pattern" in raw:
        _check_pattern(raw["pattern"], place.at("pattern"), findings)


def _instead(key: str, type: Type) -> str:
    """Say which constraint goes with a type where another was written."""
    if type.kind in ("string", "list") and key in ("min", "max"):
        return f'write "{key}_length"'
    if type.is_number and key in ("min_length", "max_length"):
        return f'write "{key[:3]}"'
    return 'leave it out; "enum" lists the values that are allowed, of any type'


def _check_pattern(pattern: str, place: Place, findings: Findings) -> None:
    from pipec.compiler.pattern_matching import check
    from pipec.compiler.patterns import PatternError

    try:
        check(pattern)
    except PatternError as error:
        where = place.part(error.start, error.end)
        findings.error("bad-pattern", str(error), where, error.help)


def _literal(raw: dict[str, Any], key: str, type: Type, place: Place, findings: Findings) -> Any:
    if key not in raw:
        return None
    found = constant(raw[key], place.at(key), findings, key)
    return _read(type, found, place.at(key), findings)


def _read(type: Type, raw: Any, place: Place, findings: Findings) -> Any:
    try:
        return read(type, raw)
    except LiteralError as error:
        fix = None if error.route else repaired(type, raw)
        where = place.at(*error.route).whole()
        findings.error("wrong-type", error.message, where, error.help, fix=fix)
        return None


def _number(raw: Any) -> int | float | None:
    if raw is None or isinstance(raw, int | float):
        return raw
    number = float(raw)
    return int(raw) if str(raw).lstrip("-").isdigit() else number
