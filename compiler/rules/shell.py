"""Just enough of the shell's syntax to see quotes: what is a word, a pipe, a variable."""

import re
from collections.abc import Iterator

_NAME = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\1")
_LONGEST = 1000  # characters of a line in which arguments are looked for
_AFTER_WORD = ("", " ", "\t", "\n", ";", ")")
_SPLITTERS = (
    *("for", "set", "select", "case", "in", "eval", "if", "while", "until", "then", "do", "else"),
    *("!", "exec", "command", "env", "time", "nohup", "sudo", "xargs", "local", "export"),
)
_ASSIGNMENT = re.compile(r"(?:^|[\s;&|(])[A-Za-z_][A-Za-z0-9_]*=\Z")


def bare(script: str) -> str:
    """Give the script with everything quoted, commented or in a here-document blanked out.

    The result has the same length; blanks are `\\0`. Double quotes blank what is in them too.
    """
    found = list(script)
    position, length = 0, len(script)
    ends: list[str] = []

    def blank(start: int, end: int) -> None:
        for index in range(start, min(end, length)):
            if found[index] != "\n":
                found[index] = "\0"

    while position < length:
        sign = script[position]
        if sign == "\\":
            blank(position, position + 2)
            position += 2
        elif sign == "'":
            end = script.find("'", position + 1)
            end = length if end < 0 else end + 1
            blank(position, end)
            position = end
        elif sign == '"':
            end = _double_end(script, position + 1)
            blank(position, end)
            position = end
        elif sign == "#" and (position == 0 or script[position - 1] in " \t\n;"):
            end = script.find("\n", position)
            end = length if end < 0 else end
            blank(position, end)
            position = end
        elif sign == "<" and (match := _HEREDOC.match(script, position)):
            ends.append(match[2])
            blank(position, match.end())
            position = match.end()
        elif sign == "\n" and ends:
            end = _heredoc_end(script, position + 1, ends)
            blank(position + 1, end)
            position, ends = end, []
        else:
            position += 1
    return "".join(found)


def _double_end(script: str, position: int) -> int:
    while position < len(script):
        if script[position] == "\\":
            position += 2
        elif script[position] == '"':
            return position + 1
        else:
            position += 1
    return len(script)


def _heredoc_end(script: str, position: int, ends: list[str]) -> int:
    for word in ends:
        match = re.compile(rf"^\t*{word}$", re.MULTILINE).search(script, position)
        if not match:
            return len(script)
        position = match.end()
    return position


def pipes(script: str) -> Iterator[tuple[int, str]]:
    """Give each pipe and the first word of the command before it."""
    text = bare(script)
    for match in re.finditer(r"(?<![|>&\d])\|(?![|&]|[^\s|;&()]*\))", text):
        start = max(text.rfind(sign, 0, match.start()) for sign in "\n;&|(){}`")
        words = re.sub(r"\0+", "x", text[start + 1 : match.start()]).split()
        while words and (words[0] in ("!", "if", "while", "then", "do", "else") or "=" in words[0]):
            words.pop(0)
        if words:
            yield match.start(), words[0]


def is_argument(text: str, start: int, end: int) -> bool:
    """Say whether these characters of a bare script are a whole word after a command's first.

    Where a script splits a text on purpose, as in `for` and `set`, they are not.
    """
    line_start = text.rfind("\n", 0, start) + 1
    if start - line_start > _LONGEST or text[max(line_start - 3, 0) : line_start].endswith("\0\n"):
        return False
    before = re.split(r"[;&|()`{}]", text[line_start:start])[-1]
    words = re.sub(r"\0+", "x", before).split()
    if not words or not before.endswith((" ", "\t")) or text[end : end + 1] not in _AFTER_WORD:
        return False
    if "[[" in words:
        return False
    return words[0] not in _SPLITTERS and "=" not in words[0] and "$" not in words[0]


def unquoted(script: str) -> Iterator[tuple[str, int, int]]:
    """Give each variable that stands where its value is split: its name and characters."""
    text = bare(script)
    for match in _NAME.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        word = re.split(r"[ \t;&|()]", line)[-1]
        before = line[: len(line) - len(word)]
        if _ASSIGNMENT.search(before[-1:] + word) or line.count("[[") > line.count("]]"):
            continue
        if "((" in line and "))" not in line.rpartition("((")[2]:
            continue
        if re.search(r"\bcase\s+$", before):
            continue
        yield match[1] or match[2], match.start(), match.end()
