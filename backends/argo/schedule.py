"""The schedule as a CronWorkflow."""

from typing import Any

from pipec.backends.argo.writer import Flow, FlowList, Quoted
from pipec.compiler.ir import Schedule

_POLICY = {"forbid": "Forbid", "allow": "Allow", "replace": "Replace"}


def cron(text: str) -> str:
    """Give the five fields with Sunday as 0, since Argo knows no 7."""
    fields = text.split()
    days = []
    for part in fields[4].split(","):
        base, slash, step = part.partition("/")
        first, dash, last = base.partition("-")
        if base == "7":
            days.append("0")
        elif dash and last == "7":
            start, width = int(first) if first != "7" else 0, int(step or 1)
            days += [str(day % 7) for day in range(start, 8, width)]
        else:
            days.append(f"{base}{slash}{step}")
    return " ".join([*fields[:4], ",".join(dict.fromkeys(days))])


def cron_workflow(name: str, metadata: dict[str, Any], schedule: Schedule) -> dict[str, Any]:
    """Make the CronWorkflow, which passes on the time that a run is for."""
    date = Flow({"name": "run-date", "value": Quoted("{{workflow.scheduledTime}}")})
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": metadata,
        "spec": {
            "schedules": FlowList([Quoted(cron(schedule.cron))]),
            "timezone": Quoted(schedule.timezone),
            "concurrencyPolicy": _POLICY[schedule.overlap],
            "suspend": False,
            "workflowSpec": {
                "workflowTemplateRef": Flow({"name": name}),
                "arguments": {"parameters": [date]},
            },
        },
    }
