"""Every feature of the language under one id, and which of them a pipeline uses.

The ids are what targets answer for (`pipec.backends.capability`). A `requirement` changes what a
program sees or whether it runs: a target that cannot do it refuses. A `wish` changes cost or pace:
a target that cannot do it says so in a warning. A `note` is shown where the target can.
"""

from collections.abc import Iterator
from typing import Literal

from pipec.compiler.diagnostics import Place
from pipec.compiler.expressions.nodes import Node, Run, State, children
from pipec.compiler.ir import Approval, Command, Group, Pipeline, Python, Secret, Shell, Step
from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """`title` is how messages and tables call it."""

    title: str
    kind: Literal["requirement", "wish", "note"] = "requirement"


FEATURES: dict[str, Feature] = {
    "params": Feature("params"),
    "params.required": Feature("a param without a default"),
    "params.optional": Feature("a param of a type `T?`"),
    "params.enum": Feature("`enum` of a param"),
    "params.min": Feature("`min` and `max` of a param"),
    "params.min_length": Feature("`min_length` and `max_length` of a param"),
    "params.pattern": Feature("`pattern` of a param"),
    "files": Feature("files that travel with the pipeline"),
    "timeout.run": Feature("a timeout of the whole run"),
    "max_parallel.run": Feature("`max_parallel` of the whole run", "wish"),
    "fail_fast": Feature("`fail_fast`", "wish"),
    "owner": Feature("`owner`", "note"),
    "labels": Feature("`labels`", "note"),
    "description": Feature("`description`", "note"),
    "schedule": Feature("a schedule"),
    "schedule.timezone": Feature("the time zone of a schedule"),
    "schedule.overlap.forbid": Feature("`overlap: forbid`"),
    "schedule.overlap.allow": Feature("`overlap: allow`"),
    "schedule.overlap.replace": Feature("`overlap: replace`"),
    "schedule.catchup": Feature("`catchup: true`"),
    "run": Feature("a shell script (`run`)"),
    "run.shell": Feature("another `shell`"),
    "command": Feature("a program with arguments (`command`)"),
    "python": Feature("a Python script (`python`)"),
    "approve": Feature("approval by a person (`approve`)"),
    "uses": Feature("a component with steps (`uses`)"),
    "uses.for_each": Feature("a fan-out over a component with steps"),
    "needs": Feature("`needs`"),
    "trigger_rule.all_succeeded": Feature("the trigger rule `all_succeeded`"),
    "trigger_rule.none_failed": Feature("the trigger rule `none_failed`"),
    "trigger_rule.any_failed": Feature("the trigger rule `any_failed`"),
    "trigger_rule.all_done": Feature("the trigger rule `all_done`"),
    "when": Feature("`when`"),
    "for_each": Feature("a fan-out over a list (`for_each`)"),
    "for_each.product": Feature("a fan-out over every combination of lists"),
    "for_each.dynamic": Feature("a fan-out over a list that a step makes"),
    "max_parallel": Feature("`max_parallel` of a step", "wish"),
    "inputs.value": Feature("a value as an input"),
    "inputs.artifact": Feature("a file or folder as an input"),
    "inputs.artifacts": Feature("a list of files or folders as an input"),
    "outputs.value": Feature("a value as an output"),
    "outputs.file": Feature("a file as an output"),
    "outputs.dir": Feature("a folder as an output"),
    "outputs.optional": Feature("an output that may be absent (`T?`)"),
    "outputs.path": Feature("`path` of an output"),
    "env": Feature("`env`"),
    "env.secret": Feature("a secret"),
    "env.secret.optional": Feature("a secret that may be absent"),
    "image": Feature("an image"),
    "workdir": Feature("`workdir`"),
    "resources.cpu": Feature("`cpu`", "wish"),
    "resources.memory": Feature("`memory`", "wish"),
    "resources.gpu": Feature("`gpu`"),
    "resources.gpu_type": Feature("`gpu_type`"),
    "timeout": Feature("a timeout of a step"),
    "retry.attempts": Feature("`retry`"),
    "retry.delay": Feature("`delay` of a retry", "wish"),
    "retry.backoff": Feature("`backoff` of a retry", "wish"),
    "retry.max_delay": Feature("`max_delay` of a retry", "wish"),
    "retry.on": Feature("`on` of a retry"),
    "cache": Feature("`cache`", "wish"),
    "finally": Feature("`finally`"),
    "run.id": Feature("`run.id`"),
    "run.date": Feature("`run.date`"),
    "run.day": Feature("`run.day`"),
    "run.state": Feature("`run.state`"),
    "step.state": Feature("the state of a step"),
}


def used(pipeline: Pipeline) -> list[tuple[str, Place]]:
    """Give every feature that a pipeline uses, with each place that uses it, in file order."""
    found = list(_of_pipeline(pipeline))
    for step in (*pipeline.steps.values(), *pipeline.finally_.values()):
        found += _of_step(step)
    return found


