"""The template that runs the program of one step."""

from os.path import relpath
from pathlib import PurePath
from typing import Any

from pipec.backends.argo import artifacts, settings
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.retries import retry_strategy
from pipec.backends.argo.scopes import Inputs
from pipec.backends.argo.text import is_safe
from pipec.backends.argo.values import Rendered, render
from pipec.backends.argo.writer import Block, Flow, FlowList, Folded, Quoted, Words
from pipec.compiler.expressions.nodes import Constant, Node
from pipec.compiler.ir import Approval, Command, Python, Resources, Secret, Shell, Step

ENTRY = "/pipec/etc/entry"
MOUNTS = FlowList(
    [
        Flow({"name": "pipec", "mountPath": "/pipec"}),
        Flow({"name": "files", "mountPath": "/pipec/etc"}),
    ]
)
GPU = "nvidia.com/gpu"


def template(plan: Plan, step: Step) -> dict[str, Any]:
    """Make the template of a step."""
    if isinstance(step.body, Approval):
        return _approval(plan, step, step.body)
    made: dict[str, Any] = {"name": plan.leaf(step)}
    metadata = _metadata(plan, step)
    if metadata:
        made["metadata"] = metadata
    inputs = parameters(plan, step)
    if inputs:
        made["inputs"] = inputs
    if step.timeout is not None:
        made["activeDeadlineSeconds"] = Quoted(str(step.timeout))
    if step.retry.attempts > 1:
        made["retryStrategy"] = retry_strategy(step.retry, plan.version, plan.may_not_start(step))
    _add(made, _pod(plan, step))
    made["container"] = _container(plan, step)
    outputs = _outputs(plan, step)
    if outputs:
        made["outputs"] = outputs
    return made


def _metadata(plan: Plan, step: Step) -> dict[str, Any]:
    """Give labels and annotations of the pods of a step: these lead to its place in the spec."""
    made: dict[str, Any] = {}
    if step.labels:
        made["labels"] = {str(k): Quoted(v) for k, v in step.labels.items()}
    source = _source_of(plan, step)
    if source:
        made["annotations"] = Flow({"pipec.dev/source": Quoted(source)})
    return made


def _source_of(plan: Plan, step: Step) -> str | None:
    """Say where a step stands, as `churn.yaml:12`; None for a spec without a file."""
    if plan.pipeline.line_of is None or plan.pipeline.path == "-":
        return None
    path, line = plan.pipeline.line_of(step.place.of_key())
    shown = PurePath(relpath(path, plan.pipeline.folder)).as_posix()
    return f"{shown}:{line}" if is_safe(shown) else None


def parameters(plan: Plan, step: Step) -> dict[str, Any]:
    """Give the inputs of a step's template."""
    item = [*plan.item_keys(step)]
    if step.for_each:
        item.insert(0, plan.index_name(step))
    given = [
        *item,
        *plan.context(step),
        *plan.passed(step),
        *artifacts.chosen(plan, step),
    ]
    made: dict[str, Any] = {}
    if given:
        made["parameters"] = [Flow({"name": name}) for name in given]
    taken = artifacts.taken(plan, step)
    if taken:
        made["artifacts"] = taken
    return made


def _approval(plan: Plan, step: Step, body: Approval) -> dict[str, Any]:
    made: dict[str, Any] = {"name": plan.leaf(step)}
    if is_safe(body.text):
        question = Flow({"name": "question", "value": Quoted(body.text)})
        made["inputs"] = {"parameters": [question]}
    made["suspend"] = Flow()
    return made


def _pod(plan: Plan, step: Step) -> dict[str, Any]:
    made = settings.of_step(step, plan.version)
    if step.resources.gpu_type is not None:
        selector = dict(made.get("nodeSelector", {}))
        selector[Quoted(settings.GPU_TYPE)] = Quoted(step.resources.gpu_type)
        made["nodeSelector"] = Flow(selector)
    return made


def _add(made: dict[str, Any], native: dict[str, Any]) -> None:
    """Add native fields to a template; labels and annotations join those of the step."""
    metadata = native.pop("metadata", None)
    if metadata:
        own = made.get("metadata", {})
        for key in ("labels", "annotations"):
            both = {**own.get(key, {}), **metadata.get(key, {})}
            if both:
                metadata = {**metadata, key: both}
        made["metadata"] = metadata
    made.update(native)


def _container(plan: Plan, step: Step) -> dict[str, Any]:
    image = step.image or plan.settings.image or settings.DEFAULT_IMAGE
    scope = Inputs(plan, step)
    name = f"{plan.path}{step.name}"
    options, env = ["-s", Quoted(name) if plan.is_dynamic else name], list[Flow]()
    if step.workdir:
        options += ["-w", Quoted(step.workdir)]
    variables = frozenset(step.env)
    _read_inputs(step, scope, options, env)
    _read_env(step, scope, variables, options, env)
    program, words = _program(plan, step, scope, variables, options)
    for output in step.outputs.values():
        path = f"={output.path}" if output.path is not None else ""
        word = f"{output.name}:{output.type}{path}"
        options += ["-o", Quoted(word) if path else word]
    if plan.is_in_file(step):
        options += ["-f", f"scripts/{plan.script(step)}"]
    made: dict[str, Any] = {"image": Quoted(image)}
    made["command"] = Words(["sh", ENTRY, *options, "--", *program])
    if words:
        made["args"] = words
    made["env"] = [*env, *_contract(plan, step)]
    resources = _resources(step.resources)
    if resources:
        made["resources"] = resources
    made["volumeMounts"] = MOUNTS
    own = settings.of_container(step, plan.version)
    if "volumeMounts" in own:
        made["volumeMounts"] = [*MOUNTS, *map(Flow, own.pop("volumeMounts"))]
    return {**made, **own}


