"""A retry that cannot fire, or a part of one that changes nothing.

`on: [timeout]` waits for a timeout that the step does not have; one attempt is no retry; a
`max_delay` below the first delay, or a `backoff` of no delay, does nothing.

Wrong:

```yaml
pipec: 1
name: example
steps:
  fetch:
    retry: {attempts: 3, on: [timeout]}
    run: ./fetch.sh
```

Right:

```yaml
pipec: 1
name: example
steps:
  fetch:
    timeout: 10m
    retry: {attempts: 3, on: [timeout]}
    run: ./fetch.sh
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline, Retry, Step
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        for key, message in _idle(step):
            yield Diagnostic("deaf-retry", message, step.place.of_key("retry", key), "warning")


def _idle(step: Step) -> Iterator[tuple[str, str]]:
    retry = step.retry
    if retry.on is not None and "timeout" in retry.on and step.timeout is None:
        yield "on", "this cannot fire: the step has no timeout"
    if "contract" in (retry.on or ()) and not step.outputs:
        yield "on", "`contract` cannot fire: the step has no outputs"
    if retry.attempts == 1 and retry != Retry(1):
        yield "attempts", "one attempt is no retry: the rest of `retry` changes nothing"
    elif retry.backoff != 1 and not retry.delay:
        yield "backoff", "this changes nothing: there is no delay to grow"
    elif retry.max_delay is not None and retry.max_delay <= retry.delay:
        yield "max_delay", "this cuts every delay: it is not above the first"
