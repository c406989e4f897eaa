"""Work that would hold the event loop up, done in threads: copying, hashing, waiting."""

import os
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from pipec.backends.local.loop import Loop

_MOST = 4  # threads

Then = Callable[[Any, Exception | None], None]


class Worker:
    """Does jobs in threads of its own; what follows a job is called by the loop, in its thread."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Then] | None] = SimpleQueue()
        self._done: deque[tuple[Then, Any, Exception | None]] = deque()
        self._threads: list[threading.Thread] = []
        self._open = 0
        self._woken, self._waker = -1, -1

    def do(self, job: Callable[[], Any], then: Then) -> None:
        """Do a job; `then` gets what it returned, or what it raised."""
        if self._woken < 0:
            self._woken, self._waker = os.pipe()
            self._loop.watch(self._woken, self._collect)
        self._open += 1
        self._jobs.put((job, then))
        if len(self._threads) < min(self._open, _MOST):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Wait for the jobs that are being done; what follows them is not called any more."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        if self._woken >= 0:
            self._loop.forget(self._woken)
            os.close(self._woken)
            os.close(self._waker)
            self._woken = -1

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None:
            job, then = task
            try:
                self._done.append((then, job(), None))
            except Exception as error:
                self._done.append((then, None, error))
            os.write(self._waker, b"1")

    def _collect(self) -> None:
        for _ in os.read(self._woken, 4096):
            then, result, error = self._done.popleft()
            self._open -= 1
            then(result, error)
