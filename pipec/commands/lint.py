"""`pipec lint`: checks specs."""

import sys
from collections.abc import Sequence

from pipec import specs
from pipec.arguments import Options
from pipec.compiler.diagnostics import Diagnostic
from pipec.faults import DONE, PROBLEMS


def main(options: Options) -> int:
    """Check every spec, print what was found, and say in one line what it came to."""
    targets = []
    if options.target:
        from pipec.targets import choose

        targets = [choose(text) for text in options.target]
    paths = specs.find(options.paths or ["."], sure=not options.specs_only)
    found: list[Diagnostic] = []
    sources = {}
    for path in paths:
        checked = specs.check(path)
        sources.update(checked.sources)
        found.extend(checked.diagnostics)
        found.extend(one for target in targets for one in target.check(checked))
    if options.strict:
        found = specs.strictly(found)
    if found or options.format != "text":
        from pipec.compiler.report import render

        sys.stdout.write(render(found, sources, options.format))
    print(_summary(len(paths), found), file=sys.stderr)
    return PROBLEMS if specs.failed(found) else DONE


def _summary(checked: int, found: Sequence[Diagnostic]) -> str:
    if not checked:
        return "pipec: no spec found"
    errors = sum(one.severity == "error" for one in found)
    parts = [_count(errors, "error"), _count(len(found) - errors, "warning")]
    what = ", ".join(part for part in parts if not part.startswith("0 ")) or "all fine"
    return (
        f"pipec: {_count(checked, 'spec')} checked: {what}" if checked else "pipec: no spec found"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
