"""The objects of a pipeline: a ConfigMap, a WorkflowTemplate, and a CronWorkflow for a schedule."""

import hashlib
import json
import re
from pathlib import PurePosixPath
from typing import Any

from pipec.backends.argo import leaf, settings
from pipec.backends.argo.body import Body
from pipec.backends.argo.components import adapter
from pipec.backends.argo.configmap import Files
from pipec.backends.argo.evaluation import planned
from pipec.backends.argo.fanout import wrapper
from pipec.backends.argo.graph import checked_entry, checked_exit, component, dag
from pipec.backends.argo.limits import STRICT, TASKS, TEMPLATES
from pipec.backends.argo.parameters import arguments
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.rbac import rbac
from pipec.backends.argo.schedule import cron_workflow
from pipec.backends.argo.split import split
from pipec.backends.argo.writer import Flow, Item, Quoted, plain
from pipec.compiler.ir import Group, Pipeline, Step

_LABEL = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_LABEL_KEY = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def objects(pipeline: Pipeline, version: str) -> list[dict[str, Any]]:
    """Make all objects of a pipeline."""
    plan = planned(pipeline, version, settings.read(pipeline, version))
    files = Files(plan)
    found = [_config_map(plan, files)] if files.content else []
    template = workflow_template(plan, files)
    if version in STRICT:
        found += split(template, TASKS, TEMPLATES, lambda name: _metadata(plan, name, {}))
    else:
        found.append(template)
    if pipeline.schedule:
        metadata = _metadata(plan, plan.name, labels(pipeline))
        found.append(cron_workflow(plan.name, metadata, pipeline.schedule))
    if plan.settings.rbac:
        account = _account(plan)
        found = [*rbac(account, lambda: _metadata(plan, account, {})), *found]
    if plan.settings.workflow:
        found.append(_workflow(plan, found))
    return found


def _account(plan: Plan) -> str:
    """Give the service account of the runs: the one that is told, else one of their own."""
    return str(plan.settings.spec.get("serviceAccountName", plan.name))


def _workflow(plan: Plan, others: list[dict[str, Any]]) -> dict[str, Any]:
    """Make a run of the template, named by all that it runs: a changed pipeline runs again."""
    text = json.dumps([plain(one) for one in others], sort_keys=True)
    ending = hashlib.sha256(text.encode()).hexdigest()[:8]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": _metadata(plan, f"{plan.name}-{ending}", labels(plan.pipeline)),
        "spec": {"workflowTemplateRef": Flow({"name": plan.name})},
    }


def labels(pipeline: Pipeline) -> dict[str, str]:
    """Give the labels of a pipeline that Kubernetes takes."""
    return {
        key: value
        for key, value in pipeline.labels.items()
        if _LABEL_KEY.fullmatch(key) and _LABEL.fullmatch(value)
    }


def head(pipeline: Pipeline, version: str) -> str:
    """Give the comment at the top of a manifest."""
    spec = PurePosixPath(pipeline.path.replace("\\", "/")).name
    made = (
        f"Made by pipec from {spec} for Argo Workflows {version}: change the spec, not this file."
    )
    return made if made.isprintable() else f"Made by pipec for Argo Workflows {version}."


def _metadata(plan: Plan, name: str, own: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name}
    if plan.settings.namespace is not None:
        made["namespace"] = Quoted(plan.settings.namespace)
    made["labels"] = {
        "app.kubernetes.io/managed-by": "pipec",
        "app.kubernetes.io/part-of": plan.name,
        **{str(key): Quoted(value) for key, value in own.items()},
    }
    return made


def _config_map(plan: Plan, files: Files) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(plan, files.name, {}),
        "immutable": True,
        **files.data(),
    }


def workflow_template(plan: Plan, files: Files) -> dict[str, Any]:
    pipeline = plan.pipeline
    metadata = _metadata(plan, plan.name, labels(pipeline))
    metadata["annotations"] = _annotations(pipeline)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": metadata,
        "spec": _spec(plan, files),
    }


def _annotations(pipeline: Pipeline) -> dict[str, Any]:
    made = {"workflows.argoproj.io/title": Quoted(pipeline.name)}
    if pipeline.description:
        made["workflows.argoproj.io/description"] = Quoted(pipeline.description)
    if pipeline.owner:
        made["pipec.dev/owner"] = Quoted(pipeline.owner)
    return made


