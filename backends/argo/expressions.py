"""Expressions of the language as expressions of Argo (expr-lang), with the same result.

Everything is text to Argo: `read` makes values of it, `text` and `encoded` text again. What
has another result there is made exact (`//`, `%`, `round`, the text of floats), fails as the
language says (`sprig.fail`), or is refused with `UnsupportedError`. Argo leaves an expression that
fails in place, and the entry script refuses it.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.backends.argo.text import PREFIX, passed
from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Index,
    Input,
    Item,
    Join,
    ListOf,
    Node,
    Output,
    Param,
    Run,
    Span,
    State,
    Unary,
)
from pipec.compiler.records import dataclass
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_INT, MIN_INT, Value, to_json, to_text

Reference = Param | Item | Output | State | Run
REFERENCES = (Param, Item, Output, State, Run)

# How tightly the operators of expr-lang bind.
CHOICE, OR, AND, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)

EXACT = 2**53  # ints up to here are exact as floats
_LIMIT = "9.2233720368547e+18"  # just below 2**63
_BEYOND = "9223372036854775808.0"  # 2**63
_LARGEST = "1.7976931348623157e+308"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_SYMBOLS = {"and": "&&", "or": "||"}


class UnsupportedError(Exception):
    """A part of an expression that Argo cannot compute as the language does."""

    def __init__(self, what: str, span: Span) -> None:
        super().__init__(what)
        self.what, self.span = what, span


@dataclass(frozen=True, slots=True)
class Code:
    """An expression of Argo and how tightly its outermost operator binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """Give the text, in parentheses where it binds less tightly than asked."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Raw:
    """The text of a value as Argo holds it.

    `encoded` says that it may be `base64:…`; `canonical` that it is the text the language gives
    the value. The empty text is null where the type is optional. `tag` is the name that a simple
    `{{tag}}` reads it by, `value` how to get the value without a detour by the text, `constant`
    a text that is known already.
    """

    code: Code
    encoded: bool = False
    canonical: bool = True
    tag: str | None = None
    value: Code | None = None
    constant: str | None = None


class Scope(Protocol):
    """Where a name's text is found, at one place of a manifest."""

    definitions: Mapping[str, str]

    def raw(self, node: Reference) -> Raw: ...


def literal(text: str) -> str:
    """Write a string in an expression. It may not hold what ends or begins a tag."""
    if text.isprintable() and "{{" not in text and "}}" not in text:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    from base64 import b64encode

    return f"fromBase64('{b64encode(text.encode()).decode()}')"


def fail(message: str) -> str:
    return f"sprig.fail({literal(message)})"


