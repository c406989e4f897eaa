"""Starts programs, each in a session of its own that dies with this process.

Loaded by the supervising process, so it imports little.
"""

import errno
import os
import signal
from collections.abc import Mapping, Sequence

from pipec.backends.local import processes
from pipec.backends.local.loop import SIGNALS

CANNOT = 127  # the exit code of a program that cannot be started


class Starter:
    """Starts programs. What keeps one from being started is known when its process has ended."""

    def __init__(self) -> None:
        self._parent = os.getpid()
        self._null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        self._reasons: dict[int, int] = {}
        self._die_with_parent = processes.death_signal()

    def start(
        self, argv: Sequence[bytes], env: Mapping[bytes, bytes], folder: bytes, output: int
    ) -> int:
        """Start a program and give its pid. Raises OSError where there is no room for a process."""
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            pid = os.fork()
            if not pid:
                self._become(argv, env, folder, output, blocked)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return pid

    def reason(self, pid: int) -> int:
        """Give why a program that ended with `CANNOT` was not started, as an errno, or 0."""
        try:
            for line in os.read(self._told, 65_536).splitlines():
                failed, code = line.split()
                self._reasons[int(failed)] = int(code)
        except BlockingIOError:
            pass
        return self._reasons.pop(pid, 0)

    def _become(
        self,
        argv: Sequence[bytes],
        env: Mapping[bytes, bytes],
        folder: bytes,
        output: int,
        mask: set[signal.Signals] | set[int],
    ) -> None:
        """Turn the new process into the program. Does not return."""
        code = errno.EINVAL
        try:
            os.setsid()
            self._die_with_parent()
            if os.getppid() != self._parent:
                os._exit(1)
            for number in (*SIGNALS, signal.SIGPIPE, signal.SIGXFSZ):
                if number in (signal.SIGPIPE, signal.SIGXFSZ) or callable(signal.getsignal(number)):
                    signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            os.dup2(self._null, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(folder)
            os.execvpe(argv[0], list(argv), env)  # noqa: S606 # no shell is what is wanted
        except OSError as error:
            code = error.errno or errno.EINVAL
        except BaseException:
            code = errno.EINVAL
        finally:
            os.write(self._tell, b"%d %d\n" % (os.getpid(), code))
            os._exit(CANNOT)
