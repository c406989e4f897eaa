"""Where the text of a name is found: in a task of the graph, below a template's inputs, on exit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from pipec.backends.argo import names
from pipec.backends.argo.body import Body
from pipec.backends.argo.expressions.code import (
    CHOICE,
    Code,
    UnsupportedError,
    decode,
    encode,
    literal,
)
from pipec.backends.argo.expressions.references import PLAIN_KINDS, Raw, Reference
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.rules import blame
from pipec.compiler.expressions.nodes import Input, Item, Output, Param, Run, State
from pipec.compiler.ir import Approval, Step
from pipec.compiler.records import replace
from pipec.compiler.types import Type

_DECODED = decode("#")
# A parameter whose value is a tag is still that tag in an expression.
RUN_DATE = (
    "workflow.parameters['run-date'] startsWith '{'"
    " ? (workflow.scheduledTime ?? workflow.creationTimestamp.RFC3339)"
    " : workflow.parameters['run-date']"
)
FAILED = "map(fromJSON(fromJSON(workflow.failures)) ?? [], .displayName + '/' + .templateName)"

# What a person stopped says so, in one of two ways, where it was cut off.
RUN_STATE = (
    "workflow.status == 'Succeeded' ? 'succeeded'"
    " : any(fromJSON(fromJSON(workflow.failures)) ?? [],"
    " .message matches '^(Stopped|workflow shutdown) with strategy') ? 'cancelled' : 'failed'"
)


class Globals(ABC):
    """What every scope has: parameters and the run."""

    definitions: Mapping[str, str] = {"run_date": RUN_DATE}  # never changed

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def raw(self, node: Reference) -> Raw:
        match node:
            case Param(name=name, type=type):
                code = Code(names.member("workflow.parameters", name))
                canonical = type.kind in ("string", "int", "bool")
                return Raw(code, False, canonical, f"workflow.parameters.{name}")
            case Run(field=field):
                return self._run(field)
            case Item():
                return self.item(node)
            case Output():
                return self.output(node)
            case State():
                return self.state(node)
            case Input():
                return self.input(node)

    def _run(self, field: str) -> Raw:
        if field == "id":
            return Raw(Code("workflow.name"), tag="workflow.name")
        if field == "date":
            return Raw(Code("run_date"), tag="workflow.parameters.run-date")
        if field == "day":
            schedule = self.plan.pipeline.schedule
            zone = literal(schedule.timezone if schedule else "UTC")
            return Raw(Code(f"date(run_date).In(timezone({zone})).Format('2006-01-02')"))
        name = self.plan.pipeline.name
        return Raw(Code(literal(name)), constant=name)

    def item(self, node: Item) -> Raw:
        raise UnsupportedError("read `item` here", node.span)

    @abstractmethod
    def output(self, node: Output) -> Raw: ...

    @abstractmethod
    def state(self, node: State) -> Raw: ...

    def input(self, node: Input) -> Raw:
        return self._parameter(node.name, node.type)

    @staticmethod
    def _parameter(name: str, type: Type) -> Raw:
        """Read a parameter of the template, typed as the value that was given for it."""
        code = Code(names.member("inputs.parameters", name))
        encoded = type.kind not in PLAIN_KINDS
        canonical = type.kind in ("string", "int", "bool", "state")
        return Raw(code, encoded, canonical, f"inputs.parameters.{name}")


class Inputs(Globals):
    """Inside a template: what its task passed to it."""

    def __init__(self, plan: Plan, step: Step) -> None:
        super().__init__(plan)
        self.step = step

    def item(self, node: Item) -> Raw:
        raw = self._parameter(node.key or "item", node.type)
        made = (node.key or "item") in self.plan.evaluated.get(self.step.name, ())
        return replace(raw, encoded=raw.encoded or made)

    def output(self, node: Output) -> Raw:
        raw = self._parameter(self.plan.parameter(self.step, node), node.type)
        return replace(raw, canonical=self.plan.is_canonical(node))

    def state(self, node: State) -> Raw:
        return self._parameter(self.plan.parameter(self.step, node), node.type)

    def input(self, node: Input) -> Raw:
        return self._parameter(self.plan.parameter(self.step, node), node.type)


class Tasks(Globals):
    """In a task of a graph: what the tasks above it gave."""

    def __init__(self, plan: Plan, reader: Step) -> None:
        super().__init__(plan)
        self.reader = reader

    def output(self, node: Output) -> Raw:
        task = names.member("tasks", self.plan.task(node.step))
        tag = f"tasks.{self.plan.task(node.step)}.outputs.parameters.{node.name}"
        producer = self.plan.step(node.step)
        absent = self._may_lack(node, producer) or self.plan.evaluates(producer)
        given = "outputs?.parameters?" if absent else "outputs.parameters"
        path = names.member(f"{task}.{given}", node.name)
        if producer.for_each and not self.plan.is_wrapped(producer):
            texts = f"fromJSON({path} ?? '[]')" if absent else f"fromJSON({path})"
            raw = gathered(texts, producer.outputs[node.name].type)
            return _if_succeeded(raw, task) if absent else raw
        code = Code(f"{path} ?? ''", CHOICE) if absent else Code(path)
        encoded = node.type.kind not in PLAIN_KINDS
        return Raw(code, encoded, self.plan.is_canonical(node), None if absent else tag)

    def _may_lack(self, node: Output, producer: Step) -> bool:
        """Say whether a task may have no such output when the reader starts.

        Its type does not say so inside of `default`, nor behind a test for null; Argo waits for
        ever for a plain name that is not there.
        """
        match self.reader.trigger_rule:
            case "any_failed" | "all_done":
                return True
            case "none_failed":
                return node.type.optional or producer.may_skip
        return False

    def key(self, node: Output) -> Code:
        """Give the path of an artifact that a component gave; `none` where there is nothing."""
        task = names.member("tasks", self.plan.task(node.step))
        if not node.type.optional:
            return Code(names.member(f"{task}.outputs.parameters", f"{node.name}--key"))
        path = f"{task}.outputs?.parameters?.['{node.name}--key']"
        return Code(f"{path} ?? 'none'", CHOICE)

    def succeeded(self, node: Output) -> str:
        """Give the condition that the step of an output succeeded, or may have."""
        return names.member("tasks", self.plan.task(node.step)) + ".status == 'Succeeded'"

    def state(self, node: State) -> Raw:
        assert node.step
        step = self.plan.step(node.step)
        status = names.member("tasks", self.plan.task(node.step)) + ".status"
        above = [
            f"{names.member('tasks', self.plan.task(one))}.status in ['Failed', 'Error']"
            for one in blame(self.plan.steps, step)[1:]
        ]
        rest = f"{' || '.join(above)} ? 'upstream_failed' : 'skipped'" if above else "'skipped'"
        text = (
            f"{status} == 'Succeeded' ? 'succeeded'"
            f" : {status} in ['Failed', 'Error'] ? 'failed' : {rest}"
        )
        return Raw(Code(text, CHOICE))


class Leaving(Tasks):
    """In the outputs of a component's graph, which see its tasks and its inputs, not the run."""

    def __init__(self, body: Body) -> None:
        (_, use), *_ = body.uses
        super().__init__(body, replace(use, trigger_rule="none_failed"))

    def _run(self, field: str) -> Raw:
        if field == "pipeline":
            return super()._run(field)
        return Raw(Code(names.member("inputs.parameters", f"run--{field}")))


