"""The supervising process of a run: it owns every process of every step, and outlives the runner.

The runner sends what to start and what to stop (see `supervise`); what programs print goes to the
runner through pipes of its own, so this process stays small. On Linux it adopts every process below
it whose own parent dies. When the runner is gone, whatever the signal, all ends: TERM, the grace
time, KILL. It holds the lock of the run, so that no other run of the same identity can begin
before that. TERM, INT and HUP do nothing to it: they are for the runner.

It imports little: 2 MB above the smallest Python, some 20 ms beside the runner's own start.
"""

import errno
import os
from _socket import socket
from functools import partial
from signal import SIGCHLD, SIGCONT, SIGKILL, SIGTERM

from pipec.backends.local import processes
from pipec.backends.local.children import CANNOT, Starter
from pipec.backends.local.loop import Loop, Timer
from pipec.backends.local.wire import Wire

_AGAIN = 0.05  # seconds between looks at what KILL has left


class Child:
    """A program that was started, and whatever it starts. `code` is None while it runs."""

    __slots__ = ("code", "marker", "number", "pid", "reason", "timer")

    def __init__(self, number: bytes, pid: int, marker: bytes) -> None:
        self.number, self.pid, self.marker = number, pid, marker
        self.code: int | None = None
        self.reason = 0
        self.timer: Timer | None = None


