"""What Argo and Kubernetes cannot do beyond the table: expressions, names, settings."""

from collections.abc import Callable
from typing import Any

from pipec.backends.argo import artifacts, settings
from pipec.backends.argo.expressions.code import UnsupportedError
from pipec.backends.argo.expressions.lowering import Lowering
from pipec.backends.argo.fanout import argument, listed
from pipec.backends.argo.limits import check_sizes
from pipec.backends.argo.manifest import labels
from pipec.backends.argo.plan import Plan, reads
from pipec.backends.argo.scopes import Exit, Inputs, Tasks
from pipec.backends.argo.values import render
from pipec.compiler.diagnostics import Diagnostic, Findings, Place
from pipec.compiler.expressions.nodes import Constant, Item, Node, Param
from pipec.compiler.ir import Approval, Group, Pipeline, Step

_NEVER_REFUSED = (Constant, Param, Item)


def check(
    pipeline: Pipeline, version: str, objects: Callable[[], list[dict[str, Any]]]
) -> list[Diagnostic]:
    """Find all of it. `objects` makes those of the manifest."""
    findings = Findings()
    settings.check(pipeline, findings)
    if findings.failed:
        return findings.found
    plan = Plan(pipeline, version, settings.read(pipeline))
    for step in pipeline.all_steps.values():
        _check_expressions(plan, step, findings)
        _check_retry(step, findings)
    _check_params(pipeline, findings)
    _check_images(plan, findings)
    _check_labels(pipeline, findings)
    if not findings.failed:
        check_sizes(plan, objects, findings)
    return findings.found


def _check_expressions(plan: Plan, step: Step, findings: Findings) -> None:
    tasks = Exit(plan, step) if step.in_finally else Tasks(plan, step)
    inputs = Inputs(plan, step)
    fan_out = step.for_each.lists if step.for_each else ()
    for place, node in step.expressions():
        if isinstance(node, _NEVER_REFUSED):
            continue

        def lower(node: Node = node) -> None:
            if node is step.when:
                Lowering(tasks).value(node)
            elif any(node is one for one in fan_out):
                listed(Lowering(inputs if plan.is_wrapped(step) else tasks), node)
                Lowering(tasks).value(node)
            elif node.type.is_artifact:
                artifacts.chosen(plan, step)
            else:
                render(node, inputs)
                for one in reads([node]):
                    argument(tasks, one)

        _try(lower, place, findings)


def _try(lower: Callable[[], None], place: Place, findings: Findings) -> None:
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
    for step in plan.steps.values():
        if step.image is None and not isinstance(step.body, Approval | Group):
            findings.warning(
                "default-image",
                f'step "{step.name}" has no image: argo runs it in {settings.DEFAULT_IMAGE}',
                step.place.of_key(),
                "say `image` in `defaults`, or in `targets.argo`",
            )


def _check_labels(pipeline: Pipeline, findings: Findings) -> None:
    for key in pipeline.labels.keys() - labels(pipeline).keys():
        findings.warning(
            "ignored",
            f'the label "{key}" is none of Kubernetes, so argo does not show it',
            pipeline.place.at("labels", key),
            "at most 63 letters, digits, -, _ and ., a letter or digit first and last",
        )
