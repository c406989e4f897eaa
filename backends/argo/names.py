"""Names of the spec as names of Argo: `_` becomes `-`, and words that Argo reads are avoided."""

import re

# `depends` is an expression to Argo, so a task with one of these names breaks it.
RESERVED = frozenset(
    "in not and or let if else true false nil matches contains".split()  # noqa: SIM905 # a word list
)
_LONGEST = 100  # characters; Argo takes 128
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def dashed(name: str) -> str:
    """Give a name of the spec as a DNS label."""
    return name.replace("_", "-")


def task(name: str) -> str:
    """Give the name of the task and the template of a step."""
    return f"{name}--step" if name in RESERVED else dashed(name)


class Names:
    """The names of templates: gives each one as wanted, or with an ending after `--`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def reserve(self, name: str) -> None:
        self._taken.add(name)

    def __call__(self, wanted: str, ending: str) -> str:
        wanted = wanted[-_LONGEST:].lstrip("-0123456789")
        name, number = wanted, 1
        while name in self._taken:
            name = f"{wanted}--{ending}" if number == 1 else f"{wanted}--{ending}-{number}"
            number += 1
        self._taken.add(name)
        return name


def member(path: str, name: str) -> str:
    """Write access to a member in an expression: `a.b`, or `a['b-c']`."""
    if _IDENTIFIER.fullmatch(name) and name not in RESERVED:
        return f"{path}.{name}"
    return f"{path}['{name}']"
