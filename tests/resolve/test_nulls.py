"""A null removes: what `defaults` say, also when the step is changed by an environment."""

import pytest

from pipec.compiler.compilation import check_spec

SPEC = """
pipec: 1
name: nulls
defaults: {{timeout: 1h, env: {{A: x}}, resources: {{cpu: 1, memory: 1Gi}}}}
steps:
  a: {{run: x{own}}}
environments:
  e: {{steps: {{a: {{{change}}}}}}}
"""
# What the step has, what the environment changes; the timeout, CPU and variables that come of it.
CASES = [
    ("", "image: y", 3600, "1", ["A"]),
    (", timeout: null", "image: y", None, "1", ["A"]),
    (", timeout: null", "timeout: 5m", 300, "1", ["A"]),
    (", timeout: 5m", "timeout: null", None, "1", ["A"]),
    ("", "timeout: null", None, "1", ["A"]),
    (", resources: {cpu: null}", "resources: {memory: 2Gi}", 3600, None, ["A"]),
    (", resources: {cpu: 4}", "resources: {cpu: null}", 3600, None, ["A"]),
    (", resources: {cpu: 4}", "resources: null", 3600, None, ["A"]),
    (", env: null", "timeout: 1h", 3600, "1", []),
    (", env: {B: y}", "env: {A: null}", 3600, "1", ["B"]),
]


@pytest.mark.parametrize(("own", "change", "timeout", "cpu", "env"), CASES)
def test_nulls(own: str, change: str, timeout: int | None, cpu: str | None, env: list[str]) -> None:
    spec = SPEC.format(own=own, change=change).replace("image: y", "image: x")
    checked = check_spec("x.yaml", spec.encode(), "e")
    assert checked.pipeline, checked.diagnostics
    step = checked.pipeline.steps["a"]
    assert (step.timeout, step.resources.cpu, list(step.env)) == (timeout, cpu, env)