class Exit(Tasks):
    """In a task of the exit handler: what the steps exported, and the list of failures."""

    definitions = {"run_date": RUN_DATE, "failed_nodes": FAILED}  # noqa: RUF012 # never changed

    def output(self, node: Output) -> Raw:
        step = self.plan.step(node.step)
        if step.in_finally:
            return super().output(node)
        if step.for_each:
            return self._exported_list(step, node)
        found = f"workflow.outputs?.parameters?.['{node.step}-{node.name}'] ?? ''"
        code = Code(f"{self.failed(step)} ? '' : {found}", CHOICE)
        return Raw(code, node.type.kind not in PLAIN_KINDS, self.plan.is_canonical(node))

    def _exported_list(self, step: Step, node: Output) -> Raw:
        """Gather what the instances of a fan-out exported: one value each, by index."""
        name = f"'{node.step}-{node.name}--"
        exported = f"keys(workflow.outputs?.parameters ?? {{}}), # startsWith {name}'"
        value = f"workflow.outputs?.parameters?.[{name}' + string(#)]"
        texts = f"map(0..len(filter({exported})) - 1, {value})"
        raw = gathered("texts_", step.outputs[node.name].type)
        test = f"{self.failed(step)} || len(texts_) == 0"
        code = Code(f"(let texts_ = {texts}; {test} ? '' : {raw.code.text})")
        return Raw(code, raw.encoded, raw.canonical)

    def state(self, node: State) -> Raw:
        if node.step is None:
            return Raw(Code(RUN_STATE, CHOICE))
        step = self.plan.step(node.step)
        if step.in_finally:
            return super().state(node)
        above = [self.failed(self.plan.step(one)) for one in blame(self.plan.steps, step)[1:]]
        upstream = f" : {' || '.join(above)} ? 'upstream_failed'" if above else ""
        ran = f"workflow.outputs?.parameters?.['{node.step}--succeeded'] != nil"
        rest = f"{ran} ? 'succeeded' : 'skipped'"
        if isinstance(step.body, Approval):
            if step.may_skip:
                raise UnsupportedError("tell whether an approval was given or skipped", node.span)
            rest = "'succeeded'"
        return Raw(Code(f"{self.failed(step)} ? 'failed'{upstream} : {rest}", CHOICE))

    def key(self, node: Output) -> Code:
        if self.plan.step(node.step).in_finally:
            return super().key(node)
        name = f"{node.step}-{node.name}--key"
        return Code(f"workflow.outputs?.parameters?.['{name}'] ?? 'none'", CHOICE)

    def succeeded(self, node: Output) -> str:
        step = self.plan.step(node.step)
        if step.in_finally:
            return super().succeeded(node)
        return f"!({self.failed(step)})"

    def failed(self, step: Step) -> str:
        task = self.plan.task(step.name)
        return f"'{task}/{self.plan.template(step)}' in failed_nodes"


