"""The engines that cases run on. Each runs many jobs in one start and gives their traces."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

from pipec.backends import load, local
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import Checked, check_spec, check_target
from pipec.compiler.ir import Pipeline
from pipec.compiler.model import Model
from pipec.compiler.parameters import ParamError, bind
from pipec.compiler.values import ValueSyntaxError, fit, to_text
from tests.airflow import environment, plans
from tests.argo.cluster import Cluster
from tests.argo.cluster import Trace as ArgoTrace

from . import cases
from .acts import play

DATE = "2026-11-23T02:00:00Z"
Trace = dict[str, Any]
_IMAGES = {"busybox:1": "pipec.test/busybox:1", "python:3.12-slim": "pipec.test/python:3.11"}


@dataclass(frozen=True)
class Job:
    """A run of a checked pipeline. `name` is unlike that of any other job."""

    name: str
    pipeline: Pipeline
    checked: Checked
    params: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """What runs jobs. `target` is its name for `check_target`, None where nothing is compiled."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> tuple[str, str] | None: ...
    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]: ...


def prepare(
    case: cases.Case, folder: Path, environment: str | None = None, pods: bool = False
) -> Path:
    """Copy a case to a folder of its own and give the path of its spec there.

    An engine knows pipelines by name, so one with its environment gets a name of its own. Where
    steps are pods, which take a while to start, timeouts are made longer.
    """
    shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("case.yaml"))
    if case.act:
        shutil.copy(cases.ACT, folder / "act.sh")
    for path in folder.glob("**/*.yaml"):
        text = path.read_text(encoding="utf-8")
        if environment and path.name == "pipeline.yaml":
            text = re.sub(r"^(name: .*)$", rf"\1-{environment}", text, count=1, flags=re.MULTILINE)
        path.write_text(for_pods(text) if pods else text, encoding="utf-8")
    return folder / "pipeline.yaml"


def for_pods(text: str) -> str:
    """Give a spec with images that the cluster has, and with time for pods to start."""
    for image in ("busybox:1", "python:3.12-slim"):
        text = text.replace(image, os.environ.get("PIPEC_TEST_IMAGE") or _IMAGES.get(image, image))
    return re.sub(r"timeout: ([0-9]+)s", lambda found: f"timeout: {int(found[1]) * 15}s", text)


def check(path: Path, environment: str | None = None) -> Checked:
    return check_spec(str(path), environment=environment)


def refusals(checked: Checked, engine: Engine) -> list[str]:
    """Name the codes of what an engine refuses in a pipeline."""
    if engine.target is None or checked.pipeline is None:
        return []
    name, version = engine.target
    found = check_target(checked, load(name), version)
    return [one.message for one in found if one.severity == "error"]


def _bound(job: Job) -> dict[str, Any]:
    """Give the values of all params. Raises ParamError and ValueSyntaxError."""
    kinds = job.pipeline.params
    return bind(kinds, {name: fit(kinds[name].type, one) for name, one in job.params.items()})


def unstarted(job: Job) -> Trace:
    """Give the trace of a run that was refused because of its params."""
    steps = {name: {"state": "cancelled", "attempts": 0} for name in job.pipeline.all_steps}
    return {"state": "failed", "steps": steps}


class Local:
    name, target = "local", None

    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]:
        return [self._one(job, home / job.name) for job in jobs]

    def _one(self, job: Job, state: Path) -> Trace:
        try:
            params = _bound(job)
        except (ParamError, ValueSyntaxError):
            return unstarted(job)
        secrets: dict[str, dict[str, str]] = {}
        for reference, value in job.secrets.items():
            name, key = reference.split("/")
            secrets.setdefault(name, {})[key] = value
        how = local.Options(
            params=params,
            files=job.checked.files,
            jobs=2,
            state=str(state),
            date=DATE,
            secrets=secrets,
            answers=job.answers,
            grace=1.0,
        )
        return local.run(job.pipeline, how, Plain(StringIO())).trace


class Modelled:
    """The model; only for cases whose programs are `act.sh`."""

    name, target = "model", None

    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]:  # noqa: ARG002 # an Engine's
        return [self._one(job) for job in jobs]

    def _one(self, job: Job) -> Trace:
        try:
            params = _bound(job)
        except (ParamError, ValueSyntaxError):
            return unstarted(job)
        run = {"id": "r", "date": DATE, "day": DATE[:10], "pipeline": job.pipeline.name}
        return Model(play, job.answers).trace(job.pipeline, params, run)


class Airflow:
    """A real Airflow, which runs all DAGs of one start one after the other."""

    def __init__(self, version: str) -> None:
        self.name, self.target = f"airflow@{version}", ("airflow", version)

    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]:
        version = self.target[1]
        dags = home / "dags"
        made: set[str] = set()
        secrets: dict[str, str] = {}
        wanted: list[dict[str, Any]] = []
        for job in jobs:
            secrets |= {f"AIRFLOW_VAR_{key.upper()}": one for key, one in job.secrets.items()}
            plan = plans.plan_of(job.pipeline, version)
            wanted.append({"dag_id": job.pipeline.name, "conf": dict(job.params), "plan": plan})
            if job.pipeline.name not in made:
                made.add(job.pipeline.name)
                _write(load("airflow").emit(job.pipeline, version, False), dags)
        return environment.run(version, dags, wanted, home, **secrets)


class Argo:
    """A cluster with a real controller, which works on all workflows side by side."""

    def __init__(self, version: str, kubeconfig: str) -> None:
        self.name, self.target = f"argo@{version}", ("argo", version)
        self.cluster = Cluster(kubeconfig)

    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]:  # noqa: ARG002 # an Engine's
        for pipeline in {job.pipeline.name: job.pipeline for job in jobs}.values():
            made = load("argo").emit(pipeline, self.target[1], True)
            self.cluster.apply(made[f"{pipeline.name}.yaml"].decode())
        names = [
            self.cluster.submit(job.pipeline.name.replace("_", "-"), _texts(job.params))
            for job in jobs
        ]
        traces = []
        for job, name in zip(jobs, names, strict=True):
            workflow = self.cluster.result(name, seconds=1200)
            traces.append(ArgoTrace(job.pipeline, workflow, self.cluster.artifacts).make())
            self.cluster.delete(name)
        return traces


def _texts(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: to_text(value) for name, value in params.items()}


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
