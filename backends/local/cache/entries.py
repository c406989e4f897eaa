"""The results that are kept: `entries/ab/<key>.json`, each with a hash over itself.

What cannot be read, does not fit, or lost one of its files is no result, and is said so once.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from pipec.backends.local import store
from pipec.backends.local.artifacts import Artifact
from pipec.backends.local.cache import objects
from pipec.backends.local.cache.key import FORMAT, Key
from pipec.backends.local.cache.objects import DamagedError, Objects, Stored
from pipec.compiler.ir import Step
from pipec.compiler.records import dataclass
from pipec.compiler.values import Value, ValueSyntaxError, fit


@dataclass(frozen=True, slots=True)
class Entry:
    """A result that was stored: by which run, when (seconds), and after how many attempts.

    `size` counts the bytes of its files.
    """

    run: str
    time: float
    attempts: int
    outputs: Mapping[str, Any]
    size: int


class Entries:
    """The cache in a state folder. Any number of processes may use one at once."""

    def __init__(self, state: str) -> None:
        self.folder = f"{state}/cache"
        self.objects = Objects(f"{self.folder}/objects")

    def path(self, key: str) -> str:
        return f"{self.folder}/entries/{key[:2]}/{key}.json"

    def put(self, key: Key, run: str, attempts: int, outputs: Mapping[str, Value]) -> None:
        """Store a result: its files first, so that an entry is never without them."""
        stored = {name: self._put_value(value) for name, value in outputs.items()}
        body = {
            "format": FORMAT,
            "key": key.text,
            "run": run,
            "time": time.time(),
            "attempts": attempts,
            "outputs": stored,
        }
        write(self.path(key.text), body)

    def find(self, key: str) -> Entry | None:
        """Read a result, None if there is none. Raises DamagedError."""
        path = self.path(key)
        body = read(path)
        if body is None:
            return None
        if body.get("format") != FORMAT or body.get("key") != key:
            raise DamagedError(f"{path} is damaged")
        outputs: Mapping[str, Any] = body["outputs"]
        size = sum(objects.size(one) for one in outputs.values() if one and "kind" in one)
        return Entry(body["run"], body["time"], body["attempts"], outputs, size)

    def take(
        self, key: str, entry: Entry, step: Step, folder: str, stopped: Callable[[], object] = bool
    ) -> dict[str, Value]:
        """Give the outputs of a result, its files brought to a folder that is made if need be.

        Raises DamagedError, and OSError where the machine has no room for them or it is `stopped`.
        """

        def bring(one: Stored) -> Artifact:
            os.makedirs(folder, 0o700, exist_ok=True)
            return self.objects.take(one, folder, stopped)

        try:
            found = {name: self._read(step, name, one, bring) for name, one in _all(entry, step)}
        except DamagedError:
            for one in entry.outputs.values():
                if one and "kind" in one:
                    self.objects.forget(one)
            raise
        except (KeyError, TypeError, ValueSyntaxError):
            raise DamagedError(f"{self.path(key)} is damaged") from None
        with suppress(OSError):
            os.utime(self.path(key))  # `clean` goes by the last use
        return found

    def show(self, key: str, entry: Entry, step: Step) -> dict[str, Value]:
        """Give the outputs of a result without bringing its files anywhere. Raises DamagedError."""
        try:
            return {
                name: self._read(step, name, one, self.objects.show)
                for name, one in _all(entry, step)
            }
        except (KeyError, TypeError, ValueSyntaxError, OSError):
            raise DamagedError(f"{self.path(key)} is damaged") from None

    def _put_value(self, value: Value) -> Any:
        if isinstance(value, Artifact):
            return self.objects.put(value)
        return None if value is None else {"value": value}

    def _read(
        self, step: Step, name: str, stored: Any, bring: Callable[[Stored], Artifact]
    ) -> Value:
        if stored is None:
            if not step.outputs[name].type.optional and step.outputs[name].type.kind != "json":
                raise KeyError(name)
            return None
        if "value" in stored:
            return fit(step.outputs[name].type, stored["value"])
        return bring(stored)


def write_last(state: str, spec: str, parts: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the parts of the keys that the steps of a spec last had. Raises OSError."""
    write(_last_path(state, spec), {"parts": parts})


def read_last(state: str, spec: str) -> dict[str, dict[str, str]]:
    """Give the parts of the keys that the steps of a spec had the last time, by their labels."""
    try:
        body = read(_last_path(state, spec))
    except DamagedError:
        return {}
    return body["parts"] if body else {}


def _last_path(state: str, spec: str) -> str:
    from hashlib import sha256

    digest = sha256(spec.encode(errors="surrogateescape")).hexdigest()[:32]
    return f"{state}/cache/last/{digest}.json"


def _all(entry: Entry, step: Step) -> list[tuple[str, Any]]:
    return [(name, entry.outputs[name]) for name in step.outputs]


def write(path: str, body: Mapping[str, Any]) -> None:
    from hashlib import sha256

    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    data = text.encode(errors="surrogateescape")
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    store.write_whole(path, sha256(data).hexdigest().encode() + b"\n" + data + b"\n", private=True)


def read(path: str) -> dict[str, Any] | None:
    """Read what `_write` wrote; None if nothing is there. Raises DamagedError."""
    from hashlib import sha256

    try:
        with open(path, "rb") as file:
            digest, _, data = file.read().partition(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedError(f"{path}: {error.strerror}") from None
    data = data.removesuffix(b"\n")
    if sha256(data).hexdigest().encode() != digest:
        raise DamagedError(f"{path} is damaged")
    body: dict[str, Any] = json.loads(data.decode(errors="surrogateescape"))
    return body
