"""What is decided about a pipeline, or the inside of a component, before its code is written."""

import re
from collections.abc import Mapping
from functools import lru_cache
from os.path import relpath
from pathlib import PurePath

from pipec.backends.airflow import carried, imports, names, native, options, pods
from pipec.backends.airflow.names import Names
from pipec.backends.airflow.native import Native
from pipec.backends.airflow.rules import Rule, rule_of, task_before
from pipec.compiler.ir import Group, Pipeline, Step
from pipec.compiler.records import dataclass, field, replace
from pipec.compiler.rules.reading import steps_of

_PLAIN = re.compile(r"[A-Za-z0-9_./-]{1,60}")


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a component around some steps.

    `gate` is the task that must have succeeded before they start; None if nothing is waited for.
    `given` says what it is: `inputs` if it gives the component's inputs, else `when` or `start`.
    With `instance` they run for each item of a fan-out, and their states are asked for in there.
    """

    step: Step
    gate: str | None
    given: str | None
    instance: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`pipeline` holds the steps of one level; `inner` the plans of its uses of components.

    `native` has the native settings of each step, `imported` the names of what they import.

    `arguments` is filled while functions are written: for each, the steps whose outputs it takes;
    `takes_inputs` has those that take the inputs of the component.
    """

    pipeline: Pipeline
    names: Names
    version: str
    rules: Mapping[str, Rule]
    native: Mapping[str, Native]
    imported: Mapping[str, str]
    inner: Mapping[str, "Plan"]
    use: Use | None = None
    in_finally: bool = False
    indent: int = 4
    more: tuple[str, ...] = ()
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    takes_inputs: set[str] = field(default_factory=set)

    def source_of(self, step: Step) -> str | None:
        """Say where a step stands, as `churn.yaml:12`; None for a spec without a file."""
        if self.pipeline.line_of is None or self.pipeline.path == "-":
            return None
        path, line = self.pipeline.line_of(step.place.of_key())
        shown = _shown(path, self.pipeline.folder)
        return f"{shown}:{line}" if shown else None

    @property
    def zone(self) -> str:
        """Give the time zone that days are of."""
        schedule = self.pipeline.schedule
        return schedule.timezone if schedule else "UTC"

    @property
    def instance(self) -> bool:
        return self.use is not None and self.use.instance


def more_of(pipeline: Pipeline) -> tuple[str, ...]:
    """Name the files of the helper that this pipeline needs besides the usual ones."""
    steps = list(steps_of(pipeline))
    found = ["pods"] if any(pods.is_pod(one, pipeline) for one in steps) else []
    if "://" in options.read(pipeline).get("artifacts", ""):
        kept = (output.type.is_artifact for one in steps for output in one.outputs.values())
        found += ["objects"] if any(kept) else []
    return tuple(found)


@lru_cache(maxsize=256)
def _shown(path: str, folder: str) -> str | None:
    """Give the path of a file below a folder where it may stand in a docstring."""
    shown = PurePath(relpath(path, folder)).as_posix()
    return shown if _PLAIN.fullmatch(shown) else None


def plan_of(pipeline: Pipeline, version: str) -> Plan:
    """Decide on rules and names."""
    some = [native.of_pipeline(pipeline, version)]
    some += [native.of_step(step, version) for step in steps_of(pipeline)]
    taken = (
        names.reserved()
        | carried.pieces(version, more_of(pipeline)).keys()
        | imports.known(version)
    )
    imported = native.bound(native.imported(some), taken)
    return _plan(pipeline, version, imported, "", None, in_finally=False, indent=4)


def _plan(
    pipeline: Pipeline,
    version: str,
    imported: Mapping[str, str],
    prefix: str,
    use: Use | None,
    in_finally: bool,
    indent: int,
) -> Plan:
    steps, gate = dict(pipeline.all_steps), use.gate if use else None
    rules = {name: rule_of(step, steps, gate) for name, step in steps.items()}
    before = {name: task_before(one, rules[name], use is not None) for name, one in steps.items()}
    extras = {name: word for name, word in before.items() if word}
    more = more_of(pipeline)
    reserved = frozenset([*carried.pieces(version, more), *imported.values()])
    given = names.give(pipeline, extras, reserved, prefix, use.step if use else None)
    inner = {
        name: _inside(pipeline, step, step.body, version, imported, given, in_finally, indent)
        for name, step in steps.items()
        if isinstance(step.body, Group)
    }
    own = {name: native.of_step(step, version) for name, step in steps.items()}
    return Plan(
        pipeline, given, version, rules, own, imported, inner, use, in_finally, indent, more
    )


def _inside(
    pipeline: Pipeline,
    step: Step,
    group: Group,
    version: str,
    imported: Mapping[str, str],
    outer: Names,
    in_finally: bool,
    indent: int,
) -> Plan:
    """Plan the inner steps of a use of a component."""
    prefix = f"{outer.prefix}{step.name}."
    word, gate = outer.word.get(step.name), outer.before.get(step.name)
    if step.for_each:
        # The list is there when an instance runs; what can fail for an instance is its inputs.
        word = "inputs" if step.inputs else None
        gate = prefix + names.unlike("inputs", group.steps) if step.inputs else None
    use = Use(step, gate, word, step.for_each is not None)
    inside = replace(pipeline, params={}, steps=group.steps, finally_={})
    in_finally = in_finally or step.in_finally
    return _plan(inside, version, imported, prefix, use, in_finally, indent + 4)
