"""Runs a pipeline: joins scheduler, attempts, journal and report in one loop."""

import time
from collections.abc import Mapping
from functools import partial
from signal import SIGCHLD
from typing import Any

from pipec.backends.local import known, part
from pipec.backends.local.approval import Desk
from pipec.backends.local.artifacts import Artifact, as_json
from pipec.backends.local.attempts import BIG, Attempt, Attempts, Result
from pipec.backends.local.budget import Budget, Share
from pipec.backends.local.cache.place import CachePlace
from pipec.backends.local.earlier import Earlier
from pipec.backends.local.fingerprint import fingerprint
from pipec.backends.local.journal import Journal, JournalError
from pipec.backends.local.known import Found
from pipec.backends.local.launch import Launch, prepare
from pipec.backends.local.loop import Loop
from pipec.backends.local.masking import MASK
from pipec.backends.local.phase import Phase, Stop
from pipec.backends.local.plan import Plan
from pipec.backends.local.progress import Frame, Instance, Reason, Scope, StepRun
from pipec.backends.local.report import Reporter
from pipec.backends.local.report.words import item_text
from pipec.backends.local.retry import pause, wants_again
from pipec.backends.local.scheduler import Scheduler
from pipec.backends.local.supervise import Supervisor
from pipec.backends.local.worker import Worker
from pipec.backends.local.workspace import Workspaces
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.ir import RunState
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value


