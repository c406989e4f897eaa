"""`pipec fmt`: lays specs out in the one canonical way."""

import sys

from pipec import delivery, specs
from pipec.arguments import Options
from pipec.compiler.format import FormatFault, format_text
from pipec.faults import DONE, PROBLEMS, UsageError
from pipec.verdict import Verdict


def main(options: Options) -> int:
    """Rewrite the specs that are laid out otherwise; one that cannot be read stays as it is."""
    paths = specs.find(options.paths or ["."], sure=not options.specs_only)
    if specs.STDIN in paths and len(paths) > 1:
        raise UsageError('"-" cannot stand beside other paths')
    verdict = Verdict()
    drifts: list[delivery.Drift] = []
    faults: list[FormatFault] = []
    for path in paths:
        there, source = specs.load(path)
        verdict.found.update(dict.fromkeys(source.problems))
        verdict.sources[source.path] = source
        if source.problems:
            continue
        try:
            wanted = format_text(source).encode()
        except FormatFault as fault:
            faults.append(fault)
            continue
        if wanted != there:
            drifts.append(delivery.Drift(source.path, "changed", there, wanted))
        if path == specs.STDIN and not (options.check or options.diff):
            sys.stdout.buffer.write(wanted)
            drifts.clear()
    verdict.print(sys.stderr, options.color)
    _deliver(options, drifts)
    if specs.STDIN not in paths:
        print(f"pipec: {_summary(options, len(paths), drifts, verdict)}", file=sys.stderr)
    if faults:
        raise faults[0]
    drifted = bool(drifts) and (options.check or options.diff)
    return PROBLEMS if verdict.errors or drifted else DONE


def _deliver(options: Options, drifts: list[delivery.Drift]) -> None:
    """Show, name or write what changes."""
    if options.diff:
        sys.stdout.write(delivery.show(drifts, ""))
        return
    if not options.check:
        delivery.rewrite({drift.path: drift.wanted for drift in drifts})
    for drift in drifts:
        print(drift.path)


def _summary(options: Options, count: int, drifts: list[delivery.Drift], verdict: Verdict) -> str:
    if not count:
        return "no spec found"
    dry = options.check or options.diff
    unread = len({one.place.path for one in verdict.found})
    counts = {
        "cannot be read": unread,
        "would be laid out anew" if dry else "laid out anew": len(drifts),
        "as it should be": count - unread - len(drifts),
    }
    return ", ".join(f"{number} {said}" for said, number in counts.items() if number)
