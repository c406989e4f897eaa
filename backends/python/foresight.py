"""What is known of an expression before it is evaluated: may it fail, may its value grow."""

from pipec.compiler.expressions import nodes
from pipec.compiler.expressions.nodes import Node, children


def may_grow(node: Node) -> bool:
    """Say whether a value may be longer than any that it is made of."""
    if isinstance(node, nodes.Constant) or node.type.is_artifact:
        return False
    if node.type.kind in ("int", "float", "bool", "state"):
        return False
    if isinstance(node, nodes.Choice | nodes.Index):
        return any(map(may_grow, children(node)))
    if isinstance(node, nodes.Call) and node.function in ("default", "min", "max"):
        return any(map(may_grow, node.args))
    return bool(children(node))


def may_fail(node: Node, as_text: bool = False) -> bool:
    """Say whether an expression may have no value, or no text, for some values of its names."""
    if as_text and node.type.kind == "json":
        return True
    match node:
        case nodes.Index():
            return True
        case nodes.Unary(op="-"):
            return True
        case nodes.Binary(op=op) if op not in ("and", "or"):
            if node.type.kind not in ("string", "list"):
                return True
        case nodes.Call(function=function, args=args):
            if function == "default":
                return any(may_fail(one) for one in args)
            if function in ("int", "float", "bool", "round", "min", "max"):
                return True
            return any(may_fail(one, function == "str") for one in args)
        case nodes.Join(parts=parts):
            return any(may_fail(one, as_text=True) for one in parts)
    return any(may_fail(one) for one in children(node))
