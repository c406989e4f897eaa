"""A condition that is always true.

`when` is made of constants alone, so it decides nothing. Often a name was meant to be a param.
A plain `when: true` says what it means, and is left alone.

Wrong:

```yaml
pipec: 1
name: example
steps:
  deploy:
    when: "'prod' == 'prod'"
    run: ./deploy.sh
```

Right:

```yaml
pipec: 1
name: example
params:
  stage: {type: string, default: test}
steps:
  deploy:
    when: params.stage == 'prod'
    run: ./deploy.sh
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Pipeline
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        when = step.when
        if isinstance(when, Constant) and when.value is True and when.folded:
            yield Diagnostic(
                "always-true",
                f'the condition of step "{step.name}" is always true',
                step.place.at("when").part(*when.span),
                "warning",
                "remove it, or ask something that can change",
            )
