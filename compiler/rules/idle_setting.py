"""A setting that changes nothing where it stands.

`max_parallel` of a step caps its fan-out; without `for_each`, or with a list that is not longer,
there is nothing to cap.

Wrong:

```yaml
pipec: 1
name: example
steps:
  train:
    max_parallel: 4
    run: ./train.sh
```

Right:

```yaml
pipec: 1
name: example
params:
  models: {type: list<string>, default: [ridge, forest]}
steps:
  train:
    for_each: params.models
    max_parallel: 4
    env: {MODEL: "${{ item }}"}
    run: ./train.sh
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        if step.max_parallel is None:
            continue
        size = _size(step)
        if size is not None and size <= step.max_parallel:
            reason = f"there are {size} instances" if step.for_each else "there is no `for_each`"
            yield Diagnostic(
                "idle-setting",
                f"`max_parallel` changes nothing here: {reason}",
                step.place.of_key("max_parallel"),
                "warning",
            )


def _size(step: Step) -> int | None:
    if step.for_each is None:
        return 1
    size = 1
    for one in step.for_each.lists:
        if not isinstance(one, Constant):
            return None
        size *= len(one.value)
    return size
