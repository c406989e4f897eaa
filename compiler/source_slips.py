"""YAML's own errors in our words. Each slip is one function; the table says when it is asked."""

import re
from collections.abc import Callable
from typing import NamedTuple

from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.source_fault import Fault, indent_of, last_quote, quoted_line


class Words(NamedTuple):
    """What to say about a fault."""

    code: str
    message: str
    start: int
    end: int
    help: str


def explain(path: str, text: str, error: Exception) -> Diagnostic:
    """Turn what PyYAML raised while it read a text into a diagnostic."""
    fault = _fault(text, error)
    words = next(
        words
        for sign, say in _SLIPS
        if re.search(sign, f"{fault.context}: {fault.problem}") and (words := say(fault))
    )
    start = min(words.start, len(text))
    place = Place(path, span=(start, max(start, words.end)))
    return Diagnostic(words.code, words.message, place, help=words.help)


def _fault(text: str, error: Exception) -> Fault:
    problem, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at = problem.index if problem else context.index if context else 0
    return Fault(
        text,
        getattr(error, "context", None) or "",
        getattr(error, "problem", None) or "",
        min(at, len(text)),
        min(context.index if context else at, len(text)),
    )


def _tab(fault: Fault) -> Words | None:
    indent = fault.line_from(fault.line_start)
    indent = indent[: indent_of(indent)]
    if "\t" not in indent or len(fault.before) > len(indent):
        return None
    start = fault.line_start + indent.index("\t")
    end = start + len(indent.strip(" ").partition(" ")[0])
    message = "a tab cannot indent a line"
    way_out = "indent with spaces, two a level"
    if "block scalar" in fault.context:
        way_out += "; before a text that starts with a tab itself, write |2"
    return Words("tab-indentation", message, start, end, way_out)


def _braces(fault: Fault) -> Words | None:
    """`{data: ${{ x }}}`: a plain value inside [ ] or { } ends at the next brace."""
    if fault.char != "{" or not fault.before.endswith("$"):
        return None
    head = re.split(r"[\s,\[\]{}]", fault.before)[-1]
    body, closed, _ = fault.after.partition("}}")
    whole = head + body + closed
    start = fault.at - len(head)
    shown = f': "{whole}"' if closed and len(whole) <= 60 and '"' not in whole else ""
    return Words(
        "unquoted-braces",
        "inside [ ] and { } the braces of an expression end a plain value",
        start,
        start + len(whole),
        f"put it in quotes{shown}",
    )


def _star(fault: Fault) -> Words | None:
    found = re.search(r"(?:^|[\s\[{,])(\*\S*)\s*$", fault.near)
    if not found:
        return None
    start = fault.at + 1 - len(fault.near) + found.start(1)
    message = 'a plain value cannot start with "*", which makes it an alias'
    return Words("unquoted-star", message, start, start + 1, _quote(fault))


def _anchor(fault: Fault) -> Words:
    message = 'a plain value cannot start with "&", which makes it an anchor'
    return Words("reserved-character", message, fault.since, fault.since + 1, _quote(fault))


def _reserved(fault: Fault) -> Words | None:
    if not fault.char.strip():
        return None
    message = f'a plain value cannot start with "{fault.char}"'
    return Words("reserved-character", message, fault.at, fault.at + 1, _quote(fault))


def _colon(fault: Fault) -> Words | None:
    """`run: echo "a: b"`: a colon and a space end a plain value."""
    if not re.search(r":\s", fault.before):
        return None
    message = "a colon and a space end a plain value"
    return Words(
        "unquoted-colon",
        message,
        fault.at,
        fault.at + 1,
        _quote(fault) + "; or put it after | on the next line",
    )


def _flow_colon(fault: Fault) -> Words | None:
    if fault.char != ":" or fault.since < fault.line_start:
        return None
    words = _colon(fault)
    key = re.search(
        r"\s([a-z_]+)$", fault.line_from(fault.line_start)[: fault.at - fault.line_start]
    )
    if words and key:
        return words._replace(
            help=f'{words.help}; or put a comma before "{key[1]}", if it is a key'
        )
    return words


def _long_key(fault: Fault) -> Words | None:
    if len(fault.before) <= 1024:
        return None
    start = fault.line_start + indent_of(fault.before)
    message = "a key cannot be longer than 1,024 characters"
    return _syntax(message, start, start + 1, "is a line break missing?")


