"""What this machine has: processors, memory and GPUs, as far as this process may use them."""

import os
import re
import sys
from collections.abc import Sequence

from pipec.backends.local.budget import Machine
from pipec.backends.local.refusal import RefusalError
from pipec.compiler.lowering.quantities import memory, millicores

_GROUPS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)


def find_machine(cpus: str | None, size: str | None, gpus: int | None) -> Machine:
    """Give what is to be shared out, as given by options, else what there is.

    Raises RefusalError.
    """
    cpu = millicores(cpus) if cpus else processors() * 1000
    if not cpu:
        raise RefusalError(f'--cpus takes a number of processors, as 4 or 500m, not "{cpus}"')
    bytes_ = memory(size) if size else installed()
    if not bytes_:
        raise RefusalError(f'--memory takes a size, as 8Gi, not "{size}"')
    return Machine(cpu, bytes_, devices(gpus))


def processors() -> int:
    """Give the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed() -> int:
    """Give the memory in bytes, or what the control group of this process may use of it."""
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return sys.maxsize
    for path in _GROUPS:
        try:
            with open(path) as file:
                text = file.read().strip()
        except OSError:
            continue
        if text.isdigit():
            found = min(found, int(text))
    return found


def devices(count: int | None = None) -> Sequence[str]:
    """Name the GPUs: those in `CUDA_VISIBLE_DEVICES`, else those that have a device file.

    A count takes the first so many, or numbers them where they cannot be seen.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        # the drivers use none of the list from the first name on that is no device
        names = re.split(r",\s*", re.split(r"(?:^|,)\s*-", visible.strip())[0])
        found = [name for name in names if name]
    else:
        try:
            found = sorted(
                (name[6:] for name in os.listdir("/dev") if re.fullmatch(r"nvidia\d+", name)),
                key=int,
            )
        except OSError:
            found = []
    if count is None:
        return found
    return found[:count] if len(found) >= count else [str(index) for index in range(count)]
