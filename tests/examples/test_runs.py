"""Every example runs here, and every step comes to what is written down in traces/.

`PIPEC_UPDATE_GOLDEN=1 pytest tests/examples` writes the traces anew: read the difference.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

PIPELINES = Path(__file__).parents[2] / "examples" / "pipelines"
Run = Callable[..., tuple[int, dict[str, Any], str]]
TRACES = Path(__file__).parent / "traces"

# Outputs whose value depends on the version of SQLite, as (step, output); "*" stands for them.
VOLATILE = {"etl": {("load", "database"), ("transform", "database")}}

# Name of the trace, the spec, params, exit code.
RUNS: list[tuple[str, str, Mapping[str, str], int]] = [
    ("etl", "etl", {}, 0),
    ("etl-refused", "etl", {"max_rejected": "0.1"}, 1),
    ("wordcount", "wordcount", {}, 0),
    ("wordcount-small", "wordcount", {"lines": "20", "top": "1"}, 0),
    ("failures", "failures", {}, 1),
]


def comparable(trace: dict[str, Any], volatile: set[tuple[str, str]]) -> dict[str, Any]:
    """Give a trace without what differs from run to run."""
    steps = {
        name: _comparable(step, {output for owner, output in volatile if owner == name})
        for name, step in trace["steps"].items()
    }
    return {"pipeline": trace["pipeline"], "state": trace["state"], "steps": steps}


def _comparable(step: dict[str, Any], volatile: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {key: step[key] for key in ("item", "state", "attempts") if key in step}
    found["outputs"] = {
        name: "*" if name in volatile and value is not None else value
        for name, value in step.get("outputs", {}).items()
    }
    if "instances" in step:
        found["instances"] = [_comparable(one, volatile) for one in step["instances"]]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("trace", "name", "params", "code"), RUNS, ids=[one[0] for one in RUNS])
def test_trace(
    run_example: Run, trace: str, name: str, params: Mapping[str, str], code: int
) -> None:
    exit_code, found, printed = run_example(name, params)
    actual = comparable(found, VOLATILE.get(name, set()))
    expected = TRACES / f"{trace}.json"
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        expected.write_text(json.dumps(actual, indent=2, ensure_ascii=False) + "\n")
    assert actual == json.loads(expected.read_text()), printed
    assert exit_code == code, printed


def test_head_of_failures_is_true() -> None:
    spec = (PIPELINES / "failures" / "failures.yaml").read_text()
    states = "succeeded|failed|skipped|upstream_failed"
    said = dict(re.findall(rf"^#     (\w+) +({states})\b", spec, re.MULTILINE))
    trace = json.loads((TRACES / "failures.json").read_text())
    assert said == {name: step["state"] for name, step in trace["steps"].items()}
