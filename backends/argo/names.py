"""Names of the spec as names of Argo: `_` becomes `-`, and words that Argo reads are avoided."""

import re
from collections.abc import Iterable

# `depends` is an expression to Argo, so a task with one of these names breaks it.
RESERVED = frozenset(
    "in not and or let if else true false nil matches contains".split()  # noqa: SIM905 # a word list
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def dashed(name: str) -> str:
    """Give a name of the spec as a DNS label."""
    return name.replace("_", "-")


def task(name: str) -> str:
    """Give the name of the task and the template of a step."""
    return f"{name}--step" if name in RESERVED else dashed(name)


def free(wanted: str, taken: Iterable[str], ending: str) -> str:
    """Give a template name that no step has: as wanted, or with an ending after `--`."""
    return f"{wanted}--{ending}" if wanted in set(taken) else wanted


def member(path: str, name: str) -> str:
    """Write access to a member in an expression: `a.b`, or `a['b-c']`."""
    if _IDENTIFIER.fullmatch(name) and name not in RESERVED:
        return f"{path}.{name}"
    return f"{path}['{name}']"
