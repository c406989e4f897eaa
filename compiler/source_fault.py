"""Where YAML stopped to make sense, seen as text: the line, what is before, what is after."""

import re
from contextlib import suppress
from functools import cached_property

from yaml.events import ScalarEvent

from pipec.compiler.records import dataclass
from pipec.compiler.source_events import ERRORS, parse


@dataclass(frozen=True)
class Fault:
    """What the parser stopped at. `at` is where, `since` where the thing it was in began."""

    text: str
    context: str
    problem: str
    at: int
    since: int

    @cached_property
    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self.at) + 1

    @cached_property
    def before(self) -> str:
        """The line up to the place."""
        return self.text[self.line_start : self.at]

    @cached_property
    def near(self) -> str:
        """The last characters of the line up to the place and with it; the line may be long."""
        return self.before[-200:] + (self.char or " ")

    @cached_property
    def after(self) -> str:
        """The line from the place on."""
        return self.line_from(self.at)

    @property
    def char(self) -> str:
        return self.text[self.at : self.at + 1]

    @property
    def at_end(self) -> bool:
        return not self.text[self.at :].strip()

    @property
    def is_first(self) -> bool:
        """Say whether nothing but indentation is before the place in its line."""
        return not self.before.strip()

    @cached_property
    def above(self) -> tuple[int, str]:
        """The last line above that is neither blank nor comment: its offset and text."""
        end = self.line_start - 1
        while end > 0:
            start = self.text.rfind("\n", 0, end) + 1
            line = self.text[start:end]
            if line.strip() and not line.lstrip().startswith("#"):
                return start, line
            end = start - 1
        return 0, ""

    def line_from(self, offset: int) -> str:
        end = self.text.find("\n", offset)
        return self.text[offset:] if end < 0 else self.text[offset:end]

    def opened(self) -> int:
        """Find the bracket that nothing closes, looking back from the end."""
        closed = 0
        for at in range(len(self.text) - 1, -1, -1):
            if self.text[at] in "]}":
                closed += 1
            elif self.text[at] in "[{":
                if not closed:
                    return at
                closed -= 1
        return self.at


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def quoted_line(text: str, at: int) -> str:
    """Say to quote the value in the line of an offset; show how where it is short and simple."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start : start + 200].partition("\n")[0]
    found = re.match(r"\s*(?:- +)*([\w.-]+): +(\S.{0,58}\S|\S)\s*$", line)
    if not found or found[2].startswith(("[", "{", '"', "'")) or "\\" in found[2]:
        return "put the whole value in quotes"
    name, value = found.groups()
    quoted = f'"{value}"'
    if '"' in value:
        quoted = "'" + value.replace("'", "''") + "'"
    return f"put the whole value in quotes: {name}: {quoted}"


def last_quote(text: str) -> int:
    """Find where the last text in quotes opens that could be read before the reading stopped."""
    start = len(text)
    with suppress(*ERRORS):
        parser = parse(text)
        while (event := parser.get_event()) is not None:
            if isinstance(event, ScalarEvent) and event.style in ("'", '"') and event.start_mark:
                start = event.start_mark.index
    return start
