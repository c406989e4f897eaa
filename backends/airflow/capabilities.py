"""What Airflow makes of each feature of the language."""

from collections.abc import Mapping

from pipec.backends.capability import YES, Capability

_IN_POD = "in a pod: `image` and `targets: {airflow: {execution: kubernetes}}`"
_FROM = "the Airflow Variable `name/key`; in a pod, the Kubernetes secret"
_ON_WORKER = f"{_IN_POD}; a worker gives each task what it has"

CAPABILITIES: Mapping[str, Capability] = {
    "params": YES,
    "params.required": Capability("partly", note="not with a schedule, which gives no params"),
    "params.optional": YES,
    "params.enum": YES,
    "params.min": YES,
    "params.min_length": YES,
    "params.pattern": YES,
    "files": Capability("yes", note="a folder beside the DAG file, or texts in it"),
    "timeout.run": Capability(
        "yes", note="each program is ended at the deadline; what waits starts no program"
    ),
    "max_parallel.run": Capability("yes", note="`max_active_tasks` of the DAG"),
    "fail_fast": Capability("no", note="Airflow's own takes no DAG with other trigger rules"),
    "owner": YES,
    "labels": Capability("yes", note="tags of the DAG, up to 100 characters"),
    "description": YES,
    "schedule": YES,
    "schedule.timezone": YES,
    "schedule.overlap.forbid": Capability("yes", note="a tick that comes meanwhile starts later"),
    "schedule.overlap.allow": YES,
    "schedule.overlap.replace": Capability("no", way_out="use `overlap: forbid` or `allow`"),
    "schedule.catchup": Capability("partly", note="from `targets.airflow.start_date` on"),
    "run": YES,
    "run.shell": YES,
    "command": YES,
    "python": YES,
    "approve": Capability(
        "yes",
        since="3.1",
        note="needs the triggerer",
        way_out="compile for 3.1 or newer",
    ),
    "uses": Capability("yes", note="a task group"),
    "uses.for_each": Capability("partly", note="no fan-out and no second one inside of it"),
    "needs": YES,
    "trigger_rule.all_succeeded": YES,
    "trigger_rule.none_failed": YES,
    "trigger_rule.any_failed": YES,
    "trigger_rule.all_done": YES,
    "when": YES,
    "for_each": Capability("yes", note="at most 1024 items, unless `max_map_length` says more"),
    "for_each.product": YES,
    "for_each.dynamic": YES,
    "max_parallel": YES,
    "inputs.value": YES,
    "inputs.artifact": YES,
    "inputs.artifacts": YES,
    "outputs.value": YES,
    "outputs.file": Capability("yes", note="through `targets.airflow.artifacts`, a folder or URL"),
    "outputs.dir": Capability("yes", note="through `targets.airflow.artifacts`, a folder or URL"),
    "outputs.optional": YES,
    "outputs.path": YES,
    "env": YES,
    "env.secret": Capability("yes", note=_FROM),
    "env.secret.optional": Capability("yes", note=_FROM),
    "image": Capability(
        "partly",
        note="where `targets.airflow.execution` says how",
        way_out="say `kubernetes`, which runs pods, or `worker`, which runs it without the image",
    ),
    "workdir": YES,
    "resources.cpu": Capability("partly", note=_ON_WORKER),
    "resources.memory": Capability("partly", note=_ON_WORKER),
    "resources.gpu": Capability(
        "partly", note=_IN_POD, way_out="use a `queue` or `pool` of workers that have one"
    ),
    "resources.gpu_type": Capability(
        "partly", note=_IN_POD, way_out="use a `queue` or `pool` of such workers"
    ),
    "timeout": YES,
    "retry.attempts": YES,
    "retry.delay": YES,
    "retry.backoff": Capability("partly", note="up to twice as long; below 3.3 always doubled"),
    "retry.max_delay": YES,
    "retry.on": Capability("yes", note="Airflow also repeats what it lost"),
    "cache": Capability("no", note="every step runs"),
    "finally": YES,
    "run.id": YES,
    "run.date": YES,
    "run.day": YES,
    "run.state": YES,
    "step.state": YES,
}


def of_version(version: str) -> Mapping[str, Capability]:
    """Give what one version can do: what came later it cannot."""
    return {
        name: one if one.since is None or _number(version) >= _number(one.since) else _lacks(one)
        for name, one in CAPABILITIES.items()
    }


def _lacks(one: Capability) -> Capability:
    return Capability("no", one.since, f"since airflow {one.since}", one.way_out)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
