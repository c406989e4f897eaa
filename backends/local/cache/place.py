"""The cache as a place where a run looks for results, and where it leaves its own."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from pipec.backends.local import artifacts
from pipec.backends.local.artifacts import Artifact
from pipec.backends.local.attempts import BIG, Result
from pipec.backends.local.cache import entries
from pipec.backends.local.cache.entries import Entries, Entry
from pipec.backends.local.cache.key import Files, Key, changes, make_key
from pipec.backends.local.cache.objects import DamagedError
from pipec.backends.local.known import Answer, Candidate, Found, Stopped
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance, Reason
from pipec.backends.local.store import RunFolder, plain
from pipec.backends.local.worker import Worker
from pipec.compiler.ir import Cache
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value


@dataclass(slots=True)
class CachePlace:
    """The cache of one run. `spec` names the spec; `where` gives what a step's image is by content.

    With `reading` False nothing is taken from it. Whatever is wrong with it, a run goes on without.
    """

    state: str
    spec: str
    folder: RunFolder
    files: Files
    run: Mapping[str, str]
    where: Callable[[str | None], str]
    reading: bool = True
    _keys: dict[Instance, Key] = field(default_factory=dict)
    _before: dict[str, dict[str, str]] | None = None
    _now: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def look(self, instance: Instance, launch: Launch) -> Candidate | Answer:
        """Say whether there is a result of an instance; `take` brings its files to this run."""
        step = instance.run.step
        if step.cache is None:
            return Answer()
        key = make_key(instance, launch, self.files, self.run, self.where(step.image))
        self._keys[instance] = key
        self._now[instance.label] = key.parts
        try:
            entry, reason = self._look(instance, key, step.cache)
            if entry is None:
                return Answer(reason=reason)
            return Candidate(entry.size, partial(self._take, instance, key, entry, reason))
        except (DamagedError, OSError) as error:
            return _of_no_use(instance, error)

    def foresee(self, instance: Instance, launch: Launch) -> tuple[Found | None, Reason]:
        """Say what `find` would give, and why, writing nothing. Raises OSError."""
        step = instance.run.step
        assert step.cache
        key = make_key(instance, launch, self.files, self.run, self.where(step.image))
        try:
            entry, reason = self._look(instance, key, step.cache)
            if entry is None:
                return None, reason
            outputs = Entries(self.state).show(key.text, entry, step)
        except DamagedError:
            return None, Reason(True, "what was kept is damaged")
        return _found(entry, outputs), reason

    def keep(
        self,
        instance: Instance,
        outputs: Mapping[str, Value],
        worker: Worker,
        on_note: Callable[[str], None],
    ) -> None:
        """Store the result of an instance that succeeded, beside the loop where it is big.

        `on_note` is told what went wrong with that.
        """

        def stored(problem: str | None, fault: Exception | None) -> None:
            if fault:
                raise fault
            if problem:
                on_note(problem)

        store = partial(self._keep, instance, outputs)
        if sum(one.size for one in outputs.values() if isinstance(one, Artifact)) < BIG:
            stored(store(), None)
        else:
            worker.do(store, stored)

    def _keep(self, instance: Instance, outputs: Mapping[str, Value]) -> str | None:
        """Store a result. Gives what went wrong with that."""
        key = self._keys.pop(instance, None)
        if key is None:
            return None
        try:
            Entries(self.state).put(key, self.folder.run, instance.attempts, outputs)
        except (OSError, artifacts.UnfitError) as error:
            return f"the result of {instance.label} cannot be cached: {error}"
        return None

    def close(self) -> None:
        """Keep the parts of all keys, for the next run to compare its own with."""
        if not self._now:
            return
        try:
            entries.write_last(self.state, self.spec, {**self._last(), **self._now})
        except OSError:
            return  # then the next run cannot say what changed; it is no worse off

    def _look(self, instance: Instance, key: Key, cache: Cache) -> tuple[Entry | None, Reason]:
        if not self.reading:
            return None, Reason(True, "nothing is taken from the cache (--no-cache)")
        entry = Entries(self.state).find(key.text)
        if entry is None:
            return None, self._why(instance, key)
        age = time.time() - entry.time
        if cache.ttl is not None and age >= cache.ttl:
            return None, Reason(True, f"the kept result is {age:.0f} s old, its ttl {cache.ttl} s")
        return entry, Reason(False, f"nothing changed since run {entry.run}")

    def _take(
        self, instance: Instance, key: Key, entry: Entry, reason: Reason, stopped: Stopped
    ) -> Answer:
        """Bring the files of a result to where a run keeps them, all at once."""
        half = self.folder.at("attempts", f"restored-{plain(instance.label)}")
        try:
            artifacts.remove(half)
            outputs = Entries(self.state).take(key.text, entry, instance.run.step, half, stopped)
            if os.path.exists(half):
                place = self.folder.outputs(instance.label)
                artifacts.remove(place)
                os.rename(half, place)
                outputs = artifacts.moved(outputs, place)
        except InterruptedError:
            raise
        except (DamagedError, OSError) as error:
            return _of_no_use(instance, error)
        finally:
            with suppress(OSError):
                artifacts.remove(half)
        return Answer(_found(entry, outputs), reason=reason)

    def _why(self, instance: Instance, key: Key) -> Reason:
        before = self._last().get(instance.label)
        if before is None:
            return Reason(True, "there is no result of it yet")
        if found := changes(before, key.parts):
            return Reason(True, ", ".join(found), found)
        return Reason(True, "nothing changed, but the last run of it left no result")

    def _last(self) -> Mapping[str, Mapping[str, str]]:
        if self._before is None:
            self._before = entries.read_last(self.state, self.spec)
        return self._before


def _of_no_use(instance: Instance, error: Exception) -> Answer:
    if isinstance(error, DamagedError):
        note, why = str(error), "what was kept is damaged"
    else:
        note, why = f"a kept result cannot be used: {error}", "what was kept cannot be used"
    return Answer(None, [f"{note}: {instance.label} runs again"], Reason(True, why))


def _found(entry: Entry, outputs: dict[str, Value]) -> Found:
    result = Result(None, exit_code=0, outputs=outputs)
    return Found(result, entry.attempts, f"the cache (run {entry.run})", cached=True)
