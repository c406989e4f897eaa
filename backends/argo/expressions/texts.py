"""The text of a value that Argo computed, as the language writes it."""

from pipec.backends.argo.expressions.code import SUM, Code, UnsupportedError, fail
from pipec.backends.argo.expressions.lets import Lets
from pipec.compiler.expressions.nodes import Span
from pipec.compiler.types import Type


def text_of(lets: Lets, value: Code, type: Type, span: Span) -> Code:
    """Give the text of a value."""
    match type.kind:
        case "string" | "state":
            return value
        case "int" | "bool":
            return Code(f"string({value.text})")
        case "float":
            return lets.bound("f", value, lambda f: _of_float(lets, f))
        case "json":
            return lets.bound("j", value, _of_json)
        case "list" if type.item and type.item.kind in ("int", "bool", "float"):
            texts = texts_of(lets, value, type.item, span)
            return Code(f"'[' + join({texts.text}, ',') + ']'", SUM)
    raise UnsupportedError(f"make the text of a {type} that is computed", span)


def texts_of(lets: Lets, values: Code, item: Type, span: Span) -> Code:
    """Give the texts of the items of a list."""
    return Code(f"map({values.text}, {text_of(lets, Code('#'), item, span).text})")


def _of_float(lets: Lets, f: str) -> str:
    """Write Python's shortest form: with an exponent from 1e16 on and below 1e-4 alone."""
    t = lets.fresh("t")
    plain = f"(let {t} = toJSON({f}); {t} contains '.' ? {t} : {t} + '.0')"
    small = f"abs({f}) >= 0.0001 && abs({f}) < 1e16"
    return f"{f} == 0 ? '0.0' : {small} ? {plain} : string({f})"


def _of_json(j: str) -> str:
    no = fail("Argo cannot write this json as text")
    rest = f"type({j}) == 'float' ? ({j} == 0 ? '0' : toJSON({j})) : {no}"
    return f"type({j}) in ['string', 'bool'] ? string({j}) : {rest}"
