"""What a run would do, by everything that is known before it: `pipec run --dry-run`.

The steps are taken through the same state machine as in a run. What would run is taken to succeed,
and its outputs are not known, nor is anything that is computed from them.
"""

import os
from collections.abc import Mapping
from typing import Any, Literal

from pipec.backends.local import approval, choice, part, store, wanted
from pipec.backends.local.artifacts import hash_files
from pipec.backends.local.cache.key import read_files
from pipec.backends.local.cache.place import CachePlace
from pipec.backends.local.earlier import THIS_RUN, Earlier
from pipec.backends.local.fingerprint import fingerprint
from pipec.backends.local.known import Candidate, Found, Known
from pipec.backends.local.launch import Launch, prepare
from pipec.backends.local.masking import Masker
from pipec.backends.local.progress import Context, Frame, Instance, Reason, Scope, StepRun
from pipec.backends.local.refusal import RefusalError
from pipec.backends.local.report.words import item_text
from pipec.backends.local.scheduler import Scheduler, said
from pipec.backends.local.wanted import Options
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.ir import Approval, Group, Pipeline, StepState
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value

Does = Literal["runs", "may run", "asks", "kept", "cached", "does not run"]
_NEW = "new"  # as the name of a run that does not begin


@dataclass(frozen=True, slots=True)
class Line:
    """What a step or an instance would do. `state` is what it would end as, if that is known."""

    step: str
    does: Does
    why: str
    state: StepState | None = None
    index: int | None = None
    item: str | None = None


@dataclass(slots=True)
class Foresight:
    """What a run would do: `run` is the run that would go on, `base` the one results come from."""

    pipeline: str
    run: str | None = None
    base: str | None = None
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class _UnknownError(Exception):
    """A value that a step would give that has not run. The text is the step's label."""


class _Unknown(dict[str, Value]):
    """The outputs of a step that has not run."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def get(self, *_: Any) -> Value:
        raise _UnknownError(self._label)


class _Inputs(dict[str, Value]):
    """The inputs of a component's inner steps; some are not known, by the step that gives them."""

    def __init__(self, known: Mapping[str, Value], unknown: Mapping[str, str]) -> None:
        super().__init__(known)
        self._unknown = unknown

    def __getitem__(self, name: str) -> Value:
        if name in self._unknown:
            raise _UnknownError(self._unknown[name])
        return super().__getitem__(name)


def foresee(pipeline: Pipeline, options: Options) -> Foresight:
    """Say what `run` would do now. Starts and writes nothing. Raises RefusalError, HeldError."""
    given = wanted.settle(pipeline, options)
    cut = part.cut(pipeline, options.part) if options.part else pipeline
    state = os.path.abspath(options.state or os.path.join(pipeline.folder, ".pipec"))
    identity = store.identity(
        pipeline.path, options.environment, options.params, options.date or ""
    )
    lock = store.Glance(state, identity)
    found = Foresight(pipeline.name)
    say = found.notes.append
    earlier = choice.choose(
        state, identity, lock, options.fresh, options.retry, options.part, say, looking=True
    )
    settled: Mapping[str, part.Settled] = {}
    if options.part:
        asked = options.part.base or lock.last
        found.base = earlier.head["part"]["base"] if earlier else asked
        settled = part.settle(cut, options.part, state, found.base)
    approval.check(cut, options.answers, earlier.answers if earlier else (), asking=False)
    if earlier:
        found.run = earlier.folder.run
        given = given.at(earlier.head["date"], cut)
    names = {
        "id": found.run or _NEW,
        "date": given.date,
        "day": given.day,
        "pipeline": cut.name,
    }
    try:
        files = _files(options, state)
        hashed = hash_files(files)
        cache = _cache(cut, options, state, names, files)
    except OSError as error:
        raise RefusalError(f"the files of the pipeline cannot be read: {error}") from None
    _Walk(cut, options, found, given, names, hashed, earlier, cache).go(settled)
    return found


def _files(options: Options, state: str) -> dict[str, str]:
    """Give the files that programs would find, as a run takes them."""
    found = {path: os.path.abspath(file) for path, file in options.files.items()}
    return {path: file for path, file in found.items() if not file.startswith(state + os.sep)}


def _cache(
    pipeline: Pipeline,
    options: Options,
    state: str,
    names: Mapping[str, str],
    files: Mapping[str, str],
) -> CachePlace | None:
    if not any(step.cache for step in wanted.programs(pipeline.all_steps)):
        return None
    return CachePlace(
        state=state,
        spec=os.path.realpath(pipeline.path),
        folder=store.RunFolder(""),
        files=read_files(files),
        run=names,
        where=lambda _: "host",
        reading=options.cache,
    )


