"""Steps that run in pods: which they are, what stands in their decorator, and their limits."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from pipec.backends.airflow import options
from pipec.backends.python.printer import Code, Text, literal
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.files import collect
from pipec.compiler.ir import Approval, Group, Pipeline, Resources, Step
from pipec.compiler.rules.reading import steps_of
from pipec.compiler.spelling import suggest

GPU = "nvidia.com/gpu"
GPU_TYPE = "nvidia.com/gpu.product"
CODE_LIMIT = 524_288  # bytes of `files` that a pod is given
_MADE_HERE = {
    "arguments": "`command` or `run`",
    "cmds": "`command` or `run`",
    "container_resources": "`resources`",
    "do_xcom_push": "`outputs`",
    "env_vars": "`env`",
    "image": "`image`",
    "secrets": "`env: {NAME: {secret: name/key}}`",
    "volumes": "`pod_template_dict`",
    "volume_mounts": "`pod_template_dict`",
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return str(value)


def _flag(value: Any) -> bool:
    found = {"true": True, "false": False}.get(str(value).lower())
    if found is None:
        raise ValueError("true or false")
    return found


def _count(value: Any) -> int:
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
        raise ValueError("a whole number")
    return int(value)


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError("a map of texts")
    return {str(key): str(one) for key, one in value.items()}


def _pod(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("a pod in the words of Kubernetes")
    containers = value.get("spec", {}).get("containers", [{"name": "base"}])
    if not containers or containers[0].get("name") != "base":
        raise ValueError('a pod whose first container is named "base"')
    return dict(value)


ARGUMENTS: Mapping[str, Callable[[Any], Any]] = {
    "annotations": _texts,
    "automount_service_account_token": _flag,
    "cluster_context": _text,
    "config_file": _text,
    "dnspolicy": _text,
    "hostnetwork": _flag,
    "image_pull_policy": _text,
    "in_cluster": _flag,
    "kubernetes_conn_id": _text,
    "labels": _texts,
    "namespace": _text,
    "node_selector": _texts,
    "on_finish_action": _text,
    "pod_template_dict": _pod,
    "priority_class_name": _text,
    "schedulername": _text,
    "service_account_name": _text,
    "startup_timeout_seconds": _count,
    "termination_grace_period": _count,
}


def is_pod(step: Step, pipeline: Pipeline) -> bool:
    """Say whether a step runs in a pod."""
    if step.image is None or isinstance(step.body, Approval | Group):
        return False
    return execution_of(step, pipeline) == "kubernetes"


def execution_of(step: Step, pipeline: Pipeline) -> str | None:
    """Give what the settings say about where a step runs."""
    found = options.of_step(step).get("execution") or options.read(pipeline).get("execution")
    return str(found) if found else None


def arguments(step: Step, pipeline: Pipeline) -> dict[str, Any]:
    """Give the operator's own arguments: those of the pipeline, then those of the step."""
    found: dict[str, Any] = {}
    for given in (pipeline.targets, step.targets):
        kubernetes = given.get("airflow", {}).get("kubernetes", {})
        for key, value in kubernetes.items():
            made = ARGUMENTS[key](value)
            joined = isinstance(made, dict) and key != "pod_template_dict"
            found[key] = {**found.get(key, {}), **made} if joined else made
    return found


def settings(step: Step, pipeline: Pipeline, source: str | None) -> dict[str, Code]:
    """Give the arguments of the decorator that are about the pod."""
    assert step.image is not None
    found: dict[str, Code] = {"image": Text(step.image)}
    resources = resources_of(step.resources)
    if resources:
        found["container_resources"] = literal(resources)
    own = arguments(step, pipeline)
    if step.labels:
        own["labels"] = {**step.labels, **own.get("labels", {})}
    if source:
        own["annotations"] = {"pipec.dev/source": source, **own.get("annotations", {})}
    if step.resources.gpu_type is not None:
        own["node_selector"] = {GPU_TYPE: step.resources.gpu_type, **own.get("node_selector", {})}
    return found | {key: literal(own[key]) for key in sorted(own)}


def resources_of(given: Resources) -> dict[str, dict[str, str]]:
    """Give requests and limits as Argo gives them: memory both ways, a GPU as a limit."""
    requests, limits = dict[str, str](), dict[str, str]()
    if given.cpu is not None:
        requests["cpu"] = given.cpu
    if given.memory is not None:
        requests["memory"] = limits["memory"] = given.memory
    if given.gpu is not None:
        limits[GPU] = str(given.gpu)
    found = {"requests": requests, "limits": limits}
    return {key: one for key, one in found.items() if one}


