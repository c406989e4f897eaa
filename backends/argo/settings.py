"""What `targets.argo` may say: of the pipeline, and of one step."""

from collections.abc import Mapping
from typing import Any

from pipec.backends.argo import VERSIONS
from pipec.backends.argo.native import Fields, nearest
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Approval, Group, Pipeline, Step
from pipec.compiler.records import dataclass

DEFAULT_IMAGE = "python:3.12-slim"
STORES: Mapping[str, str] = {"s3": "key", "gcs": "key", "oss": "key", "azure": "blob"}
GPU_TYPE = "nvidia.com/gpu.product"
RESERVED_VOLUMES = ("pipec", "files")

# pipec's own keys of the pipeline, beside the fields of a workflow's spec.
_OWN: Mapping[str, str] = {
    "version": "text",
    "image": "text",
    "evaluationImage": "text",
    "namespace": "text",
    "artifacts": "text",
    "rbac": "bool",
    "workflow": "bool",
    "priorityClassName": "text",
}
# Fields that the language has a word for.
_INSTEAD: Mapping[str, str] = {
    "activeDeadlineSeconds": "say `timeout` in the spec",
    "arguments": "say `params` in the spec",
    "command": "say `command` or `run` in the step",
    "container": "its fields stand in `container` of a step",
    "env": "say `env` in the step",
    "hooks": "say `finally` in the spec",
    "onExit": "say `finally` in the spec",
    "parallelism": "say `max_parallel` in the spec",
    "resources": "say `resources` in the step",
    "retryStrategy": "say `retry` in the step",
    "suspend": "say `approve` in a step",
    "timeout": "say `timeout` in the step",
    "workingDir": "say `workdir` in the step",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The pipeline's own settings, read. `spec` holds the fields of the workflow's spec."""

    image: str | None
    evaluation_image: str | None
    namespace: str | None
    store: str
    rbac: bool
    workflow: bool
    spec: Mapping[str, Any]


def read(pipeline: Pipeline, version: str) -> Settings:
    """Read the settings of a pipeline that passed `check`."""
    given = pipeline.targets.get("argo", {})
    fields = Fields(version)
    spec = {
        key: fields.shape(fields.type("spec", key), value)
        for key, value in given.items()
        if key not in _OWN
    }
    if "priorityClassName" in given:
        spec["podPriorityClassName"] = fields.shape("text", given["priorityClassName"])
    texts = {key: str(value) for key, value in given.items() if _OWN.get(key) == "text"}
    return Settings(
        texts.get("image"),
        texts.get("evaluationImage"),
        texts.get("namespace"),
        texts.get("artifacts", "s3"),
        str(given.get("rbac", "")).lower() == "true",
        str(given.get("workflow", "")).lower() == "true",
        spec,
    )


def of_step(step: Step, version: str) -> dict[str, Any]:
    """Give the native fields of a step's template, but for those of its container."""
    given, fields = step.targets.get("argo", {}), Fields(version)
    return {
        key: fields.shape(fields.type("step", key), value)
        for key, value in given.items()
        if key != "container"
    }


def of_container(step: Step, version: str) -> dict[str, Any]:
    """Give the native fields of a step's container."""
    given, fields = step.targets.get("argo", {}).get("container", {}), Fields(version)
    return {key: fields.shape(fields.type("container", key), one) for key, one in given.items()}


def check(pipeline: Pipeline, version: str, findings: Findings) -> None:
    """Find unknown fields, values of another form, and what fights with pipec's own fields."""
    given = pipeline.targets.get("argo")
    place = pipeline.place.at("targets", "argo")
    if given is not None and _is_map(given, place, findings):
        _check_version(given.get("version"), place.at("version"), findings)
        _check_pipeline(pipeline, given, place, Fields(version), findings)
    for step in _all_steps(pipeline.all_steps):
        given = step.targets.get("argo")
        place = step.place.at("targets", "argo")
        if given is not None and _is_map(given, place, findings):
            _check_step(step, given, place, Fields(version), findings)


def _check_version(given: Any, place: Place, findings: Findings) -> None:
    if isinstance(given, str) and str(given) not in VERSIONS:
        message = f'"{given}" is no version of argo that pipec knows'
        findings.error("unknown-word", message, place, f"one of {', '.join(VERSIONS)}")


def _all_steps(steps: Mapping[str, Step]) -> list[Step]:
    found = []
    for step in steps.values():
        found.append(step)
        if isinstance(step.body, Group):
            found += _all_steps(step.body.steps)
    return found


def _is_map(given: Any, place: Place, findings: Findings) -> bool:
    if not isinstance(given, Mapping):
        findings.error("wrong-type", "`targets.argo` is a map", place)
    return isinstance(given, Mapping)


def _check_pipeline(
    pipeline: Pipeline, given: Mapping[str, Any], place: Place, fields: Fields, findings: Findings
) -> None:
    names = set(fields.names("spec"))
    for key, value in given.items():
        if key in _OWN:
            fields.check(_OWN[key], value, place.at(key), key, findings)
        elif key in names:
            fields.check(fields.type("spec", key), value, place.at(key), key, findings)
        else:
            _unknown(key, [*_OWN, *sorted(names)], place, fields, findings)
    if findings.failed:
        return
    store = str(given.get("artifacts", "s3"))
    if store not in STORES:
        message = f'"{store}" is no artifact store that pipec knows'
        findings.error(
            "unknown-word", message, place.at("artifacts"), f"one of {', '.join(STORES)}"
        )
    _check_volumes(given, place, findings)
    labels = given.get("workflowMetadata", {}).get("labels", {})
    _check_labels(
        labels, {*pipeline.labels, "pipec.dev/pipeline"}, place.at("workflowMetadata"), findings
    )


def _check_step(
    step: Step, given: Mapping[str, Any], place: Place, fields: Fields, findings: Findings
) -> None:
    if isinstance(step.body, Approval | Group):
        if given:
            message = f'step "{step.name}" has no pod, so `targets.argo` says nothing of it'
            findings.error("unsupported", message, place)
        return
    names = set(fields.names("step"))
    for key, value in given.items():
        if key == "container":
            _check_container(value, place.at(key), fields, findings)
        elif key in names:
            fields.check(fields.type("step", key), value, place.at(key), key, findings)
        else:
            _unknown(key, ["container", *sorted(names)], place, fields, findings)
    if findings.failed:
        return
    _check_volumes(given, place, findings)
    labels = given.get("metadata", {}).get("labels", {})
    _check_labels(labels, step.labels, place.at("metadata"), findings)
    if step.resources.gpu_type is not None and GPU_TYPE in given.get("nodeSelector", {}):
        message = f"`gpu_type` of the step and `{GPU_TYPE}` here are the same field"
        findings.error("unsupported", message, place.of_key("nodeSelector", GPU_TYPE), "keep one")


def _check_container(given: Any, place: Place, fields: Fields, findings: Findings) -> None:
    if not isinstance(given, Mapping):
        findings.error("wrong-type", '"container" must be a map', place)
        return
    names = set(fields.names("container"))
    for key, value in given.items():
        path = f"container.{key}"
        if key in names:
            fields.check(fields.type("container", key), value, place.at(key), path, findings)
        else:
            _unknown(key, sorted(names), place, fields, findings)
    if findings.failed:
        return
    for index, mount in enumerate(given.get("volumeMounts", [])):
        path = str(mount.get("mountPath", ""))
        if path.rstrip("/") == "/pipec" or path.startswith("/pipec/"):
            message = f'"{path}" is where pipec keeps inputs and outputs'
            findings.error("reserved-name", message, place.at("volumeMounts", index, "mountPath"))


def _unknown(key: str, known: list[str], place: Place, fields: Fields, findings: Findings) -> None:
    if key in _INSTEAD:
        message = f'"{key}" is written by pipec itself'
        findings.error("unknown-key", message, place.of_key(key), _INSTEAD[key])
        return
    message = f'"{key}" is not a setting of argo {fields.version} that pipec knows'
    findings.error("unknown-key", message, place.of_key(key), nearest(key, known))


def _check_volumes(given: Mapping[str, Any], place: Place, findings: Findings) -> None:
    for index, volume in enumerate(given.get("volumes", [])):
        if str(volume.get("name")) in RESERVED_VOLUMES:
            message = f'a volume "{volume["name"]}" is made by pipec itself'
            findings.error("reserved-name", message, place.at("volumes", index, "name"))


def _check_labels(given: Mapping[str, Any], own: Any, place: Place, findings: Findings) -> None:
    for key in given:
        if key in own:
            message = f'the label "{key}" is written by pipec itself'
            findings.error("reserved-name", message, place.of_key("labels", key), "say `labels`")
