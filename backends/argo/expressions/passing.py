"""An expression as text that is passed on: to the entry script, or to another template."""

from functools import partial

from pipec.backends.argo.expressions.code import CHOICE, COMPARISON, Code, encode, literal
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.expressions.references import (
    PLAIN_KINDS,
    REFERENCES,
    Reference,
    Scope,
)
from pipec.backends.argo.text import passed
from pipec.compiler.expressions.nodes import Call, Choice, Constant, Node, Run
from pipec.compiler.values import to_text


def pass_on(lowering: Lowering, node: Node) -> Code:
    """Lower an expression to its text, encoded to be passed on; the empty text is null.

    The text need not be canonical where it is no string: the entry script makes it so.
    """
    if isinstance(node, Constant):
        return Code("''" if node.value is None else literal(passed(to_text(node.value))))
    if isinstance(node, REFERENCES):
        return _reference(lowering.scope, node)
    if isinstance(node, Choice):
        return lowering.choice(node, partial(pass_on, lowering))
    if isinstance(node, Call) and node.function == "default":
        return lowering.first(node.args, partial(pass_on, lowering))
    code = lowering.value(node)
    if node.type.kind in PLAIN_KINDS:
        return code
    return encode(code.text if node.type.kind == "string" else f"toJson({code.text})")


def _reference(scope: Scope, node: Reference) -> Code:
    raw = scope.raw(node)
    if raw.encoded or node.type.kind in PLAIN_KINDS or isinstance(node, Run):
        return raw.code
    made = encode(raw.code.text)
    if node.type.optional:
        return Code(f"{raw.code.at(COMPARISON)} == '' ? '' : {made.text}", CHOICE)
    return made
