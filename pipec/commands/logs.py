"""`pipec logs`: what the steps of a run printed."""

import sys

from pipec.arguments import Options
from pipec.faults import DONE, UsageError


def main(options: Options) -> int:
    """Print logs: byte for byte, or on a terminal so that they do no harm to it."""
    from pipec.backends.local import RefusalError
    from pipec.backends.local.history import find, logs, past

    try:
        found = past.read(find.choose(find.state(options.state), options.run))
        if found is None:
            raise RefusalError("the journal of this run cannot be read")
        printer = logs.Printer(sys.stdout.buffer, sys.stdout.isatty())
        chosen = logs.choose(found, options.step, options.attempt)
        if options.follow:
            logs.follow(found, options.step, options.attempt, printer, options.lines)
        elif not logs.show(chosen, printer, options.lines):
            print(f"pipec: {logs.why_empty(found, options.step)}", file=sys.stderr)
    except RefusalError as error:
        raise UsageError(str(error)) from None
    return DONE
