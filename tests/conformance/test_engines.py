"""Cases and random specs on real engines: Airflow 2.11 and 3.x, and the cluster of KUBECONFIG.

By default a spread of the cases that covers the language, and a few random specs of a new seed;
PIPEC_CONFORMANCE=full takes all cases, PIPEC_CONFORMANCE_SEED repeats a seed.
"""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from . import cases, engines
from .cases import Case, Run
from .generator import Draft, drafts
from .test_cases import CASES, ident

FULL = os.environ.get("PIPEC_CONFORMANCE") == "full"
SEED = int(os.environ.get("PIPEC_CONFORMANCE_SEED") or random.SystemRandom().randrange(10**6))
CHOSEN = [one for one in CASES if one.runs] if FULL else cases.spread(CASES)
RUNS = [(case, run) for case in CHOSEN for run in case.runs.values()]
DRAFTED = 40 if FULL else 8
ENGINES = [
    pytest.param("airflow@3.3", marks=[pytest.mark.airflow, pytest.mark.slow]),
    pytest.param("airflow@2.11", marks=[pytest.mark.airflow, pytest.mark.slow]),
    pytest.param("argo@3.7", marks=[pytest.mark.cluster, pytest.mark.slow]),
]


def engine_of(name: str) -> engines.Engine:
    target, _, version = name.partition("@")
    if target == "airflow":
        return engines.Airflow(version)
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    return engines.Argo(version, kubeconfig)


class Started:
    """What an engine made of all jobs, in one start: traces, or why it refuses a pipeline."""

    def __init__(self, engine: engines.Engine, home: Path) -> None:
        self.engine = engine
        self.refused: dict[str, list[str]] = {}
        self.traces: dict[str, Any] = {}
        self.jobs: dict[str, engines.Job] = {}
        for case, run in RUNS:
            path = home / "cases" / case.name
            path = path / "pipeline.yaml" if path.exists() else engines.prepare(case, path)
            self.add(f"{case.name}-{run.name}", path, run)
        for index, draft in enumerate(drafted(DRAFTED)):
            folder = home / "drafts" / str(index)
            draft.files["spec.yaml"] = renamed(draft.files["spec.yaml"], f"drafted-{SEED}-{index}")
            self.add(f"draft-{index}", draft.write(folder), Run.plain(draft.params))
        ready = list(self.jobs.values())
        made = engine.run(ready, home / "run") if ready else []
        self.traces = {job.name: trace for job, trace in zip(ready, made, strict=True)}

    def add(self, name: str, path: Path, run: Run) -> None:
        checked = engines.check(path)
        assert checked.pipeline, [one.message for one in checked.diagnostics]
        found = engines.refusals(checked, self.engine)
        if found:
            self.refused[name] = found
        elif not run.answers:
            self.jobs[name] = engines.Job(
                name, checked.pipeline, checked, run.params, run.answers, run.secrets
            )


def renamed(spec: str, name: str) -> str:
    return json.dumps({**json.loads(spec), "name": name}, indent=1)


def drafted(count: int) -> list[Draft]:
    """Make random specs; the same ones for the same seed."""
    found: list[Draft] = []

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drafts())
    def collect(draft: Draft) -> None:
        found.append(draft)

    collect()
    return found


@pytest.fixture(scope="module", params=ENGINES)
def started(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Started:
    home = tmp_path_factory.mktemp("conformance")
    return Started(engine_of(request.param), home)


@pytest.mark.parametrize(("case", "run"), RUNS, ids=ident)
def test_case(case: Case, run: Run, started: Started) -> None:
    name = f"{case.name}-{run.name}"
    target = started.engine.name.partition("@")[0]
    if name in started.refused:
        assert target in case.refuses, started.refused[name]
        return
    assert target not in case.refuses, "it is refused no longer"
    if name not in started.traces:
        pytest.skip("nobody gives the answers on this engine")
    expected = cases.differing(case, run, target)
    assert cases.same(expected, started.traces[name]) is None


@pytest.mark.parametrize("index", range(DRAFTED))
def test_draft(index: int, started: Started, tmp_path: Path) -> None:
    name = f"draft-{index}"
    if name in started.refused:
        pytest.skip(f"refused: {started.refused[name][0]}")
    job = started.jobs[name]
    (wanted,) = engines.Modelled().run([job], tmp_path)
    said = f"PIPEC_CONFORMANCE_SEED={SEED}, draft {index}: {job.pipeline.path}"
    expected = Run.plain(job.params, wanted)
    assert cases.same(expected, started.traces[name]) is None, said
