"""From text to an unchecked tree: precedence climbing over a closed part of Python's syntax."""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from pipec.compiler.diagnostics import Fix
from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Field,
    Index,
    Join,
    ListOf,
    Name,
    Node,
    Unary,
    children,
)
from pipec.compiler.expressions.slips import after_end, method, out_of_place
from pipec.compiler.expressions.tokens import Token, foreign, tokenize
from pipec.compiler.types import BOOL, FLOAT, INT, NULL, STRING
from pipec.compiler.values import MAX_INT, NUMBER, ValueSyntaxError, from_text

MAX_DEPTH = 32
MAX_OPERATORS = 256
MAX_HEIGHT = 64  # what the languages that expressions are lowered to take as well
_WORDS = {"true": (True, BOOL), "false": (False, BOOL), "null": (None, NULL)}
_KEYWORDS = {"and", "or", "not", "in", "if", "else"}
_OTHER_WORDS = {"True": "true", "False": "false", "None": "null", "nil": "null", "AND": "and"}
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "in", "not in"}
_SIMPLE = re.compile(
    r"\$\{\{[ ]*((?:params|steps|item|run|inputs|pipeline)(?:\.[a-z0-9_]+)*)[ ]*\}\}"
)


def parse(text: str) -> Node:
    """Read an expression that is a whole scalar, with or without `${{ }}` around it.

    Raises ExpressionError.
    """
    opened = re.match(r"\s*\$\{\{", text)
    if not opened:
        tokens, _ = tokenize(text, 0, braced=False)
        return _Parser(tokens, text).whole()
    tokens, end = tokenize(text, opened.end(), braced=True)
    if text[end:].strip():
        raise ExpressionError(
            "expression-syntax",
            "one expression is asked here, not text with expressions in it",
            (end, len(text)),
            "join the parts with `and`, `or` or `+` inside one `${{ }}`",
        )
    return _Parser(tokens, text).whole()


def constant_text(text: Any) -> Constant | None:
    """Give a text without expressions as it is, the most common thing by far; else None."""
    if isinstance(text, str) and "${{" not in text:
        return Constant(text, STRING, (0, len(text)))
    return None


def parse_text(text: str) -> Node:
    """Read text that may hold `${{ }}`: a constant, one expression, or a Join of parts.

    `$${{` stands for a literal `${{`. Raises ExpressionError.
    """
    if (constant := constant_text(text)) is not None:
        return constant
    simple = _SIMPLE.fullmatch(text)
    if simple:
        return _name(simple)
    parts: list[Node] = []
    literal, position = "", 0
    while True:
        at = text.find("${{", position)
        if at < 0:
            literal += text[position:]
            break
        if at > position and text[at - 1] == "$":
            literal += text[position : at - 1] + "${{"
            position = at + 3
            continue
        literal += text[position:at]
        tokens, end = tokenize(text, at + 3, braced=True)
        node = _Parser(tokens, text).whole()
        if at == 0 and end == len(text):
            return node
        if literal:
            parts.append(Constant(literal, STRING, (at - len(literal), at)))
            literal = ""
        parts.append(node)
        position = end
        if len(parts) > 2 * MAX_OPERATORS:  # each with a literal before it
            raise ExpressionError(
                "too-deep",
                f"a text holds at most {MAX_OPERATORS} expressions",
                (at, end),
                "put the text together in a step",
            )
    if literal:
        parts.append(Constant(literal, STRING, (len(text) - len(literal), len(text))))
    texts = [part.value for part in parts if isinstance(part, Constant) and part.type == STRING]
    if len(texts) == len(parts):
        return Constant("".join(texts), STRING, (0, len(text)))
    return Join(tuple(parts), (0, len(text)), STRING)


def _name(match: re.Match[str]) -> Name:
    start = match.start(1)
    parts = tuple(match[1].split("."))
    ends: list[int] = []
    for part in parts:
        start += len(part)
        ends.append(start)
        start += 1
    return Name(parts, match.span(1), tuple(ends))


def _height(node: Node) -> int:
    """Count the values that follow from each other; `a and b and c` is one."""
    op = node.op if isinstance(node, Binary) and node.op in ("and", "or") else None
    below = 0
    for one in children(node):
        flat = op is not None and isinstance(one, Binary) and one.op == op
        below = max(below, _height(one) - flat)
    return below + 1


