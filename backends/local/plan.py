"""All that a run needs to know before it starts."""

import sys
from collections.abc import Mapping, Sequence

from pipec.backends.local.budget import Machine
from pipec.backends.local.cache.place import CachePlace
from pipec.backends.local.containers import Containers
from pipec.backends.local.earlier import Earlier
from pipec.backends.local.known import Known
from pipec.backends.local.launch import Secrets
from pipec.backends.local.part import Settled
from pipec.backends.local.progress import Context
from pipec.backends.local.store import RunFolder
from pipec.compiler.ir import Pipeline
from pipec.compiler.records import dataclass

_ENDLESS = Machine(sys.maxsize, sys.maxsize)
_NOTHING: Mapping[str, Settled] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `files` maps working-folder paths to where their bytes are, `files_hash` is of all
    of these; `base` is the environment that programs start from; `grace` is in seconds; `lock` is
    a descriptor that is held as long as any program runs; `known` are the places where results may
    be known before a program is started, first the first to ask; `earlier` and `cache` are two of
    them, the parts of the run so far, and the one that takes new results too; `explain` has each
    instance say why it runs or not; `machine` is what is shared out among the steps that run at
    once; `settled` is what steps came to, by name, that do not run."""

    pipeline: Pipeline
    context: Context
    folder: RunFolder
    jobs: int
    grace: float
    secrets: Secrets
    answers: Mapping[str, bool]
    base: Mapping[bytes, bytes]
    files: Mapping[str, str]
    files_hash: str = ""
    lock: int | None = None
    known: Sequence[Known] = ()
    earlier: Earlier | None = None
    cache: CachePlace | None = None
    explain: bool = False
    machine: Machine = _ENDLESS
    containers: Containers | None = None
    settled: Mapping[str, Settled] = _NOTHING
