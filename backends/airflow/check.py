"""What the capabilities cannot say: limits, and settings that do not go together."""

from collections.abc import Iterator

from pipec.backends.airflow import native, options, pods
from pipec.compiler.diagnostics import Diagnostic, Findings
from pipec.compiler.files import collect
from pipec.compiler.ir import Group, Pipeline, Step
from pipec.compiler.rules.reading import steps_of


def check(pipeline: Pipeline, version: str) -> list[Diagnostic]:
    """Find what Airflow cannot do with a pipeline, beyond features that it lacks."""
    findings = Findings()
    check_settings(pipeline, version, findings)
    pods.check(pipeline, version, findings)
    for step in steps_of(pipeline):
        _retry(step, version, findings)
        if step.for_each and isinstance(step.body, Group):
            _fan_outs_inside(step.body, version, findings)
            if step.max_parallel is not None:
                findings.warning(
                    "approximate",
                    "airflow caps how many instances are at the same inner step, not how many run",
                    step.place.of_key("max_parallel"),
                )
    _artifacts(pipeline, findings)
    if pipeline.files:
        _files(pipeline, findings)
    _schedule(pipeline, version, findings)
    return findings.found


def check_settings(pipeline: Pipeline, version: str, findings: Findings) -> None:
    """Find unknown keys and wrong values in `targets.airflow`."""
    options.read(pipeline, findings)
    native.check(pipeline, native.of_pipeline(pipeline, version, findings), findings)
    for step in steps_of(pipeline):
        options.of_step(step, findings)
        native.of_step(step, version, findings)


def _retry(step: Step, version: str, findings: Findings) -> None:
    retry = step.retry
    if retry.attempts < 2 or retry.backoff == 1 or not retry.delay:
        return
    place = step.place.of_key("retry", "backoff")
    if retry.backoff != 2 and version != "3.3":
        findings.warning(
            "approximate",
            f"airflow {version} doubles the delay of a retry, whatever the factor is",
            place,
            "airflow 3.3 takes other factors",
        )
    else:
        findings.warning("approximate", "airflow waits up to twice as long between attempts", place)


def _fan_outs_inside(group: Group, version: str, findings: Findings) -> None:
    """Refuse a fan-out in a task group that is fanned out: Airflow loads no such DAG."""
    for step in group.steps.values():
        if step.for_each:
            findings.error(
                "unsupported",
                f"airflow {version} cannot run a fan-out inside a fan-out over a component",
                step.place.of_key("for_each"),
                "make one list of both and fan out once, or loop in the program",
            )
        if isinstance(step.body, Group):
            _fan_outs_inside(step.body, version, findings)


def _artifacts(pipeline: Pipeline, findings: Findings) -> None:
    made = [
        output
        for step in steps_of(pipeline)
        for output in step.outputs.values()
        if output.type.is_artifact
    ]
    if made and "artifacts" not in pipeline.targets.get("airflow", {}):
        findings.warning(
            "artifacts-folder",
            "files pass from step to step through a folder of one machine",
            made[0].place,
            "set `targets: {airflow: {artifacts: /a/folder}}` to one that all workers share",
        )


def _files(pipeline: Pipeline, findings: Findings) -> None:
    """Find programs that Airflow would take for DAG files, since it looks for two words in them."""
    for path, real in collect(pipeline, Findings()).items():
        if path.endswith(".py"):
            found = real.read_bytes().lower()
            if b"dag" in found and b"airflow" in found:
                findings.warning(
                    "taken-for-a-dag",
                    f'airflow would load "{path}" as a DAG: it holds "airflow" and "dag"',
                    pipeline.place.of_key("files"),
                    "list the folder of its files in the `.airflowignore` of the dags folder",
                )


def _schedule(pipeline: Pipeline, version: str, findings: Findings) -> None:
    if pipeline.schedule is None:
        return
    if pipeline.schedule.catchup and "start_date" not in pipeline.targets.get("airflow", {}):
        findings.error(
            "unsupported",
            f"airflow {version} cannot catch up without a day to begin with",
            pipeline.place.of_key("schedule", "catchup"),
            "name it: `targets: {airflow: {start_date: 2026-01-31}}`",
        )
    for param in _required(pipeline):
        findings.error(
            "unsupported",
            f'airflow {version} cannot run a schedule without a default for "{param}"',
            pipeline.params[param].place,
            "give it a default, or the type `T?`",
        )


def _required(pipeline: Pipeline) -> Iterator[str]:
    return (name for name, param in pipeline.params.items() if param.required)
