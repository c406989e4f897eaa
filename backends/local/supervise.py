"""The runner's side of the supervising process (see `supervisor`): starts it, tells it what to do.

Both sides watch each other. When the runner is gone, the supervising process ends everything. When
that is gone, its children die with it, what they left comes to the runner, and the runner kills it.
"""

import errno
import os
import resource
import sys
from _socket import AF_UNIX, SOCK_STREAM, socketpair
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from signal import SIGCONT, SIGKILL

from pipec.backends.local import processes
from pipec.backends.local.loop import Loop
from pipec.backends.local.wire import Wire

GRACE = 10.0  # seconds from TERM to KILL
_CHUNK = 65_536
# the machine has no room for one more process or pipe: no fault of the program
_NO_ROOM = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
# the packages are bare names there: what they import is not wanted
_BOOT = """
import sys
for name, path in zip(("pipec", "pipec.backends", "pipec.backends.local"), sys.argv[3:]):
    sys.modules[name] = type(sys)(name)
    sys.modules[name].__path__ = [path]
from pipec.backends.local.supervisor import main
main(float(sys.argv[1]), sys.argv[2] == "True")
"""


class Child:
    """A program that was started, and whatever it starts. `over` is set when all of it is gone."""

    __slots__ = ("number", "on_end", "on_output", "on_refusal", "output", "over", "pid", "program")

    def __init__(
        self,
        number: int,
        program: bytes,
        output: int,
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
        on_refusal: Callable[[str, bool], None],
    ) -> None:
        self.number, self.program, self.output = number, program, output
        self.on_output, self.on_end, self.on_refusal = on_output, on_end, on_refusal
        self.over = False
        self.pid: int | None = None


class Supervisor:
    """Starts programs and ends them with everything they started. `close` it at the end.

    `on_loss` is told when the supervising process is gone; every program has ended then.
    """

    def __init__(
        self,
        loop: Loop,
        on_loss: Callable[[str], None],
        grace: float = GRACE,
        held: int | None = None,
    ) -> None:
        """Start the supervising process; `held` is a descriptor that it keeps open."""
        self._loop, self._on_loss = loop, on_loss
        self._children: dict[int, Child] = {}
        self._last = 0
        self._fault = ""
        self._strangers = set(processes.children())
        self._adopting = processes.adopt_orphans()
        ours, theirs = socketpair(AF_UNIX, SOCK_STREAM)
        self._wire = Wire(ours)
        try:
            self._pid = _spawn(theirs.fileno(), grace, self._adopting)
        finally:
            theirs.close()
        loop.watch(self._wire.fileno(), self._hear)
        if held is not None:
            self._tell(b"hold", descriptor=held)

    def start(
        self,
        argv: Sequence[bytes],
        env: Mapping[bytes, bytes],
        folder: str,
        marker: bytes,
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
        on_refusal: Callable[[str, bool], None],
    ) -> Child:
        """Start a program; `marker` is a `NAME=VALUE` of `env` that no other program has.

        `on_end` gets the exit code (128+N for signal N) when all its processes are gone;
        `on_refusal` why it was not started, and whether the machine had no room for it.
        Raises OSError where there is no room for its output.
        """
        output, write = os.pipe()
        os.set_blocking(output, False)
        self._last += 1
        child = Child(self._last, argv[0], output, on_output, on_end, on_refusal)
        self._children[child.number] = child
        self._loop.watch(output, partial(self._read, child))
        texts = (*argv, *(b"%s=%s" % pair for pair in env.items()))
        head = (b"start", b"%d" % child.number, os.fsencode(folder), marker, b"%d" % len(argv))
        try:
            self._tell(*head, *texts, descriptor=write)
        finally:
            os.close(write)
        return child

    def stop(self, child: Child, now: bool = False) -> None:
        """End a program and all it started: TERM, then KILL after the grace time (or at once)."""
        self._tell(b"stop", b"%d" % child.number, b"now" if now else b"")

    def wake(self) -> None:
        """Let the supervising process go on: a program may have stopped it."""
        if self._pid:
            processes.send([self._pid], SIGCONT)

    def close(self) -> None:
        """Kill whatever is left, at once, and wait until it is gone."""
        if self._pid:
            self._tell(b"kill")
            self._loop.forget(self._wire.fileno())
            self._wire.close()
            self._bury()
        for child in self._children.values():
            self._close_output(child)
        self._children.clear()

    def _tell(self, *fields: bytes, descriptor: int | None = None) -> None:
        if not self._pid:
            return
        try:
            self._wire.send(*fields, descriptor=descriptor)
        except (BrokenPipeError, ConnectionResetError):  # then `_hear` is told so too
            return

    def _hear(self) -> None:
        messages = self._wire.receive()
        if messages is None:
            self._lose()
            return
        for kind, *rest in messages:
            if kind == b"fault":
                self._fault = rest[0].decode(errors="replace")
                continue
            child = self._children[int(rest[0])]
            if kind == b"started":
                child.pid = int(rest[1])
            elif kind == b"ended":
                self._drain(child)
                child.on_end(int(rest[1]))
            elif kind == b"refused":
                self._drain(child)
                code = int(rest[1])
                child.on_refusal(_reason(child.program, code), code in _NO_ROOM)

    def _drain(self, child: Child) -> None:
        """Read what is left of the output of a program that has ended."""
        del self._children[child.number]
        child.over = True
        for _ in range(16):  # a pipe holds 64 KiB; a stranger that floods it does not hold us
            if not self._read(child):
                break
        self._close_output(child)

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

    def _lose(self) -> None:
        """Kill all programs: nobody else would end them any more."""
        self._loop.forget(self._wire.fileno())
        self._wire.close()
        status = self._bury()
        left = list(self._children.values())
        for child in left:
            if child.pid is not None:
                processes.send_group(child.pid, SIGKILL)
        while self._adopting and (strays := set(processes.children()) - self._strangers):
            processes.send(processes.below(strays), SIGKILL)
            for pid in strays:
                _wait(pid)
        self._on_loss(self._fault or _death(status))
        for child in left:
            self._drain(child)
            child.on_end(128 + SIGKILL)

    def _bury(self) -> int:
        """Wait for the end of the supervising process, and give its status."""
        pid, self._pid = self._pid, 0
        return _wait(pid)


def _spawn(socket: int, grace: float, adopting: bool) -> int:
    """Start the supervising process with its socket as descriptor 0, and give its pid."""
    here = os.path.dirname(os.path.abspath(__file__))
    paths = (os.path.dirname(os.path.dirname(here)), os.path.dirname(here), here)
    # Python leaves half a cached module behind where files may not grow: then better none
    limited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
    flags = ("-I", "-S", "-B") if limited else ("-I", "-S")
    words = [sys.executable, *flags, "-c", _BOOT, str(grace), str(adopting), *paths]
    actions = [
        (os.POSIX_SPAWN_DUP2, socket, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_RDWR, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(sys.executable, words, os.environ, file_actions=actions)


def _wait(pid: int) -> int:
    try:
        return os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return 0


def _death(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended by signal {-code}" if code < 0 else f"ended with {code}"


def _reason(name: bytes, code: int) -> str:
    return f'"{name.decode(errors="replace")}" cannot be started: {os.strerror(code).lower()}'
