"""A param that nothing reads.

A person who sets it believes that it does something. Often its reader was renamed or removed.

Wrong:

```yaml
pipec: 1
name: example
params:
  rows: {type: int, default: 1000}
steps:
  prepare:
    run: echo preparing
```

Right:

```yaml
pipec: 1
name: example
params:
  rows: {type: int, default: 1000}
steps:
  prepare:
    env: {ROWS: "${{ params.rows }}"}
    run: echo "preparing $ROWS rows"
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.expressions.nodes import Param
from pipec.compiler.ir import Pipeline
from pipec.compiler.rules.reading import nodes_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    if not pipeline.params:
        return
    read = {node.name for node in nodes_of(pipeline) if isinstance(node, Param)}
    for name, param in pipeline.params.items():
        if name not in read:
            yield Diagnostic(
                "unused-param",
                f'nothing reads the param "{name}"',
                param.place.of_key(),
                "warning",
                "read it in an expression, or remove it",
            )
