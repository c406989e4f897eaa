"""The state folder: `.pipec/runs/<run>/` with a run's journal, logs and kept outputs, and locks.

journal.jsonl            what happened, in order (see `journal`)
trace.json               what every step came to
logs/train-1.2.log       what attempt 2 of the second instance of train printed
outputs/train-1/         the files and folders it gave
attempts/1/              where an attempt works while it runs
files/                   the pipeline's files as they were when the run began
"""

import fcntl
import os
import time
from collections.abc import Mapping
from typing import Any

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


class Lock:
    """Held from here to the end of the process: two runs of one identity never overlap."""

    def __init__(self, state: str, identity: str) -> None:
        """Take the lock. Raises HeldError, naming the holder, and RefusalError."""
        path = f"{state}/locks/{identity}"
        try:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(state, error) from None
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self.descriptor, 200).decode(errors="replace").strip()
            os.close(self.descriptor)
            raise HeldError(holder or "a run that is just starting") from None
        except OSError as error:
            os.close(self.descriptor)
            raise _unwritable(state, error) from None

    def name(self, run: str) -> None:
        """Write who holds it, for those that find it held."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"run {run} (process {os.getpid()})\n".encode(), 0)

    def release(self) -> None:
        os.close(self.descriptor)


def identity(path: str, environment: str | None, params: Mapping[str, Any], date: str) -> str:
    """Give what makes two runs the same run, as a short name: spec, environment, params, date."""
    from hashlib import sha256

    from pipec.compiler.values import to_json

    parts = [os.path.realpath(path), environment, dict(sorted(params.items())), date]
    return sha256(to_json(parts).encode(errors="surrogateescape")).hexdigest()[:16]


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that at no time half of it is seen; a device or pipe is written as it is."""
    if os.path.exists(path) and not os.path.isfile(path):
        _write(path, data)
        return
    path = os.path.realpath(path)
    temporary = f"{path}.{os.getpid()}-{os.urandom(3).hex()}.tmp"
    try:
        _write(temporary, data)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _unwritable(state: str, error: OSError) -> RefusalError:
    reason = (error.strerror or str(error)).lower()
    return RefusalError(f'the state folder "{state}" cannot be written: {reason}')
