"""A variable without quotes in a script.

Its value is split at spaces and its `*` become file names: a value that a person gives can change
what the script does.

Wrong:

```yaml
pipec: 1
name: example
params:
  folder: {type: string, default: out}
steps:
  clean:
    env: {FOLDER: "${{ params.folder }}"}
    run: rm -rf $FOLDER/tmp
```

Right:

```yaml
pipec: 1
name: example
params:
  folder: {type: string, default: out}
steps:
  clean:
    env: {FOLDER: "${{ params.folder }}"}
    run: rm -rf "$FOLDER/tmp"
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic, Fix
from pipec.compiler.expressions.nodes import Node
from pipec.compiler.ir import Pipeline, Secret, Shell, Step
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        body = step.body
        if not isinstance(body, Shell) or body.argv[0] not in ("sh", "bash"):
            continue
        risky = {name for name, value in step.env.items() if _may_split(value)}
        if not risky or "$" not in body.script:
            continue
        from pipec.compiler.rules.shell import bare, is_argument, unquoted

        text = bare(body.script)
        for name, start, end in unquoted(body.script):
            if name in risky:
                # FLAGS or FILES may well be several words, which quotes would make one.
                is_one = not name.lower().endswith("s") and is_argument(text, start, end)
                yield _finding(step, name, (start, end), body.script[start:end], is_one)


def _finding(
    step: Step, name: str, span: tuple[int, int], written: str, is_one: bool
) -> Diagnostic:
    return Diagnostic(
        "unquoted-variable",
        f"${name} is not quoted: its value is split at spaces, and `*` in it become file names",
        step.place.at("run").part(*span),
        "warning",
        f'write `"${name}"`',
        fix=Fix(written, f'"{written}"') if is_one else None,
    )


def _may_split(value: Node | Secret) -> bool:
    """Say whether a text may hold spaces and more: numbers, bools and states cannot."""
    return isinstance(value, Secret) or value.type.kind not in ("int", "float", "bool", "state")
