"""Decides what starts next and what each step ends as. Knows no processes, files or clocks."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Protocol

from pipec.backends.local.artifacts import as_json
from pipec.backends.local.launch import check_size
from pipec.backends.local.progress import Frame, Instance, Scope, StepRun
from pipec.backends.local.reasons import by_needs, not_wanted
from pipec.compiler.execution import decide, fan_out_state, group_state
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import coerce, evaluate
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.ir import Approval, Group, StepState
from pipec.compiler.records import replace
from pipec.compiler.values import Value, to_text


class Listener(Protocol):
    """Is told what happens. `ask` gets an approval, which ends by `Scheduler.end`."""

    def instance_ended(self, instance: Instance) -> None: ...
    def step_ended(self, run: StepRun) -> None: ...
    def fanned_out(self, run: StepRun) -> None: ...
    def ask(self, instance: Instance) -> None: ...


class Scheduler:
    """Takes frames through the state machine of the language.

    `next` gives an instance to start; `again` and `end` say what became of it.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._ready: deque[StepRun] = deque()
        self._todo: deque[Callable[[], None]] = deque()
        self._working = False

    def begin(self, frame: Frame) -> None:
        """Start a frame. Its `on_end` is called when all of its steps have ended."""
        for name, run in frame.runs.items():
            if not frame.waiting[name]:
                self._todo.append(partial(self._consider, run))
        if not frame.left:
            self._todo.append(frame.on_end)
        self._work()

    def next(self, take: Callable[[StepRun], bool]) -> Instance | None:
        """Give an instance that may start a program now; None if there is none.

        `take` says of a step whether the machine has room for one more instance of it now.
        """
        for run in self._ready:
            most = run.step.max_parallel
            if (most is None or run.running < most) and take(run):
                instance = run.pending.popleft()
                if not run.pending:
                    self._ready.remove(run)
                run.running += 1
                return instance
        return None

    def take(self, wanted: Callable[[str], bool]) -> list[Instance]:
        """Give all instances that may start and whose label is wanted, whatever the limits are."""
        taken: list[Instance] = []
        for run in list(self._ready):
            found = [one for one in run.pending if wanted(one.label)]
            if found:
                taken += found
                run.pending = deque(one for one in run.pending if not wanted(one.label))
                run.running += len(found)
                if not run.pending:
                    self._ready.remove(run)
        return taken

    def again(self, instance: Instance) -> None:
        """Put an instance whose attempt failed back in line, first of its step."""
        run = instance.run
        if not run.pending:
            self._ready.appendleft(run)
        run.pending.appendleft(instance)

    def end(self, instance: Instance, state: StepState, outputs: dict[str, Value]) -> None:
        """Say what a started instance ended as."""
        instance.state, instance.outputs = state, outputs
        run = instance.run
        run.running -= 1
        run.left -= 1
        self._listener.instance_ended(instance)
        if not run.left:
            self._todo.append(partial(self._conclude, run))
        elif run.is_group:
            self._todo.append(partial(self._open, run))
        self._work()

    def cancel(self, frame: Frame) -> None:
        """End every step of a frame that has not ended as `cancelled`. `on_end` is not called."""
        self._ready.clear()
        self._todo.clear()
        for run in frame.runs.values():
            if run.state is not None:
                continue
            for instance in run.instances or ():
                if instance.state is None:
                    if instance.frame:
                        self.cancel(instance.frame)
                    instance.state = "cancelled"
            run.state = "cancelled"
            self._listener.step_ended(run)

    def _work(self) -> None:
        """Do what is to do, one after the other: chains of any length need no deep stack."""
        if self._working:
            return
        self._working = True
        try:
            while self._todo:
                self._todo.popleft()()
        finally:
            self._working = False

    def _consider(self, run: StepRun) -> None:
        if run.state is not None:  # cancelled meanwhile
            return
        states: dict[str, StepState] = {
            need: run.frame.runs[need].state or "cancelled" for need in run.step.needs
        }
        decision = decide(run.step.trigger_rule, states.values())
        if decision == "start":
            self._start(run)
        else:
            self._settle(run, decision, by_needs(run.step.trigger_rule, states))

    def _start(self, run: StepRun) -> None:
        step, scope = run.step, Scope(run.frame)
        try:
            if step.when is not None and not said("when", step.when, scope):
                self._settle(run, "skipped", not_wanted(step.when, scope))
                return
            items = _items(run, scope)
        except EvaluationError as error:
            self._settle(run, "failed", str(error))
            return
        if items is None:
            run.instances = [Instance(run, run.label)]
        elif not items:
            self._settle(run, "skipped", "the list of `for_each` is empty")
            return
        else:
            run.instances = [
                Instance(run, f"{run.label}[{index}]", index, item)
                for index, item in enumerate(items)
            ]
            self._listener.fanned_out(run)
        run.left = len(run.instances)
        run.pending = deque(run.instances)
        if isinstance(step.body, Group | Approval):
            self._open(run)
        else:
            self._ready.append(run)

    def _open(self, run: StepRun) -> None:
        """Start those instances that need no program of their own."""
        most = run.step.max_parallel
        while run.pending and (most is None or run.running < most):
            instance = run.pending.popleft()
            run.running += 1
            if isinstance(run.step.body, Group):
                self._enter(instance, run.step.body)
            else:
                self._listener.ask(instance)

    def _enter(self, instance: Instance, group: Group) -> None:
        """Begin the inner steps of a use of a component."""
        frame = instance.run.frame
        try:
            inputs = self._inputs(instance, Scope(frame, instance.item))
        except EvaluationError as error:
            instance.message = str(error)
            self.end(instance, "failed", {})
            return
        instance.frame = Frame(
            group.steps,
            replace(frame.context, inputs=inputs),
            partial(self._leave, instance, group),
            inside=instance,
        )
        self.begin(instance.frame)

    def _inputs(self, instance: Instance, scope: Scope) -> Mapping[str, Value]:
        """Give what a use of a component hands to its inner steps. Raises EvaluationError."""
        return {
            name: said(f'"{name}" of `with`', node, scope)
            for name, node in instance.run.step.inputs.items()
        }

    def _leave(self, instance: Instance, group: Group) -> None:
        """End a use of a component, all of whose inner steps have ended."""
        assert instance.frame
        state = group_state(instance.frame.states())
        outputs: dict[str, Value] = {}
        if state == "succeeded":
            scope = Scope(instance.frame)
            try:
                for name, node in group.outputs.items():
                    value = said(f'output "{name}"', node, scope)
                    outputs[name] = coerce(value, instance.run.step.outputs[name].type)
            except EvaluationError as error:
                instance.message = str(error)
                state, outputs = "failed", {}
        self.end(instance, state, outputs)

    def _conclude(self, run: StepRun) -> None:
        """End a step, all of whose instances have ended."""
        if run.state is not None:
            return
        instances = run.instances or []
        if run.step.for_each is None:
            (only,) = instances
            run.outputs, run.message = only.outputs, only.message
            self._settle(run, only.state or "cancelled", only.message)
            return
        state = fan_out_state([one.state or "cancelled" for one in instances])
        if state == "succeeded":
            for name in run.step.outputs:
                run.outputs[name] = [one.outputs.get(name) for one in instances]
        failed = sum(one.state == "failed" for one in instances)
        message = f"{failed} of {len(instances)} instances failed" if failed else None
        self._settle(run, state, message)

    def _settle(self, run: StepRun, state: StepState, message: str | None) -> None:
        run.state, run.message = state, message
        frame = run.frame
        self._listener.step_ended(run)
        frame.left -= 1
        for reader in frame.readers[run.step.name]:
            frame.waiting[reader.step.name] -= 1
            if not frame.waiting[reader.step.name]:
                self._todo.append(partial(self._consider, reader))
        if not frame.left:
            self._todo.append(frame.on_end)


def _items(run: StepRun, scope: Scope) -> Sequence[Value] | None:
    """Give the items of a fan-out in order; None for any other step. Raises EvaluationError."""
    each = run.step.for_each
    if each is None:
        return None
    lists = [said("for_each", one, scope) for one in each.lists]
    if any(one is None for one in lists):
        raise EvaluationError("for_each: there is no list, but null")
    if each.keys is None:
        items: list[Value] = list(lists[0])
    else:
        items = [dict(zip(each.keys, one, strict=True)) for one in product(*lists)]
    for index, item in enumerate(items):
        if item is not None:
            check_size(f"item {index}", to_text(as_json(item)))
    return items


def said(what: str, node: Node, scope: Scope) -> Value:
    """Evaluate a node; `what` it is stands in front of the message. Raises EvaluationError."""
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        raise EvaluationError(f"{what}: {error}") from None
