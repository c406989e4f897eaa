"""Starts programs, each in a session of its own, and ends them with everything they started."""

import errno
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from signal import SIGCONT, SIGKILL, SIGTERM

from pipec.backends.local import processes
from pipec.backends.local.loop import Loop, Timer

GRACE = 10.0  # seconds from TERM to KILL
_AGAIN = 0.05  # seconds between looks at what KILL has left
_CHUNK = 65_536
# the machine has no room for one more process or pipe: no fault of the program
_NO_ROOM = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}


class CannotStartError(Exception):
    """A program that cannot be started. The text says why."""


class Child:
    """A program that was started, and whatever it starts. `code` is None while it runs."""

    __slots__ = ("_timer", "code", "marker", "on_end", "on_output", "output", "pid", "popen")

    def __init__(
        self,
        popen: "subprocess.Popen[bytes]",
        marker: bytes,
        output: int,
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
    ) -> None:
        self.popen, self.pid, self.marker = popen, popen.pid, marker
        self.output, self.on_output, self.on_end = output, on_output, on_end
        self.code: int | None = None
        self._timer: Timer | None = None


class Supervisor:
    """Owns every process of a run. Call `reap` on SIGCHLD and `close` at the end."""

    def __init__(self, loop: Loop, grace: float = GRACE) -> None:
        self._loop, self._grace = loop, grace
        self._active: dict[int, Child] = {}
        self._suspects: dict[int, set[Child]] = {}
        self._adopting = processes.adopt_orphans()
        self._null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def start(
        self,
        argv: Sequence[bytes],
        env: Mapping[bytes, bytes],
        folder: str,
        marker: bytes,
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
    ) -> Child:
        """Start a program; `marker` is a `NAME=VALUE` of `env` that no other program has.

        `on_end` gets the exit code (128+N for signal N) when all its processes are gone.
        Raises CannotStartError, and OSError where the machine has no room for it.
        """
        output, write = os.pipe()
        try:
            popen = subprocess.Popen(
                argv,
                env=env,
                cwd=folder,
                stdin=self._null,
                stdout=write,
                stderr=write,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            os.close(output)
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                raise
            raise CannotStartError(_reason(argv[0], error)) from None
        finally:
            os.close(write)
        os.set_blocking(output, False)
        child = Child(popen, marker, output, on_output, on_end)
        self._active[child.pid] = child
        self._loop.watch(output, partial(self._read, child))
        return child

    def stop(self, child: Child, now: bool = False) -> None:
        """End a program and all it started: TERM, then KILL after the grace time (or at once)."""
        if now:
            self._kill(child)
        elif child._timer is None:
            self._terminate(child)

    def reap(self) -> None:
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
                child.code = child.popen.returncode = code if code >= 0 else 128 - code
        for child in [one for one in self._active.values() if one.code is not None]:
            self._sweep(child)

    def close(self) -> None:
        """Kill whatever is left, at once."""
        for child in list(self._active.values()):
            self._signal(child, SIGKILL)
        while self._adopting and (left := processes.children()):
            processes.send(left, SIGKILL)
            for pid in left:
                try:
                    os.waitpid(pid, 0)
                except ChildProcessError:
                    continue
        os.close(self._null)

    def _sweep(self, child: Child) -> None:
        """End what a program left behind; then it has ended."""
        if child.pid not in self._active:
            return
        if not self._is_anything_left(child):
            self._finish(child)
            return
        if child._timer is None:
            self._terminate(child)
        if not self._adopting:  # then nothing tells when the last of the group is gone
            self._loop.after(_AGAIN, partial(self._sweep, child))

    def _terminate(self, child: Child) -> None:
        child._timer = self._loop.after(self._grace, lambda: self._kill(child))
        self._signal(child, SIGTERM)
        self._signal(child, SIGCONT)  # one that is stopped gets the TERM when it goes on

    def _kill(self, child: Child) -> None:
        if child.pid not in self._active:
            return
        if child._timer:
            child._timer.cancel()
        child._timer = self._loop.after(_AGAIN, lambda: self._kill(child))
        self._signal(child, SIGKILL)

    def _finish(self, child: Child) -> None:
        del self._active[child.pid]
        if child._timer:
            child._timer.cancel()
        if child.output >= 0:
            for _ in range(16):  # a pipe holds 64 KiB; a stranger that floods it does not hold us
                if not self._read(child):
                    break
        self._close_output(child)
        assert child.code is not None
        child.on_end(child.code)

    def _read(self, child: Child) -> bool:
        """Read once. Gives whether there may be more."""
        if child.output < 0:
            return False
        try:
            data = os.read(child.output, _CHUNK)
        except BlockingIOError:
            return False
        if data:
            child.on_output(data)
        else:
            self._close_output(child)
        return bool(data)

    def _close_output(self, child: Child) -> None:
        if child.output >= 0:
            self._loop.forget(child.output)
            os.close(child.output)
            child.output = -1

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


def _reason(name: bytes, error: Exception) -> str:
    program = name.decode()
    if isinstance(error, OSError) and error.strerror:
        return f'"{program}" cannot be started: {error.strerror.lower()}'
    return f'"{program}" cannot be started: {error}'
