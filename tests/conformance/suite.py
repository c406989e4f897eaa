"""Many cases and random specs on one engine in one start, and what came of each."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from pipec.compiler.records import dataclass

from . import cases, engines
from .cases import Case, Run
from .generator import Draft, drafts

KNOWN = ("passed", "refused", "differs", "unanswered")  # what may come of a run; else it failed
NAMES = ("local", "airflow@2.11", "airflow@3.3", "argo@3.7")


@dataclass(frozen=True)
class Outcome:
    """What came of a run of a case: one of KNOWN or `failed`, with what was said."""

    word: str
    said: str = ""


def engine_of(name: str) -> engines.Engine:
    """Give an engine by its name. Raises LookupError where it is not to be had."""
    target, _, version = name.partition("@")
    if target == "airflow":
        return engines.Airflow(version)
    if target != "argo":
        return engines.Local()
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        raise LookupError("no cluster: KUBECONFIG is not set")
    return engines.Argo(version, kubeconfig)


class Suite:
    """Jobs of one engine. After `run` each has a trace, or its pipeline is refused there."""

    def __init__(self, engine: engines.Engine, home: Path) -> None:
        self.engine, self.home = engine, home
        self.pods = engine.name.startswith("argo")
        self.refused: dict[str, list[str]] = {}
        self.traces: dict[str, engines.Trace] = {}
        self.jobs: dict[str, engines.Job] = {}

    def add_cases(self, chosen: Iterable[tuple[Case, Run]]) -> None:
        for case, run in chosen:
            folder = self.home / "cases" / f"{case.name}-{run.environment or ''}"
            if not folder.exists():
                engines.prepare(case, folder, run.environment, self.pods)
            self._add(job_name(case, run), folder / "pipeline.yaml", run)

    def add_drafts(self, found: Sequence[Draft], seed: int) -> None:
        for index, draft in enumerate(found):
            spec = json.loads(draft.files["spec.yaml"])
            text = json.dumps({**spec, "name": f"drafted-{seed}-{index}"}, indent=1)
            draft.files["spec.yaml"] = engines.for_pods(text) if self.pods else text
            path = draft.write(self.home / "drafts" / str(index))
            self._add(f"draft-{index}", path, Run.plain(draft.params))

    def _add(self, name: str, path: Path, run: Run) -> None:
        checked = engines.check(path, run.environment)
        assert checked.pipeline, [one.message for one in checked.diagnostics]
        found = engines.refusals(checked, self.engine)
        if found:
            self.refused[name] = found
        elif not run.answers or self.engine.answers:
            self.jobs[name] = engines.Job(
                name, checked.pipeline, checked, run.params, run.answers, run.secrets
            )

    def run(self) -> None:
        ready = list(self.jobs.values())
        made = self.engine.run(ready, self.home / "run") if ready else []
        self.traces = {job.name: trace for job, trace in zip(ready, made, strict=True)}

    def outcome(self, case: Case, run: Run) -> Outcome:
        """Judge a run of a case by what its files say."""
        name, target = job_name(case, run), self.engine.name.partition("@")[0]
        known = case.refuses.keys() & {self.engine.name, target}
        if name in self.refused:
            said = self.refused[name][0]
            return Outcome("refused" if known else "failed", said)
        if known:
            return Outcome("failed", "it is refused no longer")
        if name not in self.traces:
            return Outcome("unanswered", "nobody gives the answers on this engine")
        trace = self.traces[name]
        if "steps" not in trace:
            return Outcome("failed", str(trace))
        said_first, differing = cases.same(run, trace), cases.differing(case, run, target)
        if differing is run:
            return Outcome("failed", said_first) if said_first else Outcome("passed")
        if said_first is None:
            return Outcome("failed", "it differs no longer")
        wrong = cases.same(differing, trace)
        return Outcome("failed", wrong) if wrong else Outcome("differs", said_first)


def job_name(case: Case, run: Run) -> str:
    return f"{case.name}-{run.name}"


def drafted(count: int, first: int) -> list[Draft]:
    """Make random specs; the same ones for the same seed."""
    found: list[Draft] = []

    @seed(first)
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
