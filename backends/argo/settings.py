"""What `targets.argo` may say: of the pipeline, and of one step."""

from collections.abc import Mapping
from typing import Any

from pipec.backends.argo.writer import Quoted
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.records import dataclass
from pipec.compiler.values import INT

DEFAULT_IMAGE = "python:3.12-slim"
STORES: Mapping[str, str] = {"s3": "key", "gcs": "key", "oss": "key", "azure": "blob"}

# Each key with the form of its value; those of a step are fields of Argo's templates.
_STEP_KEYS: Mapping[str, str] = {
    "affinity": "a map",
    "automountServiceAccountToken": "true or false",
    "nodeSelector": "a map of texts",
    "priorityClassName": "a text",
    "schedulerName": "a text",
    "securityContext": "a map",
    "serviceAccountName": "a text",
    "tolerations": "a list of maps",
}
_PIPELINE_KEYS: Mapping[str, str] = {
    **_STEP_KEYS,
    "archiveLogs": "true or false",
    "artifacts": "a text",
    "evaluationImage": "a text",
    "image": "a text",
    "imagePullSecrets": "a list of maps",
    "namespace": "a text",
    "podGC": "a map",
    "ttlStrategy": "a map",
    "version": "a text",
}
# Fields of a workflow that step over to a template when a step sets them have the same name there.
_SPEC_FIELDS = (
    "serviceAccountName",
    "automountServiceAccountToken",
    "imagePullSecrets",
    "nodeSelector",
    "affinity",
    "tolerations",
    "schedulerName",
    "securityContext",
    "archiveLogs",
    "podGC",
    "ttlStrategy",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The pipeline's own settings, read. `spec` holds the fields of the workflow's spec."""

    image: str | None
    evaluation_image: str | None
    namespace: str | None
    store: str
    spec: Mapping[str, Any]


def read(pipeline: Pipeline) -> Settings:
    """Read the settings of a pipeline that passed `check`."""
    given = pipeline.targets.get("argo", {})
    spec = {key: native(given[key]) for key in _SPEC_FIELDS if key in given}
    if "priorityClassName" in given:
        spec["podPriorityClassName"] = native(given["priorityClassName"])
    image, evaluation, namespace = map(given.get, ("image", "evaluationImage", "namespace"))
    return Settings(
        None if image is None else str(image),
        None if evaluation is None else str(evaluation),
        None if namespace is None else str(namespace),
        str(given.get("artifacts", "s3")),
        spec,
    )


def of_step(step: Step) -> dict[str, Any]:
    """Give the native fields of a step's template."""
    given = step.targets.get("argo", {})
    return {key: native(given[key]) for key in _STEP_KEYS if key in given}


def native(value: Any) -> Any:
    """Give a value of a spec as Kubernetes has it: a plain scalar that reads as one is no text."""
    if isinstance(value, Mapping):
        return {Quoted(key): native(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [native(one) for one in value]
    if isinstance(value, str) and type(value).__name__ == "Plain":
        text = str(value)
        if text in ("true", "false"):
            return text == "true"
        if INT.fullmatch(text):
            return int(text)
    return Quoted(value) if isinstance(value, str) else value


def check(pipeline: Pipeline, findings: Findings) -> None:
    """Find unknown keys and values of another form."""
    _check(pipeline.targets.get("argo", {}), pipeline.place, _PIPELINE_KEYS, findings)
    store = pipeline.targets.get("argo", {}).get("artifacts", "s3")
    if isinstance(store, str) and str(store) not in STORES:
        findings.error(
            "unknown-word",
            f'"{store}" is no artifact store that pipec knows',
            pipeline.place.at("targets", "argo", "artifacts"),
            f"one of {', '.join(STORES)}",
        )
    for step in pipeline.all_steps.values():
        _check(step.targets.get("argo", {}), step.place, _STEP_KEYS, findings)


def _check(given: Any, place: Place, known: Mapping[str, str], findings: Findings) -> None:
    if not isinstance(given, Mapping):
        findings.error("wrong-type", "`targets.argo` is a map", place.at("targets", "argo"))
        return
    for key, value in given.items():
        if key not in known:
            findings.error(
                "unknown-key",
                f'"{key}" is not a setting of argo that pipec knows',
                place.of_key("targets", "argo", key),
                _nearest(key, known),
            )
        elif not _fits(value, known[key]):
            found = f'"{key}" must be {known[key]}'
            findings.error("wrong-type", found, place.at("targets", "argo", key))


def _nearest(key: str, known: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, known, 1, 0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"the keys are {', '.join(known)}"


def _fits(value: Any, form: str) -> bool:
    match form:
        case "a text":
            return isinstance(value, str)
        case "true or false":
            return isinstance(value, bool) or str(value) in ("true", "false")
        case "a list of maps":
            return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)
        case "a map of texts":
            return isinstance(value, Mapping) and all(
                isinstance(one, str) for one in value.values()
            )
    return isinstance(value, Mapping)
