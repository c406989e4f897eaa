"""`pipec lint`: checks specs."""

import sys
from typing import TYPE_CHECKING

from pipec import specs
from pipec.arguments import Options
from pipec.faults import DONE, PROBLEMS
from pipec.verdict import Verdict

if TYPE_CHECKING:
    from pipec.compiler.compilation import Checked
    from pipec.targets import Target


def main(options: Options) -> int:
    """Check every spec, print what was found, and say in one line what it came to."""
    targets: list[Target] = []
    if options.target:
        from pipec.targets import choose

        targets = [choose(text) for text in options.target]
    verdict = Verdict(options.strict)
    paths = specs.find(options.paths or ["."], sure=not options.specs_only)
    for path in paths:
        checked = specs.check(path, options.env)
        _add(verdict, checked, targets)
        for environment in specs.environments(checked) if options.all_envs else ():
            _add(verdict, specs.check(path, environment), targets)
    verdict.print(sys.stdout, options.color, options.format)
    print(f"pipec: {_summary(len(paths), verdict)}", file=sys.stderr)
    return PROBLEMS if verdict.errors else DONE


def _add(verdict: Verdict, checked: "Checked", targets: "list[Target]") -> None:
    from pipec.compiler.compilation import check_rules

    said = (one for target in targets for one in target.check(checked))
    verdict.add(checked, (*check_rules(checked), *said))


def _summary(checked: int, verdict: Verdict) -> str:
    if not checked:
        return "no spec found"
    warnings = len(verdict.found) - verdict.errors
    counts = [_count(verdict.errors, "error"), _count(warnings, "warning")]
    said = ", ".join(one for one in counts if not one.startswith("0 ")) or "all fine"
    return f"{_count(checked, 'spec')} checked: {said}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
