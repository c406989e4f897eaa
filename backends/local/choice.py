"""Which run a command goes on with: an unfinished one of its identity, a failed one, or none."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from signal import SIGKILL

from pipec.backends.local import artifacts, earlier, journal, processes
from pipec.backends.local.earlier import JOURNAL, DamagedError, Earlier
from pipec.backends.local.part import Part
from pipec.backends.local.refusal import RefusalError
from pipec.backends.local.store import Holding, RunFolder

LAST = ""  # as the name of a run to retry


def choose(
    state: str,
    identity: str,
    held: Holding,
    fresh: bool,
    retry: str | None,
    part: Part | None,
    say: Callable[[str], None],
    looking: bool = False,
) -> Earlier | None:
    """Give the run to go on with; None for a new one.

    Whatever it left running is ended, unless one is only `looking`.

    `retry` names a run that failed, or is `LAST`. Raises RefusalError.
    """
    name = held.last if part else held.whole or _search(state, identity)
    if name and not looking:
        end_leftovers(RunFolder(f"{state}/runs/{name}"))
    if retry is not None:
        return _retried(state, identity, retry or name, say)
    if fresh or not name:
        return None
    try:
        found = _load(RunFolder(f"{state}/runs/{name}"))
    except DamagedError:
        say(f"warning: {_damaged(name)}: nothing of it can be kept, a new run begins")
        return None
    if found is None or found.finished:
        return None
    begun = found.head.get("part") or {}
    if part and part.head() != {key: begun.get(key) for key in part.head()}:
        return None
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(found.ended))
    say(f"going on with run {name}, which did not finish (last sign of it: {when})")
    _warn(found, say)
    return found


def end_leftovers(folder: RunFolder) -> None:
    """Kill what attempts of a run left, where runner and supervising process were both killed."""
    marker = b"PIPEC_OUTPUTS=" + os.fsencode(folder.at("attempts")) + b"/"
    end = time.monotonic() + 10
    while (left := processes.started_with(marker)) and time.monotonic() < end:
        sessions = {one.session for pid in left if (one := processes.look(pid))}
        processes.send(processes.below(left, *(sessions - {os.getsid(0)})), SIGKILL)
        time.sleep(0.02)


def clear(folder: RunFolder) -> None:
    """Throw away what attempts that were cut off left in a run's folder. Raises RefusalError."""
    with suppress(OSError):  # what cannot be removed is in nobody's way
        artifacts.remove(folder.at("attempts"))
    try:
        artifacts.remove(folder.at("files"))
        for name in ("attempts", "logs", "outputs"):
            os.makedirs(folder.at(name), 0o700, exist_ok=True)
    except OSError as error:
        raise RefusalError(f"run {folder.run} cannot go on: {error}") from None


def _retried(state: str, identity: str, name: str | None, say: Callable[[str], None]) -> Earlier:
    try:
        found = _load(RunFolder(f"{state}/runs/{name}")) if name else None
    except DamagedError:
        raise RefusalError(f"{_damaged(name)}: it cannot be continued") from None
    if found is None:
        raise RefusalError(
            f'there is no run "{name}" in "{state}"' if name else "there is no run to retry"
        )
    if found.head.get("identity") != identity:
        raise RefusalError(
            f"run {name} is of another spec, environment, --date or other params; "
            "--retry takes the same as it had"
        )
    if found.finished and found.state == "succeeded":
        raise RefusalError(f"run {name} succeeded: there is nothing to retry")
    found.forget_failures()
    say(f"going on with run {name}: what failed runs again")
    _warn(found, say)
    return found


def _damaged(run: str | None) -> str:
    return f"the journal of run {run} is damaged from its beginning"


def _load(folder: RunFolder) -> Earlier | None:
    """Read what a run came to. Raises DamagedError and RefusalError."""
    try:
        return earlier.load(folder)
    except OSError as error:
        raise RefusalError(f"run {folder.run} cannot be continued: {error}") from None


def _warn(found: Earlier, say: Callable[[str], None]) -> None:
    if found.lost:
        say(
            f"warning: {found.lost} bytes at the end of its journal are torn or damaged; "
            "what they told of runs again"
        )


def _search(state: str, identity: str) -> str | None:
    """Find the last run of an identity by the journals, where the lock does not tell it."""
    runs = f"{state}/runs"
    for name in sorted(os.listdir(runs) if os.path.isdir(runs) else (), reverse=True):
        try:
            with open(f"{state}/runs/{name}/{JOURNAL}", "rb") as file:
                head = journal.decode(file.readline().rstrip(b"\n"))
        except OSError:
            continue
        if head and head.get("identity") == identity and not head.get("part"):
            return name
    return None
