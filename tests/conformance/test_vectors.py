"""The published vectors of expressions on every engine, as a program sees their values.

One step takes the value of each vector that has one, as an input and as a variable; each other
vector is a `when` that fails its step before a program starts.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from . import engines, suite

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "expressions.json").read_text(encoding="utf-8")
)
SCRIPT = """
import json, os
from pathlib import Path
out = Path(os.environ["PIPEC_OUTPUTS"])
inputs = {p.name: p.read_text() for p in Path(os.environ["PIPEC_INPUTS"]).iterdir()}
env = {k.lower(): v for k, v in os.environ.items() if k.startswith("V") and k[1:].isdigit()}
(out / "inputs").write_text(json.dumps(inputs))
(out / "env").write_text(json.dumps(env))
"""
ENGINES = [
    "local",
    pytest.param("airflow@2.11", marks=[pytest.mark.airflow, pytest.mark.slow]),
    pytest.param("airflow@3.3", marks=[pytest.mark.airflow, pytest.mark.slow]),
    pytest.param("argo@3.7", marks=[pytest.mark.cluster, pytest.mark.slow]),
]


def spec() -> tuple[dict[str, Any], dict[str, str]]:
    """Make the spec, and what the program is expected to see."""
    given: dict[str, str] = {}
    expected: dict[str, str] = {}
    steps: dict[str, Any] = {}
    for number, (text, _, value) in enumerate(TABLE["vectors"]):
        if isinstance(value, str):
            given[f"v{number}"] = "${{ " + text + " }}"
            expected[f"v{number}"] = value
        elif "params" in text:
            steps[f"e{number}"] = {"when": f"default({text}, null) != null", "run": "true"}
    steps["all"] = {
        "inputs": given,
        "env": {name.upper(): text for name, text in given.items()},
        "python": SCRIPT,
        "outputs": {"inputs": "map<string>", "env": "map<string>"},
    }
    params = {
        name: {"type": type} | ({} if value is None else {"default": value})
        for name, (type, value) in TABLE["params"].items()
    }
    image = os.environ.get("PIPEC_TEST_IMAGE") or "pipec.test/python:3.11"
    made = {"pipec": 1, "name": "vectors", "targets": {"argo": {"image": image}}}
    return {**made, "params": params, "steps": steps}, expected


@pytest.mark.parametrize("name", ENGINES)
def test_a_program_sees_the_values_of_the_table(name: str, tmp_path: Path) -> None:
    try:
        engine = suite.engine_of(name)
    except LookupError as error:
        pytest.skip(str(error))
    made, expected = spec()
    path = tmp_path / "pipeline.yaml"
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    checked = engines.check(path)
    assert checked.pipeline, checked.diagnostics
    assert not engines.refusals(checked, engine)
    (trace,) = engine.run([engines.Job("vectors", checked.pipeline, checked)], tmp_path / "run")
    seen = trace["steps"].pop("all")
    assert seen["state"] == "succeeded", trace
    assert seen["outputs"] == {"inputs": expected, "env": expected}
    ends = {step: (one["state"], one["attempts"]) for step, one in trace["steps"].items()}
    assert ends == dict.fromkeys(ends, ("failed", 0))
    assert len(ends) == len(made["steps"]) - 1
