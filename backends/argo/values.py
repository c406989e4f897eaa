"""Values of a step as text of its manifest: a constant, a simple tag, or an expression."""

import re

from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.expressions.passing import pass_on
from pipec.backends.argo.expressions.references import REFERENCES, Reference, Scope
from pipec.backends.argo.text import encoded, is_safe
from pipec.compiler.expressions.nodes import Constant, Join, Node, Param, Run
from pipec.compiler.records import dataclass
from pipec.compiler.values import to_text

_PREFIX = re.compile(r"[-A-Za-z0-9_=./:]*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`raw` says that the entry script decodes the text, `kind` what it makes canonical of it.

    A kind is a type, or a type, `:` and the text that stands before the value.
    """

    text: str
    raw: bool
    kind: str | None = None


def render(node: Node, scope: Scope, variables: frozenset[str] = frozenset()) -> Rendered:
    """Write a value for `env`, argv or an input. Raises UnsupportedError."""
    if isinstance(node, Constant):
        text = "" if node.value is None else to_text(node.value)
        if is_safe(text, variables):
            return Rendered(text, False)
        return Rendered(encoded(text), True)
    if isinstance(node, REFERENCES):
        tag = _tag(node, scope)
        if tag:
            return tag
    if isinstance(node, Join):
        plain = _plain_text(node, scope)
        if plain is not None:
            return plain
    lowering = Lowering(scope)
    code = pass_on(lowering, node)
    return Rendered(lowering.tag(code), True, _kind(node))


def _kind(node: Node) -> str | None:
    kind = str(node.type.required())
    return None if kind in ("string", "state") else kind


def _tag(node: Reference, scope: Scope) -> Rendered | None:
    raw = scope.raw(node)
    if raw.constant is not None and is_safe(raw.constant):
        return Rendered(raw.constant, False)
    if raw.tag is None or (isinstance(node, Run) and node.field == "day"):
        return None
    kind = node.type.kind
    if isinstance(node, Param) and kind not in ("int", "float", "bool"):
        return None  # typed by a person: only an expression encodes it
    exact = raw.canonical and not raw.encoded and not node.type.optional
    return Rendered("{{" + raw.tag + "}}", not exact, None if exact else _kind(node))


def _plain_text(node: Join, scope: Scope) -> Rendered | None:
    """Give text with simple tags inside, where nothing in it can be harmful.

    A float that a person typed may stand at its end: the entry script makes it canonical.
    """
    text, kind = "", None
    for part in node.parts:
        if kind:
            return None
        if isinstance(part, Constant):
            constant = to_text(part.value)
            if not is_safe(constant) or any(char in "${}" for char in constant):
                return None
            text += constant
        elif isinstance(part, REFERENCES):
            tag = _tag(part, scope)
            if tag is None or (tag.raw and (tag.kind != "float" or not _PREFIX.fullmatch(text))):
                return None
            kind = f"float:{text}" if tag.raw else None
            text += tag.text
        else:
            return None
    return None if text.startswith("base64:") else Rendered(text, kind is not None, kind)
