"""Params as Airflow's Params, each with its JSON Schema."""

import re
from typing import Any

from pipec.backends.python.printer import Call, Code, literal, mapping
from pipec.compiler.ir import Param, Pipeline
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_INT, MIN_INT

_NAMES = {
    "string": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "map": "object",
}


def parameters(pipeline: Pipeline) -> Code:
    """Write the `params` of the DAG."""
    return mapping((name, _param(param)) for name, param in pipeline.params.items())


def _param(param: Param) -> Call:
    settings: list[tuple[str, Code]] = []
    if param.has_default or param.type.optional:
        settings.append(("", literal(param.default)))
    settings += [(f"{key}=", literal(value)) for key, value in schema_of(param).items()]
    return Call("Param", settings)


def schema_of(param: Param) -> dict[str, Any]:
    found = of_type(param.type)
    if param.enum is not None:
        absent = [None] if param.type.optional else []
        found["enum"] = [*param.enum, *absent]
    for key, value in (("minimum", param.min), ("maximum", param.max)):
        if value is not None:
            found[key] = value
    size = "Items" if param.type.kind == "list" else "Length"
    for key, value in (("min", param.min_length), ("max", param.max_length)):
        if value is not None:
            found[key + size] = value
    if param.pattern is not None:
        # `$` alone would also stand before a final newline; `\d` is a digit of ASCII.
        flag = "a" if re.search(r"\\[bBdDsSwW]", param.pattern) else ""
        found["pattern"] = f"^(?{flag}:{param.pattern})$(?!\\n)"
    if param.description is not None:
        found["description"] = param.description
    return found


def of_type(type: Type) -> dict[str, Any]:
    """Give the JSON Schema of the values of a type; that of `json` says nothing."""
    if type.kind == "json":
        return {}
    name = _NAMES[type.kind]
    found: dict[str, Any] = {"type": ["null", name] if type.optional else name}
    if type.kind == "int":
        found |= {"minimum": MIN_INT, "maximum": MAX_INT}
    if type.item and type.item.kind != "json":
        found["items" if type.kind == "list" else "additionalProperties"] = of_type(type.item)
    return found