def _read_inputs(step: Step, scope: Inputs, options: list[str], env: list[Flow]) -> None:
    for name, node in step.inputs.items():
        kind = "string?" if node.type.kind == "null" else node.type
        exact = scope.plan.evaluates(step) and node.type.kind == "json"
        options += ["-j" if exact else "-i", f"{name}:{kind}"]
        if not node.type.is_artifact:
            text = _transported(node, render(node, scope))
            env.append(Flow({"name": f"PIPEC_IN_{name}", "value": tagged(text)}))


def tagged(text: str) -> Quoted | Folded:
    """Give a text for the manifest: an expression may be broken into lines."""
    return Folded(text) if text.startswith("{{=") else Quoted(text)


def _transported(node: Node, given: Rendered) -> str:
    """Give the text of an input: an empty value is no null, and what looks encoded is encoded."""
    from pipec.backends.argo.text import encoded

    if given.text == "" and not (isinstance(node, Constant) and node.value is None):
        return encoded("")
    return given.text


def _read_env(
    step: Step, scope: Inputs, variables: frozenset[str], options: list[str], env: list[Flow]
) -> None:
    for name, node in step.env.items():
        if isinstance(node, Secret):
            ref: dict[str, Any] = {"name": Quoted(node.name), "key": Quoted(node.key)}
            if node.optional:
                ref["optional"] = True
            source = Flow({"secretKeyRef": Flow(ref)})
            env.append(Flow({"name": str(name), "valueFrom": source}))
            continue
        given = render(node, scope, variables)
        if given.raw:
            options += ["-e", f"{name}:{given.kind}" if given.kind else name]
        env.append(Flow({"name": str(name), "value": tagged(given.text)}))


def _program(
    plan: Plan, step: Step, scope: Inputs, variables: frozenset[str], options: list[str]
) -> tuple[list[str], list[str]]:
    """Give the words of the program for `command`, and those for `args`."""
    body = step.body
    if isinstance(body, Command):
        words = []
        for index, node in enumerate(body.argv, 1):
            given = render(node, scope, variables)
            if given.kind:
                options += ["-a", f"{index}:{given.kind}"]
            words.append(tagged(given.text))
        return [], FlowList(words)
    assert isinstance(body, Shell | Python)
    program = [*body.argv, "-c"] if isinstance(body, Shell) else ["python3", "-c"]
    if plan.is_in_file(step):
        return program, []
    if any(char in body.script for char in '\n"\\'):
        return program, [Block(body.script)]
    return program, FlowList([Quoted(body.script)])


def _contract(plan: Plan, step: Step) -> list[Flow]:
    found = {
        "PIPEC_RUN_ID": "{{workflow.name}}",
        "PIPEC_RUN_DATE": "{{workflow.parameters.run-date}}",
    }
    if step.retry.attempts > 1:
        found["PIPEC_ATTEMPT"] = "{{=asInt(retries) + 1}}"
    if step.for_each:
        found["PIPEC_ITEM_INDEX"] = f"{{{{inputs.parameters.{plan.index_name(step)}}}}}"
    return [Flow({"name": name, "value": Quoted(value)}) for name, value in found.items()]


def _resources(given: Resources) -> dict[str, Any]:
    requests, limits = dict[str, Any](), dict[str, Any]()
    if given.cpu is not None:
        requests["cpu"] = Quoted(given.cpu)
    if given.memory is not None:
        requests["memory"] = limits["memory"] = Quoted(given.memory)
    if given.gpu is not None:
        limits[GPU] = Quoted(str(given.gpu))
    made = dict[str, Any]()
    if requests:
        made["requests"] = Flow(requests)
    if limits:
        made["limits"] = Flow(limits)
    return made


def exported_as(plan: Plan, step: Step, output: str) -> str:
    """Give the name of an output for `finally`, of a fan-out one for each item."""
    name = f"{step.name}-{output}"
    if not step.for_each:
        return name
    return Quoted(f"{name}--{{{{inputs.parameters.{plan.index_name(step)}}}}}")


def _outputs(plan: Plan, step: Step) -> dict[str, Any]:
    found = []
    for output in step.outputs.values():
        if output.type.is_artifact:
            continue
        made: dict[str, Any] = {"name": output.name}
        if (step.name, output.name) in plan.exported:
            made["globalName"] = exported_as(plan, step, output.name)
        made["valueFrom"] = Flow({"path": f"/pipec/ret/{output.name}"})
        found.append(Flow(made))
    if step.name in plan.watched:
        name = f"{step.name}--succeeded"
        found.append(Flow({"name": "succeeded--", "globalName": name, "value": Quoted("true")}))
    made = dict[str, Any]()
    if found:
        made["parameters"] = found
    produced = artifacts.produced(plan, step)
    if produced:
        made["artifacts"] = produced
    return made
