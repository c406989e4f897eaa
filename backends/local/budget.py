"""What steps take of the machine at the same time: processors, memory and GPUs.

Nothing is measured and nothing is enforced: it decides what starts together. Steps that say
nothing of what they need take nothing.
"""

from collections.abc import Hashable, Sequence

from pipec.compiler.ir import Resources
from pipec.compiler.lowering.quantities import memory, millicores
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to share out: `cpu` in thousandths of a processor, `memory` in bytes, `gpus`
    by the names that `CUDA_VISIBLE_DEVICES` takes."""

    cpu: int
    memory: int
    gpus: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What one step takes. `alone`: it asks for more than there is, and so runs by itself."""

    cpu: int = 0
    memory: int = 0
    gpu: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """What was given. `late` says that it was given while another step waited for its turn."""

    need: Need
    gpus: tuple[str, ...]
    late: bool


class Budget:
    """Shares a machine out, in the order in which steps ask.

    The first that does not fit is waited for: what it needs is set aside as it becomes free, and
    others start only in what is left beside it. So no step is passed for ever by smaller ones.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._given: set[Share] = set()
        self._free = list(machine.gpus)
        self._waiting: Hashable | None = None
        self._wanted = Need()

    def take(self, who: Hashable, resources: Resources) -> Share | None:
        """Give a step its share, or None if it has to wait. `who` asks again until it is given."""
        need = self.need(resources)
        first = self._waiting is None or self._waiting == who
        if not self._fits(need, self._given):
            if self._waiting is None:
                self._waiting, self._wanted = who, need
            return None
        if not first and not self._fits_beside(need):
            return None
        if self._waiting == who:
            self._waiting = None
        share = Share(need, tuple(self._free[: need.gpu]), late=self._waiting is not None)
        del self._free[: need.gpu]
        self._given.add(share)
        return share

    def give_back(self, share: Share) -> None:
        self._given.discard(share)
        self._free = [one for one in self._machine.gpus if one in {*self._free, *share.gpus}]
        if not self._given:
            self._waiting = None  # all is free: the next that asks is the first

    def need(self, resources: Resources) -> Need:
        """Say what a step takes of this machine; of what there is none, nothing."""
        cpu = millicores(resources.cpu) or 0 if resources.cpu else 0
        size = memory(resources.memory) or 0 if resources.memory else 0
        gpu = resources.gpu or 0
        has = self._machine
        alone = cpu > has.cpu or size > has.memory or gpu > len(has.gpus)
        return Need(min(cpu, has.cpu), min(size, has.memory), min(gpu, len(has.gpus)), alone)

    def _fits(self, need: Need, beside: set[Share]) -> bool:
        if any(one.need.alone for one in beside) or (need.alone and beside):
            return False
        return self._is_enough([need, *(one.need for one in beside)])

    def _fits_beside(self, need: Need) -> bool:
        """Say whether a step leaves room for the one that waits, once all before it have ended."""
        if need.alone or self._wanted.alone:
            return False
        late = [one.need for one in self._given if one.late]
        return self._is_enough([need, self._wanted, *late])

    def _is_enough(self, needs: Sequence[Need]) -> bool:
        return (
            sum(one.cpu for one in needs) <= self._machine.cpu
            and sum(one.memory for one in needs) <= self._machine.memory
            and sum(one.gpu for one in needs) <= len(self._machine.gpus)
        )
