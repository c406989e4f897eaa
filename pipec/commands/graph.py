"""`pipec graph`: draws the steps and what they wait for."""

import sys

from pipec import specs
from pipec.arguments import Options
from pipec.compiler.draw import FORMATS
from pipec.faults import DONE, PROBLEMS


def main(options: Options) -> int:
    """Draw a spec that has no error; what is wrong with another goes to stderr."""
    checked = specs.check(specs.named(options.spec))
    if checked.diagnostics:
        from pipec.compiler.report import render

        sys.stderr.write(render(checked.diagnostics, checked.sources, "text"))
    if checked.pipeline is None:
        return PROBLEMS
    sys.stdout.write(FORMATS[options.format](checked.pipeline))
    return DONE
