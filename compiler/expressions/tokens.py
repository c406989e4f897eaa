"""From text to tokens."""

import re
from typing import NoReturn

from pipec.compiler.diagnostics import Fix
from pipec.compiler.expressions.errors import NEVER_CLOSED, ExpressionError
from pipec.compiler.records import dataclass

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<name>[^\W\d]\w*)
  | (?P<number>[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?(?:(?<=[eE])[+-][0-9]+)?)
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<op>}}|===|!==|==|!=|<=|>=|<>|//|\*\*|&&|{{|\|\||\?\?|[-+*/%<>()\[\],.=!&|?:{}~^@;])
  | (?P<end>\Z)
)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r"}
_INSTEAD = {
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`",
    "=": "write `==` to compare",
    "===": "write `==`",
    "!==": "write `!=`",
    "<>": "write `!=`",
    "&": "write `and`",
    "??": "write `default(a, b)`",
    "~": "join texts with `+`",
    "^": "there are no powers: multiply, or compute it in a step",
    ";": "an expression is one value: leave it out",
    "@": "leave it out",
    "**": "there are no powers: multiply, or compute it in a step",
    "|": "there are no filters: call a function, `upper(x)` say",
    "?": "write `x if condition else y`",
    ":": "there are no slices: compute it in a step",
    "{{": "leave the braces out: `when` and `for_each` need none, elsewhere it is `${{ }}`",
    "{": "a list is `[a, b]`; there are no maps in expressions: write the map in YAML",
    "}": "leave it out",
}
_STRANGE = {
    "#": "comments do not go inside an expression",
    "$": "names stand without `$`: `params.NAME` say",
    "`": "a text stands in straight quotes: 'text'",
    **dict.fromkeys(
        "\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u00bb", "write straight quotes: 'text'"
    ),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009\u3000\u200b", "write an ordinary space"),
    **dict.fromkeys("\u2260\u2264\u2265", "the comparisons are == != < <= > >="),
    "\u2212": "write an ordinary minus: -",
    "\u2013": "write an ordinary minus: -",
    "\u00d7": "write `*`",
    "\u00f7": "write `/`",
    "\\": "a backslash stands only inside a text in quotes",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is name, number, string, op or end. A string's `text` is its value."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str, start: int, braced: bool) -> tuple[list[Token], int]:
    """Give the tokens from `start` up to the closing `}}`, or to the end of the text.

    Also gives the position behind the `}}`. The last token is always of the kind `end`.
    """
    tokens: list[Token] = []
    position = start
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse(text, position)
        kind = match.lastgroup or ""
        word = match[kind]
        begin, position = match.span(kind)
        if kind == "end" or word == "}}":
            if braced and kind == "end":
                raise _open(start)
            if not braced and word == "}}":
                raise ExpressionError(
                    "expression-syntax", "`}}` closes nothing", (begin, position), "leave it out"
                )
            return [*tokens, Token("end", "", begin, begin)], position
        if kind == "string":
            word = _unescape(word, begin)
        tokens.append(Token(kind, word, begin, position))
        if kind == "op" and word in _INSTEAD:  # nothing after it is read: see `foreign`
            if braced and "}}" not in text[position:]:
                raise _open(start)
            return [*tokens, Token("end", "", position, position)], position


def _open(start: int) -> ExpressionError:
    return ExpressionError(
        "expression-syntax",
        "the `${{` is never closed",
        (start - 3, start),
        "close it with `}}`",
    )


_OPERATORS = {"&&": "and", "||": "or", "!": "not", "=": "==", "===": "==", "!==": "!=", "<>": "!="}


def foreign(text: str, token: Token) -> ExpressionError | None:
    """Say what is wrong with an operator of other languages, None where it is one of ours."""
    if token.kind != "op" or token.text not in _INSTEAD:
        return None
    help = _INSTEAD[token.text]
    if token.text == "|" and re.match(r"\s*default\b", text[token.end :]):
        help = "there are no filters: write `default(x, y)`"
    return ExpressionError(
        "expression-syntax",
        f'"{token.text}" is no operator here',
        (token.start, token.end),
        help,
        fix=_operator(text, token.start, token.end),
    )


def _operator(text: str, start: int, end: int) -> Fix | None:
    """Write an operator of other languages as the one of ours, with spaces around a word."""
    old, before, after = text[start:end], text[:start][-1:], text[end : end + 1]
    new = _OPERATORS.get(old)
    if new is None or (old != "!" and before in "=<>!~&|") or after in ("", *"=<>!~&|"):
        return None
    if new.isalpha():
        new = ("" if before in " (\n" else " ") + new + ("" if after in " \n" else " ")
    return Fix(old, new)


def _unescape(literal: str, start: int) -> str:
    body = literal[1:-1]
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] in _ESCAPED:
            return _ESCAPED[match[2]]
        at = start + 1 + match.start()
        raise ExpressionError(
            "expression-syntax",
            f'"\\{match[2]}" is no escape',
            (at, at + 2),
            r"the escapes are \\ \' \" \n \t \r and \uXXXX",
        )

    text = _ESCAPE.sub(one, body)
    try:  # a pair of escapes may make one character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ExpressionError(
            "expression-syntax",
            "half a surrogate pair is no text",
            (start, start + len(literal)),
        ) from None
    if "\0" in text:
        raise ExpressionError(
            "expression-syntax", "a string cannot hold NUL", (start, start + len(literal))
        )
    return text


def _refuse(text: str, position: int) -> NoReturn:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    sign = text[position]
    if sign in "'\"":
        raise ExpressionError(
            "expression-syntax",
            NEVER_CLOSED,
            (position, position + 1),
            f"close it with {sign}",
        )
    raise ExpressionError(
        "expression-syntax",
        f'"{sign}" has no meaning in an expression',
        (position, position + 1),
        _STRANGE.get(sign, "text stands in quotes; names are letters, digits and underscores"),
    )
