"""Results that are known before a program is started for them: of this run, of another, cached."""

from collections.abc import Sequence
from typing import Protocol

from pipec.backends.local.attempts import Result
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A result that is taken over. `source` says from where, as `this run` or `the cache`.

    `attempts` are those that were made for it. The files of its outputs are in the run's own folder
    already, and their hashes were compared.
    """

    result: Result
    attempts: int
    source: str
    cached: bool = False


class Known(Protocol):
    """A place where results may be known. Asked once an instance's values are made."""

    def find(self, instance: Instance, launch: Launch) -> Found | None:
        """Give the result of an instance, if it is known, and need not run. Raises OSError."""
        ...


def find(places: Sequence[Known], instance: Instance, launch: Launch) -> Found | None:
    """Ask one place after the other."""
    for place in places:
        found = place.find(instance, launch)
        if found:
            return found
    return None
