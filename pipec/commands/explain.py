"""`pipec explain`: the page of one diagnostic."""

from inspect import cleandoc

from pipec.arguments import Options
from pipec.compiler.rules import RULES, load
from pipec.faults import DONE, UsageError, suggestion


def main(options: Options) -> int:
    """Print the page of a rule. Errors have no pages yet: their messages say what to do."""
    if options.code not in RULES:
        near = suggestion(options.code, RULES) or f"; there are pages about {', '.join(RULES)}"
        raise UsageError(f'there is no page about "{options.code}"{near}')
    print(cleandoc(load(options.code).__doc__ or ""))
    return DONE
