"""The names that a tag gives to parts of its expression."""

from collections.abc import Callable

from pipec.backends.argo.expressions.code import Code


class Lets:
    """The names of one tag: `defined` are those that stand before its expression."""

    def __init__(self) -> None:
        self.defined: dict[str, str] = {}
        self._made = 0

    def define(self, hint: str, text: str) -> str:
        """Name a part of the tag before it. A name with `_` is none of expr-lang's own."""
        name = hint if "_" in hint else f"{hint}_"
        while self.defined.get(name, text) != text:
            name += "_"
        self.defined[name] = text
        return name

    def fresh(self, hint: str) -> str:
        """Give a new name: nothing may be named twice, also not further in."""
        self._made += 1
        return f"{hint}_{self._made}"

    def bound(self, hint: str, value: Code, body: Callable[[str], str]) -> Code:
        """Name a value where it stands, to use it more than once."""
        name = self.fresh(hint)
        return Code(f"(let {name} = {value.text}; {body(name)})")
