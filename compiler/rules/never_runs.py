"""A step that can never run.

Its `when` is false whatever happens, its list is empty, it waits for the failure of steps that
approve or run nothing, or it needs a step that can never run.

Wrong:

```yaml
pipec: 1
name: example
steps:
  clean:
    when: 1 > 2
    run: ./clean.sh
  publish:
    needs: [clean]
    run: ./publish.sh
```

Right:

```yaml
pipec: 1
name: example
params:
  clean: {type: bool, default: false}
steps:
  clean:
    when: params.clean
    run: ./clean.sh
  publish:
    needs: [clean]
    trigger_rule: none_failed
    run: ./publish.sh
```
"""

from collections.abc import Iterator, Mapping

from pipec.compiler import graph
from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Group, Pipeline, Step


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    yield from _level({**pipeline.steps, **pipeline.finally_})


def _level(steps: Mapping[str, Step]) -> Iterator[Diagnostic]:
    never: set[str] = set()
    for name in graph.order({name: step.needs for name, step in steps.items()}):
        step = steps[name]
        found = _why(step, never)
        if found:
            never.add(name)
            reason, place = found
            yield Diagnostic(
                "never-runs", f'step "{name}" can never run: {reason}', place, "warning"
            )
        elif isinstance(step.body, Group):
            yield from _level(step.body.steps)


def _why(step: Step, never: set[str]) -> tuple[str, Place] | None:
    if isinstance(step.when, Constant) and step.when.value is False:
        if not step.when.folded:
            return None  # `when: false` says what it means
        return "its condition is always false", step.place.at("when")
    lists = step.for_each.lists if step.for_each else ()
    if any(isinstance(one, Constant) and not one.value for one in lists):
        return "its list is empty", step.place.at("for_each")
    if step.trigger_rule == "all_succeeded":
        for need in step.needs:
            if need in never:
                return f'it needs "{need}", which can never run', step.place.of_key()
    if step.trigger_rule == "any_failed" and all(need in never for need in step.needs):
        return "its needs can never run, and so never fail", step.place.at("trigger_rule")
    return None
