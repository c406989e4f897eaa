"""The params of one run: given values, defaults, and the constraints they are held to."""

from collections.abc import Mapping

from pipec.compiler.ir import Param
from pipec.compiler.spelling import suggest
from pipec.compiler.values import (
    MAX_TEXT,
    Value,
    ValueSyntaxError,
    describe,
    from_text,
    quoted,
    to_text,
)


class ParamError(Exception):
    """Params that a run cannot start with. `problems` are sentences, one a param."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def bind(params: Mapping[str, Param], given: Mapping[str, str | Value]) -> dict[str, Value]:
    """Give every param its value: the given one, else its default, else null.

    `given` holds values of the params' types. Raises ParamError with all that is wrong.
    """
    problems: list[str] = []
    for name in given:
        if name not in params:
            near = suggest(name, params)
            hint = f'; did you mean "{near}"?' if near else ""
            problems.append(f'there is no param "{name}"{hint}')
    bound: dict[str, Value] = {}
    for name, param in params.items():
        if name not in given and param.required:
            problems.append(f'the param "{name}" ({param.type}) has no default and must be given')
            continue
        bound[name] = given.get(name, param.default)
        wrong = problem(param, bound[name])
        if wrong:
            problems.append(f'the param "{name}" {wrong}')
    if problems:
        raise ParamError(problems)
    return bound


def from_option(params: Mapping[str, Param], name: str, text: str) -> Value:
    """Read the TEXT of `-p NAME=TEXT` as the param's type. Raises ParamError."""
    if name not in params:
        near = suggest(name, params)
        hint = f'; did you mean "{near}"?' if near else ""
        raise ParamError([f'there is no param "{name}"{hint}'])
    type_ = params[name].type
    if type_.optional and text == "null" and type_.kind != "string":
        return None
    try:
        return from_text(type_, text)
    except ValueSyntaxError as error:
        help = f" ({error.help})" if error.help else ""
        raise ParamError([f'the param "{name}": {error}{help}']) from None


def problem(param: Param, value: Value) -> str | None:
    """Say which constraint of a param its value breaks, as the end of a sentence, or None."""
    if value is None:
        return None
    shown = describe(value)
    if len(to_text(value).encode("utf-8", "surrogatepass")) > MAX_TEXT:
        return f"is longer than {MAX_TEXT:,} bytes"
    if param.enum is not None and value not in param.enum:
        return f"is {shown}, not one of {', '.join(to_text(one) for one in param.enum)}"
    if param.min is not None and value < param.min:
        return f"is {shown}, less than {to_text(param.min)}"
    if param.max is not None and value > param.max:
        return f"is {shown}, more than {to_text(param.max)}"
    if param.min_length is not None and len(value) < param.min_length:
        return f"is {shown}, shorter than {param.min_length}"
    if param.max_length is not None and len(value) > param.max_length:
        return f"is {shown}, longer than {param.max_length}"
    return None if param.pattern is None else _mismatch(param.pattern, value, shown)


def _mismatch(pattern: str, value: str, shown: str) -> str | None:
    from pipec.compiler.pattern_matching import TooCostly, matches

    try:
        return (
            None
            if matches(pattern, value)
            else f"is {shown}, which does not match {quoted(pattern)}"
        )
    except TooCostly:
        return f"is {shown}, too long to be checked against {quoted(pattern)}"
