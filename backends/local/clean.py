"""Throws old runs and cached results away, by age and by size; never what is in use.

Nothing here is locked for long: a run is moved out of the way under the lock of its identity, so
no run can begin to go on with it, and a cached result that goes while it is wanted is a miss.
"""

import fcntl
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Literal

from pipec.backends.local import artifacts
from pipec.backends.local.cache import entries, objects
from pipec.backends.local.cache.objects import DamagedError, Objects
from pipec.backends.local.history import past
from pipec.backends.local.journal import decode
from pipec.backends.local.store import identity
from pipec.compiler.records import dataclass, field

_YOUNG = 600.0  # seconds; a file without an owner may be one that is being stored
_GONE = ".gone"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to throw away: what was last used `older_than` seconds ago, the oldest until all that is
    left has at most `max_size` bytes, or `everything`."""

    older_than: int | None = None
    max_size: int | None = None
    everything: bool = False


@dataclass(slots=True, eq=False)
class Item:
    """A run or a cached result. `used` is in seconds since 1970; `stored` are objects' hashes."""

    kind: Literal["run", "result"]
    name: str
    path: str
    used: float
    identity: str = ""
    stored: frozenset[str] = frozenset()
    files: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Cleaned:
    """What was thrown away, or would be: `freed` and `left` are bytes on disk. `stuck` says what
    the machine did not let go."""

    runs: list[str] = field(default_factory=list)
    results: int = 0
    busy: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    freed: int = 0
    left: int = 0


def clean(state: str, wish: Wish, dry: bool = False) -> Cleaned:
    """Throw away what a wish names in a state folder; if `dry`, only say what. Raises OSError."""
    items = sorted([*_runs(state), *_results(state)], key=lambda one: (one.used, one.name))
    store = Objects(f"{state}/cache/objects")
    disk = _Disk(store, items)
    before, done = disk.total, Cleaned()
    bases = _bases(state)
    for item in _chosen(items, wish, disk, bases):
        if item.kind == "run":
            if not (dry or _remove_run(state, item)):
                done.busy.append(item.name)
                continue
            bases.pop(item.name, None)
            done.runs.append(item.name)
        else:
            done.results += 1
            if not dry:
                _unlink(item.path)
        for digest in disk.remove(item):
            if not dry:
                _unlink(store.path(digest))
    if not dry:
        done.stuck = _remove_gone(state)
        _sweep(state, store, disk, wish.everything)
    done.freed, done.left = before - disk.total, disk.total
    return done


class _Disk:
    """What is on disk, each file counted once however many names it has."""

    def __init__(self, store: Objects, items: list[Item]) -> None:
        self._sizes: dict[int, int] = {}
        self._names: Counter[int] = Counter()
        self._objects: dict[str, dict[int, tuple[int, int]]] = {}
        self.users: Counter[str] = Counter()
        for item in items:
            self._add(item.files)
            self.users.update(item.stored)
        for digest in self.users:
            self._objects[digest] = _files(store.path(digest))
            self._add(self._objects[digest])
        self.total = sum(self._sizes.values())

    def remove(self, item: Item) -> list[str]:
        """Take an item away, and give the objects that nothing uses any more."""
        self._take(item.files)
        self.users.subtract(item.stored)
        loose = [digest for digest in sorted(item.stored) if not self.users[digest]]
        for digest in loose:
            self._take(self._objects[digest])
        return loose

    def _add(self, files: Mapping[int, tuple[int, int]]) -> None:
        for inode, (size, names) in files.items():
            self._sizes[inode] = size
            self._names[inode] += names

    def _take(self, files: Mapping[int, tuple[int, int]]) -> None:
        for inode, (_, names) in files.items():
            self._names[inode] -= names
            if not self._names[inode]:
                self.total -= self._sizes.pop(inode)


def _chosen(items: list[Item], wish: Wish, disk: _Disk, bases: Mapping[str, str]) -> Iterator[Item]:
    """Give what is to go, the oldest first; asked again after each was taken away.

    What a run in `bases` takes results from goes after that run, or not at all.
    """
    now = time.time()
    latest = {one.identity: one for one in items if one.kind == "run"}
    left = list(items)
    while item := next((one for one in left if one.name not in bases.values()), None):
        left.remove(item)
        if item.kind == "run" and not wish.everything and latest[item.identity] is item:
            continue
        old = wish.older_than is not None and now - item.used >= wish.older_than
        big = wish.max_size is not None and disk.total > wish.max_size
        if wish.everything or old or big:
            yield item


