"""A timeout that cannot fire.

The whole run is over before the step's own time is. Give the run more, or the step less.

Wrong:

```yaml
pipec: 1
name: example
timeout: 1h
steps:
  train:
    timeout: 2h
    run: ./train.sh
```

Right:

```yaml
pipec: 1
name: example
timeout: 3h
steps:
  train:
    timeout: 2h
    run: ./train.sh
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic, Note
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.lowering.quantities import duration
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    whole = pipeline.timeout
    if whole is None:
        return
    for step in steps_of(pipeline):
        if step.timeout is not None and step.timeout >= whole and not _outlives(step):
            yield Diagnostic(
                "deaf-timeout",
                f"this timeout cannot fire: the run ends after {duration(whole)}",
                step.place.at("timeout"),
                "warning",
                notes=(Note("the timeout of the run", pipeline.place.at("timeout")),),
            )


def _outlives(step: Step) -> bool:
    """Say whether the run's timeout does not bound the step: `finally` has its own alone."""
    return step.in_finally
