"""What one instance of a step is given: its arguments, environment and inputs, as values."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from pipec.compiler.expressions.errors import EvaluationError
from pipec.compiler.expressions.evaluate import Scope, evaluate, text_of
from pipec.compiler.expressions.nodes import Constant, Join, Node, Output
from pipec.compiler.ir import Command, Python, Secret, Shell, Step
from pipec.compiler.records import dataclass
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_TEXT, Value, to_text

# what programs need to find programs, their user's files and their language
KEPT = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"]

Secrets = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Launch:
    """What every attempt of an instance gets. In `env`, None takes a variable away."""

    argv: Sequence[str]
    env: Mapping[str, str | None]
    inputs: Sequence[tuple[str, Type, Value]]


def prepare(step: Step, scope: Scope, secrets: Secrets) -> Launch:
    """Evaluate what a step with a program is given. Raises EvaluationError."""
    inputs = list(_inputs(step, scope))
    budget = _Budget()
    env: dict[str, str | None] = {}
    for name, value in step.env.items():
        if isinstance(value, Secret):
            env[name] = secrets.get((value.name, value.key))
        else:
            env[name] = budget.text(f'env "{name}"', value, scope)
    return Launch(list(_argv(step, scope, budget)), env, inputs)


def check_size(what: str, text: str) -> None:
    """Raise EvaluationError for a text over the language's limit."""
    size = len(text.encode())
    if size > MAX_TEXT:
        raise EvaluationError(f"{what} has {size:,} bytes, at most {MAX_TEXT:,} are allowed")


def base_environment(clean: bool = False) -> dict[bytes, bytes]:
    """Give the caller's environment as programs see it; if `clean`, only what `KEPT` names of it.

    Without `PIPEC_` variables, with the folder of pipec's own Python first on `PATH`.
    """
    env = {name: value for name, value in os.environb.items() if not name.startswith(b"PIPEC_")}
    if clean:
        env = {name: env[name] for name in map(os.fsencode, KEPT) if name in env}
    folder = os.fsencode(os.path.dirname(sys.executable))
    env[b"PATH"] = folder + b":" + env.get(b"PATH", os.fsencode(os.defpath))
    return env


def _inputs(step: Step, scope: Scope) -> Iterator[tuple[str, Type, Value]]:
    for name, node in step.inputs.items():
        what = f'input "{name}"'
        value = _with(what, evaluate, node, scope)
        if value is not None and not node.type.is_artifact and not isinstance(node, Output):
            check_size(what, to_text(value))
        yield name, node.type, value


def _argv(step: Step, scope: Scope, budget: "_Budget") -> Iterator[str]:
    match step.body:
        case Shell(script=script, argv=argv):
            yield from (*argv, "-c", script)
        case Python(script=script):
            yield from ("python3", "-c", script)
        case Command(argv=nodes):
            for index, node in enumerate(nodes):
                yield budget.text(f"item {index} of the command", node, scope)
        case _:
            raise AssertionError("only a step with a program is launched")


class _Budget:
    """Counts the bytes of run-time values that one step takes into `env` and argv."""

    def __init__(self) -> None:
        self.taken = 0

    def text(self, what: str, node: Node, scope: Scope) -> str:
        if isinstance(node, Constant):
            return to_text(node.value)
        parts = node.parts if isinstance(node, Join) else (node,)
        texts = [_with(what, text_of, part, scope) for part in parts]
        whole = "".join(texts)
        check_size(what, whole)
        pairs = zip(parts, texts, strict=True)
        self.taken += sum(len(text.encode()) for part, text in pairs if type(part) is not Constant)
        if self.taken > MAX_TEXT:
            raise EvaluationError(
                f"{what} brings the values in env and arguments to {self.taken:,} bytes, "
                f"at most {MAX_TEXT:,} are allowed; pass big values as inputs"
            )
        return whole


def _with(what: str, compute: Callable[[Node, Scope], Value], node: Node, scope: Scope) -> Value:
    try:
        return compute(node, scope)
    except EvaluationError as error:
        raise EvaluationError(f"{what}: {error}") from None
