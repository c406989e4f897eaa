"""What to do about a word or sign that stands at a wrong place in an expression."""

from pipec.compiler.expressions.functions import FUNCTIONS
from pipec.compiler.expressions.tokens import Token

_METHODS = {
    "format": "join texts with `+`, or write them around `${{ }}`",
    "get": "an item of a map is `x['key']`; `default(x, y)` is for what may be null",
    "keys": "`in` looks into the keys of a map: `'key' in x`",
    "startswith": "`in` looks into a text: `'part' in x`",
    "endswith": "`in` looks into a text: `'part' in x`",
    "contains": "`in` looks into a text or a list: `part in x`",
    "index": "an item of a list is `x[0]`",
}


def method(name: str) -> str:
    """Say what to write instead of `x.name()`."""
    if name in FUNCTIONS:
        return f"call a function: `{FUNCTIONS[name].signature}`, not `x.{name}()`"
    other = _METHODS.get(name)
    return other or f"the functions are {', '.join(FUNCTIONS)}; an item of a list is `x[0]`"


def after_end(last: Token) -> str:
    """Say what to do where an expression ends too early, after `last`."""
    if last.text == ".":
        return "write the name that comes after the dot"
    return f"write what comes after `{last.text}`, or take it out"


def out_of_place(tokens: list[Token], at: int, wanted: str) -> str:
    """Say what to do about a word or sign of the language that cannot stand here."""
    token, following = tokens[at], tokens[min(at + 1, len(tokens) - 1)]
    if token.text == "is" and token.kind == "name":
        return f"write `{'!=' if following.text == 'not' else '=='} null`"
    if token.text == "for" and token.kind == "name":
        return "a fan-out goes over a list: `for_each`; a new list is made by a step"
    if token.kind == "op" and token.text in (")", "]"):
        return "take it out, or open it before"
    if token.kind == "op" and token.text == "," and wanted == '")"':
        return "a list is written in brackets: `[a, b]`"
    if token.text == "." and following.kind == "number":
        return f"write `0.{following.text}`"
    if wanted == "a value":
        return f"write a value before `{token.text}`, or take it out"
    if token.kind == "string" and tokens[at - 1].kind == "string":
        return "join two texts with `+`"
    return "put an operator between the two, `and`, `==` or `+` say, or take one out"
