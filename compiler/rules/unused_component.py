"""A component that no spec uses.

It looks alive: people read it, mend it, and wonder why nothing changes. Often the step that used
it was removed. This is said when a folder is linted, of each component in it that none of the
specs linted with it uses. Nothing is said while one of those specs has errors.

Wrong:

```yaml file=components/clean.yaml
pipec: 1
component: clean
inputs: {rows: file}
run: ./clean.sh "$PIPEC_INPUTS/rows"
```
```yaml
pipec: 1
name: example
steps:
  load:
    run: ./load.sh
```

Right:

```yaml file=components/clean.yaml
pipec: 1
component: clean
inputs: {rows: file}
run: ./clean.sh "$PIPEC_INPUTS/rows"
```
```yaml
pipec: 1
name: example
steps:
  load:
    run: ./load.sh
    outputs: {rows: file}
  clean:
    uses: ./components/clean.yaml
    with: {rows: "${{ steps.load.outputs.rows }}"}
```
"""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipec.compiler.diagnostics import Diagnostic, Place

if TYPE_CHECKING:
    from pipec.compiler.compilation import Checked


def check(linted: Iterable["Checked"], named: Iterable[str]) -> Iterator[Diagnostic]:
    """Give a warning for each component that nothing uses, but for the files that were `named`."""
    trees = [(one, one.sources[one.path].tree or {}) for one in linted]
    components = [(one, tree) for one, tree in trees if "component" in tree]
    if len(components) == len(trees) or any(_failed(one) for one, _ in trees):
        return
    used = {os.path.realpath(path) for one, _ in trees for path in one.sources if path != one.path}
    used.update(os.path.realpath(path) for path in named)
    for one, tree in components:
        if os.path.realpath(one.path) not in used:
            yield Diagnostic(
                "unused-component",
                f'no spec uses the component "{tree["component"]}"',
                Place(one.path, ("component",)),
                "warning",
                "use it in a step with `uses`, or remove the file",
            )


def _failed(one: "Checked") -> bool:
    return any(found.severity == "error" for found in one.diagnostics)
