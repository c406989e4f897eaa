"""What checks of several specs found: gathered, made strict, printed, and what it comes to."""

import os
from typing import TYPE_CHECKING, TextIO

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipec.compiler.compilation import Checked
    from pipec.compiler.source import Source


@dataclass(slots=True)
class Verdict:
    """The diagnostics of a command, each once. With `strict`, warnings are errors."""

    strict: bool = False
    found: dict[Diagnostic, None] = field(default_factory=dict)
    sources: "dict[str, Source]" = field(default_factory=dict)

    def add(self, checked: "Checked", more: "Iterable[Diagnostic]" = ()) -> None:
        """Add what was found in a spec, and more that a target said of it."""
        self.sources.update(checked.sources)
        for one in (*checked.diagnostics, *more):
            self.found[replace(one, severity="error") if self.strict else one] = None

    @property
    def errors(self) -> int:
        return sum(one.severity == "error" for one in self.found)

    def print(self, stream: TextIO, color: str, format: str = "text") -> None:
        """Print them; in colour `always`, `never` or (`auto`) on a terminal."""
        if not self.found and format == "text":
            return
        from pipec.compiler.report import render

        stream.write(render(self.found, self.sources, format, in_colour(color, stream)))


def in_colour(when: str, stream: TextIO) -> bool:
    """Say whether to print in colour: `always`, `never`, or `auto` for people at a terminal."""
    if when != "auto":
        return when == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and not os.environ.get("CI")
