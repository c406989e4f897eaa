"""The engines that cases run on. Each runs many jobs in one start and gives their traces."""

import json
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
from pipec.compiler.values import ValueSyntaxError, fit, to_json, to_text
from tests.airflow import environment, plans
from tests.argo.cluster import Cluster, Order
from tests.argo.cluster import Trace as ArgoTrace

from . import cases
from .acts import play

DATE = "2026-11-23T02:00:00Z"
Trace = dict[str, Any]
_IMAGE = "pipec.test/python:3.11"  # in which pipec's own evaluations run too


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
    @property
    def answers(self) -> bool:
        """Say whether approvals can be answered on it."""
        ...

    def version(self) -> str:
        """Name exactly what runs."""
        ...

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
        text = text.replace(image, os.environ.get("PIPEC_TEST_IMAGE") or _IMAGE)
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
    name, target, answers = "local", None, True

    def version(self) -> str:
        return "pipec run"

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

    name, target, answers = "model", None, True

    def version(self) -> str:
        return "compiler/model"

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
        self.name, self.target, self.answers = f"airflow@{version}", ("airflow", version), False

    def version(self) -> str:
        exact = environment.REQUIREMENTS[self.target[1]][0].partition("==")[2]
        return f"Apache Airflow {exact}, DAGs run as by `airflow dags test`"

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
        found = environment.run(version, dags, wanted, home, **secrets)
        return [
            unstarted(job) if trace.get("error", "").startswith("ParamValidationError") else trace
            for job, trace in zip(jobs, found, strict=True)
        ]


class Argo:
    """A cluster with a real controller, which works on some workflows side by side."""

    def __init__(self, version: str, kubeconfig: str) -> None:
        self.name, self.target, self.answers = f"argo@{version}", ("argo", version), True
        self.cluster = Cluster(kubeconfig)

    def version(self) -> str:
        """Name it by the executor in the pods of its runs, which is of the controller's version."""
        path = "-o=jsonpath={.items[*].spec.containers[?(@.name=='wait')].image}"
        images = self.cluster.kubectl("get", "pods", path).split()
        exact = ", ".join(sorted({one.rpartition(":")[2] for one in images}))
        return f"Argo Workflows {exact}, a cluster with its real controller"

    def run(self, jobs: Sequence[Job], home: Path) -> list[Trace]:  # noqa: ARG002 # an Engine's
        for pipeline in {job.pipeline.name: job.pipeline for job in jobs}.values():
            made = load("argo").emit(pipeline, self.target[1], True)
            self.cluster.apply(made[f"{pipeline.name}.yaml"].decode())
        self._put_secrets({k: one for job in jobs for k, one in job.secrets.items()})
        held = {job.name: job for job in jobs}
        traces: dict[str, Trace] = {}
        for run in self.cluster.run_all({name: _order(job) for name, job in held.items()}):
            traces[run.key] = {"error": f"{run.name} has not ended in time"}
            if run.workflow:
                self.cluster.delete(run.name)
                pipeline = held[run.key].pipeline
                traces[run.key] = ArgoTrace(pipeline, run.workflow, self.cluster.artifacts).make()
        return [traces[job.name] for job in jobs]

    def _put_secrets(self, secrets: Mapping[str, str]) -> None:
        held: dict[str, dict[str, str]] = {}
        for reference, value in secrets.items():
            name, key = reference.split("/")
            held.setdefault(name, {})[key] = value
        for name, data in held.items():
            secret = {"kind": "Secret", "metadata": {"name": name}, "stringData": data}
            self.cluster.apply(json.dumps({"apiVersion": "v1", **secret}))


def _order(job: Job) -> Order:
    kinds = {name: param.type.kind for name, param in job.pipeline.params.items()}
    params = {k: to_json(v) if kinds[k] == "json" else to_text(v) for k, v in job.params.items()}
    return Order(job.pipeline.name.replace("_", "-"), params, job.answers)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