def _runs(state: str) -> Iterator[Item]:
    """Describe the runs that are not going on. One that is just beginning has no journal yet."""
    folder = f"{state}/runs"
    for name in sorted(os.listdir(folder)):
        path = f"{folder}/{name}"
        if not os.path.isdir(path):
            continue
        journal = f"{path}/journal.jsonl"
        try:
            used = os.stat(journal if os.path.exists(journal) else path).st_mtime
        except OSError:
            continue
        head = _head(journal)
        if past.is_live(path) or (not head and time.time() - used < _YOUNG):
            continue
        whose = _identity(head) if head else name
        yield Item("run", name, path, used, whose, files=_files(path))


def _bases(state: str) -> dict[str, str]:
    """Give the runs that are there and take results from another one, with that one."""
    found: dict[str, str] = {}
    for name in os.listdir(f"{state}/runs"):
        base = (_head(f"{state}/runs/{name}/journal.jsonl").get("part") or {}).get("base")
        if base:
            found[name] = str(base)
    return found


def _identity(head: Mapping[str, Any]) -> str:
    """Give the identity of a run from the head of its journal."""
    given = head.get("identity")
    if given:
        return str(given)
    return identity(head["spec"], head.get("environment"), head.get("params") or {}, "")


def _results(state: str) -> Iterator[Item]:
    for folder, _, names in os.walk(f"{state}/cache/entries"):
        for name in sorted(names):
            path = f"{folder}/{name}"
            stored: set[str] = set()
            try:
                used = os.stat(path).st_mtime
                body = entries.read(path) if name.endswith(".json") else None
                if body:
                    outputs = body["outputs"].values()
                    stored = objects.digests([one for one in outputs if one and "kind" in one])
            except (DamagedError, KeyError, TypeError):
                used = 0.0  # of no use to anybody
            except OSError:
                continue
            if name.endswith(".json"):
                yield Item("result", name, path, used, stored=frozenset(stored), files=_files(path))


def _remove_run(state: str, item: Item) -> bool:
    """Remove a run, unless it is going on meanwhile. Gives whether it is gone."""
    away = f"{state}/{_GONE}-{item.name}"
    with _hold(state, item) as held:
        if not held or past.is_live(item.path):
            return False
        try:
            os.rename(item.path, away)
        except FileNotFoundError:
            return True
    with suppress(OSError):  # the sweep that follows says so
        artifacts.remove(away)
    return True


@contextmanager
def _hold(state: str, item: Item) -> Iterator[bool]:
    """Hold the lock of a run's identity; gives False where somebody else does."""
    path = f"{state}/locks/{os.path.basename(item.identity)}"
    if not os.path.exists(path):
        yield True
        return
    lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:  # a file system without locks
            pass
        yield True
        if item.name.encode() in os.pread(lock, 4096, 0):
            os.ftruncate(lock, 0)  # it named this run as the last
    finally:
        os.close(lock)


def _head(journal: str) -> dict[str, Any]:
    try:
        with open(journal, "rb") as file:
            return decode(file.readline().rstrip(b"\n")) or {}
    except OSError:
        return {}


def _files(path: str) -> dict[int, tuple[int, int]]:
    """Give the files at or below a path: by inode, bytes on disk and how many names it has here."""
    found: dict[int, tuple[int, int]] = {}
    pending = [path]
    while pending:
        one = pending.pop()
        try:
            status = os.lstat(one)
            size, names = found.get(status.st_ino, (status.st_blocks * 512, 0))
            found[status.st_ino] = (size, names + 1)
            if os.path.isdir(one) and not os.path.islink(one):
                pending += [entry.path for entry in os.scandir(one)]
        except OSError:
            continue
    return found


def _remove_gone(state: str) -> list[str]:
    """Remove runs that were moved away, now or by a clean that was killed; give what stays."""
    stuck: list[str] = []
    for name in sorted(os.listdir(state)):
        if name.startswith(_GONE):
            try:
                artifacts.remove(f"{state}/{name}")
            except OSError as error:
                stuck.append(f"{error.filename}: {(error.strerror or str(error)).lower()}")
    return stuck


def _sweep(state: str, store: Objects, disk: _Disk, everything: bool) -> None:
    """Remove what was left of the cache by halves: by a clean or a run that was killed."""
    now = time.time()
    for folder, _, names in os.walk(store.folder):
        for name in names:
            digest = os.path.basename(folder) + name
            path = f"{folder}/{name}"
            if disk.users[digest] > 0:
                continue
            try:
                if everything or now - os.stat(path).st_ctime > _YOUNG:
                    os.unlink(path)
            except OSError:
                continue
    for folder, _, names in os.walk(f"{state}/cache"):
        for name in names:
            path = f"{folder}/{name}"
            with suppress(FileNotFoundError):  # a run that goes on has put it in its place
                if name.endswith(".tmp") and now - os.stat(path).st_mtime > _YOUNG:
                    os.unlink(path)


def _unlink(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
