"""What the names of an expression are in Python: params, the item, outputs, states, the run."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipec.backends.airflow.names import Names
from pipec.backends.python.expressions import NONE, Read, coerced
from pipec.backends.python.printer import Call, Choice, Code, Each, Text, call, item_of
from pipec.compiler.expressions import nodes
from pipec.compiler.ir import Group, Pipeline
from pipec.compiler.records import dataclass, field
from pipec.compiler.types import Type


@dataclass(slots=True)
class Scope:
    """What the expressions of one function may use, and what they did use: the steps whose
    outputs they read, params, the item, the inputs of the component. With `instance`, they stand
    in one instance of a fan-out over a component."""

    pipeline: Pipeline
    names: Names
    read: dict[str, None] = field(default_factory=dict)
    params: bool = False
    item: bool = False
    inputs: bool = False
    instance: bool = False

    def value(self, node: Read) -> Code:
        return _READ[type(node)](node, self)

    def presence(self, node: nodes.Output) -> Code | None:
        step = self.pipeline.all_steps[node.step]
        if step.for_each or step.outputs[node.name].type.optional:
            return None
        return Code(self.names.local[node.step])


def _decoded(value: Code, type: Type) -> Code:
    """Read what Airflow's database kept of a value of a type."""
    reader = _reader(type)
    return Call(reader, [("", value)]) if reader else value


def _reader(type: Type) -> str | None:
    if type.kind == "float":
        return "float"
    if type.kind in ("json", "map") or (type.kind == "list" and not type.is_artifact):
        return "json_value" if _is_json(type) else "json.loads"
    return None


def _is_json(type: Type) -> bool:
    """Say whether the numbers inside are those of json."""
    return type.kind == "json" or bool(type.item and _is_json(type.item))


def _param(node: nodes.Param, scope: Scope) -> Code:
    scope.params = True
    name, params = Text(node.name), Code("params")
    if node.type.kind == "float":
        if node.type.optional:
            return call("optional", Code("float"), params, name)
        return call("float", item_of(params, name))
    found = item_of(params, name)
    if _is_json(node.type):
        return call("with_doubles", found)
    return coerced(found, node.type) if not node.type.optional else found


def _item(node: nodes.Item, scope: Scope) -> Code:
    scope.item = True
    item = Code("item")
    return _decoded(item if node.key is None else item_of(item, Text(node.key)), node.type)


def _output(node: nodes.Output, scope: Scope) -> Code:
    scope.read[node.step] = None
    step = scope.pipeline.all_steps[node.step]
    declared = step.outputs[node.name].type
    found, name = Code(scope.names.local[node.step]), Text(node.name)
    if not step.for_each:
        return _value(found, name, declared, node.type.optional)
    one = Each(_value(Code("one"), name, declared, declared.optional), "one", found)
    if not node.type.optional:
        return one
    return Choice(NONE, Code(f"{found.flat} is None"), one)


def _value(outputs: Code, name: Code, type: Type, optional: bool) -> Code:
    if optional:
        return call("optional", Code(_reader(type) or "None"), outputs, name)
    return _decoded(item_of(outputs, name), type)


def _state(node: nodes.State, scope: Scope) -> Code:
    if node.step is None:
        named = scope.names.steps_ended
        return call("run_state", *([] if named == "steps_ended" else [Text(named)]))
    return asked(state_function(node.step, scope), ids_of(node.step, scope), scope.instance)


def state_function(step: str, scope: Scope) -> str:
    """Name the function that says how a step ended."""
    if isinstance(scope.pipeline.all_steps[step].body, Group) and step in scope.names.before:
        return "state_of_use"
    return "state_of"


def ids_of(step: str, scope: Scope) -> list[str]:
    """Give the ids of the tasks of a step that its state depends on."""
    found = [scope.names.task[step]]
    return [*found, scope.names.before[step]] if step in scope.names.before else found


def asked(function: str, ids: Iterable[str], instance: bool) -> Call:
    """Ask for the states of tasks, inside of a fan-out over a component in the same instance."""
    here = [("instance=", Code("True"))] if instance else []
    return Call(function, [*(("", Text(one)) for one in ids), *here])


def _input(node: nodes.Input, scope: Scope) -> Code:
    scope.inputs = True
    return _value(Code("inputs"), Text(node.name), node.type, node.type.optional)


def _run(node: nodes.Run, scope: Scope) -> Code:
    if node.field == "pipeline":
        return Text(scope.pipeline.name)
    if node.field == "day":
        schedule = scope.pipeline.schedule
        return call("run_day", Text(schedule.timezone if schedule else "UTC"))
    return Code(f"run_{node.field}()")


_READ: Mapping[type, Callable[[Any, Scope], Code]] = {
    nodes.Param: _param,
    nodes.Input: _input,
    nodes.Item: _item,
    nodes.Output: _output,
    nodes.State: _state,
    nodes.Run: _run,
}
