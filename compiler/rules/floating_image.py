"""An image that is not pinned.

Without a tag, or with `latest`, the same spec runs other code tomorrow. A digest is best.

Wrong:

```yaml
pipec: 1
name: example
steps:
  train:
    image: python
    run: python3 --version
```

Right:

```yaml
pipec: 1
name: example
steps:
  train:
    image: python:3.12-slim
    run: python3 --version
```
"""

from collections.abc import Iterator

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for step in steps_of(pipeline):
        if step.image is not None and (why := _floats(step.image)):
            yield Diagnostic(
                "floating-image",
                f'the image "{step.image}" {why}: it changes under the spec',
                step.place.at("image"),
                "warning",
                "name a version, `python:3.12-slim` say, or a digest",
            )


def _floats(image: str) -> str | None:
    if "@" in image:
        return None
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon:
        return "has no tag"
    return "has the tag latest" if tag == "latest" else None
