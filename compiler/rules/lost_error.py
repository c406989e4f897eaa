"""A pipe in a `sh` script, whose first errors are lost.

`sh -e` sees only the last command of a pipe: `false | sort` succeeds. `bash` is run with
`pipefail`, which sees every one.

Wrong:

```yaml
pipec: 1
name: example
steps:
  count:
    run: ./list.sh | sort | uniq -c > counts
```

Right:

```yaml
pipec: 1
name: example
steps:
  count:
    shell: bash
    run: ./list.sh | sort | uniq -c > counts
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline, Shell
from pipec.compiler.rules.reading import steps_of

# Before a pipe these cannot fail in a way that matters.
_HARMLESS = ("echo", "printf", "cat", ":", "true")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        body = step.body
        if not isinstance(body, Shell) or body.argv != ("sh", "-e") or "|" not in body.script:
            continue
        if "pipefail" in body.script:
            continue
        from pipec.compiler.rules.shell import pipes

        for at, first in pipes(body.script):
            if first not in _HARMLESS:
                yield Diagnostic(
                    "lost-error",
                    f'if "{first}" fails here, it is lost: `sh` looks at the last command alone',
                    step.place.at("run").part(at, at + 1),
                    "warning",
                    "say `shell: bash`, which is run with pipefail, or write the result to a file",
                )
                break