@dataclass(slots=True)
class Runner:
    """One run. `run` goes through it; `frames` hold what became of every step."""

    plan: Plan
    journal: Journal
    reporter: Reporter
    frames: tuple[Frame, ...] = ()
    phase: Phase = field(default_factory=Phase)
    _reviving: bool = True
    _running: set[Attempt] = field(default_factory=set)
    _launches: dict[Instance, Launch] = field(default_factory=dict)
    _shares: dict[Instance, Share | None] = field(default_factory=dict)
    _share: Share | None = None
    _budget: Budget = field(init=False)
    _loop: Loop = field(init=False)
    _supervisor: Supervisor = field(init=False)
    _scheduler: Scheduler = field(init=False)
    _attempts: Attempts = field(init=False)
    _desk: Desk = field(init=False)
    _workspaces: Workspaces = field(init=False)
    _worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        plan, pipeline = self.plan, self.plan.pipeline
        self._budget = Budget(plan.machine)
        steps = Frame(pipeline.steps, plan.context, self._steps_ended)
        last = Frame(pipeline.finally_, plan.context, self._all_ended, above=steps)
        self.frames = (steps, last)

    def run(self) -> RunState:
        """Run it all and give the state of the run."""
        self._scheduler = Scheduler(self)
        self._workspaces = Workspaces(self.plan.folder.at("attempts"))
        with Loop(self._take_signal) as self._loop:
            self._supervisor = Supervisor(self._loop, self._lost, self.plan.grace, self.plan.lock)
            self._desk = Desk(self._loop, self.reporter, self.plan.answers, self._answered)
            self._worker = Worker(self._loop)
            try:
                self._set_up()
                part.begin(self.frames[0], self.plan.settled)
                for name in self.plan.settled:
                    self.step_ended(self.frames[0].runs[name])
                self._scheduler.begin(self.frames[0])
                while not self.phase.is_over:
                    self._go_on()
            finally:
                self._desk.close()
                self._supervisor.close()
                self._worker.close()
                self._workspaces.close()
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

    def _set_up(self) -> None:
        plan = self.plan
        self._attempts = Attempts(
            self._loop,
            self._supervisor,
            plan.folder,
            plan.context.masker,
            plan.base,
            plan.context.run,
            plan.files,
            self._workspaces,
            self._worker,
            plan.containers,
            lambda attempt, data: self.reporter.printed(attempt.instance, data),
            self._attempt_ended,
            self._give_up,
            self.reporter.said,
        )
        if plan.pipeline.timeout is not None:
            text = f"timeout of the run after {plan.pipeline.timeout} s"
            left = plan.pipeline.timeout - (plan.earlier.active if plan.earlier else 0.0)
            self._loop.after(max(0.0, left), lambda: self.phase.want(Stop(text)))
        if self.reporter.period is not None:
            self._tick()

    def _tick(self) -> None:
        self.reporter.tick()
        self._loop.after(self.reporter.period or 1.0, self._tick)

    def _go_on(self) -> None:
        """Start what may start, then wait for something to happen."""
        try:
            while not self.phase.is_over and self._fill():
                continue
            self.journal.sync()
        except JournalError as error:
            self._give_up(f"the journal cannot be written: {error}")
        if self.phase.stop and not self.phase.stopping:
            self._begin_stop(self.phase.stop)
        elif not self.phase.is_over:
            self._loop.turn()

    # --- starting -------------------------------------------------------------------------------

    def _fill(self) -> bool:
        """Start as many programs as may run at once. Gives whether any was started."""
        if not self.phase.may_start:
            return False
        most = min(self.plan.jobs, self.plan.pipeline.max_parallel or self.plan.jobs)
        starting: list[Attempt] = []
        try:
            if self._reviving and self.plan.earlier:
                self._revive(self.plan.earlier)
            while (
                self.phase.may_start
                and len(self._running) < most
                and (instance := self._scheduler.next(self._take))
            ):
                self._shares[instance], self._share = self._share, None
                attempt = self._prepare(instance)
                if attempt is None:
                    self._give_back(instance)
                else:
                    self._running.add(attempt)
                    starting.append(attempt)
            if starting:
                self.journal.sync()
        except JournalError as error:
            self._give_up(f"the journal cannot be written: {error}")
        except OSError as error:
            self._give_up(f"no more steps can be started: {_reason(error)}")
        for attempt in starting:
            if attempt in self._running and self.phase.may_start:
                self._start(attempt)
        return bool(starting)

    def _revive(self, earlier: Earlier) -> None:
        """Take over what the run came to before it was cut off, before anything is started."""
        self._reviving = False
        left: list[Instance] = []
        while taken := self._scheduler.take(earlier.has):
            left += [one for one in taken if not self._is_known(one)]
        for instance in reversed(left):
            instance.run.running -= 1
            self._scheduler.again(instance)
        for text in earlier.tell():
            self.reporter.said(text)
        if earlier.closed and self.phase.in_steps:
            self.phase.want(Stop(earlier.closed))

    def _prepare(self, instance: Instance) -> Attempt | None:
        """Make an attempt ready and write it down; None if its values cannot be made."""
        if instance not in self._launches and self._is_known(instance):
            return None
        instance.attempts += 1
        number = instance.attempts
        self.journal.append(
            {
                "event": "started",
                "step": instance.label,
                "attempt": number,
                "key": instance.key,
                "time": _now(),
            }
        )
        if self.plan.earlier and self.phase.in_steps:
            self.plan.earlier.last.clear()  # `finally` follows whatever the steps do
        share = self._shares[instance]
        gpus = share.gpus if share else ()
        return self._attempts.prepare(instance, number, self._launches[instance], gpus)

    def _take(self, run: StepRun) -> bool:
        self._share = self._budget.take(run, run.step.resources)
        return self._share is not None

    def _give_back(self, instance: Instance) -> None:
        share = self._shares.pop(instance, None)
        if share:
            self._budget.give_back(share)

    def _is_known(self, instance: Instance) -> bool:
        """Make the values of an instance, and end it if its result is known or they cannot be."""
        scope = Scope(instance.run.frame, instance.item)
        try:
            launch = prepare(instance.run.step, scope, self.plan.secrets)
        except EvaluationError as error:
            instance.message = str(error)
            self._scheduler.end(instance, "failed", {})
            return True
        instance.key = fingerprint(instance.run.step, launch, self.plan.files_hash)
        found = known.find(self.plan.known, instance, launch)
        if self.plan.explain and (found or not instance.run.step.cache):
            self._explain(instance, found)
        if found:
            self._restore(instance, found)
            return True
        self._launches[instance] = launch
        instance.began = time.monotonic()
        return False

    def _restore(self, instance: Instance, found: Found) -> None:
        """End an instance with a result that was known before."""
        result = found.result
        instance.attempts, instance.exit_code = found.attempts, result.exit_code
        instance.source, instance.cached = found.source, found.cached
        instance.message = result.message
        self.journal.append(
            {
                "event": "restored",
                "step": instance.label,
                "attempts": found.attempts,
                "key": instance.key,
                "source": found.source,
                "cached": found.cached,
                **self._told(result),
                "time": _now(),
            }
        )
        self._scheduler.end(instance, "failed" if result.cause else "succeeded", result.outputs)

    def _explain(self, instance: Instance, found: Found | None) -> None:
        """Tell why an instance runs or not, where the cache has not said it."""
        if found is None:
            self.reporter.explained(instance, Reason(True, "it has no `cache`"))
        elif not found.cached:
            text = f"its result is kept from {found.source}"
            self.reporter.explained(instance, Reason(False, text))

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
        self._write(
            "ended",
            step=instance.label,
            attempt=attempt.number,
            **self._told(result),
        )
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
        self._launches.pop(instance, None)
        if self.plan.cache and state == "succeeded" and instance.run.step.cache:
            self._cache(self.plan.cache, instance, result.outputs)
        self._scheduler.end(instance, state, result.outputs)

    def _cache(self, cache: CachePlace, instance: Instance, outputs: Mapping[str, Value]) -> None:
        """Keep a result for later runs, beside the loop where there is much to hash."""

        def keep() -> str | None:
            return cache.keep(instance, outputs)

        def say(problem: str | None, fault: Exception | None) -> None:
            if fault:
                raise fault
            if problem:
                self.reporter.said(problem)

        if sum(one.size for one in outputs.values() if isinstance(one, Artifact)) < BIG:
            say(keep(), None)
        else:
            self._worker.do(keep, say)

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
        self._write("answered", step=instance.label, approved=answer)
        self._scheduler.end(instance, "succeeded" if answer else "failed", {})

    def _told(self, result: Result) -> dict[str, Any]:
        """Write a result for the journal: `kept` says where the files and folders in it are."""
        outputs = result.outputs
        return {
            "cause": result.cause,
            "exit_code": result.exit_code,
            "message": result.message,
            "outputs": {name: as_json(value) for name, value in outputs.items()},
            **self._hidden(outputs),
            "kept": {
                name: [value.path.removeprefix(f"{self.plan.folder.path}/"), value.size]
                for name, value in outputs.items()
                if isinstance(value, Artifact)
            },
        }

    def _hidden(self, outputs: Mapping[str, Value]) -> dict[str, Any]:
        """Write how outputs with secrets in them are shown: the journal has them as they are."""
        masker = self.plan.context.masker
        found: dict[str, Any] = {}
        for name, value in outputs.items():
            if isinstance(value, Artifact):
                if value.kind == "file" and masker.finds(value.path):
                    found[name] = MASK.decode()
            elif (shown := self.plan.context.shown(value)) != as_json(value):
                found[name] = shown
        return {"masked": found} if found else {}

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
        told = {name: run.output(name) for name in run.step.outputs}
        self._write(
            "step",
            step=run.label,
            state=run.state,
            why=run.message,
            tries=run.tries,
            outputs={name: as_json(value) for name, value in told.items()},
            **self._hidden(told),
            kept={name: part.places(value, self.plan.folder.path) for name, value in told.items()},
            **({"shown": run.shown} if run.shown else {}),
        )
        self.reporter.step_ended(run)
        if run.state == "failed" and self.plan.pipeline.fail_fast and self.phase.in_steps:
            self.phase.want(Stop(f'"{run.label}" failed and fail_fast is set'))

    def fanned_out(self, run: StepRun) -> None:
        self._write("items", step=run.label, items=[item_text(one) for one in run.instances or ()])

    def _steps_ended(self) -> None:
        if not self.phase.in_steps:
            return
        stop = self.phase.stop
        how = None if stop is None else "by hand" if stop.signal else "by a limit"
        self._write("finally", stopped=how)
        self.phase.begin_finally()
        if self.plan.earlier:
            self.plan.earlier.begin_finally()
            self._reviving = True
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
        self._write("stopping", why=stop.reason, by_hand=bool(stop.signal))
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
        for attempt in list(self._running):
            if attempt.child is None and not attempt.loading:  # made, but not started
                self._running.discard(attempt)
                self._give_back(attempt.instance)
                self._attempts.discard(attempt)
            else:
                self._attempts.cancel(attempt, now)

    def _give_up(self, trouble: str) -> None:
        """Stop because the machine does not let the run go on: nothing more is started."""
        if self.phase.trouble is None:
            self.phase.trouble = trouble
            self.reporter.said(trouble)
            self._end_now()

    def _lost(self, why: str) -> None:
        self._give_up(f"the process that watches over the steps is gone ({why})")

    def _write(self, event: str, **fields: Any) -> None:
        if self.phase.trouble is not None:
            return
        try:
            self.journal.append({"event": event, **fields, "time": _now()})
        except JournalError as error:
            self._give_up(f"the journal cannot be written: {error}")


def _reason(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{(error.strerror or str(error)).lower()}"


def _now() -> float:
    return round(time.time(), 3)
