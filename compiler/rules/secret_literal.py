"""A secret that stands in the spec.

Everybody who reads the repository, the manifest or the log can read it. Name where it is kept.

Wrong:

```yaml
pipec: 1
name: example
steps:
  deploy:
    env: {API_TOKEN: abc123def456}
    run: ./deploy.sh
```

Right:

```yaml
pipec: 1
name: example
steps:
  deploy:
    env: {API_TOKEN: {secret: deploy/token}}
    run: ./deploy.sh
```
"""

import re
from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Command, Pipeline, Python, Shell, Step
from pipec.compiler.rules.reading import steps_of

_NAME = re.compile(r"(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIALS?)$")
# The shapes of tokens that their makers gave a recognisable prefix.
_SHAPE = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{36,}\b"
    r"|\bglpat-[0-9A-Za-z_-]{20,}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,}"
    r"|\bsk_live_[0-9A-Za-z]{16,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for param in pipeline.params.values():
        if (
            isinstance(param.default, str)
            and param.default
            and (_NAME.search(param.name.upper()) or _SHAPE.search(param.default))
        ):
            yield _finding(param.place.at("default"))
    for step in steps_of(pipeline):
        yield from _of_step(step)


def _of_step(step: Step) -> Iterator[Diagnostic]:
    for name, value in step.env.items():
        if (
            isinstance(value, Constant)
            and value.value
            and (_NAME.search(name.upper()) or _SHAPE.search(str(value.value)))
        ):
            yield _finding(step.place.at("env", name))
    body = step.body
    if isinstance(body, Command):
        for index, value in enumerate(body.argv):
            if isinstance(value, Constant) and _SHAPE.search(str(value.value)):
                yield _finding(step.place.at("command", index))
    elif isinstance(body, Shell | Python):
        match = _SHAPE.search(body.script)
        if match:
            key = "run" if isinstance(body, Shell) else "python"
            yield _finding(step.place.at(key).part(*match.span()))


def _finding(place: Place) -> Diagnostic:
    return Diagnostic(
        "secret-literal",
        "this looks like a secret that stands in the spec",
        place,
        "warning",
        "write `{secret: name/key}` in `env`, and keep the value where the target keeps secrets",
    )
