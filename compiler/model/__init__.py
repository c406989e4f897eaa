"""A run as a pure function: from a pipeline and what its programs do to the trace of the run.

It knows no processes, clocks or order of events, and shares no code with any scheduler, so that
every target can be held against it.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from pipec.compiler.execution import decide, fan_out_state, group_state, run_state
from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import coerce, evaluate
from pipec.compiler.graph import order
from pipec.compiler.ir import Approval, Group, Pipeline, Step, StepState
from pipec.compiler.model.programs import (
    Attempt,
    Copy,
    Ending,
    Programs,
    Written,
    hold,
    judge,
    values_for,
)
from pipec.compiler.records import dataclass
from pipec.compiler.values import Value, to_text

__all__ = ["Attempt", "Copy", "Ending", "Model", "Programs", "Trace", "Written"]

Trace = dict[str, Any]


@dataclass(slots=True, eq=False)
class _Row:
    """What a step came to."""

    state: StepState
    trace: Trace
    outputs: Mapping[str, Value]


class _Frame:
    """A graph whose steps are gone through in the order of their needs; a scope for its steps."""

    def __init__(
        self,
        params: Mapping[str, Value],
        run: Mapping[str, str],
        inputs: Mapping[str, Value],
        prefix: str = "",
        above: "_Frame | None" = None,
    ) -> None:
        self.params, self.run, self.inputs = params, run, inputs
        self.prefix, self.above = prefix, above
        self.rows: dict[str, _Row] = {}

    def row(self, step: str) -> _Row:
        if step in self.rows or self.above is None:
            return self.rows[step]
        return self.above.rows[step]

    def states(self) -> list[StepState]:
        return [row.state for row in self.rows.values()]


class _Scope:
    """What names mean in the expressions of one instance."""

    def __init__(self, frame: _Frame, item: Value = None) -> None:
        self.frame, self.item = frame, item
        self.params, self.run, self.inputs = frame.params, frame.run, frame.inputs

    def output(self, step: str, name: str) -> Value:
        row = self.frame.row(step)
        return row.outputs.get(name) if row.state == "succeeded" else None

    def state(self, step: str | None) -> str:
        if step is not None:
            return self.frame.row(step).state
        return run_state((self.frame.above or self.frame).states())


class Model:
    """Runs pipelines without running anything. `programs` says what each attempt does;
    `answers` what a person says to each approval (yes where it says nothing)."""

    def __init__(self, programs: Programs, answers: Mapping[str, bool] | None = None) -> None:
        self._programs, self._answers = programs, answers or {}

    def trace(
        self, pipeline: Pipeline, params: Mapping[str, Value], run: Mapping[str, str]
    ) -> Trace:
        """Give the trace of a run, without its id.

        `run` has the keys of `evaluate.Scope.run`. Timeouts of a run and `fail_fast` cut runs off
        at a moment in time, which no pure function knows: they are left aside.
        """
        steps = _Frame(params, run, {})
        self._go_through(pipeline.steps, steps)
        last = _Frame(params, run, {}, above=steps)
        self._go_through(pipeline.finally_, last)
        state = run_state([*steps.states(), *last.states()])
        rows = {**_traces(pipeline.steps, steps), **_traces(pipeline.finally_, last)}
        return {"pipec": 1, "pipeline": pipeline.name, "state": state, "steps": rows}

    def _go_through(self, steps: Mapping[str, Step], frame: _Frame) -> None:
        for name in order({name: step.needs for name, step in steps.items()}):
            frame.rows[name] = self._step(steps[name], frame)

    def _step(self, step: Step, frame: _Frame) -> _Row:
        decision = decide(step.trigger_rule, [frame.rows[need].state for need in step.needs])
        if decision != "start":
            return self._unstarted(step, decision)
        scope = _Scope(frame)
        try:
            if step.when is not None and evaluate(step.when, scope) is False:
                return self._unstarted(step, "skipped")
            items = _items(step, scope)
        except EvaluationError:
            return self._unstarted(step, "failed")
        if items is None:
            return self._instance(step, frame, None, None)
        if not items:
            return self._unstarted(step, "skipped")
        return self._fan_out(step, frame, items)

    def _unstarted(self, step: Step, state: StepState) -> _Row:
        return _Row(state, _row(step, state, 0, {}), {})

    def _fan_out(self, step: Step, frame: _Frame, items: list[Value]) -> _Row:
        rows = [self._instance(step, frame, index, item) for index, item in enumerate(items)]
        state = fan_out_state([row.state for row in rows])
        outputs: dict[str, Value] = {}
        if state == "succeeded":
            outputs = {name: [row.outputs.get(name) for row in rows] for name in step.outputs}
        trace = _row(step, state, sum(row.trace["attempts"] for row in rows), outputs)
        trace["instances"] = [
            {"item": item, **row.trace} for item, row in zip(items, rows, strict=True)
        ]
        return _Row(state, trace, outputs)

    def _instance(self, step: Step, frame: _Frame, index: int | None, item: Value) -> _Row:
        scope = _Scope(frame, item)
        if isinstance(step.body, Approval):
            yes = self._answers.get(frame.prefix + step.name, True)
            state: StepState = "succeeded" if yes else "failed"
            return _Row(state, _row(step, state, 1, {}), {})
        if isinstance(step.body, Group):
            return self._group(step, step.body, frame, scope)
        try:
            argv, env, inputs = values_for(step, scope)
        except EvaluationError:
            return self._unstarted(step, "failed")
        for number in range(1, step.retry.attempts + 1):
            given = Attempt(frame.prefix + step.name, index, number, argv, env, inputs)
            ending = self._programs(given)
            cause, outputs = judge(step, ending)
            if cause is None:
                return _Row("succeeded", _row(step, "succeeded", number, outputs), outputs)
            if step.retry.on is not None and not cause & set(step.retry.on):
                break
        return _Row("failed", _row(step, "failed", number, {}), {})

    def _group(self, step: Step, group: Group, frame: _Frame, scope: _Scope) -> _Row:
        try:
            inputs = {name: evaluate(node, scope) for name, node in step.inputs.items()}
        except EvaluationError:
            return self._unstarted(step, "failed")
        inner = _Frame(frame.params, frame.run, inputs, f"{frame.prefix}{step.name}.")
        self._go_through(group.steps, inner)
        state = group_state(inner.states())
        outputs: dict[str, Value] = {}
        if state == "succeeded":
            try:
                outputs = {
                    name: coerce(evaluate(node, _Scope(inner)), step.outputs[name].type)
                    for name, node in group.outputs.items()
                }
            except EvaluationError:
                state = "failed"
        traces = _traces(group.steps, inner)
        trace = _row(step, state, sum(one["attempts"] for one in traces.values()), outputs)
        trace["steps"] = traces
        return _Row(state, trace, outputs)


def _traces(steps: Mapping[str, Step], frame: _Frame) -> dict[str, Trace]:
    return {name: frame.rows[name].trace for name in steps}


def _row(step: Step, state: StepState, attempts: int, outputs: Mapping[str, Value]) -> Trace:
    values = {name: outputs.get(name) for name in step.outputs}
    return {"state": state, "attempts": attempts, "outputs": values}


def _items(step: Step, scope: _Scope) -> list[Value] | None:
    if step.for_each is None:
        return None
    lists = [evaluate(one, scope) for one in step.for_each.lists]
    if None in lists:
        raise EvaluationError("no list")
    keys = step.for_each.keys
    found = (
        list(lists[0])
        if keys is None
        else [dict(zip(keys, one, strict=True)) for one in product(*lists)]
    )
    for item in found:
        if item is not None:
            hold(to_text(item))
    return found
