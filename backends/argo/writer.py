"""Objects as YAML that people review and that both dialects of YAML read alike.

Kubernetes reads YAML 1.1 through Go (`y`, `1e3`, `0o17` and `08` are no strings there), most tools
through other parsers. So a string stands plain only where no dialect sees anything else in it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

WIDTH = 110

_PLAIN = re.compile(r"(?:--?)?[A-Za-z/_][-A-Za-z0-9_./:=@+]*(?<!:)|--")
_OTHER = frozenset(
    word.casefold() for word in ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan")
)
_BREAKS = frozenset(("&&", "||", "?", ":"))
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ESCAPED = re.compile(r'["\\\n\t\r]|[^ -~]')
_BLANK = re.compile(r"^[ \t]+$", re.MULTILINE)
_BLOCK = re.compile(r"[^ \n\t][^\n]*(?:\n[^\n]*)*")


class Quoted(str):
    """Text that somebody wrote: always in double quotes."""

    __slots__ = ()


class Block(str):
    """A text of lines: as a literal block where it can be one."""

    __slots__ = ()


class Folded(str):
    """A long line, broken at single spaces."""

    __slots__ = ()


class Flow(dict[str, Any]):
    """A map on one line, where it fits."""


class FlowList(list[Any]):
    """A list on one line, where it fits."""


class Words(FlowList):
    """A list of words on as few lines as they need."""


class Item:
    """An item of a list with a comment above it, and an empty line above that."""

    __slots__ = ("apart", "comment", "value")

    def __init__(self, value: Any, comment: str = "", apart: bool = False) -> None:
        self.value, self.comment, self.apart = value, comment, apart


def write(documents: Iterable[dict[str, Any]], comment: str = "") -> str:
    """Write documents as one text."""
    texts = []
    for document in documents:
        lines: list[str] = []
        _map(document, "", lines)
        texts.append("\n".join(lines) + "\n")
    return _comment(comment, "") + "---\n".join(texts)


def plain(value: Any) -> Any:
    """Give the object that a reader of the text gets."""
    if isinstance(value, Item):
        return plain(value.value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def quote(text: str) -> str:
    """Write a string in double quotes."""
    return '"' + (_ESCAPED.sub(_escape, text) if _ESCAPED.search(text) else text) + '"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() and char != "\ufeff":
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _scalar(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    assert isinstance(value, str), value
    return _word(value) if type(value) is str else quote(value)


@lru_cache(4096)
def _word(text: str) -> str:
    """Write a string of ours: plain where it can be."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _OTHER:
        return text
    return quote(text)


def _flow(value: Any) -> str:
    if type(value) is str:
        return _word(value)
    if isinstance(value, dict):
        inside = ", ".join([f"{_scalar(key)}: {_flow(one)}" for key, one in value.items()])
        return "{" + inside + "}"
    if isinstance(value, list):
        return "[" + ", ".join([_flow(one) for one in value]) + "]"
    return _scalar(value)


def _one_line(value: Any, room: int) -> str | None:
    """Give a map or list on one line, or None where it is none or has no room."""
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    if not isinstance(value, (Flow, FlowList)):
        return None
    text = _flow(value)
    return text if len(text) <= room else None


def _map(value: dict[str, Any], pad: str, lines: list[str]) -> None:
    for key, one in value.items():
        head = f"{pad}{_scalar(key)}:"
        if isinstance(one, (dict, list)):
            line = _one_line(one, WIDTH - len(head))
            if line is not None:
                lines.append(f"{head} {line}")
            elif isinstance(one, Words):
                _words(head, one, pad + "  ", lines)
            elif isinstance(one, list):
                lines.append(head)
                _list(one, pad, lines)
            else:
                lines.append(head)
                _map(one, pad + "  ", lines)
        else:
            _text(head, one, pad + "  ", lines)


def _words(head: str, words: list[str], pad: str, lines: list[str]) -> None:
    """Write a list of words on as many lines as they need."""
    line = head + " ["
    for index, word in enumerate(words):
        text = _scalar(word) + ("," if index + 1 < len(words) else "]")
        if len(line) + 1 + len(text) > WIDTH and not line.endswith("["):
            lines.append(line)
            line = pad + text
        else:
            line += text if line.endswith("[") else f" {text}"
    lines.append(line)


def _list(value: list[Any], pad: str, lines: list[str]) -> None:
    for one in value:
        if isinstance(one, Item):
            if one.apart:
                lines.append("")
            lines.extend(_comment(one.comment, pad).splitlines())
            one = one.value
        if isinstance(one, (dict, list)):
            line = _one_line(one, WIDTH - len(pad))
            if line is not None:
                lines.append(f"{pad}- {line}")
                continue
            start = len(lines)
            if isinstance(one, dict):
                _map(one, pad + "  ", lines)
            else:
                _list(one, pad + "  ", lines)
            lines[start] = f"{pad}- {lines[start][len(pad) + 2 :]}"
        else:
            _text(f"{pad}-", one, pad + "  ", lines)


def _text(head: str, value: Any, pad: str, lines: list[str]) -> None:
    if isinstance(value, Block) and _fits_block(value):
        lines.append(head + (" |" if value.endswith("\n") else " |-"))
        lines.extend(pad + line if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, Folded) and len(value) > WIDTH - len(head) and _fits_fold(value):
        lines.append(f"{head} >-")
        lines.extend(pad + line for line in _fold(value, WIDTH - len(pad)))
    else:
        lines.append(f"{head} {_scalar(value)}")


def _fits_block(text: str) -> bool:
    return bool(
        _BLOCK.fullmatch(text)
        and not text.endswith("\n\n")
        and text.replace("\n", "").replace("\t", "").isprintable()
        and "\ufeff" not in text
        and not _BLANK.search(text)
    )


def _fits_fold(text: str) -> bool:
    return text.isascii() and text.isprintable() and "  " not in text and text[0] != " "


def _fold(text: str, width: int) -> list[str]:
    """Break a line at single spaces, so that folding joins it again: before operators if it can."""
    lines: list[str] = []
    line: list[str] = []
    size = -1
    for word in text.split(" "):
        if line and size + 1 + len(word) > width:
            at = len(line) if word in _BREAKS else _break(line, width)
            lines.append(" ".join(line[:at]))
            line = line[at:]
            size = sum(map(len, line)) + len(line) - 1
        line.append(word)
        size += 1 + len(word)
    lines.append(" ".join(line))
    return lines


def _break(line: list[str], width: int) -> int:
    """Give where to break a full line: at the last operator of its second half, else at its end."""
    left = sum(map(len, line)) + len(line)
    for at in range(len(line) - 1, 0, -1):
        left -= len(line[at]) + 1
        if left < width // 2:
            break
        if line[at] in _BREAKS or line[at - 1].endswith(";"):
            return at
    return len(line)


def _comment(text: str, pad: str) -> str:
    return "".join(f"{pad}# {line}".rstrip() + "\n" for line in text.splitlines())
