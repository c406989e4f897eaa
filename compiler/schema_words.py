"""How messages name things: the part that is wrong, what is asked there, what was found."""

from pipec.compiler.diagnostics import Diagnostic, Fix, Place
from pipec.compiler.records import dataclass
from pipec.compiler.schema_nodes import Node, removes, types
from pipec.compiler.source import Plain, Tree
from pipec.compiler.values import quoted

_ASKED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a tree beside its part of the schema. `named` says that its key is one of the
    language's own, not a name that the spec chose."""

    node: Node
    tree: Tree
    place: Place
    named: bool = False

    @property
    def label(self) -> str:
        """Name the value: `"retry"`, `item 2 of "needs"`."""
        *above, last = self.place.route or ("",)
        if isinstance(last, str):
            return quoted(last) if last else "the file"
        name = next((one for one in reversed(above) if isinstance(one, str)), "")
        return f"item {last + 1} of {quoted(name)}"

    @property
    def thing(self) -> str:
        """Name what kind of thing it is: `a step`, or `"retry"` where there is only one."""
        if self.named:
            return self.label
        title: str = self.node["title"]
        article = "an" if title[0] in "AEIOU" else "a"
        return f"{article} {title[0].lower()}{title[1:]}"

    def error(
        self, code: str, message: str, help: str | None = None, fix: Fix | None = None
    ) -> Diagnostic:
        """Make an error at the value."""
        return Diagnostic(code, message, self.place, help=help, fix=fix)

    def error_at_value(self, code: str, message: str, help: str | None = None) -> Diagnostic:
        """Make an error at the value itself, also of a map or a list."""
        return Diagnostic(code, message, self.place.whole(), help=help)

    def error_at_key(
        self, code: str, message: str, key: str, help: str | None = None, fix: Fix | None = None
    ) -> Diagnostic:
        """Make an error at a key of the map."""
        return Diagnostic(code, message, self.place.of_key(key), help=help, fix=fix)

    def error_at_own_key(self, code: str, message: str, help: str | None = None) -> Diagnostic:
        """Make an error at the key that the value stands under; of a whole file, at its start."""
        place = self.place
        if place.route and isinstance(place.route[-1], str):
            place = place.of_key()
        return Diagnostic(code, message, place, help=help)


def asked(node: Node) -> str:
    """Say what a position asks for: `a whole number or a map`."""
    admitted = types(node)
    if "string" in admitted:
        admitted = tuple(one for one in admitted if one not in ("number", "boolean"))
    return listed([_ASKED[one] for one in admitted if one != "null"], "or")


def found(tree: Tree) -> str:
    """Say what stands there: `a list`, `the text "3"` (in quotes), `yes` (as written)."""
    if isinstance(tree, dict):
        return "a map"
    if isinstance(tree, list):
        return "a list"
    return quoted(tree) if type(tree) is Plain else f"the text {quoted(tree)}"


def nothing(part: Part) -> Diagnostic:
    """Say that a value is missing after a key or a dash."""
    help = None
    if "string" in types(part.node):
        help = 'for an empty text, write ""'
    elif {"object", "array"} & set(types(part.node)):
        help = "indent what belongs to it deeper than the key"
    if removes(part.node):
        help = f"{help}; to remove it, write null" if help else "to remove it, write null"
    return part.error_at_own_key("no-value", f"{part.label} has no value", help)


def listed(words: list[str], last: str = "and") -> str:
    """Join words as in a sentence: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def quoted_list(words: list[str], last: str = "and") -> str:
    return listed([quoted(one) for one in words], last)
