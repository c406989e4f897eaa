"""Comparisons that Argo would make in another way: an int with a float, a member of a whole."""

import math

from pipec.backends.argo.expressions.code import COMPARISON, LIMIT, SUM, UNARY, Code
from pipec.backends.argo.expressions.lets import Lets
from pipec.compiler.types import Type

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_BEYOND = "9223372036854775808.0"  # 2**63


def compare_with_float(lets: Lets, number: str, op: str, value: Code) -> Code:
    """Compare an int with a float exactly, as ints: Argo would round the int to a float."""

    def exact(f: str) -> str:
        if op in ("==", "!="):
            same = f"{f} == floor({f}) && abs({f}) < {LIMIT} && {number} == int({f})"
            return same if op == "==" else f"!({same})"
        whole = "ceil" if op in ("<", ">=") else "floor"
        up, down = ("true", "false") if op in ("<", "<=") else ("false", "true")
        inside = f"{number} {op} int({whole}({f}))"
        return f"{f} >= {_BEYOND} ? {up} : {f} < -{_BEYOND} ? {down} : {inside}"

    return lets.bound("f", value, exact)


def compare_with_known(number: str, op: str, value: float) -> Code:
    """Compare an int with a float that is known already."""
    if op in ("==", "!=") and not value.is_integer():
        return Code("true" if op == "!=" else "false")
    if abs(value) >= 2.0**63:
        above = (value > 0) == (op in ("<", "<="))
        return Code("true" if (op == "!=" if op in ("==", "!=") else above) else "false")
    whole = math.ceil(value) if op in ("<", ">=") else math.floor(value)
    return Code(f"{number} {op} {whole}", COMPARISON)


def contains(type: Type, item: Code, box: Code, negated: bool) -> Code:
    """Say whether something is in a text, a list or a map of a type."""
    if type.kind == "string":
        text = f"{box.at(SUM)} contains {item.at(SUM)}"
    else:
        text = f"{item.at(SUM)} in {box.at(SUM)}"
    return Code(f"!({text})", UNARY) if negated else Code(text, COMPARISON)