def _spec(plan: Plan, files: Files) -> dict[str, Any]:
    pipeline = plan.pipeline
    made: dict[str, Any] = {"entrypoint": plan.entrypoint}
    if pipeline.finally_:
        made["onExit"] = plan.on_exit
    native = dict(plan.settings.spec)
    if plan.settings.rbac:
        native = {"serviceAccountName": Quoted(_account(plan)), **native}
    metadata, volumes = native.pop("workflowMetadata", {}), native.pop("volumes", [])
    made.update(native)
    if pipeline.timeout is not None:
        made["activeDeadlineSeconds"] = pipeline.timeout
    if pipeline.max_parallel is not None:
        made["parallelism"] = pipeline.max_parallel
    own = {str(key): Quoted(value) for key, value in labels(pipeline).items()}
    all_labels = {"pipec.dev/pipeline": plan.name, **own, **metadata.get("labels", {})}
    made["workflowMetadata"] = {**metadata, "labels": all_labels}
    made["arguments"] = {"parameters": arguments(pipeline)}
    if files.content:
        made["volumes"] = [
            {"name": "pipec", "emptyDir": Flow()},
            {"name": "files", "configMap": {"name": files.name, "items": files.items()}},
        ]
    if volumes:
        made["volumes"] = [*made.get("volumes", []), *volumes]
    made["templates"] = _templates(plan)
    return made


def _templates(plan: Plan) -> list[Any]:
    pipeline = plan.pipeline
    graph = "The graph. Its target names every task: a step that failed fails the run."
    found = list[Item]()
    if plan.checks:
        check = "Where a run begins: a param with a wrong value fails it before any step starts."
        found.append(Item(checked_entry(plan), check, apart=True))
    found.append(Item(dag(plan, plan.graph, pipeline.steps.values()), graph, apart=True))
    written = set[str]()
    for step in pipeline.steps.values():
        found += _of_step(plan, step, written)
    if pipeline.finally_:
        last = "After everything, however it ended. Outputs of failed steps are null here."
        if plan.checks:
            check = "Where a run ends: one that was refused for its params has nothing to clean up."
            found.append(Item(checked_exit(plan), check, apart=True))
        found.append(Item(dag(plan, plan.last, pipeline.finally_.values()), last, apart=True))
        for step in pipeline.finally_.values():
            found += _of_step(plan, step, written)
    return found


def _of_step(plan: Plan, step: Step, written: set[str]) -> list[Item]:
    """Give the templates of a step; of a component also those of its steps, where used first."""
    found = []
    if plan.is_wrapped(step):
        cap = f", {step.max_parallel} at a time" if step.max_parallel else ""
        around = f"{plan.template(step)}: one {plan.leaf(step)} for each item{cap}."
        found.append(Item(wrapper(plan, step), around, apart=True))
    if plan.has_adapter(step):
        found.append(Item(adapter(plan, step), _comment(plan, step), apart=True))
    if not isinstance(step.body, Group):
        found.append(Item(leaf.template(plan, step), _comment(plan, step), apart=True))
        return found
    body = plan.body(step)
    if body.name not in written:
        written.add(body.name)
        found.append(Item(component(body), _about(body), apart=True))
        for inner in body.steps.values():
            found += _of_step(body, inner, written)
    return found


def _about(body: Body) -> str:
    """Say what a component's graph is and who uses it."""
    uses = ", ".join(
        step.name if plan.is_dynamic else plan.use_path(step) for plan, step in body.uses
    )
    return f"The component {body.group.component}, used by {uses}."


def _comment(plan: Plan, step: Step) -> str:
    if plan.evaluates(step):
        reader = step.name.removesuffix("--values")
        return f'Computes values for the step "{reader}" that Argo cannot compute exactly.'
    lines = []
    if plan.task(step.name) != step.name.replace("_", "-"):
        lines.append(f'The step "{step.name}": Argo cannot have a task of that name.')
    if step.description and step.description.isprintable():
        lines.append(step.description)
    return "\n".join(lines)