def _key_under_value(fault: Fault) -> Words | None:
    start, above = fault.above
    if not above:
        return None
    line = fault.line_from(fault.line_start)
    first = fault.line_start + indent_of(line)
    if re.search(r":(?:\s|$)", above):
        message = "a key cannot stand here: the key above already has a value on its line"
        way_out = "indent this line like the one above, or take that value away"
        return _syntax(message, first, max(fault.at, first + 1), way_out)
    return _missing_colon(start + indent_of(above), above.strip())


def _no_colon(fault: Fault) -> Words:
    return _missing_colon(fault.since, fault.line_from(fault.since).strip())


def _missing_colon(start: int, line: str) -> Words:
    word = re.match(r"[^\s:]+:(?=[^\s:])", line)
    if word:
        message = "a space is missing after the colon"
        return _syntax(message, start, start + word.end(), "write key: value")
    return _syntax('a ":" is missing here', start, start + len(line), "write key: value")


def _after_quote(fault: Fault) -> Words | None:
    if not fault.before.rstrip().endswith(("'", '"')):
        return None
    quote = fault.before.rstrip()[-1]
    if re.search(r"(?:^|[:,\[{(-])\s*.$", fault.before.rstrip()[-50:]):
        opened = last_quote(fault.text)
        if opened < fault.line_start:  # what was to open a text closed one that is open above
            message = "this quote is not closed on its line"
            return _syntax(message, opened, opened + 1, f"close it with {quote}")
    inside = "''" if quote == "'" else '\\"'
    message = "text goes on after the closing quote"
    way_out = f"put the whole value in quotes; a {quote} inside them is written {inside}"
    return _syntax(message, fault.at, fault.at + 1, way_out)


def _closing(fault: Fault) -> Words | None:
    if fault.char not in ("]", "}"):
        return None
    message = f'this "{fault.char}" closes nothing'
    way_out = "take it out, or put the value in quotes"
    return _syntax(message, fault.at, fault.at + 1, way_out)


def _no_key(fault: Fault) -> Words | None:
    if not fault.is_first or fault.char != ":":
        return None
    return _syntax("a key is missing here", fault.at, fault.at + 1, "write key: value")


def _item_among_keys(fault: Fault) -> Words | None:
    if not fault.is_first or not re.match(r"-(?:\s|$)", fault.after):
        return None
    message = "a list item cannot stand among keys"
    way_out = "indent the item like the others of its list, or put a key before the list"
    return _syntax(message, fault.at, fault.at + 1, way_out)


def _key_among_items(fault: Fault) -> Words | None:
    if not fault.is_first:
        return None
    message = 'this line stands among list items but does not start with "- "'
    way_out = "indent it like the item it belongs to, or like the key before the list"
    return _syntax(message, fault.at, fault.at + len(fault.after.rstrip()), way_out)


def _indentation(fault: Fault) -> Words | None:
    if not fault.is_first or fault.at_end:
        return None
    message = "this line is indented like no line it could belong to"
    way_out = "keys of one map start in one column; a text goes on deeper than its key"
    return _syntax(message, fault.at, fault.at + len(fault.after.rstrip()), way_out)


def _list_on_line(fault: Fault) -> Words | None:
    if fault.is_first:
        return None
    message = "a list cannot start on the line of its key"
    way_out = "put each item on a line of its own, or write [a, b]; quote a text that starts so"
    return _syntax(message, fault.at, fault.at + 1, way_out)


def _open_bracket(fault: Fault) -> Words | None:
    """A list or map in brackets that runs into the next line or the end of the file."""
    if fault.at_end:
        start = fault.opened()
    elif fault.since < fault.line_start:
        start = fault.since
    else:
        return None
    opening = fault.text[start : start + 1]
    if opening not in ("[", "{"):
        return None
    closing = "]" if opening == "[" else "}"
    message = f'this "{opening}" is never closed'
    return _syntax(message, start, start + 1, f'close it with "{closing}"')


def _comma(fault: Fault) -> Words:
    closing = "]" if "]" in fault.problem else "}"
    message = f'a comma or "{closing}" is missing here'
    way_out = "separate the values with commas; put a text with brackets or braces in quotes"
    return _syntax(message, fault.at, fault.at + 1, way_out)


def _no_value(fault: Fault) -> Words:
    way_out = 'take the comma out, or write "" for an empty text'
    return _syntax("a value is missing here", fault.at, fault.at + 1, way_out)


def _open_quote(fault: Fault) -> Words:
    quote = fault.text[fault.since : fault.since + 1]
    way_out = f"close it with {quote}"
    return _syntax("this quote is never closed", fault.since, fault.since + 1, way_out)


