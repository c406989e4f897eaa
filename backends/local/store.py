"""The state folder: `.pipec/runs/<run>/` with a run's journal, logs and kept outputs, and locks.

journal.jsonl            what happened, in order (see `journal`)
trace.json               what every step came to
logs/train-1.2.log       what attempt 2 of the second instance of train printed
outputs/train-1/         the files and folders it gave
attempts/1/              where an attempt works while it runs
files/                   the pipeline's files as they were when the run began
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipec.backends.local.processes import is_alive
from pipec.backends.local.refusal import HeldError, RefusalError


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.run = os.path.basename(path)

    def at(self, *parts: str) -> str:
        return "/".join((self.path, *parts))

    def log(self, label: str, attempt: int) -> str:
        return self.at("logs", f"{plain(label)}.{attempt}.log")

    def outputs(self, label: str) -> str:
        return self.at("outputs", plain(label))


def plain(label: str) -> str:
    """Give the label of an instance as a file name: `train[1].fit` is `train-1.fit`."""
    return label.replace("[", "-").replace("]", "")


def open_state(path: str) -> str:
    """Make the state folder, if need be, and give its absolute path. Raises RefusalError."""
    path = os.path.abspath(path)
    try:
        if not os.path.isdir(path):
            os.makedirs(path, 0o700)
        ignore = f"{path}/.gitignore"
        if not os.path.exists(ignore):
            _write(ignore, b"*\n")
        for name in ("runs", "locks"):
            os.makedirs(f"{path}/{name}", 0o700, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def new_run(state: str) -> RunFolder:
    """Make the folder of a new run, named like `20261123-101502-7f3a`. Raises RefusalError."""
    try:
        while True:
            name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.urandom(2).hex()}"
            path = f"{state}/runs/{name}"
            try:
                os.mkdir(path, 0o700)
            except FileExistsError:
                continue
            for inside in ("logs", "outputs", "attempts"):
                os.mkdir(f"{path}/{inside}", 0o700)
            return RunFolder(path)
    except OSError as error:
        raise _unwritable(state, error) from None


class Holding(Protocol):
    """What is known of the runs of an identity: the last one, and the last one of all steps."""

    last: str | None
    whole: str | None


class Glance:
    """Reads a lock without taking it. Raises HeldError while a run of the identity goes on."""

    def __init__(self, state: str, identity: str) -> None:
        self.last: str | None = None
        self.whole: str | None = None
        try:
            lock = os.open(f"{state}/locks/{identity}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return
        held = _read(lock)
        try:
            self.last, self.whole = held.get("last"), held.get("whole")
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if is_alive(held.get("pid", 0)):
                raise HeldError(_holder(held)) from None
        except OSError:  # a file system without locks
            return
        finally:
            os.close(lock)


_PATIENCE = 60.0  # seconds to wait for the steps of a run whose runner is gone


class Lock:
    """Held by a run and by its supervising process: two runs of one identity never overlap.

    The file tells who holds it, and which run of the identity was the last.
    """

    def __init__(self, state: str, identity: str, say: Callable[[str], None]) -> None:
        """Take the lock. Where only steps hold it, whose runner is gone, wait until they are gone.

        Raises HeldError, naming the holder, and RefusalError.
        """
        path = f"{state}/locks/{identity}"
        try:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(state, error) from None
        try:
            self._wait(say)
        except OSError as error:
            os.close(self.descriptor)
            raise _unwritable(state, error) from None
        except HeldError:
            os.close(self.descriptor)
            raise
        held = _read(self.descriptor)
        self.whole: str | None = held.get("whole")
        self.last: str | None = held.get("last")

    def _wait(self, say: Callable[[str], None]) -> None:
        end = time.monotonic() + _PATIENCE
        said = False
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                holder = _read(self.descriptor)
            pid = holder.get("pid")
            if pid is None or is_alive(pid) or time.monotonic() > end:
                raise HeldError(_holder(holder))
            if not said:
                say(f"run {holder.get('last')} was cut off: waiting until its steps have ended")
            said = True
            time.sleep(0.05)

    def name(self, run: str, whole: bool = True) -> None:
        """Write who holds it; `whole` says that the run is of all steps."""
        if whole:
            self.whole = run
        self.last = run
        held = {"pid": os.getpid(), "since": time.time(), "last": run, "whole": self.whole}
        text = json.dumps(held).ljust(300) + "\n"  # one write of the same size: never half of it
        os.pwrite(self.descriptor, text.encode(), 0)

    def release(self) -> None:
        os.close(self.descriptor)


def _read(descriptor: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _holder(held: dict[str, Any]) -> str:
    if "pid" not in held:
        return "a run that is just starting"
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(held.get("since", 0)))
    return f"run {held.get('last')} (process {held['pid']}) since {since}"


def identity(path: str, environment: str | None, params: Mapping[str, Any], date: str) -> str:
    """Give what makes two runs the same run, as a short name: spec, environment, params, date."""
    from hashlib import sha256

    from pipec.compiler.values import to_json

    parts = [os.path.realpath(path), environment, dict(sorted(params.items())), date]
    return sha256(to_json(parts).encode(errors="surrogateescape")).hexdigest()[:16]


def write_whole(path: str, data: bytes, private: bool = False) -> None:
    """Write a file so that at no time half of it is seen; a device or pipe is written as it is.

    Nobody else can read a `private` one.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        _write(path, data)
        return
    path = os.path.realpath(path)
    temporary = f"{path}.{os.getpid()}-{os.urandom(3).hex()}.tmp"
    try:
        _write(temporary, data, _open_private if private else None)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _write(path: str, data: bytes, opener: Callable[[str, int], int] | None = None) -> None:
    with open(path, "wb", opener=opener) as file:
        file.write(data)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unwritable(state: str, error: OSError) -> RefusalError:
    reason = (error.strerror or str(error)).lower()
    return RefusalError(f'the state folder "{state}" cannot be written: {reason}')
