"""The event loop of a run: file descriptors, timers and signals in one thread, no busy waiting.

Loaded by the supervising process, so it imports little.
"""

import heapq
import os
import selectors
import signal
import time
from collections.abc import Callable

TYPE_CHECKING = False  # type checkers know what is meant; `typing` costs more than all of this
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

Action = Callable[[], object]
_LONGEST = 86_400.0  # seconds; poll and its kind count milliseconds in 32 bits
SIGNALS = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Timer:
    """Something to do at a time. `cancel` it when it is no longer wanted."""

    __slots__ = ("action", "at")

    def __init__(self, at: float, action: Action) -> None:
        self.at, self.action = at, action

    def cancel(self) -> None:
        self.action = _nothing

    def __lt__(self, other: "Timer") -> bool:
        return self.at < other.at


class Loop:
    """Waits for descriptors, timers and signals. A context: signals are pipec's own inside."""

    def __init__(self, on_signal: Callable[[int], None]) -> None:
        self._on_signal = on_signal
        self._selector = selectors.DefaultSelector()
        self._timers: list[Timer] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "Loop":
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        self._previous = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in SIGNALS:
            before = signal.getsignal(number)
            # `nohup` and the like: what the caller ignores stays ignored
            if before is not signal.SIG_IGN or number == signal.SIGCHLD:
                self._handlers[number] = before
                signal.signal(number, _wake)
        self._selector.register(self._woken, selectors.EVENT_READ, self._take_signals)
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._previous)
        self._selector.close()
        os.close(self._woken)
        os.close(self._waker)

    def watch(self, descriptor: int, action: Action) -> None:
        """Call `action` whenever there is something to read."""
        self._selector.register(descriptor, selectors.EVENT_READ, action)

    def forget(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)

    def after(self, seconds: float, action: Action) -> Timer:
        timer = Timer(time.monotonic() + seconds, action)
        heapq.heappush(self._timers, timer)
        return timer

    def turn(self) -> None:
        """Wait until something happens, then do all that is due."""
        timers = self._timers
        while timers and timers[0].action is _nothing:
            heapq.heappop(timers)
        wait = min(_LONGEST, max(0.0, timers[0].at - time.monotonic())) if timers else None
        for key, _ in self._selector.select(wait):
            key.data()
        now = time.monotonic()
        while timers and timers[0].at <= now:
            heapq.heappop(timers).action()

    def _take_signals(self) -> None:
        for number in dict.fromkeys(_drain(self._woken)):
            self._on_signal(number)


def _drain(descriptor: int) -> bytes:
    found = b""
    try:
        while part := os.read(descriptor, 4096):
            found += part
    except BlockingIOError:
        pass
    return found


def _wake(number: int, frame: "FrameType | None") -> None:
    """Do nothing: that a handler is there makes Python write the signal to the loop's pipe."""


def _nothing() -> None:
    """Stand for the action of a timer that was cancelled."""
