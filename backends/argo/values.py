"""Values of a step as text of its manifest: a constant, a simple tag, or an expression."""

from pipec.backends.argo.expressions import REFERENCES, Lowering, Reference, Scope
from pipec.backends.argo.text import encoded, is_safe
from pipec.compiler.expressions.nodes import Constant, Join, Node, Param, Run
from pipec.compiler.records import dataclass
from pipec.compiler.values import to_text

_PLAIN_KINDS = ("int", "bool", "state")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`raw` says that the entry script has to decode it, or make it canonical."""

    text: str
    raw: bool
    constant: bool = False


def render(node: Node, scope: Scope, variables: frozenset[str] = frozenset()) -> Rendered:
    """Write a value for `env`, argv or an input. Raises UnsupportedError."""
    if isinstance(node, Constant):
        text = "" if node.value is None else to_text(node.value)
        if is_safe(text, variables):
            return Rendered(text, False, True)
        return Rendered(encoded(text), True)
    if isinstance(node, REFERENCES):
        tag = _tag(node, scope)
        if tag:
            return tag
    if isinstance(node, Join):
        plain = _plain_text(node, scope)
        if plain is not None:
            return Rendered(plain, False)
    lowering = Lowering(scope)
    code = lowering.encoded(node)
    return Rendered(lowering.tag(code), True)


def _tag(node: Reference, scope: Scope) -> Rendered | None:
    raw = scope.raw(node)
    if raw.tag is None or (isinstance(node, Run) and node.field == "day"):
        return None
    kind = node.type.kind
    if isinstance(node, Param) and kind not in ("int", "float", "bool"):
        return None  # typed by a person: only an expression encodes it
    exact = raw.canonical and not raw.encoded and not node.type.optional
    return Rendered("{{" + raw.tag + "}}", not exact)


def _plain_text(node: Join, scope: Scope) -> str | None:
    """Give text with simple tags inside, where nothing in it can be harmful."""
    parts = []
    for part in node.parts:
        if isinstance(part, Constant):
            text = to_text(part.value)
            if not is_safe(text) or any(char in "${}" for char in text):
                return None
            parts.append(text)
        elif isinstance(part, REFERENCES):
            tag = _tag(part, scope)
            if tag is None or tag.raw:
                return None
            parts.append(tag.text)
        else:
            return None
    text = "".join(parts)
    return None if text.startswith("base64:") else text