class Lowering:
    """Lowers the expressions of one tag; `lets` are the names that the tag defines first."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lets: dict[str, str] = {}
        self.made = 0

    def fresh(self, hint: str) -> str:
        """Give a new name: nothing may be named twice, also not further in."""
        self.made += 1
        return f"{hint}_{self.made}"

    def let(self, hint: str, text: str) -> str:
        """Name a part of the tag. A name with `_` is none of expr-lang's own."""
        name = hint if "_" in hint else f"{hint}_"
        while self.lets.get(name, text) != text:
            name += "_"
        self.lets[name] = text
        return name

    def tag(self, code: Code) -> str:
        """Write a tag around an expression, after the names it uses."""
        lets = "".join(f"let {name} = {text}; " for name, text in self.lets.items())
        for name, text in self.scope.definitions.items():
            if name in lets or name in code.text:
                lets = f"let {name} = {text}; {lets}"
        return "{{=" + lets + code.text + "}}"

    # --- values ---

    def value(self, node: Node) -> Code:
        """Lower an expression to its value."""
        return _VALUE[type(node)](self, node)

    def number(self, node: Node, type: Type) -> Code:
        """Lower a number, as a float where the result is one."""
        code = self.value(node)
        if type.kind != "float" or node.type.kind == "float":
            return code
        if isinstance(node, Constant):
            return constant(node.value, type)
        return Code(f"float({code.text})")

    def decoded(self, raw: Raw, hint: str) -> Code:
        """Give the text itself of a text that may be encoded."""
        if not raw.encoded:
            return raw.code
        name = self.let(hint, raw.code.text)
        return Code(f"({name} startsWith '{PREFIX}' ? fromBase64({name}[7:]) : {name})")

    def read(self, type: Type, raw: Raw, node: Reference) -> Code:
        """Turn the text of a reference into its value."""
        if raw.value:
            return raw.value
        if type.optional:
            inner = self.read(type.required(), raw, node)
            return Code(f"{raw.code.at(COMPARISON)} == '' ? nil : {inner.at(OR)}", CHOICE)
        match type.kind:
            case "int" | "float":
                return Code(f"{type.kind}({raw.code.text})")
            case "bool":
                return Code(f"{raw.code.at(SUM)} == 'true'", COMPARISON)
            case "string" | "state":
                return self.decoded(raw, hint(node))
            case "list" if type.item and type.item.kind == "int":
                text = self.decoded(raw, hint(node)).text
                parts = f"filter(split(trim({text}, '[] \\n\\t\\r'), ','), trim(#) != '')"
                return Code(f"map({parts}, int(trim(#)))")
            case "map" if type.item and type.item.kind == "int":
                return Code(f"fromJSON({self.decoded(raw, hint(node)).text})")
        if type.item and _holds_ints(type.item):
            raise UnsupportedError(
                f"read a {type}, since ints in lists or maps of such are not exact there", node.span
            )
        return Code(f"fromJSON({self.decoded(raw, hint(node)).text})")

    def _reference(self, node: Reference) -> Code:
        return self.read(node.type, self.scope.raw(node), node)

    def _constant(self, node: Constant) -> Code:
        return constant(node.value, node.type)

    def _list(self, node: ListOf) -> Code:
        item = node.type.item or node.type
        return Code("[" + ", ".join(self.number(one, item).text for one in node.items) + "]")

    def _unary(self, node: Unary) -> Code:
        code = self.value(node.value)
        if node.op == "not":
            return Code(f"!{code.at(ATOM)}", UNARY)
        if node.type.kind == "int":
            return self._limited(code, lambda n: f"0 - {n}", -MAX_INT, MAX_INT)
        return Code(f"0.0 - {code.at(PRODUCT)}", SUM)

    def _binary(self, node: Binary) -> Code:
        if node.op in _SYMBOLS:
            level = AND if node.op == "and" else OR
            left, right = self.value(node.left).at(level), self.value(node.right).at(level)
            return Code(f"{left} {_SYMBOLS[node.op]} {right}", level)
        if node.type.kind == "string":
            left, right = self.value(node.left).at(SUM), self.value(node.right).at(SUM)
            return Code(f"{left} + {right}", SUM)
        if node.type.kind == "list":
            both = f"concat({self.value(node.left).text}, {self.value(node.right).text})"
            return self.bound("both", Code(both), lambda n: f"len({n}) > 0 ? {n} : []")
        left = self.number(node.left, node.type).at(PRODUCT)
        right = self.number(node.right, node.type).at(UNARY)
        if node.op in ("//", "%"):
            return self._floored(node, left, right)
        if node.op == "/":
            if not (isinstance(node.right, Constant) and node.right.value):
                by = self.fresh("by")
                right = f"(let {by} = {right}; {by} != 0 ? {by} : {fail('division by zero')})"
            return self.finite(f"{left} / {right}")
        if node.type.kind == "float":
            return self.finite(f"{left} {node.op} {right}")
        return self._whole(node, Code(left), Code(right))

    def _whole(self, node: Binary, left: Code, right: Code) -> Code:
        """Compute an int, and fail where it does not fit 64 bits (Go wraps around)."""
        op, plus = node.op, node.op != "*"
        if isinstance(node.left, Constant) and op in ("+", "*"):
            return self._with_number(right, op, node.left.value)
        if isinstance(node.right, Constant):
            return self._with_number(left, op, node.right.value)
        a, b, made = self.fresh("a"), self.fresh("b"), self.fresh("n")
        names = f"let {a} = {left.text}; let {b} = {right.text}; let {made} = {a} {op} {b}"
        grows = f"({b} >= 0) == ({made} {'>=' if op == '+' else '<='} {a})"
        exact = f"{a} == 0 || int(sprig.div({made}, {a})) == {b}"
        fits = grows if plus else f"({a} == -1 ? {b} > int('{MIN_INT}') : {exact})"
        return Code(f"({names}; {fits} ? {made} : {_LARGE})")

    def _with_number(self, code: Code, op: str, by: int) -> Code:
        if op == "*":
            if by == 0:
                return Code("0")
            low, high = (MIN_INT, MAX_INT) if by > 0 else (MAX_INT, MIN_INT)
            least, most = -(-low // by), high // by
        else:
            sign = 1 if op == "+" else -1
            least, most = MIN_INT - sign * by, MAX_INT - sign * by
        least, most = max(least, MIN_INT), min(most, MAX_INT)
        shown = str(by) if by >= 0 else f"({by})"
        return self._limited(code, lambda n: f"{n} {op} {shown}", least, most)

    def _limited(self, code: Code, body: Callable[[str], str], least: int, most: int) -> Code:
        """Compute with an int that may not be below `least` nor above `most`."""

        def test(n: str) -> str:
            tests = [f"{n} >= {least}"] if least > MIN_INT else []
            tests += [f"{n} <= {most}"] if most < MAX_INT else []
            made = body(n)
            return f"{' && '.join(tests)} ? {made} : {_LARGE}" if tests else made

        return self.bound("n", code, test)

    def _floored(self, node: Binary, left: str, right: str) -> Code:
        if node.type.kind == "float":
            raise UnsupportedError(f"compute `{node.op}` of floats", node.span)
        a, b, rest = self.fresh("of"), self.fresh("by"), self.fresh("rest")
        by = node.right.value if isinstance(node.right, Constant) else None
        down = f"{rest} != 0 && ({rest} < 0) != ({b} < 0)"
        result = f"{down} ? {rest} + {b} : {rest}"
        if node.op == "//":
            whole = f"int(sprig.div({a}, {b}))"
            result = f"{whole} - ({down} ? 1 : 0)"
            if by is None or by == -1:
                result = f"{b} == -1 && {a} == int('{MIN_INT}') ? {_LARGE} : {result}"
        names = f"let {a} = {left}; let {b} = {right}; let {rest} = {a} % {b}"
        return Code(f"({names}; {result})")

    def _compare(self, node: Compare) -> Code:
        pairs = zip(node.values, node.ops, node.values[1:], strict=False)
        parts = [self._pair(left, op, right) for left, op, right in pairs]
        if len(parts) == 1:
            return parts[0]
        return Code(" && ".join(part.at(COMPARISON) for part in parts), AND)

    def _pair(self, left: Node, op: str, right: Node) -> Code:
        if op in ("in", "not in"):
            return self._contains(left, right, op == "not in")
        for null, other in ((left, right), (right, left)):
            if isinstance(null, Constant) and null.value is None:
                return self._is_null(other, op)
        if {left.type.kind, right.type.kind} == {"int", "float"}:
            return self._mixed(left, op, right)
        return Code(f"{self.value(left).at(SUM)} {op} {self.value(right).at(SUM)}", COMPARISON)

    def _is_null(self, node: Node, op: str) -> Code:
        if isinstance(node, REFERENCES):
            return Code(f"{self.scope.raw(node).code.at(SUM)} {op} ''", COMPARISON)
        return Code(f"{self.value(node).at(SUM)} {op} nil", COMPARISON)

    def _mixed(self, left: Node, op: str, right: Node) -> Code:
        """Compare an int with a float exactly, as ints: Argo would round the int to a float."""
        if left.type.kind == "float":
            return self._mixed(right, _MIRRORED[op], left)
        number = self.value(left).at(SUM)
        if isinstance(right, Constant):
            return self._with_constant(number, op, float(right.value))

        def exact(f: str) -> str:
            if op in ("==", "!="):
                same = f"{f} == floor({f}) && abs({f}) < {_LIMIT} && {number} == int({f})"
                return same if op == "==" else f"!({same})"
            whole = "ceil" if op in ("<", ">=") else "floor"
            up, down = ("true", "false") if op in ("<", "<=") else ("false", "true")
            inside = f"{number} {op} int({whole}({f}))"
            return f"{f} >= {_BEYOND} ? {up} : {f} < -{_BEYOND} ? {down} : {inside}"

        return self.bound("f", self.value(right), exact)

    @staticmethod
    def _with_constant(number: str, op: str, value: float) -> Code:
        if op in ("==", "!=") and not value.is_integer():
            return Code("true" if op == "!=" else "false")
        if abs(value) >= 2.0**63:
            above = (value > 0) == (op in ("<", "<="))
            return Code("true" if (op == "!=" if op in ("==", "!=") else above) else "false")
        whole = math.ceil(value) if op in ("<", ">=") else math.floor(value)
        return Code(f"{number} {op} {whole}", COMPARISON)

    def _contains(self, left: Node, right: Node, negated: bool) -> Code:
        item, box = self.value(left).at(SUM), self.value(right).at(SUM)
        word = "contains" if right.type.kind == "string" else "in"
        text = f"{box} contains {item}" if word == "contains" else f"{item} in {box}"
        return Code(f"!({text})", UNARY) if negated else Code(text, COMPARISON)

    def _choice(self, node: Choice) -> Code:
        test = self.value(node.test).at(OR)
        yes, no = self.number(node.yes, node.type), self.number(node.no, node.type)
        return Code(f"{test} ? {yes.at(OR)} : {no.at(OR)}", CHOICE)

    def _index(self, node: Index) -> Code:
        box, index = self.value(node.value), self.value(node.index)
        if node.index.type.kind == "int":
            if node.value.type.kind == "json":
                of = self.fresh("of")
                item = f"type({of}) == 'array' ? {of}[{index.text}] : {fail('this is no list')}"
                text = f"(let {of} = {box.text}; {item})"
            else:
                text = f"{box.at(ATOM)}[{index.text}]"
        else:
            of, key = self.fresh("of"), self.fresh("key")
            item = f"type({of}) == 'map' && {key} in {of} ? {of}[{key}] : {fail('no such key')}"
            text = f"(let {of} = {box.text}; let {key} = {index.text}; {item})"
        if node.type.kind == "int" and node.value.type.kind == "map":
            large = fail("an int in a map is too large for Argo")
            n = self.fresh("n")
            text = f"(let {n} = {text}; abs({n}) < {EXACT} ? int({n}) : {large})"
        return Code(text)

    def _call(self, node: Call) -> Code:
        return _CALLS[node.function](self, node)

    def _join(self, node: Join) -> Code:
        return Code(" + ".join(self.text(part).at(PRODUCT) for part in node.parts), SUM)

    # --- text ---

    def text(self, node: Node) -> Code:
        """Lower an expression to the text of its value."""
        if isinstance(node, Constant):
            return Code(literal(to_text(node.value)))
        if isinstance(node, REFERENCES) and not node.type.optional:
            raw = self.scope.raw(node)
            if raw.canonical:
                return self.decoded(raw, hint(node))
        return self.text_of(self.value(node), node.type, node.span)

    def encoded(self, node: Node) -> Code:
        """Lower an expression to its text, encoded to be passed on; the empty text is null.

        The text need not be canonical where it is no string: the entry script makes it so.
        """
        if isinstance(node, Constant):
            if node.value is None:
                return Code("''")
            return Code(literal(passed(to_text(node.value))))
        if isinstance(node, REFERENCES):
            raw = self.scope.raw(node)
            if raw.encoded or node.type.kind in ("int", "float", "bool", "state"):
                return raw.code
            if isinstance(node, Run):
                return raw.code
            made = Code(f"'{PREFIX}' + toBase64({raw.code.text})", SUM)
            if node.type.optional:
                return Code(f"{raw.code.at(COMPARISON)} == '' ? '' : {made.text}", CHOICE)
            return made
        if isinstance(node, Choice):
            test = self.value(node.test).at(OR)
            yes, no = self.encoded(node.yes).at(OR), self.encoded(node.no).at(OR)
            return Code(f"{test} ? {yes} : {no}", CHOICE)
        if isinstance(node, Call) and node.function == "default":
            return self._encoded_default(node)
        code = self.value(node)
        if node.type.kind in ("int", "float", "bool", "state"):
            return code
        if node.type.kind == "string":
            return Code(f"'{PREFIX}' + toBase64({code.text})", SUM)
        return Code(f"'{PREFIX}' + toBase64(toJson({code.text}))", SUM)

    def _encoded_default(self, node: Call) -> Code:
        code = self.encoded(node.args[-1])
        for one in reversed(node.args[:-1]):
            test = self._is_null(one, "!=").at(OR)
            found = self.encoded(_required(one)).at(OR)
            code = Code(f"{test} ? {found} : {code.at(CHOICE)}", CHOICE)
        return code

    def text_of(self, value: Code, type: Type, span: Span) -> Code:
        """Give the text of a value."""
        match type.kind:
            case "string" | "state":
                return value
            case "int" | "bool":
                return Code(f"string({value.text})")
            case "float":
                return self.bound("f", value, self._float_text)
            case "json":
                no = fail("Argo cannot write this json as text")

                def of_json(j: str) -> str:
                    whole = f"{j} == floor({j}) && abs({j}) < {EXACT}"
                    number = f"{whole} ? string(int({j})) : ({self._float_text(j)})"
                    rest = f"type({j}) == 'float' ? ({number}) : {no}"
                    return f"type({j}) in ['string', 'bool'] ? string({j}) : {rest}"

                return self.bound("j", value, of_json)
            case "list" if type.item and type.item.kind in ("int", "bool", "float"):
                inner = self.text_of(Code("#"), type.item, span)
                return Code(f"'[' + join(map({value.text}, {inner.text}), ',') + ']'", SUM)
        raise UnsupportedError(f"make the text of a {type} that is computed", span)

    def _float_text(self, f: str) -> str:
        """Write Python's shortest form: with an exponent from 1e16 on and below 1e-4 alone."""
        t = self.fresh("t")
        plain = f"(let {t} = toJSON({f}); {t} contains '.' ? {t} : {t} + '.0')"
        small = f"abs({f}) >= 0.0001 && abs({f}) < 1e16"
        return f"{f} == 0 ? '0.0' : {small} ? {plain} : string({f})"

    def finite(self, text: str) -> Code:
        """Compute a float, and fail where it is infinite."""
        large = fail("the result is too large for a float")
        return self.bound("f", Code(text), lambda f: f"abs({f}) <= {_LARGEST} ? {f} : {large}")

    # --- functions ---

    def length(self, node: Node) -> Code:
        """Give the length of a string, a list or a map."""
        if isinstance(node, REFERENCES) and node.type.kind == "list" and not node.type.optional:
            raw = self.scope.raw(node)
            if not raw.value:
                return Code(f"len(fromJSON({self.decoded(raw, hint(node)).text}))")
        return Code(f"len({self.value(node).text})")

    def _len(self, node: Call) -> Code:
        return self.length(node.args[0])

    def _default(self, node: Call) -> Code:
        code = self.number(node.args[-1], node.type.required())
        for one in reversed(node.args[:-1]):
            test = self._is_null(one, "!=").at(OR)
            found = self.number(_required(one), node.type.required()).at(OR)
            code = Code(f"{test} ? {found} : {code.at(CHOICE)}", CHOICE)
        return code

    def _str(self, node: Call) -> Code:
        return self.text(node.args[0])

    def _int(self, node: Call) -> Code:
        value, kind = self.value(node.args[0]), node.args[0].type.kind
        if kind == "int":
            return value
        no = fail("int() of what is no int")
        if kind == "string":
            return self.bound("s", value, lambda s: f"{s} matches '{_INT}' ? int({s}) : {no}")

        def of_float(n: str) -> str:
            return f"{n} == floor({n}) && abs({n}) < {_LIMIT} ? int({n}) : {no}"

        def of_json(n: str) -> str:
            text = f"type({n}) == 'string' && {n} matches '{_INT}' ? int({n}) : {no}"
            return f"type({n}) == 'float' ? ({of_float(n)}) : {text}"

        return self.bound("n", value, of_json if kind == "json" else of_float)

    def bound(self, hint: str, value: Code, body: Callable[[str], str]) -> Code:
        """Name a value, to use it more than once."""
        name = self.fresh(hint)
        return Code(f"(let {name} = {value.text}; {body(name)})")

    def _float(self, node: Call) -> Code:
        value, kind = self.value(node.args[0]), node.args[0].type.kind
        if kind in ("int", "float"):
            return Code(f"float({value.text})") if kind == "int" else value
        no = fail("float() of what is no float")

        def of_string(s: str) -> str:
            return f"{s} matches '{_NUMBER}' ? float({s}) : {no}"

        def of_json(n: str) -> str:
            text = f"type({n}) == 'string' && {n} matches '{_NUMBER}' ? float({n}) : {no}"
            return f"type({n}) == 'float' ? {n} : {text}"

        return self.bound("s", value, of_string if kind == "string" else of_json)

    def _bool(self, node: Call) -> Code:
        value, kind = self.value(node.args[0]), node.args[0].type.kind
        if kind == "bool":
            return value
        no = fail("bool() of what is no bool")

        def of_any(b: str) -> str:
            given = f"type({b}) == 'bool' ? {b} : " if kind == "json" else ""
            return f"{given}{b} == 'true' ? true : {b} == 'false' ? false : {no}"

        return self.bound("b", value, of_any)

    def _extreme(self, node: Call) -> Code:
        last = "0" if node.function == "min" else "-1"

        def choose(values: str) -> str:
            if node.type.kind == "string":
                return f"sort({values})[{last}]"
            return f"{node.function}({values})"

        if len(node.args) > 1:
            values = ", ".join(self.number(one, node.type).text for one in node.args)
            return Code(choose(f"[{values}]"))
        empty = fail(f"{node.function}() of an empty list")
        listed = self.value(node.args[0])
        return self.bound("list", listed, lambda n: f"len({n}) > 0 ? {choose(n)} : {empty}")

    def _round(self, node: Call) -> Code:
        value = self.value(node.args[0])
        if len(node.args) == 2:
            raise UnsupportedError("compute `round` to a number of digits", node.span)
        if node.args[0].type.kind == "int":
            return value
        large = fail("round() does not fit 64 bits")
        f, d = self.fresh("floor"), self.fresh("rest")

        def half_even(x: str) -> str:
            even = f"{d} < 0.5 ? {f} : {d} > 0.5 || {f} % 2 != 0 ? {f} + 1 : {f}"
            made = f"(let {f} = int(floor({x})); let {d} = {x} - floor({x}); {even})"
            return f"abs({x}) < {_LIMIT} ? {made} : {large}"

        return self.bound("x", value, half_even)

    def _case(self, node: Call) -> Code:
        beyond = fail(f"{node.function}() of letters that Argo may map in another way")
        alike = _SAME_CASE[node.function]

        def guarded(s: str) -> str:
            return f"{s} matches '{alike}' ? {node.function}({s}) : {beyond}"

        return self.bound("s", self.value(node.args[0]), guarded)

    def _joined(self, node: Call) -> Code:
        separator, items = self.value(node.args[0]), self.value(node.args[1])
        item = node.args[1].type.item
        assert item is not None
        if item.kind == "string":
            return Code(f"join({items.text}, {separator.text})")
        inner = self.text_of(Code("#"), item, node.span)
        return Code(f"join(map({items.text}, {inner.text}), {separator.text})")


# Text that Go maps as Unicode's full mapping does: Latin, Greek and Cyrillic but for a few letters,
# and what has no case.
_CASELESS = r"\\x{2000}-\\x{20cf}\\x{3000}-\\x{9fff}\\x{ac00}-\\x{d7a3}\\x{1f000}-\\x{1faff}"
_SAME_CASE = {
    "lower": r"^[\\x00-\\x{12f}\\x{131}-\\x{3a2}\\x{3a4}-\\x{52f}" + _CASELESS + "]*$",
    "upper": r"^[\\x00-\\xde\\xe0-\\x{148}\\x{14a}-\\x{1ef}\\x{1f1}-\\x{38f}"
    r"\\x{391}-\\x{3af}\\x{3b1}-\\x{52f}" + _CASELESS + "]*$",
}
_INT = "^-?(0|[1-9][0-9]*)$"
_NUMBER = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$"


def hint(node: Reference) -> str:
    """Give a name for what a reference reads, to be used in an expression."""
    match node:
        case Param(name=name):
            return f"params_{name}"
        case Item(key=key):
            return f"item_{key}" if key else "item_"
        case Output(step=step, name=name):
            return f"{step}_{name}"
        case State(step=step):
            return f"{step or 'run'}_state"
        case Run(field=field):
            return f"run_{field}"


def constant(value: Value, type: Type) -> Code:
    """Write a value in an expression."""
    if value is None:
        return Code("nil")
    if isinstance(value, bool):
        return Code("true" if value else "false")
    if isinstance(value, str):
        return Code(literal(value))
    if isinstance(value, int | float):
        text = to_json(float(value) if type.kind == "float" else value)
        if value == -(2**63):
            return Code("int('-9223372036854775808')")
        return Code(text, SUM if text.startswith("-") else ATOM)
    if isinstance(value, list) and type.item and not type.item.item and type.item.kind != "json":
        return Code("[" + ", ".join(constant(one, type.item).text for one in value) + "]")
    return Code(f"fromJSON({literal(to_json(value))})")


def _required(node: Node) -> Node:
    """Give a reference whose value is known not to be null."""
    if isinstance(node, REFERENCES) and node.type.optional:
        from pipec.compiler.records import replace

        return replace(node, type=node.type.required())
    return node


_LARGE = fail("the result does not fit 64 bits")


def _holds_ints(type: Type) -> bool:
    return type.kind == "int" or bool(type.item and _holds_ints(type.item))


def _unknown(_: Lowering, node: Any) -> Code:
    raise UnsupportedError("compute this", node.span)


_VALUE: Mapping[type, Callable[[Lowering, Any], Code]] = {
    Constant: Lowering._constant,
    Param: Lowering._reference,
    Item: Lowering._reference,
    Output: Lowering._reference,
    State: Lowering._reference,
    Run: Lowering._reference,
    Input: _unknown,
    ListOf: Lowering._list,
    Unary: Lowering._unary,
    Binary: Lowering._binary,
    Compare: Lowering._compare,
    Choice: Lowering._choice,
    Index: Lowering._index,
    Call: Lowering._call,
    Join: Lowering._join,
}

_CALLS: Mapping[str, Callable[[Lowering, Call], Code]] = {
    "len": Lowering._len,
    "default": Lowering._default,
    "str": Lowering._str,
    "int": Lowering._int,
    "float": Lowering._float,
    "bool": Lowering._bool,
    "min": Lowering._extreme,
    "max": Lowering._extreme,
    "round": Lowering._round,
    "lower": Lowering._case,
    "upper": Lowering._case,
    "join": Lowering._joined,
}
