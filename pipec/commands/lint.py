"""`pipec lint`: checks specs."""

import sys
from typing import TYPE_CHECKING, Any

from pipec import specs
from pipec.arguments import Options
from pipec.faults import DONE, PROBLEMS, UsageError
from pipec.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    if options.fix and specs.STDIN in paths and len(paths) > 1:
        raise UsageError('"-" cannot stand beside other paths')
    linted: list[Checked] = []
    for path in paths:
        data = _fix(path, options, targets) if options.fix else None
        linted.append(_add(verdict, path, data, options, targets))
    if linted and set(paths) - set(options.paths):
        from pipec.compiler.compilation import check_folder

        verdict.add(linted[0], check_folder(linted, options.paths))
    result = sys.stderr if options.fix and specs.STDIN in paths else sys.stdout
    verdict.print(result, options.color, options.format)
    print(f"pipec: {_summary(len(paths), verdict)}", file=sys.stderr)
    return PROBLEMS if verdict.errors else DONE


def _add(
    verdict: Verdict,
    path: str,
    data: bytes | None,
    options: Options,
    targets: "list[Target]",
) -> "Checked":
    """Add what is said of a spec, or of the bytes given in its place."""
    checked = specs.check(path, options.env, data)
    _add_one(verdict, checked, targets)
    for environment in specs.environments(checked) if options.all_envs else ():
        _add_one(verdict, specs.check(path, environment, data), targets)
    _add_settings(verdict, checked, path, data, targets)
    return checked


def _add_one(verdict: Verdict, checked: "Checked", targets: "list[Target]") -> None:
    from pipec.compiler.compilation import check_rules

    said = (one for target in targets for one in target.check(checked))
    verdict.add(checked, (*check_rules(checked), *said))


def _add_settings(
    verdict: Verdict,
    checked: "Checked",
    path: str,
    data: bytes | None,
    targets: "list[Target]",
) -> None:
    """Add what is wrong in `targets` of a spec, for each engine and in environments too."""
    from pipec.compiler.compilation import engines_named

    changed = (checked.tree.get("environments") or {}) if checked.pipeline else {}
    others = [specs.check(path, name, data) for name, one in changed.items() if _says(one)]
    for one in (checked, *others):
        engines = engines_named(one)
        if engines:
            from pipec.targets import check_settings

            verdict.add(checked, check_settings(one, engines, targets))


def _says(environment: "Mapping[str, Any]") -> bool:
    """Say whether an environment changes what engines are told."""
    steps = (environment.get("steps") or {}).values()
    return any("targets" in (one or {}) for one in (environment, *steps))


def _fix(path: str, options: Options, targets: "list[Target]") -> bytes | None:
    """Repair a spec where it stands, or from standard input to standard output.

    Gives its new bytes, None where nothing changed.
    """
    from pipec import delivery
    from pipec.compiler.repair import Checkup, repair, write_like

    def check(text: str) -> Checkup:
        verdict = Verdict()
        _add(verdict, path, text.encode(), options, targets)
        read = verdict.sources[source.path]
        own = [one for one in verdict.found if one.place.path == source.path]
        if read.guessed:  # the rest is repaired when the file can be read
            own = [one for one in own if one in read.problems]
        return Checkup(read, own)

    there, source = specs.load(path)
    text, solved = repair(source.text, check)
    wanted = write_like(there, source.text, text) if solved else None
    if path == specs.STDIN:
        sys.stdout.buffer.write(wanted or there)
    elif wanted is not None:
        delivery.rewrite({path: wanted})
    if wanted is not None:
        print(f"pipec: fixed {_count(solved, 'problem')} in {source.path}", file=sys.stderr)
    return wanted


def _summary(checked: int, verdict: Verdict) -> str:
    if not checked:
        return "no spec found"
    warnings = len(verdict.found) - verdict.errors
    counts = [_count(verdict.errors, "error"), _count(warnings, "warning")]
    said = ", ".join(one for one in counts if not one.startswith("0 ")) or "all fine"
    return f"{_count(checked, 'spec')} checked: {said}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
