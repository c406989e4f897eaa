"""`pipec compile`: prints or writes the files of a target, or compares them with what is there."""

import sys

from pipec import delivery, specs
from pipec.arguments import Options
from pipec.faults import DONE, PROBLEMS, UsageError
from pipec.targets import choose
from pipec.verdict import Verdict

STDOUT = "-"


def main(options: Options) -> int:
    """Compile every spec; nothing is printed or written when one of them has an error."""
    folder = None if options.output == STDOUT else options.output
    if folder is None and (options.check or options.diff):
        raise UsageError('"--check" and "--diff" compare with a folder: name it with -o')
    files = _compile(options, one_file=folder is None)
    if files is None:
        return PROBLEMS
    if folder is None:
        sys.stdout.buffer.write(_join(files))
        return DONE
    if options.check or options.diff:
        return _compare(options, folder, files)
    delivery.write(folder, files)
    for drift in delivery.compare(folder, files, options.specs):
        print(f"pipec: {drift.said(folder)}", file=sys.stderr)
    return DONE


def _compile(options: Options, one_file: bool) -> dict[str, bytes] | None:
    """Make the files of all specs; None after saying why not."""
    target = choose(options.target)
    verdict = Verdict(options.strict)
    pipelines = []
    for path in dict.fromkeys(options.specs):
        checked = specs.check(specs.named(path), options.env)
        verdict.add(checked, target.check(checked))
        pipelines.append(checked.pipeline)
    verdict.print(sys.stderr, options.color)
    if verdict.errors:
        return None
    files: dict[str, bytes] = {}
    for pipeline in pipelines:
        for name, data in target.emit(pipeline, one_file).items() if pipeline else ():
            if files.setdefault(name, data) != data:
                raise UsageError(f'two of the specs make "{name}"')
    return files


def _join(files: dict[str, bytes]) -> bytes:
    """Join what is printed: one file, or YAML files as one stream of documents."""
    if len(files) > 1 and not all(name.endswith(".yaml") for name in files):
        made = ", ".join(files)
        raise UsageError(f"this makes {len(files)} files ({made}): name a folder with -o")
    return b"---\n".join(data.removeprefix(b"---\n") for data in files.values())


def _compare(options: Options, folder: str, files: dict[str, bytes]) -> int:
    drifts = delivery.compare(folder, files, options.specs)
    if options.diff:
        sys.stdout.write(delivery.show(drifts, folder))
    for drift in drifts:
        # Where the diff is asked for, it is the result, and the words stand beside it.
        said = drift.said(folder)
        print(f"pipec: {said}" if options.diff else said, file=sys.stderr if options.diff else None)
    return PROBLEMS if drifts else DONE
