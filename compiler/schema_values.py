"""Errors about values: the wrong kind of value, a wrong word, a wrong number, a wrong form."""

import re
from collections.abc import Iterator

from pipec.compiler import readings
from pipec.compiler.diagnostics import Diagnostic, Fix, Note
from pipec.compiler.schema_nodes import Node, removes, types
from pipec.compiler.schema_words import Part, asked, found, nothing, quoted_list
from pipec.compiler.source import Plain
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.types import BOOL, FLOAT, INT, Type, TypeSyntaxError, parse_type
from pipec.compiler.values import ValueSyntaxError, from_text, quoted

_TYPED: dict[str, Type] = {"integer": INT, "number": FLOAT, "boolean": BOOL}


def explain_kind(part: Part) -> Diagnostic:
    """Explain a value of the wrong kind, such as a text where a list is asked."""
    tree = part.tree
    if type(tree) is Plain and not tree:
        return nothing(part)
    message = f"{part.label} must be {asked(part.node)}, found {found(tree)}"
    if isinstance(tree, (dict, list)):
        return part.error("wrong-type", message, _help_for_kind(part))
    typed = next((_TYPED[one] for one in types(part.node) if one in _TYPED), None)
    if typed is None:
        return part.error("wrong-type", message, _help_for_kind(part), _as_list(part))
    return _explain_scalar(part, typed, message)


def _explain_scalar(part: Part, typed: Type, message: str) -> Diagnostic:
    """Explain a scalar that is no number or bool, with what YAML would have read."""
    text = str(part.tree)
    reading = readings.describe(text) if type(part.tree) is Plain else None
    help = None
    try:
        from_text(typed, text)
        help = f"write {text} without quotes"
    except ValueSyntaxError as error:
        help = error.help
    if removes(part.node) and text in readings.NULLS:
        help = "to remove the value, write null"
    notes = (Note(reading),) if reading else ()
    fix = _retyped(typed, text, type(part.tree) is Plain)
    return Diagnostic("wrong-type", message, part.place, help=help, notes=notes, fix=fix)


def _retyped(typed: Type, text: str, plain: bool) -> Fix | None:
    """Write a bool as one, and what stands in quotes without them."""
    if not plain:
        return Fix(text, text, whole=True) if reads_as(typed, text) else None
    word = readings.as_bool(text) if typed == BOOL else None
    return Fix(text, word, whole=True) if word else None


def _as_list(part: Part) -> Fix | None:
    """Put a word in brackets where a list of words is asked; a command may be several words."""
    tree, key = part.tree, part.place.route[-1] if part.place.route else ""
    items = part.node.get("items", {})
    if type(tree) is not Plain or key == "command" or "array" not in types(part.node):
        return None
    if not re.fullmatch(r"[\w./-]+", tree) or (items and "string" not in types(items)):
        return None
    return Fix(tree, f"[{tree}]", whole=True)


def _help_for_kind(part: Part) -> str | None:
    admitted, tree = types(part.node), part.tree
    key = part.place.route[-1] if part.place.route else ""
    if isinstance(tree, str):
        if key == "command":
            return 'write a list, the program first, or use "run" for a shell script'
        if "array" in admitted:
            return f"write [{tree}]" if re.fullmatch(r"[\w./:-]+", tree) else "write a list"
        if "type" in part.node.get("required", ()):
            return _with_type(part.node, tree)
        if len(part.node.get("required", ())) == 1:
            return f"write {{{part.node['required'][0]}: {_written(tree)}}}"
        return None
    if isinstance(tree, list) and "object" in admitted and "string" not in admitted:
        return "write a map: each name as a key, what belongs to it below"
    if isinstance(tree, list) and key in ("run", "python"):
        return 'for a program with arguments use "command"'
    return None


def _with_type(node: Node, text: str) -> str | None:
    """Write the map that was meant by a type alone, or by the default of a param alone."""
    if _is_type(text):
        return f"write {{type: {text}}}"
    if "default" not in node["properties"]:
        return None
    guess = next((str(one) for one in (INT, FLOAT, BOOL) if reads_as(one, text)), "string")
    return f"write {{type: {guess}, default: {_written(text)}}}"


def reads_as(type: Type, text: str) -> bool:
    try:
        from_text(type, text)
    except ValueSyntaxError:
        return False
    return True


def _written(text: str) -> str:
    return text if re.fullmatch(r"[\w./:-]*[\w./-]", text) else quoted(text)


