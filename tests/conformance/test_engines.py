"""Cases and random specs on real engines: Airflow 2.11 and 3.x, and the cluster of KUBECONFIG.

By default a spread of the cases that covers the language, and a few random specs of a new seed;
PIPEC_CONFORMANCE=full takes all cases, PIPEC_CONFORMANCE_SEED repeats a seed.
"""

import json
import os
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from . import cases, engines
from .cases import Case, Run
from .generator import Draft, drafts
from .test_cases import CASES

FULL = os.environ.get("PIPEC_CONFORMANCE") == "full"
SEED = int(os.environ.get("PIPEC_CONFORMANCE_SEED") or random.SystemRandom().randrange(10**6))
MARKS = {
    "airflow@3.3": [pytest.mark.airflow, pytest.mark.slow],
    "airflow@2.11": [pytest.mark.airflow, pytest.mark.slow],
    "argo@3.7": [pytest.mark.cluster, pytest.mark.slow],
}
for engine, marks in MARKS.items():
    marks.append(pytest.mark.xdist_group(engine))  # so that one worker starts it, once
WITH_RUNS = [one for one in CASES if one.runs]


def chosen(engine: str) -> list[tuple[Case, Run]]:
    """Choose the cases for an engine; a pod costs seconds, so Argo gets the first of the spread."""
    found = WITH_RUNS if FULL else cases.spread(WITH_RUNS)
    if engine.startswith("argo") and not FULL:
        found = found[:4]
    return [(case, run) for case in found for run in case.runs.values()]


def draft_count(engine: str) -> int:
    return 40 if FULL else 2 if engine.startswith("argo") else 6


RUNS = [
    pytest.param(engine, case, run, marks=marks, id=f"{engine}-{case.name}-{run.name}")
    for engine, marks in MARKS.items()
    for case, run in chosen(engine)
]
DRAFTS = [
    pytest.param(engine, index, marks=marks, id=f"{engine}-{index}")
    for engine, marks in MARKS.items()
    for index in range(draft_count(engine))
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
        for case, run in chosen(engine.name):
            folder = home / "cases" / f"{case.name}-{run.environment or ''}"
            if not folder.exists():
                engines.prepare(case, folder, run.environment, engine.name.startswith("argo"))
            self.add(f"{case.name}-{run.name}", folder / "pipeline.yaml", run)
        for index, draft in enumerate(drafted(draft_count(engine.name))):
            folder = home / "drafts" / str(index)
            text = renamed(draft.files["spec.yaml"], f"drafted-{SEED}-{index}")
            pods = engine.name.startswith("argo")
            draft.files["spec.yaml"] = engines.for_pods(text) if pods else text
            self.add(f"draft-{index}", draft.write(folder), Run.plain(draft.params))
        ready = list(self.jobs.values())
        made = engine.run(ready, home / "run") if ready else []
        self.traces = {job.name: trace for job, trace in zip(ready, made, strict=True)}

    def add(self, name: str, path: Path, run: Run) -> None:
        checked = engines.check(path, run.environment)
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
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )
    @given(drafts())
    def collect(draft: Draft) -> None:
        found.append(draft)

    collect()
    return found


@pytest.fixture(scope="module")
def started(tmp_path_factory: Any) -> Callable[[str], Started]:
    """Give what an engine made of everything; it is started once."""

    @cache
    def start(engine: str) -> Started:
        return Started(engine_of(engine), tmp_path_factory.mktemp("conformance"))

    return start


@pytest.mark.parametrize(("engine", "case", "run"), RUNS)
def test_case(engine: str, case: Case, run: Run, started: Callable[[str], Started]) -> None:
    made = started(engine)
    name = f"{case.name}-{run.name}"
    target = engine.partition("@")[0]
    known = case.refuses.keys() & {engine, target}
    if name in made.refused:
        assert known, made.refused[name]
        return
    assert not known, "it is refused no longer"
    if name not in made.traces:
        pytest.skip("nobody gives the answers on this engine")
    expected = cases.differing(case, run, target)
    assert cases.same(expected, made.traces[name]) is None


@pytest.mark.parametrize(("engine", "index"), DRAFTS)
def test_draft(engine: str, index: int, started: Callable[[str], Started], tmp_path: Path) -> None:
    made = started(engine)
    name = f"draft-{index}"
    if name in made.refused:
        pytest.skip(f"refused: {made.refused[name][0]}")
    job = made.jobs[name]
    (wanted,) = engines.Modelled().run([job], tmp_path)
    said = f"PIPEC_CONFORMANCE_SEED={SEED}, draft {index}: {job.pipeline.path}"
    expected = Run.plain(job.params, wanted)
    assert cases.same(expected, made.traces[name]) is None, said
