"""A fan-out over a list of any length, without a cap.

The list is known only at run time. One day it has ten thousand items, and all start at once.

Wrong:

```yaml
pipec: 1
name: example
steps:
  split:
    run: ./split.sh
    outputs: {parts: list<string>}
  count:
    for_each: steps.split.outputs.parts
    env: {PART: "${{ item }}"}
    run: ./count.sh
```

Right:

```yaml
pipec: 1
name: example
steps:
  split:
    run: ./split.sh
    outputs: {parts: list<string>}
  count:
    for_each: steps.split.outputs.parts
    max_parallel: 10
    env: {PART: "${{ item }}"}
    run: ./count.sh
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.expressions.nodes import Node, Output, children
from pipec.compiler.ir import Pipeline
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    if pipeline.max_parallel is not None:
        return
    for step in steps_of(pipeline):
        if step.for_each and step.max_parallel is None and any(map(_is_made, step.for_each.lists)):
            yield Diagnostic(
                "uncapped-fan-out",
                f'step "{step.name}" starts one instance for each item of a list of any length',
                step.place.of_key("for_each"),
                "warning",
                "cap it: `max_parallel: 10`, or `max_parallel` of the whole run",
            )


def _is_made(node: Node) -> bool:
    return isinstance(node, Output) or any(map(_is_made, children(node)))
