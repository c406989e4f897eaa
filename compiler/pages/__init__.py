"""The page of every diagnostic: a title, why it is said, a wrong and a right example.

The page of a rule is its docstring, that of any other code is `CODE.md` in this folder, in the same
form. Words after the language of a block say how the example is checked: `target=airflow@2.11`,
`env=prod`, `path=NAME` (where the spec stands), `file=NAME` (not the spec, a file beside it),
`unreadable`, `escape` (`\\xNN` stands for a byte), `fill=N` (`…` stands for so many characters) and
`repeat=N` (a line `…` stands for so many times the line above). A last line that begins with "See
also" names other codes.
"""

import re
from inspect import cleandoc
from pathlib import Path

from pipec.compiler.diagnostics import Severity
from pipec.compiler.records import dataclass
from pipec.compiler.rules import FOLDER_RULES, RULES
from pipec.compiler.rules import page as page_of_rule

FOLDER = Path(__file__).parent
# What targets warn of; every other code without a rule is an error.
WARNINGS = ("approximate", "artifacts-folder", "default-image", "ignored", "taken-for-a-dag")

_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """A spec, or with `file=` among its words a file beside it, as it is written in the page."""

    text: str
    language: str = "yaml"
    words: tuple[str, ...] = ()

    def option(self, name: str) -> str | None:
        """Give what `name=` says, or None."""
        found = [word for word in self.words if word.startswith(f"{name}=")]
        return found[0].partition("=")[2] if found else None


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one code. The last of the `wrong` and of the `right` examples is the spec."""

    code: str
    severity: Severity
    title: str
    text: str
    wrong: tuple[Example, ...]
    right: tuple[Example, ...]
    see_also: tuple[str, ...] = ()


def codes() -> list[str]:
    """Give every code that has a page, sorted."""
    return sorted([*RULES, *FOLDER_RULES, *(path.stem for path in FOLDER.glob("*.md"))])


def load(code: str) -> Page:
    """Read the page of a code. Raises KeyError where there is none."""
    if found := page_of_rule(code):
        return parse(code, cleandoc(found))
    if code not in codes():
        raise KeyError(code)
    return parse(code, (FOLDER / f"{code}.md").read_text(encoding="utf-8"))


def parse(code: str, source: str) -> Page:
    """Take a page apart. Raises ValueError where a part is missing."""
    title, text, wrong, right, more = _split(source)
    severity: Severity = "warning" if page_of_rule(code) or code in WARNINGS else "error"
    see_also = tuple(re.findall(r"`([a-z-]+)`", more))
    return Page(code, severity, title, text, _examples(wrong), _examples(right), see_also)


def _split(source: str) -> tuple[str, str, str, str, str]:
    found = re.fullmatch(
        r"([^\n]+)\n\n(.+?)\n\nWrong:\n\n(.+?)\n\nRight:\n\n(.+?)(?:\n\nSee also ([^\n]+))?\s*",
        source,
        re.DOTALL,
    )
    if not found:
        raise ValueError("a page is a title, its text, `Wrong:`, `Right:` and maybe `See also`")
    return found[1], found[2], found[3], found[4], found[5] or ""


def _examples(part: str) -> tuple[Example, ...]:
    found = _BLOCK.findall(part)
    return tuple(Example(text, language, tuple(words.split())) for language, words, text in found)


def heading(word: str, example: Example) -> str:
    """Give what stands above an example: `Wrong, for airflow@2.11:`."""
    said = {
        "file": ", the file {}",
        "path": ", in {}",
        "target": ", for {}",
        "env": ", with --env {}",
        "fill": ", where … stands for {} characters",
        "repeat": ", where … stands for the line above {} times",
    }
    found = ((text, example.option(name)) for name, text in said.items())
    words = "".join(text.format(value) for text, value in found if value)
    if "escape" in example.words:
        words += ", where \\xNN stands for one byte"
    if "unreadable" in example.words:
        words += ", in a file that you may not read"
    return f"{word}{words}:"
