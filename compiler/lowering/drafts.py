"""The first reading of a step: its expressions parsed, the steps that they read known."""

from collections.abc import Iterator
from typing import Any

from pipec.compiler.diagnostics import Findings, Note, Place
from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import Name, Node, children
from pipec.compiler.expressions.parse import constant_text, parse, parse_text
from pipec.compiler.records import dataclass, field, replace


@dataclass(slots=True)
class Draft:
    """A step half read: `body` is its map in the effective tree.

    `when`, `lists`, `inputs`, `env` and `argv` hold parsed trees, None where one is wrong. `reads`
    are the steps that expressions read, each with the place of the first time. `inputs` are also
    what `with` gives as an expression. `outputs` are the declared ones, None where not known.
    """

    name: str
    body: dict[str, Any]
    place: Place
    in_finally: bool
    when: Node | None = None
    keys: tuple[str, ...] | None = None
    lists: list[Any] = field(default_factory=list)
    inputs: dict[str, Node | None] = field(default_factory=dict)
    env: dict[str, Node | None] = field(default_factory=dict)
    argv: list[Node | None] = field(default_factory=list)
    reads: dict[str, Place] = field(default_factory=dict)
    outputs: dict[str, Any] | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class LiteralList:
    """A YAML list in `for_each`, and where it stands."""

    raw: list[Any]
    place: Place


def draft(step: Draft, findings: Findings) -> Draft:
    """Parse the expressions of a step and note what they read."""
    before = len(findings.found)
    body = step.body
    step.outputs = body.get("outputs", {})
    if "when" in body:
        step.when = _parse(body["when"], step.place.at("when"), step, findings, whole=True)
    if "for_each" in body:
        _for_each(step, findings)
    for name, text in body.get("inputs", {}).items():
        step.inputs[name] = constant_text(text) or _value(
            text, step.place.at("inputs", name), step, findings
        )
    for name, raw in (body.get("with") or {}).items():
        if isinstance(raw, str) and "${{" in raw:
            step.inputs[name] = _parse(raw, step.place.at("with", name), step, findings)
    for name, text in body.get("env", {}).items():
        if isinstance(text, str):
            step.env[name] = constant_text(text) or _parse(
                text, step.place.at("env", name), step, findings
            )
    for index, text in enumerate(body.get("command", ())):
        step.argv.append(
            constant_text(text) or _parse(text, step.place.at("command", index), step, findings)
        )
    step.broken = len(findings.found) > before
    return step


def report(error: ExpressionError, place: Place, findings: Findings) -> None:
    """Turn what is wrong with an expression into a diagnostic at its characters."""
    notes = tuple(Note(text, place.part(*span)) for text, span in error.notes)
    fix, (start, end) = error.fix, error.span
    if fix and end - start == len(fix.old) + 2:  # a word in the quotes of the expression
        fix = replace(fix, place=place.part(start + 1, end - 1))
    findings.error(error.code, error.message, place.part(start, end), error.help, notes, fix)


def _for_each(step: Draft, findings: Findings) -> None:
    raw = step.body["for_each"]
    if isinstance(raw, dict):
        step.keys = tuple(raw)
        pairs = [(raw[key], step.place.at("for_each", key)) for key in raw]
    else:
        pairs = [(raw, step.place.at("for_each"))]
    for one, place in pairs:
        if isinstance(one, list):
            step.lists.append(LiteralList(one, place))
        else:
            step.lists.append(_parse(one, place, step, findings, whole=True))


def _value(raw: Any, place: Place, step: Draft, findings: Findings) -> Node | None:
    if isinstance(raw, str):
        return _parse(raw, place, step, findings)
    findings.error(
        "wrong-type",
        "an input is one value: text, or one `${{ }}`",
        place,
        "write lists and maps inside an expression, or make them a param of the type json",
    )
    return None


def _parse(
    text: str, place: Place, step: Draft, findings: Findings, whole: bool = False
) -> Node | None:
    try:
        node = parse(text) if whole else parse_text(text)
    except ExpressionError as error:
        report(error, place, findings)
        return None
    for name in names_in(node):
        if name.parts[0] == "steps" and len(name.parts) > 1:
            step.reads.setdefault(name.parts[1], place.part(*name.span))
    return node


def names_in(node: Node) -> Iterator[Name]:
    """Give every name in a parsed tree, left to right."""
    if isinstance(node, Name):
        yield node
    for one in children(node):
        yield from names_in(one)
