"""The sizes that Argo, Kubernetes and Linux set, checked with the numbers in the message."""

from collections.abc import Callable
from typing import Any

from pipec.backends.argo.configmap import LIMIT as CONFIG_MAP
from pipec.backends.argo.configmap import Files
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.text import encoded, is_safe
from pipec.compiler.diagnostics import Findings
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Command, Python, Shell, Step
from pipec.compiler.values import to_text

TASKS = TEMPLATES = 200
PARAMETERS = 500
CRON_NAME, NAME = 52, 63
SPEC = 1_000_000
POD = 128 * 1024  # bytes of `env` and argv of one step; above it Argo needs a ConfigMap of its own
STRICT = ("4.0", "4.1")  # these versions' CRDs enforce the counts


def check_sizes(
    plan: Plan, objects: Callable[[], list[dict[str, Any]]], findings: Findings
) -> None:
    """Find what is too big or too long."""
    _check_names(plan, findings)
    if plan.version in STRICT:
        _check_counts(plan, objects, findings)
    files = Files(plan)
    if files.size > CONFIG_MAP:
        findings.error(
            "too-big",
            f"the files of the pipeline are {files.size:,} bytes together,"
            f" and a ConfigMap holds {CONFIG_MAP:,}",
            plan.pipeline.place.of_key("files"),
            "put big files into the image, or fetch them in a step",
        )
    total = sum(
        _check_step(level, step, findings) for level in plan.levels for step in level.steps.values()
    )
    if total > SPEC:
        _check_spec(plan, objects(), findings)


def _check_names(plan: Plan, findings: Findings) -> None:
    size = CRON_NAME if plan.pipeline.schedule else NAME - len("-files-00000000")
    if len(plan.name) > size:
        what = "a CronWorkflow" if plan.pipeline.schedule else "a pipeline's objects in Kubernetes"
        findings.error(
            "too-big",
            f"the name has {len(plan.name)} characters, and {what} can have {size}",
            plan.pipeline.place.at("name"),
        )


def _check_counts(
    plan: Plan, objects: Callable[[], list[dict[str, Any]]], findings: Findings
) -> None:
    pipeline = plan.pipeline
    for body in plan.bodies.values():
        if len(body.steps) > TASKS:
            findings.error(
                "too-big",
                f"argo {plan.version} takes {TASKS} tasks in a graph,"
                f" and the component {body.group.component} has {len(body.steps)}",
                body.uses[0][1].place.of_key("uses"),
                "make several components of it",
            )
    way_out = "make several pipelines of it, or fan out over a list instead of repeating a step"
    specs = [one["spec"] for one in objects() if one["kind"] == "WorkflowTemplate"]
    graphs = [one.value["dag"]["tasks"] for one in specs[0]["templates"] if "dag" in one.value]
    most = max(len(graph) for graph in graphs)
    in_component = max((len(body.steps) for body in plan.bodies.values()), default=0)
    for what, count, limit, key in (
        ("tasks in a graph", 0 if most == in_component else most, TASKS, "steps"),
        (
            "templates in a workflow",
            max(len(one["templates"]) for one in specs),
            TEMPLATES,
            "steps",
        ),
        ("parameters in a workflow", len(pipeline.params) + 1, PARAMETERS, "params"),
    ):
        if count > limit:
            findings.error(
                "too-big",
                f"argo {plan.version} takes {limit} {what}, and this makes {count}",
                pipeline.place.of_key(key),
                way_out if key != "params" else "put several values into one param of type json",
            )


def _check_step(plan: Plan, step: Step, findings: Findings) -> int:
    """Check the texts that a step carries and give about how many bytes its template takes."""
    texts = [to_text(one.value) for one in step.env.values() if isinstance(one, Constant)]
    if isinstance(step.body, Command):
        texts += [to_text(one.value) for one in step.body.argv if isinstance(one, Constant)]
    elif isinstance(step.body, Shell | Python) and not plan.is_in_file(step):
        texts.append(step.body.script)
    total = sum(len((one if is_safe(one) else encoded(one)).encode()) for one in texts)
    if total > POD:
        findings.error(
            "too-big",
            f'`env`, command and script of step "{plan.label(step)}" are {total:,} bytes together,'
            f" and argo takes {POD:,}",
            step.place.of_key(),
            "put the long ones into files",
        )
    items = 0
    for one in step.for_each.lists if step.for_each else ():
        if isinstance(one, Constant):
            items = max(items, 1) * len(one.value)
    return total + 1500 + 60 * items


def _check_spec(plan: Plan, objects: list[dict[str, Any]], findings: Findings) -> None:
    import json

    text = json.dumps(
        _template(objects),
        ensure_ascii=False,
        separators=(",", ":"),
        default=lambda item: item.value,
    )
    size = len(text.encode())
    if size > SPEC:
        findings.error(
            "too-big",
            f"the WorkflowTemplate is {size:,} bytes, and Kubernetes takes about {SPEC:,}",
            plan.pipeline.place.of_key("steps"),
            "make several pipelines of it, or put long scripts into files",
        )


def _template(objects: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in objects if one["kind"] == "WorkflowTemplate")
