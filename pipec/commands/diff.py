"""`pipec diff`: what changed in meaning between two specs."""

import json
import sys

from pipec import specs
from pipec.arguments import Options
from pipec.compiler.compare import compare
from pipec.compiler.compare_text import data_of, text_of
from pipec.faults import DONE, PROBLEMS
from pipec.verdict import Verdict


def main(options: Options) -> int:
    """Print the changes; the exit code says whether there are some, or a spec has an error."""
    verdict = Verdict()
    both = [specs.check(specs.named(path), options.env) for path in (options.old, options.new)]
    for checked in both:
        verdict.add(checked)
    verdict.print(sys.stderr, options.color)
    old, new = (checked.pipeline for checked in both)
    if old is None or new is None:
        return PROBLEMS
    changes = compare(old, new)
    if options.format == "json":
        tree = {"old": old.path, "new": new.path, "changes": data_of(changes)}
        sys.stdout.write(json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(text_of(changes))
    return PROBLEMS if changes else DONE
