"""One item of a list, a map or a json."""

from pipec.backends.argo.expressions.code import ATOM, EXACT, Code, fail
from pipec.backends.argo.expressions.lets import Lets
from pipec.compiler.expressions.nodes import Index


def item_of(lets: Lets, node: Index, box: Code, index: Code) -> Code:
    """Give `box[index]`, and fail where there is no such item."""
    if node.index.type.kind == "int":
        return _by_position(lets, node, box, index)
    of, key = lets.fresh("of"), lets.fresh("key")
    item = f"type({of}) == 'map' && {key} in {of} ? {of}[{key}] : {fail('no such key')}"
    found = Code(f"(let {of} = {box.text}; let {key} = {index.text}; {item})")
    if node.type.kind == "int" and node.value.type.kind == "map":
        large = fail("an int in a map is too large for Argo")
        return lets.bound("n", found, lambda n: f"abs({n}) < {EXACT} ? int({n}) : {large}")
    return found


def _by_position(lets: Lets, node: Index, box: Code, index: Code) -> Code:
    if box.text.startswith("map(filter("):  # expr-lang 1.17 takes a wrong [-1] of it
        return lets.bound("list", box, lambda n: f"{n}[{index.text}]")
    if node.value.type.kind != "json":
        return Code(f"{box.at(ATOM)}[{index.text}]")
    no = fail("this is no list")
    return lets.bound("of", box, lambda of: f"type({of}) == 'array' ? {of}[{index.text}] : {no}")
