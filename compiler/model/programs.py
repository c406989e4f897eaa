"""What a program is given, what it does, and how that is judged."""

import hashlib
from collections.abc import Callable, Mapping

from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import Scope, evaluate, text_of
from pipec.compiler.expressions.nodes import Constant, Join, Node
from pipec.compiler.expressions.nodes import Output as Reference
from pipec.compiler.ir import Command, Python, Secret, Shell, Step
from pipec.compiler.records import dataclass, field
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_TEXT, Value, ValueSyntaxError, from_text, to_text


@dataclass(frozen=True, slots=True)
class Copy:
    """A file or folder that a program copied from its inputs: the hash of what it copied."""

    digest: str


Written = str | Mapping[str, bytes] | Copy


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt of a program is given.

    `step` is the dotted name of its step, `index` that of its item in the step's own fan-out.
    Files and folders in `inputs` are their hashes as the trace shows them.
    """

    step: str
    index: int | None
    number: int
    argv: tuple[str, ...]
    env: Mapping[str, str | None]
    inputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Ending:
    """What an attempt did: how it ended, and what it wrote for each output.

    A value and a file are their text, a folder its files by path.
    """

    exit_code: int = 0
    timed_out: bool = False
    written: Mapping[str, Written] = field(default_factory=dict)


Programs = Callable[[Attempt], Ending]


def values_for(
    step: Step, scope: Scope
) -> tuple[tuple[str, ...], dict[str, str | None], dict[str, Value]]:
    """Give the arguments, environment and inputs of a program. Raises EvaluationError."""
    inputs = {name: evaluate(node, scope) for name, node in step.inputs.items()}
    for name, node in step.inputs.items():
        if not (inputs[name] is None or node.type.is_artifact or isinstance(node, Reference)):
            hold(to_text(inputs[name]))
    taken: list[str] = []
    env: dict[str, str | None] = {
        name: None if isinstance(node, Secret) else _text(node, scope, taken)
        for name, node in step.env.items()
    }
    match step.body:
        case Shell(script=script, argv=argv):
            words: tuple[str, ...] = (*argv, "-c", script)
        case Python(script=script):
            words = ("python3", "-c", script)
        case Command(argv=nodes):
            words = tuple(_text(node, scope, taken) for node in nodes)
        case _:
            raise AssertionError("only a step with a program is given anything")
    hold("".join(taken))
    return words, env, inputs


def _text(node: Node, scope: Scope, taken: list[str]) -> str:
    """Give the text of an `env` value or argument; `taken` gets its parts made at run time."""
    parts = node.parts if isinstance(node, Join) else (node,)
    texts = [text_of(part, scope) for part in parts]
    taken += [
        text for part, text in zip(parts, texts, strict=True) if not isinstance(part, Constant)
    ]
    whole = "".join(texts)
    hold(whole)
    return whole


def hold(text: str) -> None:
    """Raise EvaluationError for a text over the language's limit."""
    if len(text.encode()) > MAX_TEXT:
        raise EvaluationError("too big")


def judge(step: Step, ending: Ending) -> tuple[set[str] | None, dict[str, Value]]:
    """Give the words of `retry.on` that an attempt's failure has (None: it succeeded)."""
    if ending.timed_out:
        return {"timeout"}, {}
    if ending.exit_code:
        return {"exit", f"exit:{ending.exit_code}"}, {}
    outputs: dict[str, Value] = {}
    for name, output in step.outputs.items():
        try:
            outputs[name] = _value(output.type, ending.written.get(name))
        except ValueSyntaxError:
            return {"contract"}, {}
    return None, outputs


def _value(type: Type, written: Written | None) -> Value:
    if written is None:
        if type.optional:
            return None
        raise ValueSyntaxError("missing")
    if type.is_artifact:
        return _artifact(type, written)
    if not isinstance(written, str):
        raise ValueSyntaxError("no text")
    text = written
    if type.is_scalar and text.endswith("\n"):
        text = text.removesuffix("\n").removesuffix("\r")
    value = from_text(type, text)
    if value is not None and len(to_text(value).encode()) > MAX_TEXT:
        raise ValueSyntaxError("too big")
    return value


def _artifact(type: Type, written: Written) -> str:
    if isinstance(written, Copy):
        return written.digest
    if isinstance(written, str) == (type.kind == "dir"):
        raise ValueSyntaxError("of another kind")
    data = written.encode() if isinstance(written, str) else _listing(written)
    return f"sha256:{_digest(data)}"


def _listing(files: Mapping[str, bytes]) -> bytes:
    paths = sorted(files, key=str.encode)
    return b"".join(f"{path}\0{_digest(files[path])}\n".encode() for path in paths)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
