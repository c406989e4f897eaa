"""Checked expressions as text again, in one form: spans and spaces do not matter, meaning does."""

from pipec.compiler.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Field,
    Index,
    Input,
    Item,
    Join,
    ListOf,
    Name,
    Node,
    Output,
    Param,
    Run,
    State,
    Unary,
)
from pipec.compiler.values import to_json

_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_LEVELS = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM}


def value_text(node: Node) -> str:
    """Write a value as in a spec: text as it is, what is not text inside `${{ }}`."""
    if isinstance(node, Join):
        return "".join(map(value_text, node.parts))
    if isinstance(node, Constant) and isinstance(node.value, str):
        return node.value.replace("${{", "$${{")
    return f"${{{{ {expression_text(node)} }}}}"


def expression_text(node: Node) -> str:
    """Write an expression with as few parentheses as its meaning allows."""
    return _write(node)[0]


def _write(node: Node) -> tuple[str, int]:
    """Give the text of a node and how tightly its outermost operator binds."""
    match node:
        case Constant(value=value):
            text = to_json(value)
            return text, _SIGN if text.startswith("-") else _ATOM
        case Name(parts=parts):
            return ".".join(parts), _ATOM
        case Param(name=name):
            return f"params.{name}", _ATOM
        case Item(key=key):
            return f"item.{key}" if key else "item", _ATOM
        case Output(step=step, name=name):
            return f"steps.{step}.outputs.{name}", _ATOM
        case State(step=owner):
            return f"steps.{owner}.state" if owner else "run.state", _ATOM
        case Run(field=field):
            return "pipeline.name" if field == "pipeline" else f"run.{field}", _ATOM
        case Input(name=name):
            return f"inputs.{name}", _ATOM
        case _:
            return _operation(node)


def _operation(node: Node) -> tuple[str, int]:
    match node:
        case ListOf(items=items):
            return f"[{', '.join(map(expression_text, items))}]", _ATOM
        case Call(function=function, args=args):
            return f"{function}({', '.join(map(expression_text, args))})", _ATOM
        case Index(value=value, index=index):
            return f"{_within(value, _ATOM)}[{expression_text(index)}]", _ATOM
        case Field(value=value, name=name):
            return f"{_within(value, _ATOM)}.{name}", _ATOM
        case Unary(op="not", value=value):
            return f"not {_within(value, _NOT)}", _NOT
        case Unary(value=value):
            return f"-{_within(value, _SIGN)}", _SIGN
        case Binary(op=op, left=left, right=right):
            level = _LEVELS.get(op, _PRODUCT)
            return f"{_within(left, level)} {op} {_within(right, level + 1)}", level
        case Compare(ops=ops, values=values):
            first, *rest = [_within(one, _COMPARE + 1) for one in values]
            pairs = (f" {op} {one}" for op, one in zip(ops, rest, strict=True))
            return first + "".join(pairs), _COMPARE
        case Choice(test=test, yes=yes, no=no):
            said = f"{_within(yes, _OR)} if {_within(test, _OR)} else {_within(no, _CHOICE)}"
            return said, _CHOICE
        case Join():
            return to_json(value_text(node)), _ATOM
        case _:
            raise AssertionError(f"no text for {type(node).__name__}")


def _within(node: Node, level: int) -> str:
    text, own = _write(node)
    return text if own >= level else f"({text})"
