"""What is done before an instance may start: its values are made, and known results are looked for.

What this run came to before it was cut off is taken over first, before anything is started.
"""

from typing import Protocol

from pipec.backends.local.fingerprint import fingerprint
from pipec.backends.local.known import Found, Search
from pipec.backends.local.launch import Launch, prepare
from pipec.backends.local.phase import Phase, Stop
from pipec.backends.local.plan import Plan
from pipec.backends.local.progress import Instance, Reason, Scope
from pipec.backends.local.report import Reporter
from pipec.backends.local.scheduler import Scheduler
from pipec.backends.local.worker import Worker
from pipec.compiler.expressions.errors import EvaluationError


class Listener(Protocol):
    """Is told what becomes of an instance: it begins, or ends without a program."""

    def begin(self, instance: Instance) -> None: ...
    def restore(self, instance: Instance, found: Found) -> None: ...
    def fail(self, instance: Instance, why: str) -> None: ...


class Readiness:
    """Gets instances ready; `launches` are what those get that may start.

    A search for a big result goes on beside the loop: the instance is being looked for meanwhile.
    """

    def __init__(
        self,
        plan: Plan,
        scheduler: Scheduler,
        worker: Worker,
        reporter: Reporter,
        listener: Listener,
    ) -> None:
        self.launches: dict[Instance, Launch] = {}
        self._plan, self._scheduler = plan, scheduler
        self._reporter, self._listener = reporter, listener
        self._search = Search(plan.known, worker, reporter.said, self._explain)
        self._looking: set[Instance] = set()
        self._taken: dict[Instance, None] = {}  # to be revived, in order
        self._reviving = plan.earlier is not None

    @property
    def looking(self) -> int:
        """Count the instances that a result is being looked for."""
        return len(self._looking)

    def get_ready(self, instance: Instance) -> None:
        """Make the values of an instance; then it begins, or its known result is taken over."""
        if instance in self.launches:  # tried before
            self._listener.begin(instance)
            return
        scope = Scope(instance.run.frame, instance.item)
        try:
            launch = prepare(instance.run.step, scope, self._plan.secrets)
        except EvaluationError as error:
            self._listener.fail(instance, str(error))
            return
        instance.key = fingerprint(instance.run.step, launch, self._plan.files_hash)
        self._looking.add(instance)
        self._search.find(instance, launch, lambda found: self._looked(instance, launch, found))

    def revive(self, phase: Phase) -> bool:
        """Take over what the run came to before. Gives whether that is done."""
        earlier = self._plan.earlier
        if not self._reviving or not earlier:
            return True
        while taken := self._scheduler.take(earlier.has):
            self._taken |= dict.fromkeys(taken)
            for instance in taken:
                self.get_ready(instance)
        if self._looking:
            return False
        self._reviving = False
        for instance in reversed(self._taken):
            if instance.state is None:
                instance.run.running -= 1
                self._scheduler.again(instance)
        self._taken.clear()
        if text := earlier.tell():
            self._reporter.said(text)
        if earlier.closed and phase.in_steps:
            phase.want(Stop(earlier.closed))
        return phase.may_start

    def begin_finally(self) -> None:
        """Look among the results of `finally` from now on."""
        if self._plan.earlier:
            self._plan.earlier.begin_finally()
            self._reviving = True

    def drop(self) -> list[Instance]:
        """Look for nothing more, as the run is stopped; give what was being looked for."""
        dropped = list(self._looking)
        self._looking.clear()
        self._taken.clear()
        return dropped

    def _looked(self, instance: Instance, launch: Launch, found: Found | None) -> None:
        self._looking.discard(instance)
        if self._plan.explain and (found or not instance.run.step.cache):
            self._say_why(instance, found)
        if found:
            self._listener.restore(instance, found)
            return
        self.launches[instance] = launch
        if instance not in self._taken:  # else it waits until all is taken over
            self._listener.begin(instance)

    def _say_why(self, instance: Instance, found: Found | None) -> None:
        """Tell why an instance runs or not, where the cache has not said it."""
        if found is None:
            self._reporter.explained(instance, Reason(True, "it has no `cache`"))
        elif not found.cached:
            text = f"its result is kept from {found.source}"
            self._reporter.explained(instance, Reason(False, text))

    def _explain(self, instance: Instance, reason: Reason) -> None:
        if self._plan.explain:
            self._reporter.explained(instance, reason)
