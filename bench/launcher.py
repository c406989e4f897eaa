"""Runs a program and prints seconds, processor seconds, peak kilobytes and its exit code.

On Linux a new process counts its parent's memory as its own peak until it has started its program.
So this one is as small as a process of Python can be.
"""

import os
import sys
import time

null = os.open(os.devnull, os.O_RDWR)
start = time.perf_counter()
actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
kilobytes = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(seconds, usage.ru_utime + usage.ru_stime, kilobytes, os.waitstatus_to_exitcode(status))