def check(pipeline: Pipeline, version: str, findings: Findings) -> None:
    """Find steps with an image that nothing is said of, and what their pods cannot be given."""
    _check_arguments(pipeline.targets, pipeline.place, findings)
    pods = []
    for step in steps_of(pipeline):
        _check_arguments(step.targets, step.place, findings)
        _check_image(step, pipeline, version, findings)
        if is_pod(step, pipeline):
            pods.append(step)
        else:
            _check_resources(step, version, findings)
    if not pods:
        return
    for step in pods:
        _check_artifacts(step, pipeline, version, findings)
    if pipeline.files:
        size = sum(one.stat().st_size for one in collect(pipeline, Findings()).values())
        if size > CODE_LIMIT:
            findings.error(
                "unsupported",
                f"airflow {version} cannot give a pod more than {CODE_LIMIT // 1024} KiB of"
                f" `files`; these have {size // 1024} KiB",
                pipeline.place.of_key("files"),
                "put them into the image",
            )


def _check_image(step: Step, pipeline: Pipeline, version: str, findings: Findings) -> None:
    told = (one.get("airflow", {}).get("execution") for one in (pipeline.targets, step.targets))
    if step.image and not any(told):
        findings.error(
            "unsupported",
            f"airflow {version} runs a step in an image only where it is told how",
            step.place.of_key("image"),
            "say `targets: {airflow: {execution: kubernetes}}` to run it in a pod, or `worker` to"
            " run it without the image",
        )
    if not step.image and options.of_step(step).get("execution") == "kubernetes":
        findings.error(
            "unsupported",
            f'step "{step.name}" has no image, so it cannot run in a pod',
            step.place.at("targets", "airflow", "execution"),
            "say its `image`",
        )


def _check_resources(step: Step, version: str, findings: Findings) -> None:
    for key in ("cpu", "memory", "gpu", "gpu_type"):
        if getattr(step.resources, key) is None:
            continue
        place = step.place.of_key("resources", key)
        if key.startswith("gpu"):
            findings.error(
                "unsupported",
                f"airflow {version} cannot give a worker's task a `{key}`",
                place,
                "run it in a pod (`image` and `execution: kubernetes`), or use a `queue` or `pool`"
                " of workers that have one",
            )
        else:
            findings.warning(
                "ignored",
                f"airflow {version} ignores `{key}` of a step on a worker: it changes cost or pace"
                " alone",
                place,
                "a step in a pod has it: `image` and `execution: kubernetes`",
            )


def _check_arguments(targets: Mapping[str, Any], place: Place, findings: Findings) -> None:
    given = targets.get("airflow", {})
    if not isinstance(given, Mapping) or "kubernetes" not in given:
        return
    place = place.at("targets", "airflow", "kubernetes")
    if not isinstance(given["kubernetes"], Mapping):
        return  # said where the other keys are read
    for key, value in given["kubernetes"].items():
        if key not in ARGUMENTS:
            _unknown(key, place, findings)
            continue
        try:
            ARGUMENTS[key](value)
        except (ValueError, AttributeError, TypeError) as error:
            wanted = error if isinstance(error, ValueError) else "as Kubernetes says it"
            findings.error("wrong-type", f'"{key}" must be {wanted}', place.at(key))


def _unknown(key: str, place: Place, findings: Findings) -> None:
    if key in _MADE_HERE:
        message = f'"{key}" is written by pipec itself'
        findings.error("unknown-key", message, place.of_key(key), f"say {_MADE_HERE[key]}")
        return
    near = suggest(key, [*ARGUMENTS])
    findings.error(
        "unknown-key",
        f'"{key}" is not an argument of a pod that pipec knows',
        place.of_key(key),
        f'did you mean "{near}"?' if near else f"they are {', '.join(ARGUMENTS)}",
    )


def _check_artifacts(step: Step, pipeline: Pipeline, version: str, findings: Findings) -> None:
    """Refuse files that cannot reach a pod: they pass through a volume of the artifacts folder."""
    places = [one.place for one in step.outputs.values() if one.type.is_artifact]
    places += [
        step.place.at("inputs", name) for name, one in step.inputs.items() if one.type.is_artifact
    ]
    if not places or _mounts_artifacts(step, pipeline):
        return
    folder = options.read(pipeline).get("artifacts")
    shown = folder if folder and "://" not in folder else "/a/folder"
    findings.error(
        "unsupported",
        f"airflow {version} cannot pass files to a pod without a volume",
        places[0],
        f"set `artifacts: {shown}` and mount it there: `kubernetes: {{pod_template_dict: ...}}`"
        ' with a volume, and its `volumeMounts` in the container "base"',
    )


def _mounts_artifacts(step: Step, pipeline: Pipeline) -> bool:
    folder = options.read(pipeline).get("artifacts")
    if folder is None or "://" in folder:
        return False
    try:
        template = arguments(step, pipeline).get("pod_template_dict", {})
        base = template.get("spec", {}).get("containers", [{}])[0]
        mounts = [PurePosixPath(str(one["mountPath"])) for one in base.get("volumeMounts", ())]
    except (KeyError, ValueError, TypeError, AttributeError):
        return True  # reported as a wrong argument
    return any(PurePosixPath(folder).is_relative_to(one) for one in mounts)
