"""What processes there are and whose they are, from `/proc`; elsewhere only groups can be asked."""

import os
import sys
from collections.abc import Iterable
from typing import NamedTuple

LINUX = sys.platform == "linux"
_PR_SET_CHILD_SUBREAPER = 36


class Process(NamedTuple):
    pid: int
    parent: int
    session: int


def adopt_orphans() -> bool:
    """Make this process the parent of every process below it whose own parent dies.

    So one that called `setsid` cannot get away. Gives whether that works here (Linux only).
    """
    if not LINUX:
        return False
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def children() -> list[int]:
    """Give the processes right below this one, ended ones that were not waited for among them."""
    if not LINUX:
        return []
    try:
        with open("/proc/thread-self/children", "rb") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        me = os.getpid()
        return [one.pid for one in everything() if one.parent == me]


def look(pid: int) -> Process | None:
    """Describe a process; None if it is gone or has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return Process(pid, int(fields[1]), int(fields[3]))


def everything() -> list[Process]:
    """Describe every process that has not ended."""
    if not LINUX:
        return []
    found = (look(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [one for one in found if one]


def below(roots: Iterable[int], session: int) -> list[int]:
    """Give what is alive of `roots`, of a session, and of everything below them."""
    known = everything()
    under: dict[int, list[int]] = {}
    for one in known:
        under.setdefault(one.parent, []).append(one.pid)
    alive = {one.pid for one in known}
    found: dict[int, None] = {}
    pending = [*roots, *(one.pid for one in known if one.session == session)]
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
