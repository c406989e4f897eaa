"""The texts of scalars: quotes made alike, lines indented anew, nothing of their value changed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipec.compiler.format_nodes import Node

MAX_KEY = 1000  # characters; a longer key needs a "? " before it
_ESCAPED = {"\x7f": "\\x7f", "\u2028": "\\u2028", "\u2029": "\\u2029", "\ufeff": "\\ufeff"}
_ESCAPED |= {chr(code): f"\\x{code:02x}" for code in range(0x80, 0xA0)}


def key_text(node: "Node") -> str:
    """Give a key in one line, with its anchor."""
    if node.kind == "alias":
        return node.raw + " "
    anchor = f"{node.anchor} " if node.anchor else ""
    if node.style in ("|", ">") or "\n" in node.raw:
        from pipec.compiler.values import to_json

        text = to_json(node.value)
        return anchor + "".join(_ESCAPED.get(char, char) for char in text)
    return anchor + _quoted(node)


def lines(node: "Node", indent: int) -> list[str]:
    """Give the lines of a plain or quoted scalar, those after the first indented."""
    raw = _quoted(node)
    if "\n" not in raw:
        return [raw]
    first, *rest = raw.split("\n")
    strip = _strip_escaped if node.style == '"' else str.rstrip
    stripped = [strip(line) for line in (first, *(line.lstrip(" \t") for line in rest[:-1]))]
    stripped.append(rest[-1].lstrip(" \t"))
    return [stripped[0], *(" " * indent + line if line else "" for line in stripped[1:])]


def _quoted(node: "Node") -> str:
    """Give a scalar as written, with double quotes for single ones where it needs no escape."""
    raw = node.raw
    if node.style == "'" and '"' not in raw and "\\" not in raw:
        return '"' + raw[1:-1].replace("''", "'") + '"'
    return raw


def _strip_escaped(line: str) -> str:
    """Strip the end of a line in double quotes, where a space may be escaped."""
    stripped = line.rstrip(" \t")
    rest = line[len(stripped) :]
    if rest and (len(stripped) - len(stripped.rstrip("\\"))) % 2:
        return stripped + ("x20" if rest[0] == " " else "t")
    return stripped


def content_end(node: "Node") -> int:
    """Give where the last line of a block scalar ends in its raw text, before its line break.

    Lines below it that belong to the layout are not counted.
    """
    raw = node.raw
    if "+" in _indicators(raw):
        return len(raw) - raw.endswith("\n")
    header, *body = raw.split("\n")
    left = _content_column(node, body)
    while body and not body[-1][left:] and not body[-1].strip(" "):
        body.pop()
    return len("\n".join([header, *body]))


def block_lines(node: "Node", indent: int) -> list[str]:
    """Give the lines of a block scalar: its header without comment, its content indented."""
    raw = node.raw
    indicators = _indicators(raw)
    chomping = "".join(sign for sign in indicators if sign in "+-")
    _, *body = raw.split("\n")
    if raw.endswith("\n"):
        body.pop()
    elif body:
        chomping = "-"  # the text ended without a line break, which is written now
    left = _content_column(node, body)
    content = [line[left:] if line.strip(" ") or len(line) > left else "" for line in body]
    digit = "2" if _starts_blank(content) else ""
    header = raw[0] + digit + chomping
    return [header, *(" " * indent + line if line else "" for line in content)]


def header_comment(node: "Node") -> str:
    """Give the comment in the header of a block scalar, or nothing."""
    _, sign, comment = node.raw.partition("\n")[0].partition("#")
    return sign + comment.rstrip()


def _indicators(raw: str) -> str:
    return raw.partition("\n")[0].partition("#")[0][1:].strip()


def _content_column(node: "Node", body: list[str]) -> int:
    """Give the column at which the lines of a block scalar start."""
    for sign in _indicators(node.raw):
        if sign.isdigit():
            return node.indent + int(sign)
    for line in body:
        if line.strip(" "):
            return len(line) - len(line.lstrip(" "))
    return max(map(len, body), default=0)


def _starts_blank(content: list[str]) -> bool:
    """Say whether the indentation cannot be told from the first lines."""
    for line in content:
        if line:
            return line[0] in " \t"
    return False
