"""What Argo Workflows makes of each feature of the language."""

from collections.abc import Mapping

from pipec.backends.capability import YES, Capability

_NO_BACKFILL = Capability(
    "no",
    note="a CronWorkflow starts no run for ticks that it missed",
    way_out="leave `catchup` out, and start a run for each date with the parameter run-date",
)

CAPABILITIES: Mapping[str, Capability] = {
    "params": Capability("yes", note="parameters of the workflow, checked before the first step"),
    "params.required": YES,
    "params.optional": Capability("partly", note="the empty text stands for none"),
    "params.enum": YES,
    "params.min": YES,
    "params.min_length": YES,
    "params.pattern": YES,
    "files": Capability("partly", note="in a ConfigMap: 1 MiB together"),
    "timeout.run": YES,
    "max_parallel.run": YES,
    "fail_fast": Capability(
        "no", note="Argo's own goes on to start steps while others of the run are still active"
    ),
    "owner": Capability("yes", note="an annotation"),
    "labels": Capability("partly", note="those that are labels of Kubernetes too"),
    "description": YES,
    "schedule": Capability(
        "yes", note="a CronWorkflow; a tick missed while Argo was down is dropped"
    ),
    "schedule.timezone": YES,
    "schedule.overlap.forbid": Capability("yes", note="a tick that comes meanwhile is dropped"),
    "schedule.overlap.allow": YES,
    "schedule.overlap.replace": YES,
    "schedule.catchup": _NO_BACKFILL,
    "run": YES,
    "run.shell": Capability("yes", note="a shell that is in the image"),
    "command": YES,
    "python": Capability("yes", note="`python3` of the image"),
    "approve": Capability(
        "partly",
        note="a suspended node: resume it for yes, stop it for no; `finally` cannot read the state"
        " of one that may be skipped",
    ),
    "uses": YES,
    "uses.for_each": Capability(
        "yes", note="files that it gives come each from one step of the component"
    ),
    "needs": YES,
    "trigger_rule.all_succeeded": YES,
    "trigger_rule.none_failed": YES,
    "trigger_rule.any_failed": YES,
    "trigger_rule.all_done": YES,
    "when": YES,
    "for_each": YES,
    "for_each.product": YES,
    "for_each.dynamic": YES,
    "max_parallel": YES,
    "inputs.value": YES,
    "inputs.artifact": Capability(
        "partly", note="one of the files of a fan-out by a constant number from 0"
    ),
    "inputs.artifacts": YES,
    "outputs.value": YES,
    "outputs.file": YES,
    "outputs.dir": YES,
    "outputs.optional": YES,
    "outputs.path": YES,
    "env": YES,
    "env.secret": Capability("yes", note="`{secret: name/key}` is a key of the Kubernetes Secret"),
    "env.secret.optional": YES,
    "image": YES,
    "workdir": YES,
    "resources.cpu": Capability("yes", note="a request"),
    "resources.memory": Capability("yes", note="a request and a limit"),
    "resources.gpu": Capability("yes", note="`nvidia.com/gpu`"),
    "resources.gpu_type": Capability("yes", note="the node label `nvidia.com/gpu.product`"),
    "timeout": YES,
    "retry.attempts": YES,
    "retry.delay": YES,
    "retry.backoff": Capability("partly", note="whole numbers; others are rounded"),
    "retry.max_delay": Capability("yes", since="3.7"),
    "retry.on": YES,
    "cache": Capability("no", note="every run runs every step"),
    "finally": YES,
    "run.id": Capability("yes", note="the name of the Workflow"),
    "run.date": Capability("yes", note="the parameter run-date"),
    "run.day": YES,
    "run.state": Capability(
        "yes", note="of a run that is terminated, not stopped, Argo runs no `finally`"
    ),
    "step.state": YES,
}


def capabilities(version: str) -> Mapping[str, Capability]:
    """Give the table for one version."""
    return {
        name: one if one.since is None or version >= one.since else _too_old(one)
        for name, one in CAPABILITIES.items()
    }


def _too_old(one: Capability) -> Capability:
    return Capability("no", one.since, f"argo can since {one.since}", one.way_out)