class _Parser:
    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens, self.text = tokens, text
        self.at = self.depth = self.operators = 0

    def whole(self) -> Node:
        if self.tokens[0].kind == "end":
            at = self.tokens[0].start
            start = max(self.text.rfind("${{", 0, at), 0)
            end = at + 2 if self.text.startswith("}}", at) else at
            raise ExpressionError(
                "expression-syntax",
                "the expression is empty",
                (start, end),
                "write a value in it, `params.NAME` say, or take it out",
            )
        node = self.choice()
        if self.tokens[self.at].kind != "end":
            self.unexpected("an operator or the end")
        if self.operators > MAX_HEIGHT and _height(node) > MAX_HEIGHT:
            raise ExpressionError(
                "too-deep",
                f"the expression computes more than {MAX_HEIGHT} values one from the other",
                node.span,
                "compute a part of it in a step",
            )
        return node

    def unexpected(self, wanted: str, help: str | None = None) -> NoReturn:
        token, last = self.tokens[self.at], self.tokens[self.at - 1]
        if token.kind == "end":
            raise ExpressionError(
                "expression-syntax",
                f"the expression ends where {wanted} is expected",
                (last.start, last.end),
                help or after_end(last),
            )
        if wrong := foreign(self.text, token):
            raise wrong
        shown = self.text[token.start : token.end]
        fix = None
        if token.kind == "name" and token.text in ("AND", "OR", "NOT", "IN"):
            help = f"write `{token.text.lower()}`"
            fix = Fix(token.text, token.text.lower())
        raise ExpressionError(
            "expression-syntax",
            f'"{shown}" stands where {wanted} is expected',
            (token.start, token.end),
            help or out_of_place(self.tokens, self.at, wanted),
            fix=fix,
        )

    def close(self, opening: Token, closing: str, wanted: str) -> None:
        """Take a closing bracket; one that is never closed is the fault of the opening one."""
        if self.take(closing):
            return
        if self.tokens[self.at].kind == "end":
            raise ExpressionError(
                "expression-syntax",
                f'this "{opening.text}" is never closed',
                (opening.start, opening.end),
                f'close it with "{closing}"',
            )
        self.unexpected(wanted)

    def take(self, *texts: str) -> str | None:
        token = self.tokens[self.at]
        if token.kind in ("op", "name") and token.text in texts:
            self.at += 1
            return token.text
        return None

    def need(self, text: str) -> None:
        if not self.take(text):
            self.unexpected(f'"{text}"')

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.tokens[self.at]
            raise ExpressionError(
                "too-deep",
                f"the expression nests more than {MAX_DEPTH} deep",
                (token.start, token.end),
                "compute a part of it in a step",
            )

    def operator(self) -> None:
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            self.too_many()

    def too_many(self) -> NoReturn:
        token = self.tokens[self.at - 1]
        raise ExpressionError(
            "too-deep",
            f"the expression has more than {MAX_OPERATORS} operators",
            (token.start, token.end),
            "compute a part of it in a step",
        )

    def span(self, start: int) -> tuple[int, int]:
        """Give the characters from `start` to the end of what was read; brackets count."""
        return (start, self.tokens[self.at - 1].end)

    def choice(self) -> Node:
        self.deeper()
        start = self.tokens[self.at].start
        node = self.logic("or")
        if self.take("if"):
            self.operator()
            test = self.logic("or")
            if self.tokens[self.at].text != "else":
                self.unexpected('"else"', "both values are written: `x if condition else y`")
            self.need("else")
            other = self.choice()
            node = Choice(test, node, other, self.span(start))
        self.depth -= 1
        return node

    def logic(self, word: str) -> Node:
        start = self.tokens[self.at].start
        node = self.logic("and") if word == "or" else self.negation()
        while self.take(word):
            self.operator()
            right = self.logic("and") if word == "or" else self.negation()
            node = Binary(word, node, right, self.span(start))  # type: ignore[arg-type] # "and" or "or"
        return node

    def negation(self) -> Node:
        start = self.tokens[self.at].start
        if self.take("not"):
            self.deeper()
            value = self.negation()
            self.depth -= 1
            return Unary("not", value, self.span(start))
        return self.comparison()

    def comparison(self) -> Node:
        start = self.tokens[self.at].start
        values = [self.sum()]
        ops: list[str] = []
        while True:
            op = self.take(*_COMPARISONS)
            if op is None and self.is_not_in():
                self.at += 2
                op = "not in"
            if op is None:
                break
            self.operator()
            ops.append(op)
            values.append(self.sum())
        if not ops:
            return values[0]
        return Compare(tuple(ops), tuple(values), self.span(start))  # type: ignore[arg-type] # all are in _COMPARISONS

    def is_not_in(self) -> bool:
        first, second = self.tokens[self.at], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return (first.kind, first.text, second.kind, second.text) == ("name", "not", "name", "in")

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "//", "/", "%"), self.negative)

    def chain(self, ops: tuple[str, ...], below: Callable[[], Node]) -> Node:
        start = self.tokens[self.at].start
        node = below()
        while op := self.take(*ops):
            self.operator()
            right = below()
            node = Binary(op, node, right, self.span(start))  # type: ignore[arg-type] # one of ops
        return node

    def negative(self) -> Node:
        start = self.tokens[self.at].start
        if not self.take("-"):
            return self.postfix()
        token = self.tokens[self.at]
        if token.kind == "number":  # so that the smallest int can be written
            self.at += 1
            return self.tail(self.number("-" + token.text, (start, token.end)), start)
        self.deeper()
        value = self.negative()
        self.depth -= 1
        return Unary("-", value, self.span(start))

    def postfix(self) -> Node:
        start = self.tokens[self.at].start
        return self.tail(self.primary(), start)

    def tail(self, node: Node, start: int) -> Node:
        while True:
            if self.take("."):
                token = self.tokens[self.at]
                if token.kind not in ("name", "number"):
                    self.unexpected("a name")
                self.at += 1
                span = self.span(start)
                if isinstance(node, Name):
                    if len(node.parts) > MAX_OPERATORS:
                        self.too_many()
                    node = Name((*node.parts, token.text), span, (*node.ends, token.end))
                else:
                    self.operator()
                    node = Field(node, token.text, span)
                if self.tokens[self.at].text == "(" and self.tokens[self.at].kind == "op":
                    raise ExpressionError(
                        "expression-syntax",
                        f'"{token.text}" is called like a method, and there are none',
                        (token.start, token.end),
                        method(token.text),
                    )
            elif self.take("["):
                opening = self.tokens[self.at - 1]
                self.operator()
                self.deeper()
                index = self.choice()
                self.depth -= 1
                self.close(opening, "]", '"]"')
                node = Index(node, index, self.span(start))
            else:
                return node

    def primary(self) -> Node:
        token = self.tokens[self.at]
        if token.kind == "string":
            self.at += 1
            return Constant(token.text, STRING, (token.start, token.end))
        if token.kind == "number":
            self.at += 1
            return self.number(token.text, (token.start, token.end))
        if token.kind == "name" and token.text not in _KEYWORDS:
            self.at += 1
            return self.word(token)
        if self.take("("):
            node = self.choice()
            self.close(token, ")", '")"')
            return node
        if self.take("["):
            items = self.items("]")
            return ListOf(items, (token.start, self.tokens[self.at - 1].end))
        return self.unexpected("a value")

    def word(self, token: Token) -> Node:
        if token.text in _WORDS:
            value, type_ = _WORDS[token.text]
            return Constant(value, type_, (token.start, token.end))
        if token.text in _OTHER_WORDS and self.tokens[self.at].text not in (".", "("):
            raise ExpressionError(
                "expression-syntax",
                f'"{token.text}" is not a word of the language',
                (token.start, token.end),
                f"write `{_OTHER_WORDS[token.text]}`",
                fix=Fix(token.text, _OTHER_WORDS[token.text]),
            )
        following = self.tokens[self.at]
        if following.kind == "string" and following.start == token.end and len(token.text) < 3:
            raise ExpressionError(
                "expression-syntax",
                f'texts have no prefix such as "{token.text}"',
                (token.start, token.end),
                "join texts with `+`, or write them around `${{ }}`",
            )
        if token.text == "lambda":
            raise ExpressionError(
                "expression-syntax",
                "an expression has no functions of its own",
                (token.start, token.end),
                "compute it in a step",
            )
        if self.take("("):
            args = self.items(")")
            end = self.tokens[self.at - 1].end
            return Call(token.text, args, (token.start, end), token.end)
        return Name((token.text,), (token.start, token.end), (token.end,))

    def items(self, closing: str) -> tuple[Node, ...]:
        opening = self.tokens[self.at - 1]
        found: list[Node] = []
        while not self.take(closing):
            if self.tokens[self.at].kind == "end":
                self.close(opening, closing, "")
            self.operator()
            found.append(self.choice())
            if not self.take(","):
                self.close(opening, closing, f'"," or "{closing}"')
                break
        return tuple(found)

    def number(self, text: str, span: tuple[int, int]) -> Constant:
        digits = text.removeprefix("-")
        type_ = INT if digits.isdigit() else FLOAT
        try:
            return Constant(from_text(type_, text), type_, span)
        except ValueSyntaxError as error:
            help = error.help
            if NUMBER.fullmatch(digits):
                help = f"the largest int is {MAX_INT}" if type_ == INT else None
            message = f'"{text}" is not a number' if not NUMBER.fullmatch(digits) else str(error)
            raise ExpressionError("expression-syntax", message, span, help) from None
