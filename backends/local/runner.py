"""Runs a pipeline: joins scheduler, attempts, journal and report in one loop."""

import time
from contextlib import ExitStack
from functools import partial
from signal import SIGCHLD
from typing import Any

from pipec.backends.local import part
from pipec.backends.local.approval import Desk
from pipec.backends.local.attempts import Attempt, Attempts, Result
from pipec.backends.local.budget import Budget, Share
from pipec.backends.local.chronicle import Chronicle
from pipec.backends.local.journal import Journal
from pipec.backends.local.known import Found
from pipec.backends.local.loop import Loop
from pipec.backends.local.phase import Phase, Stop
from pipec.backends.local.plan import Plan
from pipec.backends.local.progress import Frame, Instance, StepRun
from pipec.backends.local.readiness import Readiness
from pipec.backends.local.report import Reporter
from pipec.backends.local.report.words import item_text
from pipec.backends.local.retry import pause, wants_again
from pipec.backends.local.scheduler import Scheduler
from pipec.backends.local.supervise import Supervisor
from pipec.backends.local.worker import Worker
from pipec.backends.local.workspace import Workspaces
from pipec.compiler.ir import RunState
from pipec.compiler.records import dataclass, field


@dataclass(slots=True)
class Runner:
    """One run. `run` goes through it; `frames` hold what became of every step."""

    plan: Plan
    journal: Journal
    reporter: Reporter
    frames: tuple[Frame, ...] = ()
    phase: Phase = field(default_factory=Phase)
    _running: set[Attempt] = field(default_factory=set)
    _starting: list[Attempt] = field(default_factory=list)
    _shares: dict[Instance, Share | None] = field(default_factory=dict)
    _share: Share | None = None
    _budget: Budget = field(init=False)
    _chronicle: Chronicle = field(init=False)
    _readiness: Readiness = field(init=False)
    _loop: Loop = field(init=False)
    _supervisor: Supervisor = field(init=False)
    _scheduler: Scheduler = field(init=False)
    _attempts: Attempts = field(init=False)
    _desk: Desk = field(init=False)
    _worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        plan, pipeline = self.plan, self.plan.pipeline
        self._budget = Budget(plan.machine)
        steps = Frame(pipeline.steps, plan.context, self._steps_ended)
        last = Frame(pipeline.finally_, plan.context, self._all_ended, above=steps)
        self.frames = (steps, last)
        self._chronicle = Chronicle(self.journal, plan.folder.path, plan.context, self._give_up)
        self._scheduler = Scheduler(self)

    def run(self) -> RunState:
        """Run it all and give the state of the run."""
        with ExitStack() as stack:
            try:
                self._open(stack)
            except OSError as error:
                self._cannot_begin(f"the run cannot begin: {_reason(error)}")
            else:
                self._go_through()
        return self.state()

    def state(self) -> RunState:
        """Give what the run ended as."""
        return self.phase.state([state for frame in self.frames for state in frame.states()])

    def is_finished(self) -> bool:
        """Say whether there is nothing to go on with: no step was kept from ending by itself."""
        if self.phase.trouble:
            return False
        states = [state for frame in self.frames for state in frame.states()]
        return self.phase.signal is None or "cancelled" not in states

    def _open(self, stack: ExitStack) -> None:
        """Make all that a run needs. What is closed last is made first."""
        plan = self.plan
        workspaces = Workspaces(plan.folder.at("attempts"))
        self._loop = stack.enter_context(Loop(self._take_signal))
        stack.callback(workspaces.close)
        self._worker = Worker(self._loop)
        stack.callback(self._worker.close)
        self._supervisor = Supervisor(self._loop, self._lost, plan.grace, plan.lock)
        stack.callback(self._supervisor.close)
        self._desk = Desk(self._loop, self.reporter, plan.answers, self._answered)
        stack.callback(self._desk.close)
        self._attempts = Attempts(
            self._loop,
            self._supervisor,
            plan.folder,
            plan.context.masker,
            plan.base,
            plan.context.run,
            plan.files,
            workspaces,
            self._worker,
            plan.containers,
            lambda attempt, data: self.reporter.printed(attempt.instance, data),
            self._attempt_ended,
            self._give_up,
            self.reporter.said,
        )
        self._readiness = Readiness(plan, self._scheduler, self._worker, self.reporter, self)

    def _go_through(self) -> None:
        limit = self.plan.pipeline.timeout
        if limit is not None:
            text = f"timeout of the run after {limit} s"
            left = limit - (self.plan.earlier.active if self.plan.earlier else 0.0)
            self._loop.after(max(0.0, left), lambda: self.phase.want(Stop(text)))
        if self.reporter.period is not None:
            self._tick()
        part.begin(self.frames[0], self.plan.settled)
        for name in self.plan.settled:
            self.step_ended(self.frames[0].runs[name])
        self._scheduler.begin(self.frames[0])
        while not self.phase.is_over:
            self._go_on()

    def _tick(self) -> None:
        self.reporter.tick()
        self._loop.after(self.reporter.period or 1.0, self._tick)

    def _go_on(self) -> None:
        """Start what may start, then wait for something to happen."""
        while not self.phase.is_over and self._fill():
            continue
        self._chronicle.sync()
        if self.phase.stop and not self.phase.stopping:
            self._begin_stop(self.phase.stop)
        elif not self.phase.is_over:
            self._loop.turn()

    # --- starting -------------------------------------------------------------------------------

    def _fill(self) -> bool:
        """Start as many programs as may run at once. Gives whether any was started."""
        if not self.phase.may_start or not self._readiness.revive(self.phase):
            return False
        most = min(self.plan.jobs, self.plan.pipeline.max_parallel or self.plan.jobs)
        while (
            self.phase.may_start
            and len(self._running) + self._readiness.looking < most
            and (instance := self._scheduler.next(self._take))
        ):
            self._shares[instance], self._share = self._share, None
            self._readiness.get_ready(instance)
        starting, self._starting = self._starting, []
        if starting and self._chronicle.sync():
            for attempt in starting:
                if attempt in self._running and self.phase.may_start:
                    self._start(attempt)
        return bool(starting)

    def begin(self, instance: Instance) -> None:
        """Make an attempt of an instance whose values are made, and write it down."""
        if instance.began is None:
            instance.began = time.monotonic()
        instance.attempts += 1
        self._chronicle.started(instance)
        if self.phase.trouble:
            return
        if self.plan.earlier and self.phase.in_steps:
            self.plan.earlier.last.clear()  # `finally` follows whatever the steps do
        share = self._shares[instance]
        gpus = share.gpus if share else ()
        launch = self._readiness.launches[instance]
        try:
            attempt = self._attempts.prepare(instance, instance.attempts, launch, gpus)
        except OSError as error:
            self._give_up(f"no more steps can be started: {_reason(error)}")
            return
        self._running.add(attempt)
        self._starting.append(attempt)

    def restore(self, instance: Instance, found: Found) -> None:
        """End an instance with a result that was known before."""
        result = found.result
        instance.attempts, instance.exit_code = found.attempts, result.exit_code
        instance.source, instance.cached = found.source, found.cached
        instance.message = result.message
        self._give_back(instance)
        self._chronicle.restored(instance, found)
        self._scheduler.end(instance, "failed" if result.cause else "succeeded", result.outputs)

    def fail(self, instance: Instance, why: str) -> None:
        """End an instance whose values cannot be made."""
        instance.message = why
        self._give_back(instance)
        self._scheduler.end(instance, "failed", {})

    def _take(self, run: StepRun) -> bool:
        self._share = self._budget.take(run, run.step.resources)
        return self._share is not None

    def _give_back(self, instance: Instance) -> None:
        share = self._shares.pop(instance, None)
        if share:
            self._budget.give_back(share)

    def _start(self, attempt: Attempt) -> None:
        self.reporter.attempt_started(attempt.instance, attempt.number)
        try:
            self._attempts.start(attempt)
        except OSError as error:
            self._give_up(f"no more steps can be started: {_reason(error)}")

    # --- ending ---------------------------------------------------------------------------------

    def _attempt_ended(self, attempt: Attempt, result: Result) -> None:
        self._running.discard(attempt)
        instance = attempt.instance
        self._give_back(instance)
        instance.exit_code = result.exit_code
        self._chronicle.ended(instance, attempt.number, result)
        if instance.state is not None:  # the run was stopped meanwhile
            self._stopped_attempt(instance)
        elif result.cause is None:
            self._conclude(instance, "succeeded", result)
        elif not self.phase.stopping and wants_again(instance, result):
            self._retry(instance, result)
        else:
            instance.message = result.message
            self._conclude(
                instance, "cancelled" if result.cause == "cancelled" else "failed", result
            )

    def _conclude(self, instance: Instance, state: Any, result: Result) -> None:
        instance.ended = time.monotonic()
        self._readiness.launches.pop(instance, None)
        if self.plan.cache and state == "succeeded" and instance.run.step.cache:
            self.plan.cache.keep(instance, result.outputs, self._worker, self.reporter.said)
        self._scheduler.end(instance, state, result.outputs)

    def _retry(self, instance: Instance, result: Result) -> None:
        delay = pause(instance.run.step.retry, instance.attempts)
        why = result.message or ""
        self.reporter.attempt_failed(instance, instance.attempts, why, delay)
        instance.run.running -= 1
        if delay:
            self._loop.after(delay, partial(self._again, instance))
        else:
            self._scheduler.again(instance)

    def _again(self, instance: Instance) -> None:
        if instance.state is None:  # else the run was stopped meanwhile
            self._scheduler.again(instance)

    def _answered(self, instance: Instance, answer: bool) -> None:
        instance.attempts = 1
        instance.message = None if answer else "it was not approved"
        self._chronicle.answered(instance, answer)
        self._scheduler.end(instance, "succeeded" if answer else "failed", {})

    def _masked(self, message: str | None) -> str | None:
        return message and self.plan.context.masker.message(message)

    # --- told by the scheduler ------------------------------------------------------------------

    def ask(self, instance: Instance) -> None:
        answers = self.plan.earlier.answers if self.plan.earlier else {}
        if instance.label in answers:
            self._answered(instance, answers[instance.label])
            return
        self._desk.ask(instance)

    def instance_ended(self, instance: Instance) -> None:
        instance.message = self._masked(instance.message)
        self.reporter.instance_ended(instance)

    def step_ended(self, run: StepRun) -> None:
        run.message = self._masked(run.message)
        self._chronicle.settled(run)
        self.reporter.step_ended(run)
        if run.state == "failed" and self.plan.pipeline.fail_fast and self.phase.in_steps:
            self.phase.want(Stop(f'"{run.label}" failed and fail_fast is set'))

    def fanned_out(self, run: StepRun) -> None:
        self._chronicle.fanned_out(run, [item_text(one) for one in run.instances or ()])

    def _steps_ended(self) -> None:
        if not self.phase.in_steps:
            return
        stop = self.phase.stop
        how = None if stop is None else "by hand" if stop.signal else "by a limit"
        self._chronicle.steps_ended(how)
        self.phase.begin_finally()
        self._readiness.begin_finally()
        self._scheduler.begin(self.frames[1])

    def _all_ended(self) -> None:
        self.phase.end()

    # --- stopping -------------------------------------------------------------------------------

    def _take_signal(self, number: int) -> None:
        if number == SIGCHLD:  # that the supervisor has ended is known when its socket closes
            self._supervisor.wake()
            return
        if self.phase.signal is None:
            self.phase.signal = number
            if self.phase.in_steps:
                self.phase.want(Stop("stopped by hand", number))
            else:
                self.reporter.said("`finally` steps go on; once more ends them at once")
        else:
            self._end_now()

    def _begin_stop(self, stop: Stop) -> None:
        """Cancel what has not ended; `finally` follows when all its processes are gone."""
        self.phase.stopping = True
        more = "; once more ends it at once" if stop.signal else ""
        self.reporter.said(f"{stop.reason}: ending what runs{more}")
        self._chronicle.stopping(stop.reason, bool(stop.signal))
        self._desk.close()
        self._scheduler.cancel(self.frames[0])
        self._cancel_attempts()
        self._stopped_attempt(None)

    def _stopped_attempt(self, instance: Instance | None) -> None:
        """Go on when the last of the cancelled attempts has ended."""
        if instance is not None and instance.ended is None:
            instance.ended = time.monotonic()
        if self._running:
            return
        if self.phase.in_steps and not self.phase.trouble:
            self._steps_ended()
        else:
            self.phase.end()

    def _end_now(self) -> None:
        """End everything at once; what is left of `finally` does not run."""
        for frame in self.frames:
            self._scheduler.cancel(frame)
        self._desk.close()
        self.phase.end_now()
        self._cancel_attempts(now=True)
        if not self._running:
            self.phase.end()

    def _cancel_attempts(self, now: bool = False) -> None:
        for instance in self._readiness.drop():
            self._give_back(instance)
        self._starting.clear()
        for attempt in list(self._running):
            if attempt.child is None and not attempt.loading:  # made, but not started
                self._running.discard(attempt)
                self._give_back(attempt.instance)
                self._attempts.discard(attempt)
            else:
                self._attempts.cancel(attempt, now)

    def _cannot_begin(self, trouble: str) -> None:
        """End all steps of a run for which the machine has no room."""
        self.phase.trouble = trouble
        self.reporter.said(trouble)
        for frame in self.frames:
            self._scheduler.cancel(frame)
        self.phase.end()

    def _give_up(self, trouble: str) -> None:
        """Stop because the machine does not let the run go on: nothing more is started."""
        if self.phase.trouble is None:
            self.phase.trouble = trouble
            self._chronicle.close()
            self.reporter.said(trouble)
            self._end_now()

    def _lost(self, why: str) -> None:
        self._give_up(f"the process that watches over the steps is gone ({why})")


def _reason(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{(error.strerror or str(error)).lower()}"
