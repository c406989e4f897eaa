"""`pipec runs`: the runs that there were, the latest first."""

import json
import sys

from pipec.arguments import Options
from pipec.faults import DONE, UsageError

USUAL = 20


def main(options: Options) -> int:
    """Print the runs of a state folder."""
    from pipec.backends.local import RefusalError
    from pipec.backends.local.history import find, listing

    try:
        folder = find.state(options.state)
        names = find.runs(folder)
        found = list(listing.entries(folder, names, options.limit or USUAL))
    except RefusalError as error:
        raise UsageError(str(error)) from None
    if options.format == "json":
        text = json.dumps({"runs": listing.as_json(found)}, indent=2, ensure_ascii=False) + "\n"
    else:
        text = listing.text(found)
    sys.stdout.write(text)
    if options.limit is None and len(names) > len(found):
        print(f"pipec: {len(names) - len(found)} more; --limit N says how many", file=sys.stderr)
    return DONE
