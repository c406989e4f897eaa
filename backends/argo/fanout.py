"""Fan-outs: the list of items, and the template around them where one is needed."""

import re
from itertools import product
from typing import Any

from pipec.backends.argo import names
from pipec.backends.argo.expressions.code import AND, Code
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.expressions.references import (
    REFERENCES,
    Reference,
    Scope,
    decoded,
    split_list,
)
from pipec.backends.argo.expressions.texts import text_of
from pipec.backends.argo.leaf import parameters
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.reading import reads
from pipec.backends.argo.scopes import Inputs, Tasks, gathered
from pipec.backends.argo.text import PREFIX, encoded
from pipec.backends.argo.writer import Flow, Folded, Quoted
from pipec.compiler.expressions.evaluate import coerce
from pipec.compiler.expressions.nodes import Constant, Node
from pipec.compiler.ir import Step
from pipec.compiler.types import Type
from pipec.compiler.values import to_text

# A safe text of an item stays as it is, readable in the names of nodes. Argo writes an item's text
# as JSON without the quotes, so quotes, backslashes and control characters are not safe.
_ENCODED = "# matches '^base64:|[^ !#%-\\\\[\\\\]-z|}~\\\\pL]' ? 'base64:' + toBase64(#) : #"
_SAFE = re.compile(r"[ !#%-\[\]-z|}~]*")


def loop(plan: Plan, step: Step, scope: Scope) -> dict[str, Any]:
    """Give the `withItems` or `withParam` of a fan-out."""
    assert step.for_each
    lists = step.for_each.lists
    if all(isinstance(one, Constant) for one in lists):
        items = _constants(plan, step, [one for one in lists if isinstance(one, Constant)])
        return {"withItems": items} if items else {"withParam": Quoted("[]")}
    lowering = Lowering(scope)
    if plan.has_evaluated_items(step):
        return {"withParam": Folded(lowering.tag(lowering.text(lists[0])))}
    index, keys = plan.index_name(step), plan.item_keys(step)
    if len(lists) == 1:
        made, item = listed(lowering, lists[0])
        code = Code(f"toJson(map({made}, ({{'{index}': #index, '{keys[0]}': {item}}})))")
        return {"withParam": Folded(lowering.tag(code))}
    return {"withParam": Folded(lowering.tag(_product(lowering, index, keys, lists)))}


def _product(
    lowering: Lowering, index: str, keys: tuple[str, ...], lists: tuple[Node, ...]
) -> Code:
    names_ = []
    for key, node in zip(keys, lists, strict=True):
        made, item = listed(lowering, node)
        text = made if item == "#" else f"map({made}, {item})"
        names_.append(lowering.lets.define(f"{key}_list", text))
    parts = [f"'{index}': #"]
    for position, (key, name) in enumerate(zip(keys, names_, strict=True)):
        below = " * ".join(f"len({one})" for one in names_[position + 1 :])
        step = f"int(# / ({below}))" if below.count("len") > 1 else f"int(# / {below})"
        at = step if below else "#"
        if position:
            at = f"{at} % len({name})"
        parts.append(f"'{key}': {name}[{at}]")
    size = " * ".join(f"len({one})" for one in names_)
    return Code(f"toJson(map(0..{size} - 1, ({{{', '.join(parts)}}})))")


def listed(lowering: Lowering, node: Node) -> tuple[str, str]:
    """Give the list and what becomes of one item (`#`), so that items are texts."""
    item = node.type.item
    assert item is not None
    kind = item.kind
    if kind in ("int", "float", "bool"):
        if isinstance(node, REFERENCES) and not node.type.optional:
            raw = lowering.scope.raw(node)
            if not raw.value:
                text = decoded(lowering.lets, raw, "list_").text
                return f"filter(map({split_list(text)}, trim(#)), # != '')", "#"
        return lowering.value(node).text, text_of(lowering.lets, Code("#"), item, node.span).text
    values = lowering.value(node).text
    if kind == "string":
        return values, _ENCODED
    return f"map({values}, toJson(#))", _ENCODED


def is_filled(plan: Plan, step: Step, lowering: Lowering) -> Code | None:
    """Give the condition that the list of a fan-out has items, or None where it always has."""
    assert step.for_each
    tests = []
    lists = step.for_each.lists
    for node in lists[:1] if plan.has_evaluated_items(step) else lists:
        if not isinstance(node, Constant):
            tests.append(f"{lowering.length(node).text} > 0")
        elif not node.value:
            return Code("false")
    return Code(" && ".join(tests), AND) if tests else None