def _is_type(text: str) -> bool:
    try:
        parse_type(text)
    except TypeSyntaxError:
        return False
    return True


def explain_list(part: Part, keywords: set[str]) -> Iterator[Diagnostic]:
    """Explain a list that is empty, or holds something twice."""
    if "minItems" in keywords:
        yield part.error("empty", f"{part.label} is empty")
    first: dict[str, int] = {}
    for index, one in enumerate(part.tree):
        if isinstance(one, str) and first.setdefault(one, index) != index:
            place = part.place.at(index)
            note = Note("the first is here", part.place.at(first[one]))
            message = f"{quoted(one)} stands twice in {part.label}"
            yield Diagnostic("duplicate-item", message, place, notes=(note,))


def explain_text(part: Part, keywords: set[str]) -> Diagnostic:
    """Explain a text or a number of the right kind that is not allowed here."""
    text = str(part.tree)
    if "const" in keywords:
        return part.error(
            "unknown-version",
            f"version {text} of the language is not known, this pipec reads version 1",
            "write pipec: 1, or use the pipec that the file was written for",
        )
    if "enum" in keywords:
        return _explain_word(part, text)
    if keywords & {"minimum", "exclusiveMinimum"}:
        return part.error("out-of-range", f"{part.label} must be {_least(part.node)}, found {text}")
    if "minLength" in keywords and not text:
        return part.error("empty", f"{part.label} is empty")
    if "not" in keywords and "pattern" not in keywords:
        return part.error("out-of-range", f"{part.label} must be more than 0, found {text}")
    if "maxLength" in part.node:
        return part.error("bad-name", f"{quoted(text)} is not a name", _name_help(part.node, text))
    rule = part.node["patternErrorMessage"]
    message = f"{part.label} cannot be {quoted(text)}: {rule}"
    return part.error("bad-value", message, _fix(part.node, text))


def _explain_word(part: Part, text: str) -> Diagnostic:
    words: list[str] = part.node["enum"]
    near = _SLIPS.get(text.lower()) or suggest(text, words)
    near = near if near in words else None
    message = f"{part.label} must be {quoted_list(words, 'or')}, found {quoted(text)}"
    help = f"did you mean {quoted(near)}?" if near else None
    return part.error("unknown-word", message, help, slip(text, near, words))


_SLIPS = {  # words of other tools
    "all_success": "all_succeeded",
    "one_failed": "any_failed",
    "all_failed": "any_failed",
    "none_failed_min_one_success": "none_failed",
    "none_failed_or_skipped": "none_failed",
    "all_done_min_one_success": "all_done",
    "always": "all_done",
    "skip": "forbid",
}


def _least(node: Node) -> str:
    if "minimum" in node:
        return f"at least {node['minimum']}"
    return f"more than {node['exclusiveMinimum']}"


def _name_help(node: Node, text: str) -> str:
    fixed = name_like(text, "-" if "-_" in node["pattern"] else "_")
    rule: str = node["patternErrorMessage"]
    return f"{rule}: write {fixed}" if fixed else rule


def name_like(text: str, joint: str = "_") -> str | None:
    """Give the name that a wrong one was probably meant to be."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text[:80])
    words = re.findall(r"[a-z0-9]+", spaced.lower())
    while words and words[0].isdecimal():
        words.pop(0)
    fixed = joint.join(words).lstrip("0123456789")
    return fixed if 0 < len(fixed) <= 40 else None


_UNITS = {"d": "d(ays?)?", "h": "h(ours?|rs?)?", "m": "m(in(ute)?s?)?", "s": "s(ec(ond)?s?)?"}


def _fix(node: Node, text: str) -> str | None:
    """Write a duration or a size as it was probably meant."""
    bare = text.strip().lower().replace(" ", "")[:40]
    if "[dhms]" in str(node.get("not")) or "s)?$" in node["pattern"]:
        if re.fullmatch("[0-9]+", bare):
            return f"a duration has a unit: write {bare}s for seconds"
        for unit, spelled in _UNITS.items():
            if re.fullmatch(rf"[0-9]+{spelled}", bare):
                return f"write {re.match('[0-9]+', bare)[0]}{unit}"  # type: ignore[index] # matched above
    if "Ki|Mi" in node["pattern"]:
        size = re.fullmatch("([0-9]+)([kmgt])(i?b)?", bare)
        if size:
            return f"write {size[1]}{size[2].upper()}i"
        if re.fullmatch("[0-9]+", bare):
            return f"a size has a unit: write {bare}Mi for mebibytes"
    return None
