"""The settings of a pipeline, its params and its steps as texts that are equal when they mean the
same: times in one form, expressions without their spaces, defaults of the language left out."""

from collections.abc import Mapping
from typing import Any

from pipec.compiler.effective_text import flow
from pipec.compiler.expressions.text import expression_text, value_text
from pipec.compiler.ir import (
    Approval,
    Cache,
    Command,
    ForEach,
    Group,
    Output,
    Param,
    Pipeline,
    Python,
    Retry,
    Schedule,
    Secret,
    Shell,
    Step,
)
from pipec.compiler.values import to_json

Settings = dict[str, str]
_SHELL = Shell("").argv


def of_pipeline(pipeline: Pipeline) -> Settings:
    """Give the settings of a pipeline that belong to none of its parts."""
    found = {"name": pipeline.name}
    found |= _given(
        description=pipeline.description,
        owner=pipeline.owner,
        timeout=_duration(pipeline.timeout),
        max_parallel=pipeline.max_parallel,
        fail_fast=pipeline.fail_fast or None,
        files=", ".join(sorted(pipeline.files)) or None,
    )
    return found | _below("labels", pipeline.labels) | _below("targets", pipeline.targets)


def of_schedule(schedule: Schedule | None) -> Settings:
    """Give the settings of a schedule; none without one."""
    if schedule is None:
        return {}
    return _given(
        cron=" ".join(schedule.cron.split()),
        timezone=schedule.timezone,
        overlap=schedule.overlap,
        catchup=schedule.catchup,
    )


def of_param(param: Param) -> Settings:
    """Give the settings of a param."""
    return {"type": str(param.type)} | _given(
        default=to_json(param.default) if param.has_default else None,
        enum=None if param.enum is None else to_json(list(param.enum)),
        min=param.min,
        max=param.max,
        min_length=param.min_length,
        max_length=param.max_length,
        pattern=param.pattern,
        description=param.description,
    )


def of_step(step: Step) -> Settings:
    """Give the settings of a step without its needs, which are edges."""
    found = _body(step) | _given(
        section="finally" if step.in_finally else None,
        trigger_rule=None if step.trigger_rule == "all_succeeded" else step.trigger_rule,
        when=expression_text(step.when) if step.when else None,
        for_each=_for_each(step.for_each),
        max_parallel=step.max_parallel,
    )
    given = "with" if isinstance(step.body, Group) else "inputs"
    found |= {f"{given}.{name}": value_text(node) for name, node in step.inputs.items()}
    for name, value in step.env.items():
        found[f"env.{name}"] = _secret(value) if isinstance(value, Secret) else value_text(value)
    found |= {f"outputs.{name}": _output(step, one) for name, one in step.outputs.items()}
    found |= _given(image=step.image, workdir=step.workdir, timeout=_duration(step.timeout))
    found |= _fields("resources", step.resources, ("cpu", "memory", "gpu", "gpu_type"))
    found |= _retry(step.retry) | _cache(step.cache) | _given(description=step.description)
    return found | _below("labels", step.labels) | _below("targets", step.targets)


def _body(step: Step) -> Settings:
    match step.body:
        case Shell(script=script, argv=argv):
            shell = {} if argv == _SHELL else {"shell": " ".join(argv)}
            return {"run": script} | shell
        case Command(argv=nodes):
            return {"command": to_json([value_text(node) for node in nodes])}
        case Python(script=script):
            return {"python": script}
        case Approval(text=text):
            return {"approve": text}
        case Group(component=component):
            return {"uses": component}


def _for_each(each: ForEach | None) -> str | None:
    if each is None:
        return None
    lists = [expression_text(one) for one in each.lists]
    if each.keys is None:
        return lists[0]
    pairs = zip(each.keys, lists, strict=True)
    return "{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}"


def _output(step: Step, output: Output) -> str:
    if isinstance(step.body, Group) and output.name in step.body.outputs:
        return f"{output.type} from {value_text(step.body.outputs[output.name])}"
    return str(output.type) + (f" at {output.path}" if output.path else "")


def _secret(secret: Secret) -> str:
    return f"secret {secret.name}/{secret.key}" + (" (optional)" if secret.optional else "")


def _retry(retry: Retry) -> Settings:
    if retry == Retry(1):
        return {}
    return _given(
        **{
            "retry.attempts": retry.attempts,
            "retry.delay": _duration(retry.delay or None),
            "retry.backoff": None if retry.backoff == 1 else float(retry.backoff),
            "retry.max_delay": _duration(retry.max_delay),
            "retry.on": ", ".join(sorted(retry.on)) if retry.on is not None else None,
        }
    )


def _cache(cache: Cache | None) -> Settings:
    if cache is None:
        return {}
    more = {"cache.ttl": _duration(cache.ttl), "cache.key": cache.key}
    return {"cache": "true"} | _given(**more)


def _fields(name: str, value: Any, fields: tuple[str, ...]) -> Settings:
    return _given(**{f"{name}.{field}": getattr(value, field) for field in fields})


def _below(name: str, tree: Mapping[str, Any]) -> Settings:
    """Give a map of native settings or labels with a name for each leaf."""
    found: Settings = {}
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            found |= _below(f"{name}.{key}", value)
        else:
            found[f"{name}.{key}"] = flow(value) or to_json(value)
    return found


def _given(**settings: Any) -> Settings:
    """Give those that have a value, as text."""
    return {
        name: value if isinstance(value, str) else to_json(value)
        for name, value in settings.items()
        if value is not None
    }


def _duration(seconds: int | None) -> str | None:
    """Write whole seconds as a duration of the language."""
    if seconds is None:
        return None
    text = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