class Supervisor:
    """Serves one runner over a wire until nothing is left to do."""

    def __init__(self, wire: Wire, grace: float) -> None:
        self._wire, self._grace = wire, grace
        self._active: dict[int, Child] = {}
        self._suspects: dict[int, set[Child]] = {}
        self._held: list[int] = []
        self._alone = False

    def serve(self, adopting: bool) -> None:
        """Do what the runner says; when it has gone, end everything."""
        self._adopting = processes.adopt_orphans() and adopting
        self._starter = Starter()
        with Loop(self._take_signal) as self._loop:
            self._loop.watch(self._wire.fileno(), self._hear)
            while self._active or not self._alone:
                self._loop.turn()
        self._end_strays()

    def _take_signal(self, number: int) -> None:
        if number == SIGCHLD:
            self._reap()

    # --- the runner -----------------------------------------------------------------------------

    def _hear(self) -> None:
        messages = self._wire.receive()
        if messages is None:
            self._be_alone()
            return
        for kind, *rest in messages:
            if kind == b"start":
                self._start(*rest)
            elif kind == b"stop":
                self._stop(*rest)
            elif kind == b"hold":
                self._held.append(self._wire.take())
            elif kind == b"kill":
                for child in list(self._active.values()):
                    self._kill(child)

    def _be_alone(self) -> None:
        self._alone = True
        self._loop.forget(self._wire.fileno())
        for child in list(self._active.values()):
            if child.timer is None:
                self._terminate(child)

    def _tell(self, *fields: bytes) -> None:
        if self._alone:
            return
        try:
            self._wire.send(*fields)
        except OSError:
            self._be_alone()

    # --- programs -------------------------------------------------------------------------------

    def _start(
        self, number: bytes, folder: bytes, marker: bytes, count: bytes, *texts: bytes
    ) -> None:
        most = int(count)
        env = dict(text.split(b"=", 1) for text in texts[most:])
        output = self._wire.take()
        try:
            if output < 0:
                raise OSError(errno.EMFILE, "")
            pid = self._starter.start(texts[:most], env, folder, output)
        except OSError as error:
            self._tell(b"refused", number, b"%d" % (error.errno or 0))
            return
        finally:
            if output >= 0:
                os.close(output)
        self._active[pid] = Child(number, pid, marker)
        if not self._adopting:  # the runner cannot find them by itself then
            self._tell(b"started", number, b"%d" % pid)

    def _stop(self, number: bytes, now: bytes) -> None:
        for child in list(self._active.values()):
            if child.number != number:
                continue
            if now:
                self._kill(child)
            elif child.timer is None:
                self._terminate(child)

    def _reap(self) -> None:
        """Take note of every process that has ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            child = self._active.get(pid)
            if child is None:
                self._suspects.pop(pid, None)
            elif child.code is None:
                code = os.waitstatus_to_exitcode(status)
                child.code = code if code >= 0 else 128 - code
                if child.code == CANNOT:
                    child.reason = self._starter.reason(pid)
        for child in [one for one in self._active.values() if one.code is not None]:
            self._sweep(child)

    def _sweep(self, child: Child) -> None:
        """End what a program left behind; then it has ended."""
        if child.pid not in self._active:
            return
        if not self._is_anything_left(child):
            self._finish(child)
            return
        if child.timer is None:
            self._terminate(child)
        if not self._adopting:  # then nothing tells when the last of the group is gone
            self._loop.after(_AGAIN, partial(self._sweep, child))

    def _terminate(self, child: Child) -> None:
        child.timer = self._loop.after(self._grace, lambda: self._kill(child))
        self._signal(child, SIGTERM)
        self._signal(child, SIGCONT)  # one that is stopped gets the TERM when it goes on

    def _kill(self, child: Child) -> None:
        if child.pid not in self._active:
            return
        if child.timer:
            child.timer.cancel()
        child.timer = self._loop.after(_AGAIN, lambda: self._kill(child))
        self._signal(child, SIGKILL)

    def _finish(self, child: Child) -> None:
        del self._active[child.pid]
        if child.timer:
            child.timer.cancel()
        if child.reason:
            self._tell(b"refused", child.number, b"%d" % child.reason)
        else:
            self._tell(b"ended", child.number, b"%d" % (child.code or 0))

    def _end_strays(self) -> None:
        """Kill what no program was held to have started."""
        while self._adopting and (left := processes.children()):
            processes.send(processes.below(left), SIGKILL)
            for pid in left:
                try:
                    os.waitpid(pid, 0)
                except ChildProcessError:
                    continue

    # --- whose a process is ---------------------------------------------------------------------

    def _signal(self, child: Child, signal: int) -> None:
        if not self._adopting:
            processes.send_group(child.pid, signal)
            return
        if child.code is None:
            processes.send_group(child.pid, signal)
        roots = [child.pid] if child.code is None else []
        roots += [pid for pid in self._orphans() if self._is_of(pid, child)]
        processes.send(processes.below(roots, child.pid), signal)

    def _is_anything_left(self, child: Child) -> bool:
        if not self._adopting:
            return processes.send_group(child.pid, 0)
        return any(self._is_of(pid, child) for pid in self._orphans())

    def _orphans(self) -> list[int]:
        """Give the processes that came to us because their own parent died."""
        return [
            pid
            for pid in processes.children()
            if pid not in self._active or self._active[pid].code is not None
        ]

    def _is_of(self, pid: int, child: Child) -> bool:
        """Say whether an orphan was started by a program.

        Its session says so, else its environment; where it has changed both, it may be of any
        program that ran when it was first seen, and is held to be of the last of these to end.
        """
        process = processes.look(pid)
        if process is None:
            return False
        if process.session in self._active:
            return process.session == child.pid
        suspects = self._suspects.get(pid)
        if suspects is None:
            active = self._active.values()
            marked = {one for one in active if processes.has_variable(pid, one.marker)}
            suspects = self._suspects[pid] = marked or set(active)
        return not any(one.code is None for one in suspects if one is not child)


def main(grace: float, adopting: bool) -> None:
    """Serve the runner at the other end of descriptor 0; if `adopting`, take orphans in."""
    os.setsid()
    processes.when_parent_dies(SIGCONT)  # one that a program stopped hears of the end then
    os.chdir("/")
    os.closerange(3, min(os.sysconf("SC_OPEN_MAX"), 65_536))  # what the caller did not mean to pass
    wire = Wire(socket(-1, -1, -1, 0))
    try:
        Supervisor(wire, grace).serve(adopting)
    except Exception as fault:
        wire.send(b"fault", repr(fault).encode(errors="replace").replace(b"\0", b""))
        raise