def gathered(texts: str, type: Type) -> Raw:
    """Give the list that the instances of a fan-out made of one output, from their texts."""
    if type.optional:
        inner = f"toJson({_DECODED})" if type.kind == "string" else f"({_DECODED})"
        made = f"'[' + join(map({texts}, # == '' ? 'null' : {inner}), ',') + ']'"
        return Raw(encode(made), True, type.kind != "string")
    if type.kind in PLAIN_KINDS:
        convert = "# == 'true'" if type.kind == "bool" else f"{type.kind}(#)"
        text = Code(f"'[' + join({texts}, ',') + ']'")
        return Raw(text, value=Code(f"map({texts}, {convert})"))
    decoded = f"map({texts}, {_DECODED})"
    if type.kind == "string":
        text = encode(f"toJson({decoded})")
        return Raw(text, True, False, value=Code(decoded))
    return Raw(encode(f"'[' + join({decoded}, ',') + ']'"), True)


def _if_succeeded(raw: Raw, task: str) -> Raw:
    test = f"{task}.status == 'Succeeded'"
    value = raw.value and Code(f"{test} ? {raw.value.text} : nil", CHOICE)
    return Raw(
        Code(f"{test} ? {raw.code.text} : ''", CHOICE), raw.encoded, raw.canonical, None, value
    )
