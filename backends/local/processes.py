"""What processes there are and whose they are, from `/proc`; elsewhere only groups can be asked.

Loaded by the supervising process, so it imports little.
"""

import os
import sys
from collections.abc import Callable, Iterable
from signal import SIGKILL

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class Process:
    """A process that has not ended. `since` is when it began, in ticks of the kernel."""

    __slots__ = ("parent", "pid", "session", "since")

    def __init__(self, pid: int, parent: int, session: int, since: int) -> None:
        self.pid, self.parent, self.session, self.since = pid, parent, session, since


def adopt_orphans() -> bool:
    """Make this process the parent of every process below it whose own parent dies.

    So one that called `setsid` cannot get away. Gives whether that works here (Linux only).
    """
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def when_parent_dies(signal: int) -> None:
    """Have this process sent a signal when its parent dies (Linux only)."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def death_signal() -> Callable[[], object]:
    """Give what a new process calls to be killed when its parent dies (Linux only)."""
    if not LINUX:
        return _nothing
    import ctypes

    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return _nothing
    return lambda: prctl(_PR_SET_PDEATHSIG, int(SIGKILL), 0, 0, 0)


def _prctl(option: int, value: int) -> bool:
    if not LINUX:
        return False
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _nothing() -> None:
    """Stand for what only Linux has."""


def children() -> list[int]:
    """Give the processes right below this one, ended ones that were not waited for among them."""
    if not LINUX:
        return []
    found: list[int] = []
    try:
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        me = os.getpid()
        return [one.pid for one in everything() if one.parent == me]
    return found


def look(pid: int) -> Process | None:
    """Describe a process; None if it is gone or has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return Process(pid, int(fields[1]), int(fields[3]), int(fields[19]))


def everything() -> list[Process]:
    """Describe every process that has not ended."""
    if not LINUX:
        return []
    found = (look(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [one for one in found if one]


def below(roots: Iterable[int], *sessions: int) -> list[int]:
    """Give what is alive of `roots`, of some sessions, and of everything below them."""
    known = everything()
    under: dict[int, list[int]] = {}
    for one in known:
        under.setdefault(one.parent, []).append(one.pid)
    alive = {one.pid for one in known}
    found: dict[int, None] = {}
    pending = [*roots, *(one.pid for one in known if one.session in sessions)]
    while pending:
        pid = pending.pop()
        if pid in alive and pid not in found:
            found[pid] = None
            pending.extend(under.get(pid, ()))
    return list(found)


def has_variable(pid: int, variable: bytes) -> bool:
    """Say whether a process was started with `NAME=VALUE` in its environment."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return variable in file.read().split(b"\0")
    except OSError:
        return False


def started_with(prefix: bytes) -> list[int]:
    """Give the processes with a variable in their environment that begins like `NAME=VALUE`."""
    found = []
    for one in everything():
        try:
            with open(f"/proc/{one.pid}/environ", "rb") as file:
                if any(text.startswith(prefix) for text in file.read().split(b"\0")):
                    found.append(one.pid)
        except OSError:
            continue
    return found


def is_alive(pid: int) -> bool:
    """Say whether there is a process of this number that has not ended."""
    if LINUX:
        return look(pid) is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(pids: Iterable[int], signal: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal)
        except (ProcessLookupError, PermissionError):
            continue


def send_group(group: int, signal: int) -> bool:
    """Signal a process group; False if there is none."""
    try:
        os.killpg(group, signal)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group that has only ended members
        return False
    return True
