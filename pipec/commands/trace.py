"""`pipec trace`: the trace of a run that ended on a target, from what the target keeps of it."""

import json
import sys
from pathlib import Path

from pipec import specs
from pipec.arguments import Options
from pipec.faults import DONE, PROBLEMS, UsageError
from pipec.verdict import Verdict


def main(options: Options) -> int:
    """Print the trace of a finished Workflow; 1 where it is none of the spec's."""
    from pipec.backends.argo.finished import UnreadableError, trace

    artifacts = Path(options.artifacts) if options.artifacts else None
    if artifacts and not artifacts.is_dir():
        raise UsageError(f'there is no folder "{artifacts}"')
    if "-" == options.spec == options.workflow:
        raise UsageError("only one of them can be standard input")
    verdict = Verdict()
    checked = specs.check(specs.named(options.spec), options.env)
    verdict.add(checked)
    verdict.print(sys.stderr, options.color)
    if checked.pipeline is None:
        return PROBLEMS
    try:
        made = trace(checked.pipeline, _read(options.workflow), artifacts)
    except UnreadableError as problem:
        print(f"pipec: {problem}", file=sys.stderr)
        return PROBLEMS
    json.dump(made, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return DONE


def _read(path: str) -> bytes:
    if path == specs.STDIN:
        return sys.stdin.buffer.read()
    return Path(specs.named(path)).read_bytes()
