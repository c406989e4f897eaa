"""Numbers computed as the language does: ints of 64 bits that never wrap around, finite floats."""

from collections.abc import Callable

from pipec.backends.argo.expressions.code import (
    PRODUCT,
    SUM,
    TOO_LARGE,
    UNARY,
    Code,
    UnsupportedError,
    constant,
    fail,
)
from pipec.backends.argo.expressions.lets import Lets
from pipec.compiler.expressions.nodes import Binary, Constant, Node, Unary
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_INT, MIN_INT

_LARGEST = "1.7976931348623157e+308"
_LARGE = fail(TOO_LARGE)
_LEAST = f"int('{MIN_INT}')"


def widen(code: Code, node: Node, type: Type) -> Code:
    """Make a float of the value of a node where the type asks for one."""
    if type.kind != "float" or node.type.kind == "float":
        return code
    if isinstance(node, Constant):
        return constant(node.value, type)
    return Code(f"float({code.text})")


def negate(lets: Lets, node: Unary, value: Code) -> Code:
    """Compute `-` of one number."""
    if node.type.kind == "int":
        return _limited(lets, value, lambda n: f"0 - {n}", -MAX_INT, MAX_INT)
    return Code(f"0.0 - {value.at(PRODUCT)}", SUM)


def compute(lets: Lets, node: Binary, left: Code, right: Code) -> Code:
    """Compute `+ - * / // %` of two numbers."""
    a, b = widen(left, node.left, node.type), widen(right, node.right, node.type)
    if node.op in ("//", "%"):
        return _floored(lets, node, a.at(PRODUCT), b.at(UNARY))
    if node.op == "/":
        return _divided(lets, node, a.at(PRODUCT), b.at(UNARY))
    if node.type.kind == "float":
        return _finite(lets, f"{a.at(PRODUCT)} {node.op} {b.at(UNARY)}")
    return _whole(lets, node, a.at(PRODUCT), b.at(UNARY))


def _divided(lets: Lets, node: Binary, left: str, right: str) -> Code:
    if not (isinstance(node.right, Constant) and node.right.value):
        by = lets.fresh("by")
        right = f"(let {by} = {right}; {by} != 0 ? {by} : {fail('division by zero')})"
    return _finite(lets, f"{left} / {right}")


def _finite(lets: Lets, text: str) -> Code:
    """Compute a float, and fail where it is infinite."""
    large = fail("the result is too large for a float")
    return lets.bound("f", Code(text), lambda f: f"abs({f}) <= {_LARGEST} ? {f} : {large}")


def _whole(lets: Lets, node: Binary, left: str, right: str) -> Code:
    """Compute an int, and fail where it does not fit 64 bits (Go wraps around)."""
    op = node.op
    if isinstance(node.left, Constant) and op in ("+", "*"):
        return _with_number(lets, right, op, node.left.value)
    if isinstance(node.right, Constant):
        return _with_number(lets, left, op, node.right.value)
    a, b, made = lets.fresh("a"), lets.fresh("b"), lets.fresh("n")
    names = f"let {a} = {left}; let {b} = {right}; let {made} = {a} {op} {b}"
    if op == "*":
        exact = f"{a} == 0 || int(sprig.div({made}, {a})) == {b}"
        fits = f"({a} == -1 ? {b} > {_LEAST} : {exact})"
    else:
        fits = f"({b} >= 0) == ({made} {'>=' if op == '+' else '<='} {a})"
    return Code(f"({names}; {fits} ? {made} : {_LARGE})")


def _with_number(lets: Lets, value: str, op: str, by: int) -> Code:
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
    return _limited(lets, Code(value), lambda n: f"{n} {op} {shown}", least, most)


def _limited(lets: Lets, code: Code, body: Callable[[str], str], least: int, most: int) -> Code:
    """Compute with an int that may not be below `least` nor above `most`."""

    def test(n: str) -> str:
        tests = [f"{n} >= {least}"] if least > MIN_INT else []
        tests += [f"{n} <= {most}"] if most < MAX_INT else []
        made = body(n)
        return f"{' && '.join(tests)} ? {made} : {_LARGE}" if tests else made

    return lets.bound("n", code, test)


def _floored(lets: Lets, node: Binary, left: str, right: str) -> Code:
    if node.type.kind == "float":
        raise UnsupportedError(f"compute `{node.op}` of floats", node.span)
    a, b, rest = lets.fresh("of"), lets.fresh("by"), lets.fresh("rest")
    by = node.right.value if isinstance(node.right, Constant) else None
    down = f"{rest} != 0 && ({rest} < 0) != ({b} < 0)"
    result = f"{down} ? {rest} + {b} : {rest}"
    if node.op == "//":
        whole = f"int(sprig.div({a}, {b}))"
        result = f"{whole} - ({down} ? 1 : 0)"
        if by is None or by == -1:
            result = f"{b} == -1 && {a} == {_LEAST} ? {_LARGE} : {result}"
    names = f"let {a} = {left}; let {b} = {right}; let {rest} = {a} % {b}"
    return Code(f"({names}; {result})")