def _constants(plan: Plan, step: Step, lists: list[Constant]) -> list[Any]:
    texts = [[_text(one, node.type) for one in node.value] for node in lists]
    index, keys = plan.index_name(step), plan.item_keys(step)
    return [
        Flow(
            {
                index: Quoted(str(number)),
                **{key: Quoted(one) for key, one in zip(keys, row, strict=True)},
            }
        )
        for number, row in enumerate(product(*texts))
    ]


def _text(value: Any, type: Type) -> str:
    text = to_text(coerce(value, type.item) if type.item else value)
    safe = all(char.isalpha() or _SAFE.fullmatch(char) for char in text)
    return text if safe and not text.startswith(PREFIX) else encoded(text)


def item_arguments(plan: Plan, step: Step) -> list[Any]:
    """Give the arguments that hand an item to a template."""
    wanted = (plan.index_name(step), *plan.item_keys(step))
    return [Flow({"name": one, "value": Quoted(f"{{{{item.{one}}}}}")}) for one in wanted]


def wrapper(plan: Plan, step: Step) -> dict[str, Any]:
    """Make the template around the instances of a fan-out: one task, `item`, for each."""
    assert step.for_each
    lists = list(step.for_each.lists)
    made: dict[str, Any] = {"name": plan.template(step)}
    inner = parameters(plan, step)
    own = {plan.index_name(step), *plan.item_keys(step)}
    handed = [one["name"] for one in inner.get("parameters", []) if one["name"] not in own]
    for_list = [plan.parameter(step, one) for one in reads(lists)]
    given = list(dict.fromkeys([*handed, *for_list]))
    handed_over = [
        name
        for name, node in step.inputs.items()
        if node.type.is_artifact and plan.is_handed_over(step, node)
    ]
    inputs: dict[str, Any] = {}
    if given:
        inputs["parameters"] = [Flow({"name": name}) for name in given]
    if handed_over:
        inputs["artifacts"] = [
            Flow({"name": name, **_optional(step.inputs[name])}) for name in handed_over
        ]
    if inputs:
        made["inputs"] = inputs
    if step.max_parallel:
        made["parallelism"] = step.max_parallel
    task: dict[str, Any] = {"name": "item", "template": plan.leaf(step)}
    task.update(loop(plan, step, Inputs(plan, step)))
    arguments: dict[str, Any] = {
        "parameters": [
            *item_arguments(plan, step),
            *(Flow({"name": n, "value": Quoted(f"{{{{inputs.parameters.{n}}}}}")}) for n in handed),
        ]
    }
    if handed_over:
        arguments["artifacts"] = [
            Flow(
                {
                    "name": n,
                    "from": Quoted(f"{{{{inputs.artifacts.{n}}}}}"),
                    **_optional(step.inputs[n]),
                }
            )
            for n in handed_over
        ]
    task["arguments"] = arguments
    made["dag"] = {"failFast": False, "tasks": [task]}
    outputs = _gathered(step)
    if outputs:
        made["outputs"] = {"parameters": outputs}
    return made


def _optional(node: Node) -> dict[str, Any]:
    return {"optional": True} if node.type.optional else {}


def _gathered(step: Step) -> list[Any]:
    found: list[Any] = []
    for output in step.outputs.values():
        if output.type.is_artifact:
            continue
        path = names.member("tasks.item.outputs.parameters", output.name)
        made: dict[str, Any] = {"name": output.name}
        text = gathered(f"fromJSON({path})", output.type).code.text
        made["valueFrom"] = {"expression": Folded(text)}
        found.append(made)
    return found


def list_arguments(plan: Plan, step: Step, scope: Tasks) -> dict[str, str]:
    """Give what the template around a fan-out needs to make its list."""
    assert step.for_each
    return {plan.parameter(step, one): argument(scope, one) for one in reads(step.for_each.lists)}


def argument(scope: Scope, node: Reference) -> str:
    """Give the argument that passes on what an output or a state is."""
    raw = scope.raw(node)
    if raw.tag:
        return "{{" + raw.tag + "}}"
    return Lowering(scope).tag(raw.code)
