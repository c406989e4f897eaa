"""Walks an expression and gives its value, or its text, as an expression of Argo."""

from collections.abc import Callable, Mapping
from typing import Any

from pipec.backends.argo.expressions.arithmetic import compute, negate, widen
from pipec.backends.argo.expressions.code import (
    AND,
    ATOM,
    CHOICE,
    COMPARISON,
    OR,
    PRODUCT,
    SUM,
    UNARY,
    Code,
    UnsupportedError,
    constant,
    literal,
)
from pipec.backends.argo.expressions.comparisons import (
    MIRRORED,
    compare_with_float,
    compare_with_known,
    contains,
)
from pipec.backends.argo.expressions.functions import FUNCTIONS
from pipec.backends.argo.expressions.items import item_of
from pipec.backends.argo.expressions.lets import Lets
from pipec.backends.argo.expressions.references import (
    REFERENCES,
    Reference,
    Scope,
    decoded,
    name_of,
    present,
    read,
)
from pipec.backends.argo.expressions.texts import text_of
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
    State,
    Unary,
)
from pipec.compiler.types import Type
from pipec.compiler.values import to_text

_SYMBOLS = {"and": ("&&", AND), "or": ("||", OR)}


class Lowering:
    """Lowers the expressions of one tag; `lets` are the names that it gives to parts of them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lets = Lets()

    def tag(self, code: Code) -> str:
        """Write a tag around an expression, after the names it uses."""
        return "{{=" + self.expression(code) + "}}"

    def expression(self, code: Code) -> str:
        """Write an expression after the names it uses."""
        defined = self.lets.defined.items()
        lets = "".join(f"let {name} = {text}; " for name, text in defined)
        for name, text in self.scope.definitions.items():
            if name in lets or name in code.text:
                lets = f"let {name} = {text}; {lets}"
        return lets + code.text

    def value(self, node: Node) -> Code:
        """Lower an expression to its value."""
        return _VALUES[type(node)](self, node)

    def number(self, node: Node, type: Type) -> Code:
        """Lower a number, as a float where the type is one."""
        return widen(self.value(node), node, type)

    def text(self, node: Node) -> Code:
        """Lower an expression to the text of its value."""
        if isinstance(node, Constant):
            return Code(literal(to_text(node.value)))
        if isinstance(node, REFERENCES) and not node.type.optional:
            raw = self.scope.raw(node)
            if raw.canonical:
                return decoded(self.lets, raw, name_of(node))
        return text_of(self.lets, self.value(node), node.type, node.span)

    def length(self, node: Node) -> Code:
        """Give the length of a string, a list or a map."""
        if node.type.is_artifact:
            raise UnsupportedError("count files", node.span)
        if isinstance(node, REFERENCES) and node.type.kind == "list" and not node.type.optional:
            raw = self.scope.raw(node)
            if not raw.value:
                return Code(f"len(fromJSON({decoded(self.lets, raw, name_of(node)).text}))")
        return Code(f"len({self.value(node).text})")

    def choice(self, node: Choice, lower: Callable[[Node], Code]) -> Code:
        """Lower a choice; `lower` says what becomes of its two values."""
        test = self.value(node.test).at(OR)
        yes, no = lower(node.yes), lower(node.no)
        return Code(f"{test} ? {yes.at(OR)} : {no.at(OR)}", CHOICE)

    def first(self, nodes: tuple[Node, ...], lower: Callable[[Node], Code]) -> Code:
        """Give the first value that is not null; `lower` says what becomes of each."""
        code = lower(nodes[-1])
        for one in reversed(nodes[:-1]):
            test = self._is_null(one, "!=").at(OR)
            code = Code(f"{test} ? {lower(present(one)).at(OR)} : {code.at(CHOICE)}", CHOICE)
        return code

    def _reference(self, node: Reference) -> Code:
        return read(self.lets, node.type, self.scope.raw(node), node)

    def _constant(self, node: Constant) -> Code:
        return constant(node.value, node.type)

    def _list(self, node: ListOf) -> Code:
        item = node.type.item or node.type
        return Code("[" + ", ".join(self.number(one, item).text for one in node.items) + "]")

    def _unary(self, node: Unary) -> Code:
        value = self.value(node.value)
        if node.op == "not":
            return Code(f"!{value.at(ATOM)}", UNARY)
        return negate(self.lets, node, value)

    def _binary(self, node: Binary) -> Code:
        left, right = self.value(node.left), self.value(node.right)
        if node.op in _SYMBOLS:
            symbol, level = _SYMBOLS[node.op]
            return Code(f"{left.at(level)} {symbol} {right.at(level)}", level)
        if node.type.kind == "string":
            return Code(f"{left.at(SUM)} + {right.at(SUM)}", SUM)
        if node.type.kind == "list":
            both = Code(f"concat({left.text}, {right.text})")
            return self.lets.bound("both", both, lambda n: f"len({n}) > 0 ? {n} : []")
        return compute(self.lets, node, left, right)

    def _compare(self, node: Compare) -> Code:
        pairs = zip(node.values, node.ops, node.values[1:], strict=False)
        parts = [self._pair(left, op, right) for left, op, right in pairs]
        if len(parts) == 1:
            return parts[0]
        return Code(" && ".join(part.at(COMPARISON) for part in parts), AND)

    def _pair(self, left: Node, op: str, right: Node) -> Code:
        if op in ("in", "not in"):
            item, box = self.value(left), self.value(right)
            return contains(right.type, item, box, op == "not in")
        for null, other in ((left, right), (right, left)):
            if isinstance(null, Constant) and null.value is None:
                return self._is_null(other, op)
        kinds = (left.type.kind, right.type.kind)
        if kinds == ("float", "int"):
            return self._mixed(right, MIRRORED[op], left)
        if kinds == ("int", "float"):
            return self._mixed(left, op, right)
        return Code(f"{self.value(left).at(SUM)} {op} {self.value(right).at(SUM)}", COMPARISON)

    def _mixed(self, left: Node, op: str, right: Node) -> Code:
        number = self.value(left).at(SUM)
        if isinstance(right, Constant):
            return compare_with_known(number, op, float(right.value))
        return compare_with_float(self.lets, number, op, self.value(right))

    def _is_null(self, node: Node, op: str) -> Code:
        if isinstance(node, REFERENCES):
            return Code(f"{self.scope.raw(node).code.at(SUM)} {op} ''", COMPARISON)
        return Code(f"{self.value(node).at(SUM)} {op} nil", COMPARISON)

    def _choice(self, node: Choice) -> Code:
        return self.choice(node, lambda one: self.number(one, node.type))

    def _index(self, node: Index) -> Code:
        return item_of(self.lets, node, self.value(node.value), self.value(node.index))

    def _call(self, node: Call) -> Code:
        match node.function:
            case "len":
                return self.length(node.args[0])
            case "str":
                return self.text(node.args[0])
            case "default":
                type = node.type.required()
                return self.first(node.args, lambda one: self.number(one, type))
        return FUNCTIONS[node.function](self.lets, node, [self.value(one) for one in node.args])

    def _join(self, node: Join) -> Code:
        return Code(" + ".join(self.text(part).at(PRODUCT) for part in node.parts), SUM)

    def _unknown(self, node: Any) -> Code:
        raise UnsupportedError("compute this", node.span)


_VALUES: Mapping[type, Callable[[Lowering, Any], Code]] = {
    Constant: Lowering._constant,
    Param: Lowering._reference,
    Item: Lowering._reference,
    Output: Lowering._reference,
    State: Lowering._reference,
    Run: Lowering._reference,
    Input: Lowering._reference,
    ListOf: Lowering._list,
    Unary: Lowering._unary,
    Binary: Lowering._binary,
    Compare: Lowering._compare,
    Choice: Lowering._choice,
    Index: Lowering._index,
    Call: Lowering._call,
    Join: Lowering._join,
}
