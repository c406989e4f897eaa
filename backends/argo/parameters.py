"""Params as parameters of a workflow. Argo checks nothing of them: the first steps' `when` does."""

from typing import Any

from pipec.backends.argo import names
from pipec.backends.argo.expressions.code import literal
from pipec.backends.argo.expressions.functions import NUMBER
from pipec.backends.argo.writer import Flow, FlowList, Quoted
from pipec.compiler.ir import Param, Pipeline
from pipec.compiler.types import Type
from pipec.compiler.values import to_json, to_text

RUN_DATE = "run-date"


def arguments(pipeline: Pipeline) -> list[Any]:
    """Give the parameters of the workflow, and the date of the run."""
    found: list[Any] = [_parameter(param) for param in pipeline.params.values()]
    date = {
        "name": RUN_DATE,
        "value": Quoted("{{workflow.creationTimestamp.RFC3339}}"),
        "description": Quoted("the date this run is for"),
    }
    return [*found, Flow(date)]


def _parameter(param: Param) -> Flow:
    made: dict[str, Any] = {"name": param.name}
    if param.has_default and param.default is not None:
        made["value"] = Quoted(to_text(param.default))
    elif param.type.optional:
        made["value"] = Quoted("")
    if param.enum:
        made["enum"] = FlowList(Quoted(to_text(one)) for one in param.enum)
    made["description"] = Quoted(_description(param))
    return Flow(made)


def _description(param: Param) -> str:
    text = ", ".join([str(param.type), *_limits(param)])
    if not param.type.is_scalar:
        text += ", as JSON"
    if param.type.optional:
        text += "; empty for none"
    return f"{param.description} ({text})" if param.description else text


def _limits(param: Param) -> list[str]:
    found = []
    if param.min is not None:
        found.append(f"at least {to_json(param.min)}")
    if param.max is not None:
        found.append(f"at most {to_json(param.max)}")
    if param.min_length is not None:
        found.append(f"at least {_counted(param, param.min_length)}")
    if param.max_length is not None:
        found.append(f"at most {_counted(param, param.max_length)}")
    if param.pattern is not None:
        found.append(f"matching {param.pattern}")
    if param.enum is not None:
        found.append("one of " + ", ".join(to_json(one) for one in param.enum))
    return found


def _counted(param: Param, count: int) -> str:
    unit = "item" if param.type.kind == "list" else "character"
    return f"{count} {unit}" + ("" if count == 1 else "s")


def conditions(pipeline: Pipeline) -> list[str]:
    """Give one expression for each param that not every text fits: true, or it fails."""
    return [found for param in pipeline.params.values() if (found := _condition(param))]


def _condition(param: Param) -> str | None:
    text = names.member("workflow.parameters", param.name)
    tests = [*_of_type(param.type, text), *_of_limits(param, text)]
    if not tests:
        return None
    test = " && ".join(tests)
    if param.type.optional:
        test = f"{text} == '' || {test}"
    limits = " and ".join(_limits(param))
    wanted = f"{param.type}, {limits}" if limits else str(param.type)
    return f"({test} || sprig.fail({literal(f'param {param.name} must be {wanted}')}) == '')"


def _of_type(type: Type, text: str) -> list[str]:
    match type.kind:
        case "string":
            return []
        case "int":
            return [f"{text} matches '^-?[0-9]{{1,19}}$'", f"string(int({text})) == {text}"]
        case "float":
            return [f"{text} matches '{NUMBER}'"]
        case "bool":
            return [f"{text} in ['true', 'false']"]
    read = f"fromJSON({text})"  # no `let`: where a name is not of its own, Argo hides what failed
    return [_of_json(type, read) or f"type({read}) != ''"]


def _of_json(type: Type, value: str) -> str:
    """Test what a JSON text was read as."""
    match type.kind:
        case "list" if type.item:
            inner = _of_json(type.item, "#")
            return f"type({value}) == 'array'" + (f" && all({value}, {inner})" if inner else "")
        case "map" if type.item:
            inner = _of_json(type.item, "#")
            all_ = f" && all(values({value}), {inner})" if inner else ""
            return f"type({value}) == 'map'{all_}"
        case "string" | "bool":
            return f"type({value}) == '{type.kind}'"
        case "float":
            return f"type({value}) == 'float'"
        case "int":
            return f"type({value}) == 'float' && {value} == floor({value})"
    return ""


def _of_limits(param: Param, text: str) -> list[str]:
    kind, found = param.type.kind, []
    if kind in ("int", "float"):
        if param.min is not None:
            found.append(f"{kind}({text}) >= {to_json(param.min)}")
        if param.max is not None:
            found.append(f"{kind}({text}) <= {to_json(param.max)}")
    size = f"len({text})" if kind == "string" else f"len(fromJSON({text}))"
    if param.min_length is not None:
        found.append(f"{size} >= {param.min_length}")
    if param.max_length is not None:
        found.append(f"{size} <= {param.max_length}")
    if param.pattern is not None:
        found.append(f"{text} matches {literal(f'^(?:{param.pattern})$')}")
    if param.enum is not None:
        number = kind == "float"
        members = ", ".join(to_json(one) if number else literal(to_text(one)) for one in param.enum)
        found.append(f"{f'float({text})' if number else text} in [{members}]")
    return found
