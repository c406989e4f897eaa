"""The rights that the pods of a run need: Argo's executor reports what became of its step."""

from collections.abc import Callable
from typing import Any

from pipec.backends.argo.writer import Flow, FlowList, Quoted

_GROUP = "rbac.authorization.k8s.io"


def rbac(account: str, metadata: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a ServiceAccount, a Role, and the RoleBinding between them."""
    made = metadata()
    subject: dict[str, Any] = {"kind": "ServiceAccount", "name": Quoted(account)}
    if "namespace" in made:
        subject["namespace"] = made["namespace"]
    rule = {
        "apiGroups": FlowList([Quoted("argoproj.io")]),
        "resources": FlowList(["workflowtaskresults"]),
        "verbs": FlowList(["create", "patch"]),
    }
    role = {"apiGroup": _GROUP, "kind": "Role", "name": Quoted(account)}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": made},
        {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "Role",
            "metadata": metadata(),
            "rules": [rule],
        },
        {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "RoleBinding",
            "metadata": metadata(),
            "roleRef": Flow(role),
            "subjects": [Flow(subject)],
        },
    ]
