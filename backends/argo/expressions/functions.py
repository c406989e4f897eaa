"""The functions of the language that take plain values, each from the code of its arguments."""

import re
from collections.abc import Callable, Mapping, Sequence

from pipec.backends.argo.expressions.arithmetic import widen
from pipec.backends.argo.expressions.code import (
    COMPARISON,
    EXACT,
    LIMIT,
    SUM,
    UNARY,
    Code,
    UnsupportedError,
    fail,
)
from pipec.backends.argo.expressions.lets import Lets
from pipec.backends.argo.expressions.texts import texts_of
from pipec.compiler.expressions.nodes import Call, Constant


def _as_python(escape: re.Match[str]) -> str:
    """Write an escape of Go's regular expressions as one of Python's."""
    return f"\\U{int(escape[1] or escape[2], 16):08x}"


# Text that Go maps as Unicode's full mapping does: Latin, Greek and Cyrillic but for a few letters,
# and what has no case.
_CASELESS = r"\\x{2000}-\\x{20cf}\\x{3000}-\\x{9fff}\\x{ac00}-\\x{d7a3}\\x{1f000}-\\x{1faff}"
_SAME_CASE = {
    "lower": r"^[\\x00-\\x{12f}\\x{131}-\\x{3a2}\\x{3a4}-\\x{52f}" + _CASELESS + "]*$",
    "upper": r"^[\\x00-\\x{148}\\x{14a}-\\x{1ef}\\x{1f1}-\\x{38f}"
    r"\\x{391}-\\x{3af}\\x{3b1}-\\x{52f}" + _CASELESS + "]*$",
}
CASES = {
    name: re.compile(re.sub(r"\\\\x(?:\{(\w+)\}|(\w\w))", _as_python, pattern))
    for name, pattern in _SAME_CASE.items()
}
NUMBER = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$"
_FORMS = {"int": "^-?(0|[1-9][0-9]*)$", "float": NUMBER}


def _number(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    """`int` and `float`"""
    value, kind, wanted = args[0], node.args[0].type.kind, node.function
    if kind == wanted:
        return value
    if kind == "int":
        return Code(f"float({value.text})")
    no = fail(f"{wanted}() of what is no {wanted}")

    def of_string(s: str) -> str:
        return f"{s} matches '{_FORMS[wanted]}' ? {wanted}({s}) : {no}"

    def of_float(n: str) -> str:
        return f"{n} == floor({n}) && abs({n}) < {LIMIT} ? int({n}) : {no}"

    def of_json(n: str) -> str:
        whole = f"({of_float(n)})" if wanted == "int" else n
        return f"type({n}) == 'float' ? {whole} : type({n}) == 'string' && {of_string(n)}"

    if kind == "string":
        return lets.bound("s", value, of_string)
    name = "n" if wanted == "int" else "s"
    return lets.bound(name, value, of_json if kind == "json" else of_float)


def _bool(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    value, kind = args[0], node.args[0].type.kind
    if kind == "bool":
        return value
    no = fail("bool() of what is no bool")

    def of_any(b: str) -> str:
        given = f"type({b}) == 'bool' ? {b} : " if kind == "json" else ""
        return f"{given}{b} == 'true' ? true : {b} == 'false' ? false : {no}"

    return lets.bound("b", value, of_any)


def _extreme(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    """`min` and `max`"""
    last = "0" if node.function == "min" else "-1"

    def choose(values: str) -> str:
        if node.type.kind == "string":
            return f"sort({values})[{last}]"
        return f"{node.function}({values})"

    if len(args) > 1:
        pairs = zip(args, node.args, strict=True)
        return Code(choose(f"[{', '.join(widen(*pair, node.type).text for pair in pairs)}]"))
    empty = fail(f"{node.function}() of an empty list")
    return lets.bound("list", args[0], lambda n: f"len({n}) > 0 ? {choose(n)} : {empty}")


def _round(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    if len(args) == 2:
        raise UnsupportedError("compute `round` to a number of digits", node.span)
    if node.args[0].type.kind == "int":
        return args[0]
    large = fail("round() does not fit 64 bits")
    f, d = lets.fresh("floor"), lets.fresh("rest")

    def half_even(x: str) -> str:
        even = f"{d} < 0.5 ? {f} : {d} > 0.5 || {f} % 2 != 0 ? {f} + 1 : {f}"
        made = f"(let {f} = int(floor({x})); let {d} = {x} - floor({x}); {even})"
        return f"abs({x}) < {LIMIT} ? {made} : {large}"

    return lets.bound("x", args[0], half_even)


def _case(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    """`lower` and `upper`"""
    beyond = fail(f"{node.function}() of letters that Argo may map in another way")
    alike = _SAME_CASE[node.function]

    def mapped(text: str) -> str:
        ready = text
        if node.function == "upper":  # which Go leaves the ß as it is
            ready = f"replace({text}, '\\u00df', 'ss')"
        return f"{text} matches '{alike}' ? {node.function}({ready}) : {beyond}"

    return lets.bound("s", args[0], mapped)


def _beyond(_: Lets, node: Call, args: Sequence[Code]) -> Code:
    """Say whether a value is beyond what Argo can compute: see `pipec.backends.argo.beyond`."""
    value, kind = args[0], node.args[1]
    assert isinstance(kind, Constant)
    if kind.value == "text":
        return Code(f"type({value.text}) in ['array', 'map', 'nil']", COMPARISON)
    if kind.value == "int":
        return Code(f"abs({value.text}) >= {EXACT}", COMPARISON)
    return Code(f"!({value.at(SUM)} matches '{_SAME_CASE[kind.value]}')", UNARY)


def _join(lets: Lets, node: Call, args: Sequence[Code]) -> Code:
    separator, items = args
    item = node.args[1].type.item
    assert item is not None
    texts = items if item.kind == "string" else texts_of(lets, items, item, node.span)
    return Code(f"join({texts.text}, {separator.text})")


FUNCTIONS: Mapping[str, Callable[[Lets, Call, Sequence[Code]], Code]] = {
    "int": _number,
    "float": _number,
    "bool": _bool,
    "min": _extreme,
    "max": _extreme,
    "round": _round,
    "lower": _case,
    "upper": _case,
    "join": _join,
    "beyond": _beyond,
}
