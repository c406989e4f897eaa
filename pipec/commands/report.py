"""`pipec report`: an HTML page of a run."""

import sys

from pipec.arguments import Options
from pipec.faults import DONE, UsageError

STDOUT = "-"


def main(options: Options) -> int:
    """Write the page of a run and print where it is."""
    from pipec.backends.local import RefusalError, page
    from pipec.backends.local.history import find, past
    from pipec.backends.local.store import write_whole

    try:
        found = past.read(find.choose(find.state(options.state), options.run))
    except RefusalError as error:
        raise UsageError(str(error)) from None
    if found is None:
        raise UsageError("the journal of this run cannot be read")
    if options.output == STDOUT:
        sys.stdout.buffer.write(page.make(found, None))
        return DONE
    target = options.output or found.folder.at("report.html")
    data = page.make(found, target)
    try:
        write_whole(target, data)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f'"{target}" cannot be written: {reason}') from None
    print(target)
    return DONE
