"""Functions of other tools, and what to write instead."""

from pipec.compiler.expressions.functions import FUNCTIONS
from pipec.compiler.spelling import suggest

_FUNCTIONS = {
    "contains": "write `part in whole`",
    "length": "write `len(x)`",
    "size": "write `len(x)`",
    "count": "write `len(x)`",
    "coalesce": "write `default(a, b)`",
    "format": "join texts with `+`, or write them around `${{ }}`",
    "concat": "join texts with `+`, or write them around `${{ }}`",
    "split": "a list is a param of type list<string>, or an output of a step",
    "now": "write `run.date`: every attempt sees the same time",
    "today": "write `run.day`",
    "range": "write the list, or let a step make it",
    "tojson": "write `str(x)`",
    "string": "write `str(x)`",
    "success": "this is the rule of a step: `trigger_rule: all_succeeded`, the default",
    "failure": "this is the rule of a step: `trigger_rule: any_failed`",
    "always": "this is the rule of a step: `trigger_rule: all_done`, or a step of `finally`",
}


def instead(name: str) -> str:
    """Give what to write instead of a function that is not there."""
    near = suggest(name, FUNCTIONS)
    known = f"the functions are {', '.join(FUNCTIONS)}"
    other = _FUNCTIONS.get(name.lower())
    return other or (f'did you mean "{near}"?' if near else known)
