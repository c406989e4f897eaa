"""`pipec graph`: draws the steps and what they wait for."""

import sys

from pipec import specs
from pipec.arguments import Options
from pipec.compiler.draw import FORMATS
from pipec.faults import DONE, PROBLEMS
from pipec.verdict import Verdict


def main(options: Options) -> int:
    """Draw a spec that has no error; what was found in it goes to stderr."""
    verdict = Verdict()
    checked = specs.check(specs.named(options.spec), options.env)
    verdict.add(checked)
    verdict.print(sys.stderr, options.color)
    if checked.pipeline is None:
        return PROBLEMS
    sys.stdout.write(FORMATS[options.format](checked.pipeline))
    return DONE
