"""Cases and random specs on real engines: Airflow 2.11 and 3.x, and the cluster of KUBECONFIG.

By default a spread of the cases that covers the language, and a few random specs of a new seed;
PIPEC_CONFORMANCE=full takes all cases, PIPEC_CONFORMANCE_SEED repeats a seed.
"""

import os
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from . import cases, engines, suite
from .cases import Case, Run
from .generator import Draft
from .suite import Suite
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
    """Choose the cases for an engine; a program costs seconds as a pod, half a second as a task."""
    programs = 40 if engine.startswith("argo") else 200
    found = WITH_RUNS if FULL else cases.spread(WITH_RUNS, programs)
    return [(case, run) for case in found for run in case.runs.values()]


def draft_count(engine: str) -> int:
    return 40 if FULL else 2 if engine.startswith("argo") else 4


def drafted(engine: str, home: Path) -> list[Draft]:
    """Make random specs, for pods those that start few programs."""
    count = draft_count(engine)
    if FULL or not engine.startswith("argo"):
        return suite.drafted(count, SEED)
    many = suite.drafted(12 * count, SEED)
    return sorted(many, key=lambda one: not is_small(one, home / str(id(one))))[:count]


def is_small(draft: Draft, home: Path) -> bool:
    checked = engines.check(draft.write(home))
    assert checked.pipeline
    job = engines.Job("draft", checked.pipeline, checked, draft.params)
    (trace,) = engines.Modelled().run([job], home)
    return bool(sum(step["attempts"] for step in trace["steps"].values()) <= 10)


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


@pytest.fixture(scope="module")
def started(tmp_path_factory: Any) -> Callable[[str], Suite]:
    """Give what an engine made of everything; it is started once."""

    @cache
    def start(name: str) -> Suite:
        try:
            made = Suite(suite.engine_of(name), tmp_path_factory.mktemp("conformance"))
        except LookupError as error:
            pytest.skip(str(error))
        made.add_cases(chosen(name))
        made.add_drafts(drafted(name, tmp_path_factory.mktemp("drafted")), SEED)
        made.run()
        return made

    return start


@pytest.mark.parametrize(("engine", "case", "run"), RUNS)
def test_case(engine: str, case: Case, run: Run, started: Callable[[str], Suite]) -> None:
    found = started(engine).outcome(case, run)
    if found.word == "unanswered":
        pytest.skip(found.said)
    assert found.word in suite.KNOWN, found.said


@pytest.mark.parametrize(("engine", "index"), DRAFTS)
def test_draft(engine: str, index: int, started: Callable[[str], Suite], tmp_path: Path) -> None:
    made = started(engine)
    name = f"draft-{index}"
    if name in made.refused:
        pytest.skip(f"refused: {made.refused[name][0]}")
    job = made.jobs[name]
    (wanted,) = engines.Modelled().run([job], tmp_path)
    said = f"PIPEC_CONFORMANCE_SEED={SEED}, draft {index}: {job.pipeline.path}"
    expected = Run.plain(job.params, wanted)
    assert cases.same(expected, made.traces[name]) is None, said
