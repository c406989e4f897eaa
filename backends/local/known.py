"""Results that are known before a program is started for them: of this run, of another, cached."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from pipec.backends.local.attempts import BIG, Result
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance, Reason
from pipec.backends.local.worker import Worker
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a place says: what it found, `notes` on what is wrong, and why an instance runs or not,
    where that is the place's to say."""

    found: Found | None = None
    notes: Sequence[str] = ()
    reason: Reason | None = None


Stopped = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result whose files, of `size` bytes, have to be hashed or brought first.

    `take` does that, in any thread, and raises InterruptedError as soon as it is `stopped`.
    """

    size: int
    take: Callable[[Stopped], Answer]


class Known(Protocol):
    """A place where results may be known. Asked once an instance's values are made."""

    def look(self, instance: Instance, launch: Launch) -> Candidate | Answer:
        """Say what is known of an instance, reading no file of its outputs."""
        ...


Then = Callable[[Found | None], None]


@dataclass(frozen=True, slots=True)
class Search:
    """Asks one place after the other; what is big is taken beside the loop.

    `on_note` gets what is wrong with a result, `on_reason` why an instance runs or not.
    """

    places: Sequence[Known]
    worker: Worker
    on_note: Callable[[str], None]
    on_reason: Callable[[Instance, Reason], None]

    def find(self, instance: Instance, launch: Launch, then: Then, start: int = 0) -> None:
        """Give `then` the result of an instance, or None: at once, or later by the loop."""
        for index in range(start, len(self.places)):
            answer = self.places[index].look(instance, launch)
            if isinstance(answer, Candidate):
                stopped = partial(_has_ended, instance)
                if answer.size >= BIG:
                    later = partial(self._taken, instance, launch, then, index)
                    self.worker.do(partial(answer.take, stopped), later)
                    return
                answer = answer.take(stopped)
            self._tell(instance, answer)
            if answer.found:
                then(answer.found)
                return
        then(None)

    def _taken(
        self,
        instance: Instance,
        launch: Launch,
        then: Then,
        index: int,
        answer: Answer | None,
        error: Exception | None,
    ) -> None:
        if _has_ended(instance):  # the run was stopped meanwhile
            return
        if error or answer is None:
            raise error or AssertionError
        self._tell(instance, answer)
        if answer.found:
            then(answer.found)
        else:
            self.find(instance, launch, then, index + 1)

    def _tell(self, instance: Instance, answer: Answer) -> None:
        for note in answer.notes:
            self.on_note(note)
        if answer.reason:
            self.on_reason(instance, answer.reason)


def _has_ended(instance: Instance) -> bool:
    return instance.state is not None
