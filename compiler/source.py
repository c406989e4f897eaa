"""Read a YAML file once into plain dicts, lists and text, and find places in it when reporting.

Nothing here raises: what is wrong with a file is in `Source.problems`. A place whose route is empty
and that has a span counts in characters of the whole text; the reader uses it where no route leads.
"""

from typing import TYPE_CHECKING, Any

from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.records import dataclass, field

if TYPE_CHECKING:
    from pipec.compiler.source_marks import Marks

_SLIPS = 10  # how many slips a text is read past, each time from its start
_LONGEST = 262_144  # characters of a text that is read several times

Tree = Any  # dict[str, Tree] | list[Tree] | str


class Plain(str):
    """A scalar written without quotes, the only kind that may be read as another type."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a file. Lines and columns count characters from 1; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(slots=True)
class Source:
    """A file as read: its text with `\\n` line ends and without a leading byte order mark.

    `tree` is None when the text is no map or could not be read to its end; what is wrong with
    parts of it alone is left out. An aliased value stands in it several times as one object.
    `guessed` says that the text could not be read as it stands: the tree and the marks are those
    of one as long, in which values that spoil it are in quotes.
    """

    path: str
    text: str = ""
    tree: dict[str, Tree] | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    guessed: bool = False
    _marks: "Marks | None" = field(default=None, repr=False, compare=False)

    @property
    def marks(self) -> "Marks":
        """Give the places in the file, by a second reading that is made once."""
        if self._marks is None:
            from pipec.compiler.source_marks import Marks

            self._marks = Marks(self.text)
        return self._marks

    def line(self, number: int) -> str:
        """Give a line by its number from 1, without its end; empty where there is none."""
        return self.marks.line(number)


def read(path: str, data: bytes | None = None) -> Source:
    """Read a file, or the bytes given in its place."""
    from pipec.compiler.source_bytes import decode, load
    from pipec.compiler.source_tree import TreeReader

    source = Source(path)
    if data is None:
        data = load(path, source.problems)
    if data is not None:
        source.text = decode(path, data, source.problems)
        if not source.problems:
            source.tree = TreeReader(path, source.text, source.problems).read()
            if source.problems:
                from pipec.compiler.source_fixes import with_fix

                source.problems = [with_fix(one, source.text) for one in source.problems]
                if source.tree is None and len(source.text) <= _LONGEST:
                    _read_on(source)
    return source


def _read_on(source: Source) -> None:
    """Read a text to its end past slips whose repair is certain, to find what else is wrong."""
    from pipec.compiler.source_fixes import stand_in, with_fix
    from pipec.compiler.source_marks import Marks
    from pipec.compiler.source_tree import TreeReader

    text, slips, found = source.text, list[Diagnostic](), source.problems
    for _ in range(_SLIPS):
        filled = stand_in(text, found[-1]) if found else None
        if filled is None:
            return
        text, slips = filled, [*slips, found[-1]]
        problems: list[Diagnostic] = []
        tree = TreeReader(source.path, text, problems).read()
        found = [with_fix(one, text) for one in problems]
        source.problems = [*slips, *found]
        if tree is not None:
            source.tree, source.guessed = tree, True
            source._marks = Marks(source.text, text)
            return


def locate(source: Source, place: Place) -> Region:
    """Find a place in a file; where its route leads nowhere, the nearest thing around it."""
    return Region(*source.marks.region(place))