def _find(place: Known, instance: Instance, launch: Launch) -> Found | None:
    answer = place.look(instance, launch)
    return (answer.take(bool) if isinstance(answer, Candidate) else answer).found


class _Scheduler(Scheduler):
    """The scheduler of a run, for which some values are not known."""

    def __init__(self, walk: "_Walk") -> None:
        super().__init__(walk)
        self._walk = walk

    def _consider(self, run: StepRun) -> None:
        self._walk.inherit(run)
        try:
            super()._consider(run)
        except _UnknownError as unknown:
            run.outputs = _Unknown(run.label)
            self._settle(run, self._walk.doubt(run, unknown), None)

    def _inputs(self, instance: Instance, scope: Scope) -> Mapping[str, Value]:
        known: dict[str, Value] = {}
        unknown: dict[str, str] = {}
        for name, node in instance.run.step.inputs.items():
            try:
                known[name] = said(f'"{name}" of `with`', node, scope)
            except _UnknownError as error:
                unknown[name] = str(error)
        return _Inputs(known, unknown)

    def _leave(self, instance: Instance, group: Group) -> None:
        try:
            super()._leave(instance, group)
        except _UnknownError:
            self.end(instance, "succeeded", _Unknown(instance.label))

    def _conclude(self, run: StepRun) -> None:
        try:
            super()._conclude(run)
        except _UnknownError:
            run.outputs = _Unknown(run.label)
            self._settle(run, "succeeded", None)


