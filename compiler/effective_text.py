"""The effective spec as YAML, the origin of each value that came from elsewhere beside it."""

import re
from typing import Any

from pipec.compiler.diagnostics import Route
from pipec.compiler.effective import SECTIONS, Effective
from pipec.compiler.format import format_text
from pipec.compiler.source import Plain, read
from pipec.compiler.values import to_json, to_text

WIDTH = 96
_APART = ("params", "defaults", "files", "steps", "finally", "schedule", "targets")
# What needs no quotes: in braces and brackets, and in a line of its own.
_WORD = re.compile(r"[A-Za-z_./][\w./@+=-]*(?: [\w./@+=-]+)*")
_QUANTITY = re.compile(r"[0-9]+(?:[dhms]|[KMGT]i?)(?:[0-9]+[hms])*")
_PHRASE = re.compile(r"(?:[A-Za-z_./$]|-+[A-Za-z])(?:[ -~]*[!-9;-~])?")
_NO_TEXT = re.compile(r"(?i:null|true|false|yes|no|on|off|y|n)|\.?[0-9].*|\.+|.*(?:: | #).*")
_IN_FLOW = re.compile(r"[^,\[\]{}\n]+")
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn what a terminal shows around
_ODD = "\x7f-\x9f\u2028\u2029\ufeff" + _BIDI  # what stands in quotes, as an escape
_LITERAL = re.compile(f"[^\x00-\x08\x0b-\x1f{_ODD}]*")


def text_of(effective: Effective) -> str:
    """Give the canonical text of an effective spec. The comments are all that is not a spec."""
    writer = _Writer(effective)
    for key, value in effective.tree.items():
        writer.lines += [""] * (key in _APART)
        writer.entry(f"{key}:", value, (key,), 0)
    text = "\n".join(writer.lines) + "\n"
    source = read(effective.checked.path, text.encode())
    assert not source.problems, source.problems
    return format_text(source)


class _Writer:
    def __init__(self, effective: Effective) -> None:
        self.effective = effective
        self.lines: list[str] = []

    def entry(self, head: str, value: Any, route: Route, indent: int) -> None:
        """Write a pair (`key:`) or an item (`-`) of a map or list in block style."""
        origin = self.effective.origin(route)
        comment = f"  # {origin.name}, {origin.path}:{origin.line}" if origin else ""
        start = " " * indent + head
        if isinstance(value, dict | list) and value:
            line = None if self._open(value, route) else flow(value)
            if line is None or len(start) + len(line) > WIDTH:
                self.lines.append(start + comment)
                self._block(value, route, indent + 2)
            else:
                self.lines.append(f"{start} {line}{comment}")
        elif isinstance(value, str) and "\n" in value and _is_literal(value):
            self._literal(start, value, comment, indent + 2)
        else:
            self.lines.append(f"{start} {_scalar(value, _PHRASE)}".rstrip() + comment)

    def _open(self, value: Any, route: Route) -> bool:
        """Say whether a map has a line for each of its keys."""
        top = len(route) <= (2 if route[0] in SECTIONS else 1)
        return (top and route[0] in (*SECTIONS, "params")) or self.effective.mixed(value, route)

    def _block(self, value: Any, route: Route, indent: int) -> None:
        if isinstance(value, list):
            for number, one in enumerate(value):
                self.entry("-", one, (*route, number), indent)
            return
        for key, one in value.items():
            self.entry(f"{_key(key)}:", one, (*route, key), indent)
        if "uses" in value and (component := self.effective.component(route)):
            self._component(component, str(value["uses"]), route, indent)
        if len(route) == 2 and route[0] in SECTIONS:
            self.lines.append("")

    def _component(self, component: dict[str, Any], path: str, route: Route, indent: int) -> None:
        from pipec.compiler.lowering.uses import BELOW

        inner = _Writer(self.effective)
        for key, one in component.items():
            inner.entry(f"{key}:", one, (*route, BELOW, key), 2)
        self.lines.append(" " * indent + f"# {path} comes to:")
        self.lines += [" " * indent + f"# {line}".rstrip() for line in inner.lines]

    def _literal(self, start: str, value: str, comment: str, indent: int) -> None:
        body = value.rstrip("\n")
        breaks = len(value) - len(body)
        digit = "2" if body[:1] in (" ", "\t", "\n") else ""
        chomp = "" if breaks else "-"
        self.lines.append(f"{start} |{digit}{chomp}{comment}")
        self.lines += [" " * indent + line if line else "" for line in body.split("\n")]


def flow(value: Any) -> str | None:
    """Give a value in one line, or None where it cannot stand in braces or brackets."""
    if isinstance(value, dict):
        pairs = [(_key(key), flow(one)) for key, one in value.items()]
        if any(one is None for _, one in pairs):
            return None
        return "{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}"
    if isinstance(value, list):
        items = [flow(one) for one in value]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    text = _scalar(value)
    if isinstance(value, Plain):
        return text if _IN_FLOW.fullmatch(text) or text.startswith('"') else None
    return text


def _key(key: str) -> str:
    return key if _WORD.fullmatch(key) else _quoted(key)


def _scalar(value: Any, plain: re.Pattern[str] = _WORD) -> str:
    """Give a scalar in one line; a text that looks like another value is put in quotes."""
    if isinstance(value, Plain):
        return str(value) if "\n" not in value else _quoted(value)
    if isinstance(value, str):
        bare = plain.fullmatch(value) and not _NO_TEXT.fullmatch(value)
        return value if bare or _QUANTITY.fullmatch(value) else _quoted(value)
    return "null" if value is None else to_text(value)


def _quoted(value: str) -> str:
    text = to_json(value)
    return re.sub(f"[{_ODD}]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _is_literal(value: str) -> bool:
    """Say whether a text can be a block: characters that may stand there, a line with something.

    Empty lines at its end cannot be told from those between steps, so such a text is quoted.
    """
    fits = bool(_LITERAL.fullmatch(value)) and not value.endswith("\n\n")
    return fits and bool(value.strip())
