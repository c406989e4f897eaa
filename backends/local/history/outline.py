"""The outline of a pipeline, kept with each run: a run is understood when its spec is long gone."""

import json
import os
from collections.abc import Mapping
from typing import Any

from pipec.compiler.expressions.text import expression_text, value_text
from pipec.compiler.ir import Approval, Command, Group, Pipeline, Python, Shell, Step

Outline = dict[str, Any]
FILE = "outline.json"
_KINDS = {Shell: "run", Command: "command", Python: "python", Approval: "approve", Group: "uses"}
_MOST = 500  # characters of an expression or a description


def write(path: str, pipeline: Pipeline) -> None:
    """Write what is worth knowing of a pipeline later: steps, needs, conditions, no scripts."""
    found = {
        "version": 1,
        "pipeline": pipeline.name,
        "description": _cut(pipeline.description),
        "owner": pipeline.owner,
        "params": {
            name: {"type": str(one.type), "description": _cut(one.description)}
            for name, one in pipeline.params.items()
        },
        "steps": _steps(pipeline.steps),
        "finally": _steps(pipeline.finally_),
    }
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(json.dumps(found, ensure_ascii=False))


def read(folder: str) -> Outline:
    """Read the outline of a run; an empty one where there is none that can be read."""
    try:
        with open(os.path.join(folder, FILE), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _steps(steps: Mapping[str, Step]) -> list[Outline]:
    return [_step(step, steps) for step in steps.values()]


def _step(step: Step, beside: Mapping[str, Step]) -> Outline:
    """Describe a step. What is absent is as it is by default."""
    body = step.body
    found: Outline = {"name": step.name, "kind": _KINDS[type(body)]}
    found |= _given(
        needs=[need for need in step.needs if need in beside],
        description=_cut(step.description),
        when=_cut(expression_text(step.when)) if step.when is not None else None,
        for_each=_for_each(step),
        trigger_rule=step.trigger_rule if step.trigger_rule != "all_succeeded" else None,
        attempts=step.retry.attempts if step.retry.attempts > 1 else None,
        timeout=step.timeout,
        max_parallel=step.max_parallel,
        image=step.image,
        outputs={name: str(one.type) for name, one in step.outputs.items()},
        inputs={name: _cut(value_text(node)) for name, node in step.inputs.items()},
    )
    if isinstance(body, Group):
        found |= {"component": body.component, "steps": _steps(body.steps)}
    if isinstance(body, Approval):
        found["text"] = _cut(body.text)
    return found


def _for_each(step: Step) -> str | None:
    each = step.for_each
    if each is None:
        return None
    texts = [_cut(expression_text(one)) or "" for one in each.lists]
    if each.keys is None:
        return texts[0]
    return ", ".join(f"{key}: {text}" for key, text in zip(each.keys, texts, strict=True))


def _given(**values: Any) -> Outline:
    return {name: value for name, value in values.items() if value}


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MOST else text[: _MOST - 1] + "…"
