"""What Argo and Kubernetes cannot do beyond the table: expressions, names, settings."""

from collections.abc import Callable
from functools import partial
from typing import Any

from pipec.backends.argo import settings
from pipec.backends.argo.body import Body
from pipec.backends.argo.components import left_of
from pipec.backends.argo.evaluation import lower, planned
from pipec.backends.argo.expressions.code import UnsupportedError
from pipec.backends.argo.limits import check_sizes
from pipec.backends.argo.manifest import labels
from pipec.backends.argo.plan import Plan
from pipec.compiler.diagnostics import Diagnostic, Findings, Place
from pipec.compiler.ir import Approval, Group, Pipeline, Step


def check(
    pipeline: Pipeline, version: str, objects: Callable[[], list[dict[str, Any]]]
) -> list[Diagnostic]:
    """Find all of it. `objects` makes those of the manifest."""
    findings = Findings()
    settings.check(pipeline, version, findings)
    if findings.failed:
        return findings.found
    plan = planned(pipeline, version, settings.read(pipeline, version))
    for level in plan.levels:
        for step in level.steps.values():
            _check_expressions(level, step, findings)
            _check_retry(step, findings)
        if isinstance(level, Body):
            _check_outputs(level, findings)
    _check_params(pipeline, findings)
    _check_workflow(plan, findings)
    _check_images(plan, findings)
    _check_labels(pipeline, findings)
    if not findings.failed:
        check_sizes(plan, objects, findings)
    return findings.found


def _check_expressions(plan: Plan, step: Step, findings: Findings) -> None:
    for place, node in step.expressions():
        _try(partial(lower, plan, step, node), place, findings)


def _check_outputs(body: Body, findings: Findings) -> None:
    for output in body.uses[0][1].outputs.values():
        _try(partial(left_of, body, output), output.place.at("value"), findings)


def _try(lower: Callable[[], object], place: Place, findings: Findings) -> None:
    try:
        lower()
    except UnsupportedError as error:
        findings.error(
            "unsupported",
            f"argo cannot {error.what}",
            place.part(*error.span),
            "compute it in a step, and read its output here",
        )


def _check_retry(step: Step, findings: Findings) -> None:
    if step.retry.attempts > 1 and step.retry.delay and step.retry.backoff % 1:
        whole = max(1, round(step.retry.backoff))
        findings.warning(
            "approximate",
            f"argo takes whole numbers for backoff: {step.retry.backoff:g} becomes {whole}",
            step.place.at("retry", "backoff"),
        )


def _check_workflow(plan: Plan, findings: Findings) -> None:
    required = [one.name for one in plan.pipeline.params.values() if one.required]
    if plan.settings.workflow and required:
        findings.error(
            "unsupported",
            f'the Workflow that `workflow` asks for has no value for the param "{required[0]}"',
            plan.pipeline.place.of_key("targets", "argo", "workflow"),
            "give the param a default, or start runs by `argo submit --from`",
        )


def _check_params(pipeline: Pipeline, findings: Findings) -> None:
    for param in pipeline.params.values():
        if param.type.optional and param.type.kind == "string" and param.default == "":
            findings.error(
                "unsupported",
                "argo cannot tell an empty text from none in a param that may be absent",
                param.place.at("default"),
                "leave the default out, or make the type `string`",
            )


def _check_images(plan: Plan, findings: Findings) -> None:
    if plan.settings.image is not None:
        return
    for level in plan.levels:
        for step in level.steps.values():
            if step.image is None and not isinstance(step.body, Approval | Group):
                _warn_of_image(level, step, findings)


def _warn_of_image(plan: Plan, step: Step, findings: Findings) -> None:
    name, help = plan.label(step), "say `image` in `defaults`, or in `targets.argo`"
    what = f'step "{name}" has no image: argo runs it in {settings.DEFAULT_IMAGE}'
    if plan.evaluates(step):
        name = name.removesuffix("--values")
        what = f'step "{name}" takes values that Argo cannot compute: {settings.DEFAULT_IMAGE} does'
        help = "name an image with Python: `evaluationImage` in `targets.argo`"
    findings.warning("default-image", what, step.place.of_key(), help)


def _check_labels(pipeline: Pipeline, findings: Findings) -> None:
    for key in pipeline.labels.keys() - labels(pipeline).keys():
        findings.warning(
            "ignored",
            f'the label "{key}" is none of Kubernetes, so argo does not show it',
            pipeline.place.at("labels", key),
            "at most 63 letters, digits, -, _ and ., a letter or digit first and last",
        )