@dataclass(slots=True, eq=False)
class _Walk:
    """Goes through a pipeline; hears from the scheduler what becomes of the steps."""

    pipeline: Pipeline
    options: Options
    found: Foresight
    given: wanted.Given
    names: Mapping[str, str]
    files: str
    earlier: Earlier | None
    cache: CachePlace | None
    closed: str | None = None
    in_steps: bool = True
    _doubted: set[StepRun] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _scheduler: _Scheduler = field(init=False)
    _masker: Masker = field(init=False)

    def go(self, settled: Mapping[str, part.Settled]) -> None:
        self._scheduler = _Scheduler(self)
        self.closed = self.earlier.closed if self.earlier else None
        self._masker = Masker(self.given.secrets.values())
        context = Context(self.options.params, self.names, masker=self._masker)
        steps = Frame(self.pipeline.steps, context, lambda: None)
        last = Frame(self.pipeline.finally_, context, lambda: None, above=steps)
        part.begin(steps, settled)
        for name in settled:
            self._tell_settled(steps.runs[name])
        self._through(steps)
        self.in_steps, self.closed = False, None
        if self.earlier:
            if any(one.does in ("runs", "may run") for one in self.found.lines):
                self.earlier.last.clear()  # `finally` follows whatever the steps do
            self.earlier.begin_finally()
        self._through(last)

    def _through(self, frame: Frame) -> None:
        self._scheduler.begin(frame)
        while instance := self._scheduler.next(lambda _: True):
            self._decide(instance)

    # --- what is not certain --------------------------------------------------------------------

    def inherit(self, run: StepRun) -> None:
        """Note that a step may run only, where one of its needs may."""
        if any(run.frame.runs[need] in self._doubted for need in run.step.needs):
            self._doubted.add(run)
        inside = run.frame.inside
        if inside and inside.run in self._doubted:
            self._doubted.add(run)

    def doubt(self, run: StepRun, unknown: _UnknownError) -> StepState:
        """Note that nobody knows yet whether a step runs, or how often; give its state."""
        self._doubted.add(run)
        if self.closed:
            self._tell(run.label, "does not run", self.closed, "cancelled")
            return "cancelled"
        self._tell(run.label, "may run", f'it depends on what "{unknown}" gives')
        return "succeeded"

    # --- one instance ---------------------------------------------------------------------------

    def _decide(self, instance: Instance) -> None:
        """Say what becomes of an instance that would be started now."""
        step = instance.run.step
        scope = Scope(instance.run.frame, instance.item)
        try:
            launch = prepare(step, scope, self.given.secrets)
        except EvaluationError as error:
            self._tell_instance(instance, "does not run", str(error), "failed")
            self._scheduler.end(instance, "failed", {})
            return
        except _UnknownError as unknown:
            if step.cache or (self.earlier and self.earlier.has(instance.label)):
                reason = Reason(False, f'it depends on what "{unknown}" gives')
            else:
                reason = Reason(True, self._why(instance))
            self._would_run(instance, reason)
            return
        found, reason = self._find(instance, launch)
        if found is None:
            self._would_run(instance, reason)
            return
        result = found.result
        state: StepState = "failed" if result.cause else "succeeded"
        does: Does = "kept" if found.source == THIS_RUN else "cached"
        self._tell_instance(instance, does, reason.text, state)
        instance.attempts = found.attempts
        self._scheduler.end(instance, state, result.outputs)

    def _find(self, instance: Instance, launch: Launch) -> tuple[Found | None, Reason]:
        """Give a result that is known, or why it runs; with a reason not to, it only may run."""
        step = instance.run.step
        instance.key = fingerprint(step, launch, self.files)
        if self.earlier and (found := _find(self.earlier, instance, launch)):
            return found, Reason(False, f"its result is kept from {found.source}")
        if self.earlier and (known := self._why_again(instance, self.earlier)):
            earlier = Reason(True, known)
        else:
            earlier = Reason(True, self._why(instance))
        if self.cache is None or step.cache is None:
            return None, earlier
        if self.options.containers:
            text = f"--containers: its image, as {self.options.containers} has it, decides"
            return None, Reason(False, text)
        return self.cache.foresee(instance, launch)

    def _why(self, instance: Instance) -> str:
        if not self.earlier:
            return "it has no `cache`"
        if not self.in_steps:
            return "`finally` follows what runs"
        cut = self.earlier.was_cut_off(instance.label)
        return "it was cut off" if cut else "it has no result yet"

    def _why_again(self, instance: Instance, earlier: Earlier) -> str | None:
        """Say why an instance runs again that this run had a result of."""
        if instance.label in earlier.changed:
            return "its text, inputs or files changed since it ran"
        if not earlier.has(instance.label):
            return None
        if instance.attempts:
            return f"attempt {instance.attempts} of {instance.run.step.retry.attempts} failed"
        return "what it gave is not as it was kept"

    def _would_run(self, instance: Instance, reason: Reason) -> None:
        if self.closed:
            self._tell_instance(instance, "does not run", self.closed, "cancelled")
            self._scheduler.end(instance, "cancelled", {})
            return
        certain = reason.runs and instance.run not in self._doubted
        self._tell_instance(instance, "runs" if certain else "may run", reason.text)
        self._scheduler.end(instance, "succeeded", _Unknown(instance.label))

    # --- told by the scheduler ------------------------------------------------------------------

    def ask(self, instance: Instance) -> None:
        """Answer an approval as a run would, where the answer is known."""
        body = instance.run.step.body
        assert isinstance(body, Approval)
        given = self.options.answers.get(instance.run.name)
        before = self.earlier.answers.get(instance.label) if self.earlier else None
        if before is None and given is None and self.closed:
            self._tell_instance(instance, "does not run", self.closed, "cancelled")
            self._scheduler.end(instance, "cancelled", {})
            return
        answer = given if before is None else before
        if answer is None:
            self._tell_instance(instance, "asks", body.text)
        else:
            state: StepState = "succeeded" if answer else "failed"
            option = "--approve" if answer else "--deny"
            why = f"{option} answers it" if before is None else "it was answered before"
            self._tell_instance(instance, "kept" if before is not None else "asks", why, state)
        self._scheduler.end(instance, "failed" if answer is False else "succeeded", {})

    def instance_ended(self, instance: Instance) -> None:
        """An instance is told of before it ends."""

    def fanned_out(self, run: StepRun) -> None:
        """Instances are told of one by one."""

    def step_ended(self, run: StepRun) -> None:
        if run.instances is None and run.label not in self._told:
            self._tell(run.label, "does not run", run.message or "", run.state)
        elif run.is_group and run.state == "failed" and run.message:
            self._tell(run.label, "does not run", run.message, run.state)
        if run.state == "failed" and self.pipeline.fail_fast and self.in_steps:
            self.closed = self.closed or f'"{run.label}" failed and fail_fast is set'

    # --- telling --------------------------------------------------------------------------------

    def _tell_settled(self, run: StepRun) -> None:
        if run.state == "skipped" and run.message == part.OUT:
            self._tell(run.label, "does not run", part.OUT, run.state)
        else:
            self._tell(run.label, "kept", f"its result is that of run {self.found.base}", run.state)

    def _tell_instance(
        self, instance: Instance, does: Does, why: str, state: StepState | None = None
    ) -> None:
        item = None if instance.index is None else item_text(instance)
        label = instance.run.label
        self.found.lines.append(
            Line(label, does, self._masker.message(why), state, instance.index, item)
        )

    def _tell(self, label: str, does: Does, why: str, state: StepState | None = None) -> None:
        self._told.add(label)
        self.found.lines.append(Line(label, does, self._masker.message(why), state))
