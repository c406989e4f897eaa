"""Every case on every engine: its traces are what the language says."""

from pathlib import Path
from typing import Any

import pytest

from pipec.compiler import report

from . import cases, engines
from .cases import Case, Run

CASES = cases.load()
RUNS = [(case, run) for case in CASES for run in case.runs.values()]
REFUSED = [case for case in CASES if case.refused]
OFFLINE: dict[str, engines.Engine] = {"local": engines.Local(), "model": engines.Modelled()}


def ident(value: Any) -> str | None:
    return value.name if isinstance(value, Case | Run) else None


@pytest.mark.parametrize("engine", OFFLINE)
@pytest.mark.parametrize(("case", "run"), RUNS, ids=ident)
def test_trace(case: Case, run: Run, engine: str, tmp_path: Path) -> None:
    checked = engines.check(engines.prepare(case, tmp_path / "case"), run.environment)
    assert checked.pipeline, [one.message for one in checked.diagnostics]
    job = engines.Job("job", checked.pipeline, checked, run.params, run.answers, run.secrets)
    try:
        (trace,) = OFFLINE[engine].run([job], tmp_path)
    except LookupError:
        pytest.skip("the model does not know what these programs do")
    assert cases.same(run, trace) is None


@pytest.mark.parametrize("case", REFUSED, ids=ident)
def test_refusal(case: Case, tmp_path: Path) -> None:
    """Each wrong spec has one error, which starts at its word."""
    assert case.refused
    checked = engines.check(engines.prepare(case, tmp_path / "case"))
    errors = [one for one in checked.diagnostics if one.severity == "error"]
    found = [
        {"code": one.diagnostic.code, "at": f"{one.region.line}:{one.region.column}"}
        for one in report.findings(errors, checked.sources)
    ]
    assert found == [case.refused]
