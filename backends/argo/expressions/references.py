"""What the names of an expression stand for: text as Argo holds it, and the value it is read as."""

from collections.abc import Mapping
from typing import Protocol

from pipec.backends.argo.expressions.code import (
    CHOICE,
    COMPARISON,
    OR,
    SUM,
    Code,
    UnsupportedError,
    decode,
)
from pipec.backends.argo.expressions.lets import Lets
from pipec.compiler.expressions.nodes import Input, Item, Node, Output, Param, Run, State
from pipec.compiler.records import dataclass, replace
from pipec.compiler.types import Type

Reference = Param | Item | Output | State | Run | Input
REFERENCES = (Param, Item, Output, State, Run, Input)
PLAIN_KINDS = ("int", "float", "bool", "state")  # their text is safe as it stands


@dataclass(frozen=True, slots=True)
class Raw:
    """The text of a value as Argo holds it.

    `encoded` says that it may be `base64:…`; `canonical` that it is the text the language gives
    the value. The empty text is null where the type is optional. `tag` is the name that a simple
    `{{tag}}` reads it by, `value` how to get the value without a detour by the text, `constant`
    a text that is known already.
    """

    code: Code
    encoded: bool = False
    canonical: bool = True
    tag: str | None = None
    value: Code | None = None
    constant: str | None = None


class Scope(Protocol):
    """Where a name's text is found, at one place of a manifest."""

    definitions: Mapping[str, str]

    def raw(self, node: Reference) -> Raw: ...


def name_of(node: Reference) -> str:
    """Give a name for what a reference reads, to be used in an expression."""
    match node:
        case Param(name=name):
            return f"params_{name}"
        case Item(key=key):
            return f"item_{key}".replace("-", "_") if key else "item_"
        case Output(step=step, name=name):
            return f"{step}_{name}".replace("-", "_")
        case State(step=step):
            return f"{step or 'run'}_state"
        case Run(field=field):
            return f"run_{field}"
        case Input(name=name):
            return f"inputs_{name}"


def present(node: Node) -> Node:
    """Give a reference whose value is known not to be null."""
    if isinstance(node, REFERENCES) and node.type.optional:
        return replace(node, type=node.type.required())
    return node


def decoded(lets: Lets, raw: Raw, hint: str) -> Code:
    """Give the text itself of a text that may be encoded."""
    if not raw.encoded:
        return raw.code
    return Code(f"({decode(lets.define(hint, raw.code.text))})")


def split_list(text: str) -> str:
    """Split the text of a JSON list of numbers or bools into the texts of its items.

    They may have blanks around them, and an empty list has one empty part.
    """
    return f"split(trim({text}, '[] \\n\\t\\r'), ',')"


def read(lets: Lets, type: Type, raw: Raw, node: Reference) -> Code:
    """Turn the text of a reference into its value."""
    if raw.value:
        return raw.value
    if type.optional:
        inner = read(lets, type.required(), raw, node)
        return Code(f"{raw.code.at(COMPARISON)} == '' ? nil : {inner.at(OR)}", CHOICE)
    match type.kind:
        case "int" | "float":
            return Code(f"{type.kind}({raw.code.text})")
        case "bool":
            return Code(f"{raw.code.at(SUM)} == 'true'", COMPARISON)
        case "string" | "state":
            return decoded(lets, raw, name_of(node))
    if type.item and _holds_ints(type.item) and type.item.kind != "int":
        raise UnsupportedError(
            f"read a {type}, since ints in lists or maps of such are not exact there", node.span
        )
    text = decoded(lets, raw, name_of(node)).text
    if type.kind == "list" and type.item and type.item.kind == "int":
        number = "trim(#) == 'null' ? nil : int(trim(#))" if type.item.optional else "int(trim(#))"
        return Code(f"map(filter({split_list(text)}, trim(#) != ''), {number})")
    return Code(f"fromJSON({text})")


def _holds_ints(type: Type) -> bool:
    return type.kind == "int" or bool(type.item and _holds_ints(type.item))