def _of_pipeline(pipeline: Pipeline) -> Iterator[tuple[str, Place]]:
    place = pipeline.place
    for name in ("description", "owner", "labels", "files", "fail_fast"):
        if getattr(pipeline, name):
            yield name, place.of_key(name)
    for param in pipeline.params.values():
        yield "params", param.place
        if param.required:
            yield "params.required", param.place
        if param.type.optional:
            yield "params.optional", param.place.at("type")
        for keys in (("enum",), ("min", "max"), ("min_length", "max_length"), ("pattern",)):
            for key in keys:
                if getattr(param, key) is not None:
                    yield f"params.{keys[0]}", param.place.of_key(key)
    if pipeline.timeout is not None:
        yield "timeout.run", place.of_key("timeout")
    if pipeline.max_parallel is not None:
        yield "max_parallel.run", place.of_key("max_parallel")
    if pipeline.finally_:
        yield "finally", place.of_key("finally")
    schedule = pipeline.schedule
    if schedule:
        yield "schedule", place.of_key("schedule")
        yield "schedule.timezone", place.of_key("schedule")
        yield f"schedule.overlap.{schedule.overlap}", place.of_key("schedule", "overlap")
        if schedule.catchup:
            yield "schedule.catchup", place.of_key("schedule", "catchup")


def _of_step(step: Step) -> Iterator[tuple[str, Place]]:
    place = step.place
    yield from _of_body(step)
    if step.needs:
        yield "needs", place.of_key("needs") if step.place else place
        yield f"trigger_rule.{step.trigger_rule}", place.of_key("trigger_rule")
    if step.for_each:
        yield "for_each", place.of_key("for_each")
        if step.for_each.keys and len(step.for_each.keys) > 1:
            yield "for_each.product", place.of_key("for_each")
        if any(_reads_a_step(one) for one in step.for_each.lists):
            yield "for_each.dynamic", place.of_key("for_each")
        if isinstance(step.body, Group):
            yield "uses.for_each", place.of_key("for_each")
    for key in ("when", "max_parallel", "description", "labels", "image", "workdir", "timeout"):
        if getattr(step, key):
            yield key, place.of_key(key)
    yield from _of_data(step)
    for key in ("cpu", "memory", "gpu", "gpu_type"):
        if getattr(step.resources, key) is not None:
            yield f"resources.{key}", place.of_key("resources", key)
    if step.retry.attempts > 1:
        yield "retry.attempts", place.of_key("retry")
        if step.retry.delay:
            yield "retry.delay", place.of_key("retry", "delay")
        if step.retry.backoff != 1:
            yield "retry.backoff", place.of_key("retry", "backoff")
        if step.retry.max_delay is not None:
            yield "retry.max_delay", place.of_key("retry", "max_delay")
        if step.retry.on is not None:
            yield "retry.on", place.of_key("retry", "on")
    if step.cache:
        yield "cache", place.of_key("cache")
    for where, node in step.expressions():
        yield from _of_expression(where, node)


def _of_body(step: Step) -> Iterator[tuple[str, Place]]:
    match step.body:
        case Shell(argv=argv):
            yield "run", step.place.of_key("run")
            if argv != ("sh", "-e"):
                yield "run.shell", step.place.of_key("shell")
        case Command():
            yield "command", step.place.of_key("command")
        case Python():
            yield "python", step.place.of_key("python")
        case Approval():
            yield "approve", step.place.of_key("approve")
        case Group(steps=steps):
            yield "uses", step.place.of_key("uses")
            for inner in steps.values():
                yield from _of_step(inner)


def _of_data(step: Step) -> Iterator[tuple[str, Place]]:
    for name, node in step.inputs.items():
        if not node.type.is_artifact:
            kind = "value"
        else:
            kind = "artifacts" if node.type.kind == "list" else "artifact"
        yield f"inputs.{kind}", step.place.of_key("inputs", name)
    for output in step.outputs.values():
        kind = output.type.kind if output.type.is_artifact else "value"
        yield f"outputs.{kind}", output.place
        if output.type.optional:
            yield "outputs.optional", output.place
        if output.path is not None:
            yield "outputs.path", output.place.of_key("path")
    for name, value in step.env.items():
        yield "env", step.place.of_key("env", name)
        if isinstance(value, Secret):
            yield "env.secret", value.place
            if value.optional:
                yield "env.secret.optional", value.place


def _of_expression(place: Place, node: Node) -> Iterator[tuple[str, Place]]:
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, Run) and one.field != "pipeline":
            yield f"run.{one.field}", place.part(*one.span)
        elif isinstance(one, State):
            yield ("step.state" if one.step else "run.state"), place.part(*one.span)
        pending.extend(children(one))


def _reads_a_step(node: Node) -> bool:
    from pipec.compiler.expressions.nodes import Output

    return isinstance(node, Output) or any(_reads_a_step(one) for one in children(node))
