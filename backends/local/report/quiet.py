"""Notes which programs have been silent for long, so that one can be told that they are alive."""

import time
from collections.abc import Callable, Iterator

from pipec.backends.local.progress import Instance

AFTER = 60.0  # seconds of silence


class Quiet:
    """What runs, since when, and when it was last heard of. Times are those of `now`."""

    period = 5.0  # seconds between calls of `due`

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began: dict[Instance, float] = {}
        self._heard: dict[Instance, float] = {}
        self._told: dict[Instance, float] = {}

    def began(self, instance: Instance) -> None:
        self._began[instance] = self._heard[instance] = self._told[instance] = self._now()

    def heard(self, instance: Instance) -> None:
        self._heard[instance] = self._told[instance] = self._now()

    def ended(self, instance: Instance) -> None:
        for times in (self._began, self._heard, self._told):
            times.pop(instance, None)

    def due(self) -> Iterator[tuple[Instance, float, float]]:
        """Give what nothing was told of for a minute: how long it runs, how long it is silent."""
        now = self._now()
        for instance, told in list(self._told.items()):
            if now - told >= AFTER and instance in self._began:
                self._told[instance] = now
                yield instance, now - self._began[instance], now - self._heard[instance]