def _escape(fault: Fault) -> Words:
    start = max(fault.text.rfind("\\", 0, fault.at + 1), fault.since)
    shown = fault.text[start : start + 2]
    message = f"{shown} is no escape of text in double quotes"
    way_out = f"write \\{shown}, or use single quotes, where a backslash is just that"
    return _syntax(message, start, start + 2, way_out)


def _hex_escape(fault: Fault) -> Words:
    start = max(fault.text.rfind("\\", 0, fault.at + 1), fault.since)
    sign = fault.text[start + 1 : start + 2]
    digits = {"x": 2, "u": 4, "U": 8}.get(sign, 4)
    message = f"\\{sign} takes {digits} hexadecimal digits"
    way_out = f"write them all, or \\\\{sign} for a backslash"
    return _syntax(message, start, start + 2, way_out)


def _no_character(fault: Fault) -> Words:
    start = max(fault.text.rfind("\\", 0, fault.at + 1), fault.since)
    message = "this escape is no Unicode character"
    way_out = "write the character itself, or one \\U escape with its 8 digits"
    return _syntax(message, start, max(start + 2, fault.at), way_out)


def _block_header(fault: Fault) -> Words:
    sign = fault.text[fault.since : fault.since + 1]
    message = f'after "{sign}" the text starts on the next line'
    way_out = "move the text to the next line, indented deeper, or put it in quotes"
    return _syntax(message, fault.at, fault.at + len(fault.after.rstrip()), way_out)


def _question(fault: Fault) -> Words:
    message = 'a plain value cannot start with "?" and a space'
    return Words("reserved-character", message, fault.at, fault.at + 1, _quote(fault))


def _tag(fault: Fault) -> Words:
    message = 'tags, which start with "!", are not used here'
    end = fault.since + len(fault.line_from(fault.since).split(" ")[0])
    return Words("yaml-tag", message, fault.since, end, "leave the tag out, or quote the text")


def _directive(fault: Fault) -> Words:
    start = min(fault.since, fault.line_start)
    message = 'a line that starts with "%" is a YAML directive, which is not used here'
    return _syntax(message, start, start + 1, "take the line out")


def _after_document(fault: Fault) -> Words:
    if fault.above[1].startswith("..."):
        way_out = "a spec is one document: put this one in a file of its own"
        message = "a second document starts here"
        return Words("several-documents", message, fault.at, fault.at + 1, way_out)
    return _indentation(fault) or _anything(fault)


def _anything(fault: Fault) -> Words:
    way_out = "check the indentation and the quotes of this line and the one above"
    return _syntax("this cannot be read as YAML", fault.at, fault.at + 1, way_out)


def _syntax(message: str, start: int, end: int, way_out: str) -> Words:
    return Words("yaml-syntax", message, start, end, way_out)


def _quote(fault: Fault) -> str:
    return quoted_line(fault.text, fault.at)


# Both of PyYAML's parsers are matched: libyaml's words, or those of the one in Python.
_SLIPS: tuple[tuple[str, Callable[[Fault], Words | None]], ...] = (
    ("tab|cannot start any token|mapping values|expected key|block end", _tab),
    (r"',' or '[\]}]'", _braces),
    ("an alias|expected key|block end|document start", _star),
    ("an anchor", _anchor),
    ("cannot start any token", _reserved),
    ("mapping values", _colon),
    ("mapping values", _long_key),
    ("mapping values", _key_under_value),
    ("find expected ':'", _no_colon),
    ("quoted scalar.*(end of stream|document)", _open_quote),
    ("unknown escape", _escape),
    ("hexdecimal|hexadecimal", _hex_escape),
    ("invalid Unicode", _no_character),
    ("block scalar", _block_header),
    ("tag", _tag),
    ("block sequence entries|sequence entries", _list_on_line),
    ("mapping keys", _question),
    ("directive|YAML document", _directive),
    (r"',' or '[\]}]'|flow node", _open_bracket),
    (r"',' or '[\]}]'", _flow_colon),
    (r"',' or '[\]}]'", _comma),
    ("flow node", _no_value),
    ("expected key|block end|document start", _after_quote),
    ("expected key|block end|node content|document start", _closing),
    ("node content", _reserved),
    ("'-' indicator|block collection", _key_among_items),
    ("expected key|block end", _no_key),
    ("expected key|block end|sequence entries", _item_among_keys),
    ("document start", _after_document),
    ("", _indentation),
    ("", _anything),
)
