"""A value that a step gives and nothing reads, while its other outputs are read.

The outputs of a last step are the results of the run, and are left alone, as files and folders
are everywhere. In the middle of a pipeline a value without a reader is mostly a slip: a reader
that was forgotten or renamed.

Wrong:

```yaml
pipec: 1
name: example
steps:
  prepare:
    run: ./prepare.sh
    outputs: {data: file, kept: int}
  train:
    inputs: {data: "${{ steps.prepare.outputs.data }}"}
    run: ./train.sh
```

Right:

```yaml
pipec: 1
name: example
steps:
  prepare:
    run: ./prepare.sh
    outputs: {data: file, kept: int}
  train:
    inputs: {data: "${{ steps.prepare.outputs.data }}"}
    env: {ROWS: "${{ steps.prepare.outputs.kept }}"}
    run: ./train.sh
```
"""

from collections.abc import Iterator, Mapping

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.expressions.nodes import Node, Output, children
from pipec.compiler.ir import Group, Pipeline, Step


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    yield from _level({**pipeline.steps, **pipeline.finally_}, ())


def _level(steps: Mapping[str, Step], more: tuple[Node, ...]) -> Iterator[Diagnostic]:
    read = _read(steps, more)
    for step in steps.values():
        names = {name for name in step.outputs if (step.name, name) in read}
        if names:
            yield from _unread(step, names)
        if isinstance(step.body, Group):
            yield from _level(step.body.steps, tuple(step.body.outputs.values()))


def _unread(step: Step, read: set[str]) -> Iterator[Diagnostic]:
    for name, output in step.outputs.items():
        if name not in read and not output.type.is_artifact:
            yield Diagnostic(
                "unused-output",
                f'nothing reads the output "{name}" of step "{step.name}"',
                output.place.of_key(),
                "warning",
                "read it, or remove it",
            )


def _read(steps: Mapping[str, Step], more: tuple[Node, ...]) -> set[tuple[str, str]]:
    pending = [*more, *(node for step in steps.values() for node in step.nodes())]
    found: set[tuple[str, str]] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, Output):
            found.add((node.step, node.name))
        pending.extend(children(node))
    return found
