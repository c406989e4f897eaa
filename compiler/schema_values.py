"""Errors about values: the wrong kind of value, a wrong word, a wrong number, a wrong form."""

import re
from collections.abc import Iterator

from pipec.compiler import readings
from pipec.compiler.diagnostics import Diagnostic, Fix, Note
from pipec.compiler.lowering.quantities import duration
from pipec.compiler.schema_nodes import Node, removes, types
from pipec.compiler.schema_words import Part, asked, found, listed, nothing, quoted_list
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
        return part.error_at_value("wrong-type", message, help_for_collection(part))
    if "${{" in tree:
        return _expression(part, str(tree))
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
        help = error.help or _examples(part.node)
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


def _help_for_kind(part: Part) -> str:
    """Say what to write instead of a text where a list or a map is asked."""
    admitted, tree = types(part.node), part.tree
    key = part.place.route[-1] if part.place.route else ""
    if key == "command":
        return 'write a list, the program first, or use "run" for a shell script'
    if "array" in admitted:
        return f"write [{tree}]" if re.fullmatch(r"[\w./:-]+", tree) else "write a list: [a, b]"
    if joined := re.fullmatch(r"([a-z_]+):(\S.*)", tree):
        return f"put a space after the colon: {joined[1]}: {joined[2]}"
    if "type" in part.node.get("required", ()):
        return _with_type(part.node, tree)
    if len(part.node.get("required", ())) == 1:
        return f"write {{{part.node['required'][0]}: {_written(tree)}}}"
    if "run" in part.node.get("properties", ()):
        return f"say what runs: {{run: {_written(tree)}}}"
    return AS_MAP


AS_MAP = "write a map: each name as a key, what belongs to it below"


def help_for_collection(part: Part) -> str:
    """Say what to write instead of a list or a map."""
    admitted, tree = types(part.node), part.tree
    key = str(part.place.route[-1]) if part.place.route else ""
    if isinstance(tree, dict) and "secret" in tree:
        return "a secret stands in env only: env: {TOKEN: {secret: name/key}}"
    if isinstance(tree, list) and "object" in admitted and "string" not in admitted:
        return AS_MAP
    if isinstance(tree, list) and key in ("run", "python"):
        return 'write the lines below "|"; for a program with arguments use "command"'
    if isinstance(tree, dict) and "array" in admitted:
        return "write a list: [a, b]"
    if isinstance(tree, dict) and len(tree) == 1:
        word, value = next(iter(tree.items()))
        if word == "exit":
            return f"write exit:{value} without a space"
        if isinstance(value, str) and isinstance(part.place.route[-1], int):
            whole = quoted(f"{word}: {value}")
            return f"a colon and a space make a map: put the text in quotes: {whole}"
    if "string" in admitted and isinstance(tree, list) and key not in ("when", "for_each"):
        return "write one text; a list as text is JSON in quotes"
    examples = _examples(part.node)
    return examples or f"write {asked(part.node)} here"


def _examples(node: Node) -> str | None:
    """Show up to three of the schema's own examples of a scalar."""
    found = [one for one in node.get("examples", ()) if isinstance(one, str | int | float)]
    return f"write {listed([_shown(one) for one in found[:4]], 'or')}, say" if found else None


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else ("true" if value is True else str(value).lower())


def _expression(part: Part, text: str) -> Diagnostic:
    """Refuse an expression where only a constant can stand."""
    start = text.index("${{")
    end = text.find("}}", start)
    return Diagnostic(
        "expression-not-here",
        f"{part.label} is a constant: it holds no expressions",
        part.place.part(start, len(text) if end < 0 else end + 2),
        help="`environments` change constants for one environment",
    )


def _with_type(node: Node, text: str) -> str:
    """Write the map that was meant by a type alone, or by the default of a param alone."""
    if _is_type(text):
        value = ', value: "${{ steps.STEP.outputs.NAME }}"' if "value" in node["required"] else ""
        return f"write {{type: {text}{value}}}"
    if "default" not in node["properties"]:
        return AS_MAP
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
        yield part.error("empty", f"{part.label} is empty", empty_help(part))
    first: dict[str, int] = {}
    for index, one in enumerate(part.tree):
        if isinstance(one, str) and first.setdefault(one, index) != index:
            place = part.place.at(index)
            note = Note("the first is here", part.place.at(first[one]))
            message = f"{quoted(one)} stands twice in {part.label}"
            yield Diagnostic("duplicate-item", message, place, help=_ONE_OF_TWO, notes=(note,))


