"""Makes the tables of README and docs from the code: `python docs/make.py`, or with `--check`.

A table stands between `<!-- made by docs/make.py: NAME -->` and `<!-- end -->`. The folder
`docs/rules` is made as a whole, from `compiler/pages` and the rules.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from pipec import backends
from pipec.backends.capability import Capability
from pipec.backends.local import capabilities as local
from pipec.commandline import COMMANDS, Command, Option
from pipec.compiler import pages
from pipec.compiler.features import FEATURES

ROOT = Path(__file__).parents[1]
_TABLE = re.compile(r"(<!-- made by docs/make\.py: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write the pages that changed; with `--check` name them instead, and return 1."""
    only_check = "--check" in arguments
    drifted = []
    for page, after in sorted({**_filled(), **_rules()}.items()):
        before = page.read_text(encoding="utf-8") if page.exists() else None
        if after == before:
            continue
        drifted.append(str(page.relative_to(ROOT)))
        if not only_check and after is None:
            page.unlink()
        elif not only_check and after is not None:
            page.parent.mkdir(exist_ok=True)
            page.write_text(after, encoding="utf-8")
    print("\n".join(drifted))
    return 1 if drifted and only_check else 0


def _filled() -> dict[Path, str | None]:
    found = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    return {page: fill(page.read_text(encoding="utf-8")) for page in found}


def _rules() -> dict[Path, str | None]:
    """Make the folder of diagnostics; None stands for a page that is one no more."""
    folder = ROOT / "docs" / "rules"
    made: dict[Path, str | None] = dict.fromkeys(folder.glob("*.md"))
    found = [pages.load(code) for code in pages.codes()]
    made.update({folder / f"{page.code}.md": _page(page) for page in found})
    made[folder / "README.md"] = _index(found)
    return made


def _index(found: list[pages.Page]) -> str:
    lines = [
        "# Diagnostics",
        "",
        "Every code that pipec can show, each with its page; `pipec explain CODE` prints it.",
        "An error stops everything, a warning does not unless `--strict` is given. A warning of",
        "`lint` is silenced where it stands, by a comment with the reason:",
        "`# pipec: allow CODE because ...`.",
    ]
    for severity in ("error", "warning"):
        lines += ["", f"## {severity.capitalize()}s", "", "| code | |", "|---|---|"]
        lines += [
            f"| [`{page.code}`]({page.code}.md) | {_cell(page.title)} |"
            for page in found
            if page.severity == severity
        ]
    return "\n".join(lines) + "\n"


def _page(page: pages.Page) -> str:
    parts = [f"# `{page.code}`", f"**{page.severity.capitalize()}.** {page.title}", page.text]
    for word, examples in (("Wrong", page.wrong), ("Right", page.right)):
        for one in examples:
            parts += [pages.heading(word, one), f"```{one.language}\n{one.text}```"]
    if page.see_also:
        linked = ", ".join(f"[`{code}`]({code}.md)" for code in page.see_also)
        parts.append(f"See also {linked}.")
    return "\n\n".join(parts) + "\n"


def fill(page: str) -> str:
    """Give a page with its tables made anew. Raises KeyError for a table that there is not."""
    return _TABLE.sub(lambda found: f"{found[1]}{make(found[2])}{found[3]}", page)


def make(name: str) -> str:
    """Make one table."""
    kind, _, target = name.partition(" ")
    if kind == "differences":
        return _differences()
    if kind == "commands":
        return _commands()
    if kind == "options":
        return _options()
    return _target(target)


def _differences() -> str:
    """Name what not every target does without conditions."""
    columns = {name: _capabilities(name) for name in ("local", *backends.names())}
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for feature, about in FEATURES.items():
        cells = [capabilities[feature] for capabilities in columns.values()]
        if any(cell.support != "yes" or cell.since for cell in cells):
            lines.append(f"| {about.title} | {' | '.join(map(_support, cells))} |")
    return "\n".join(lines) + "\n"


def _target(name: str) -> str:
    """Name everything that one target does not do without conditions, with the way out."""
    lines = ["| | | how |", "|---|---|---|"]
    for feature, capability in _capabilities(name).items():
        if capability.support == "yes" and not (capability.since or capability.note):
            continue
        said = [capability.note] if capability.note else []
        said += [f"Instead: {capability.way_out}"] if capability.way_out else []
        lines.append(
            f"| {FEATURES[feature].title} | {_support(capability)} | {_cell('. '.join(said))} |"
        )
    return "\n".join(lines) + "\n"


def _capabilities(name: str) -> Mapping[str, Capability]:
    if name == "local":
        found: Mapping[str, Capability] = local.CAPABILITIES
    else:
        backend = backends.load(name)
        found = backend.capabilities(backend.default_version)
    return {feature: found[feature] for feature in FEATURES}


def _support(capability: Capability) -> str:
    return capability.support + (f", since {capability.since}" if capability.since else "")


def _commands() -> str:
    lines = ["| command | does |", "|---|---|"]
    for command in COMMANDS:
        later = " *Not there yet.*" if command.later else ""
        lines.append(f"| `{_usage(command)}` | {_cell(command.help)}{later} |")
    return "\n".join(lines) + "\n"


def _usage(command: Command) -> str:
    words = ["pipec", command.name]
    for argument in command.arguments:
        word = argument.metavar + ("…" if argument.many else "")
        words.append(word if argument.required else f"[{word}]")
    return _cell(" ".join(words))


def _options() -> str:
    """Make a table of options for each command that has some and is there."""
    parts = []
    for command in COMMANDS:
        if command.later or not command.options:
            continue
        rows = [f"### pipec {command.name}", "", "| option | says |", "|---|---|"]
        rows += [_row(option) for option in command.options]
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(option: Option) -> str:
    value = f" {option.metavar}" if option.metavar else ""
    said = _cell(option.help)
    if option.choices:
        said += f" One of {', '.join(f'`{choice}`' for choice in option.choices)}."
    later = " *Not there yet.*" if option.later else ""
    return f"| `{', '.join(option.flags)}{value}` | {said}{later} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
