"""Checked expressions in the words of the language, for messages of a running pipeline."""

from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.values import to_json

_LEVELS = {"or": 2, "and": 3, "+": 6, "-": 6, "*": 7, "/": 7, "//": 7, "%": 7}


def words(node: Node) -> str:
    """Write an expression as a person would have written it in a spec."""
    return _write(node)[0]


def _write(node: Node) -> tuple[str, int]:
    """Give the text and how strongly its outermost operator binds."""
    match node:
        case nodes.Binary(op=op, left=left, right=right):
            level = _LEVELS[op]
            return f"{_inside(left, level)} {op} {_inside(right, level + 1)}", level
        case nodes.Compare(ops=ops, values=values):
            found = _inside(values[0], 6)
            for between, one in zip(ops, values[1:], strict=True):
                found += f" {between} {_inside(one, 6)}"
            return found, 5
        case nodes.Unary(op="not", value=value):
            return f"not {_inside(value, 4)}", 4
        case nodes.Unary(value=value):
            return f"-{_inside(value, 8)}", 8
        case nodes.Choice(test=test, yes=yes, no=no):
            return f"{_inside(yes, 2)} if {_inside(test, 2)} else {_inside(no, 1)}", 1
        case nodes.Index(value=value, index=index):
            return f"{_inside(value, 9)}[{words(index)}]", 9
        case nodes.Call(function=function, args=args):
            return f"{function}({', '.join(words(one) for one in args)})", 9
        case nodes.ListOf(items=items):
            return f"[{', '.join(words(one) for one in items)}]", 9
        case nodes.Join(parts=parts):
            return " + ".join(_inside(one, 7) for one in parts), 6
    return _name(node), 9


def _inside(node: Node, level: int) -> str:
    found, binds = _write(node)
    return found if binds >= level else f"({found})"


def _name(node: Node) -> str:
    match node:
        case nodes.Constant(value=value):
            return f"'{value}'" if isinstance(value, str) and "'" not in value else to_json(value)
        case nodes.Param(name=name):
            return f"params.{name}"
        case nodes.Item(key=key):
            return f"item.{key}" if key else "item"
        case nodes.Output(step=step, name=name):
            return f"steps.{step}.outputs.{name}"
        case nodes.State(step=step):
            return f"steps.{step}.state" if step else "run.state"
        case nodes.Run(field=field):
            return "pipeline.name" if field == "pipeline" else f"run.{field}"
        case nodes.Input(name=name):
            return f"inputs.{name}"
    raise TypeError(node)