_ONE_OF_TWO = "take one of the two out"


def empty_help(part: Part) -> str:
    """Say what to write where something is empty."""
    examples = {"command": "name the program first: [python3, load.py]", "steps": "add a step"}
    key = str(part.place.route[-1]) if part.place.route else ""
    return examples.get(key) or _examples(part.node) or "fill it, or leave the key out"


def explain_text(part: Part, keywords: set[str]) -> Diagnostic:
    """Explain a text or a number of the right kind that is not allowed here."""
    text = str(part.tree)
    if "const" in keywords:
        return part.error(
            "unknown-version",
            f"version {text} of the language is not known, this pipec reads version 1",
            "write pipec: 1, or use the pipec that the file was written for",
        )
    if "${{" in text:
        return _expression(part, text)
    if "enum" in keywords:
        return _explain_word(part, text)
    if keywords & {"minimum", "exclusiveMinimum"}:
        message = f"{part.label} must be {_least(part.node)}, found {text}"
        return part.error("out-of-range", message, _examples(part.node))
    if "minLength" in keywords and not text:
        return part.error("empty", f"{part.label} is empty", empty_help(part))
    if "not" in keywords and "pattern" not in keywords:
        message = f"{part.label} must be more than 0, found {text}"
        return part.error("out-of-range", message, _NO_LIMIT)
    if "maxLength" in part.node:
        return part.error("bad-name", f"{quoted(text)} is not a name", _name_help(part.node, text))
    rule = part.node["patternErrorMessage"]
    message = f"{part.label} cannot be {quoted(text)}: {rule}"
    return part.error("bad-value", message, _fix(part.node, text) or _examples(part.node))


_NO_LIMIT = "leave the key out where there is no limit"


def _explain_word(part: Part, text: str) -> Diagnostic:
    words: list[str] = part.node["enum"]
    near = (
        _SLIPS.get(text.lower()) or suggest(text, words) or _SLIPS.get(suggest(text, _SLIPS) or "")
    )
    near = near if near in words else None
    fix = Fix(text, near) if near and text in _SAME else slip(text, near, words)
    message = f"{part.label} must be {quoted_list(words, 'or')}, found {quoted(text)}"
    help = f"did you mean {quoted(near)}?" if near else f"write one of {', '.join(words)}"
    return part.error("unknown-word", message, help, fix)


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

_SAME = ("all_success", "always", "one_failed")  # those that mean the same there


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
        if weeks := re.fullmatch("([0-9]{1,4})w(eeks?)?", bare):
            return _in_seconds(int(weeks[1]) * 7 * 86_400)
        return _other_duration(bare)
    if "Ki|Mi" in node["pattern"]:
        size = re.fullmatch("([0-9]+)([kmgt])(ib?|b)?", bare)
        if size:
            return f"write {size[1]}{size[2].upper()}i"
        if re.fullmatch("[0-9]+", bare):
            return f"a size has a unit: write {bare}Mi for mebibytes"
    if "exit:N" in node.get("patternErrorMessage", ""):
        code = re.fullmatch(r"(?:exit)?[:= ]*([1-9][0-9]{0,2})", text)
        if code and int(code[1]) < 256:
            return f"write exit:{code[1]}"
        near = suggest(text, ("exit", "timeout", "contract", "lost"))
        return f"did you mean {quoted(near)}?" if near else None
    return None


def _other_duration(text: str) -> str | None:
    """Write a duration in the form of the language: `1.5h`, `01:30:00`, `PT5M`, `30m1h`."""
    if re.fullmatch("[0-9]+ms", text):
        return "the shortest duration is 1s"
    clock = re.fullmatch("([0-9]{1,4}):([0-9]{2})(?::([0-9]{2}))?", text)
    if clock:
        return _in_seconds(int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0))
    plain = re.sub("^pt?", "", text)
    parts = re.findall("([0-9]{1,6}(?:[.][0-9]{1,3})?)([dhms])", plain)
    if not parts or "".join(number + unit for number, unit in parts) != plain:
        return None
    sizes = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    return _in_seconds(round(sum(float(number) * sizes[unit] for number, unit in parts)))


def _in_seconds(whole: int) -> str | None:
    return f"write {duration(whole)}" if whole else None
