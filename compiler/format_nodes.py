"""A text as its author laid it out: values with their comments, line breaks and raw scalars."""

from pipec.compiler.format_comments import Comments
from pipec.compiler.records import dataclass, field


@dataclass(slots=True, eq=False)
class Node:
    """A value. `raw` is a scalar or alias as written; `flow` says that braces or brackets are.

    Comments: `lead` at the end of its key's line, `above` in lines between that and a scalar or a
    bracket, `opening` after its bracket, `after` below its last entry, `trail` at its end.
    `indent` is the column that a block scalar is held against. `broken` says that the closing
    bracket stands in a line of its own, `comma` that a comma is before that, `below` that the value
    starts in a line below its key.
    """

    kind: str  # map, list, scalar, alias
    flow: bool = False
    column: int = 0
    anchor: str = ""
    style: str = ""
    raw: str = ""
    value: str = ""
    indent: int = 0
    below: bool = False
    broken: bool = False
    comma: bool = False
    entries: list["Entry"] = field(default_factory=list)
    lead: Comments = ()
    above: Comments = ()
    trail: Comments = ()
    opening: Comments = ()
    after: Comments = ()


@dataclass(slots=True, eq=False)
class Entry:
    """An item of a list (without `key`) or a pair of a map, with the comments above it."""

    key: Node | None
    value: Node
    before: Comments = ()
    blank: bool = False
    newline: bool = False


@dataclass(slots=True)
class Document:
    """A whole text. `prologue` are the lines up to and with `---`, where there is one.

    `above` and `below` are comments around a root in braces. `anchors` says that there are some.
    """

    root: Node
    prologue: list[str]
    above: Comments
    below: Comments
    anchors: bool
