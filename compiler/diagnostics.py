"""Diagnostics as data: what is wrong, where by route, and what to do. Rendered in one place.

A route is the keys and indexes from the top of a file to a value. It is turned into lines and
columns only when a diagnostic is shown.
"""

from typing import Literal

from pipec.compiler.records import dataclass, field

Route = tuple[str | int, ...]
Severity = Literal["error", "warning"]


WHOLE = (-1, -1)  # the span of a value itself where else its key would be shown


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.

    `key` points at the key that ends the route instead of its value. `span` narrows it to
    characters of the scalar there, counted in its decoded text; with an empty route, to
    characters of the whole file.
    """

    path: str
    route: Route = ()
    key: bool = False
    span: tuple[int, int] | None = None

    def at(self, *more: str | int) -> "Place":
        """Give the place of something below this one."""
        return Place(self.path, (*self.route, *more))

    def of_key(self, *more: str | int) -> "Place":
        """Give the place of a key below this one, or of this one's own key."""
        return Place(self.path, (*self.route, *more), key=True)

    def whole(self) -> "Place":
        """Give the place of the value itself, also where it is a map or a list.

        Without this their key is shown, as it is what says which one is meant.
        """
        return Place(self.path, self.route, span=WHOLE)

    def part(self, start: int, end: int) -> "Place":
        """Give a part of the scalar at this place, in characters of its decoded text."""
        return Place(self.path, self.route, span=(start, end))


@dataclass(frozen=True, slots=True)
class Note:
    """A second thing to know, with the place it is about where there is one."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is certain: `new` for the characters `old` of the file.

    They stand at the place of the diagnostic, or at `place`. With `whole`, `new` is YAML for the
    whole scalar there, with its quotes; else text that keeps to the quotes around it. Where
    something other than `old` stands there, nothing is repaired.
    """

    old: str
    new: str
    whole: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` names its page; `message` is lower case, without a full stop."""

    code: str
    message: str
    place: Place
    severity: Severity = "error"
    help: str | None = None
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None


@dataclass(slots=True)
class Findings:
    """The diagnostics of one compilation, in the order found."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        place: Place,
        help: str | None = None,
        notes: tuple[Note, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        self.found.append(Diagnostic(code, message, place, "error", help, notes, fix))

    def warning(
        self,
        code: str,
        message: str,
        place: Place,
        help: str | None = None,
        notes: tuple[Note, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        self.found.append(Diagnostic(code, message, place, "warning", help, notes, fix))

    @property
    def failed(self) -> bool:
        """Say whether an error is among them."""
        return any(one.severity == "error" for one in self.found)
