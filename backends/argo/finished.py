"""A finished Workflow as people have it: JSON of `kubectl get -o json` or of `argo get -o json`."""

import base64
import binascii
import json
import zlib
from pathlib import Path
from typing import Any

from pipec.backends.argo import names
from pipec.backends.argo.trace import Node, Trace
from pipec.compiler.ir import Pipeline

_ENDED = ("Succeeded", "Failed", "Error")
_LABEL = "pipec.dev/pipeline"


class UnreadableError(Exception):
    """What is there is no finished run of the pipeline. The text says what it is."""


def trace(pipeline: Pipeline, data: bytes, artifacts: Path | None) -> dict[str, Any]:
    """Make the trace of a run of a pipeline. Raises UnreadableError."""
    workflow = read(data)
    _check(workflow, names.dashed(pipeline.name))
    workflow["status"]["nodes"] = nodes_of(workflow["status"])
    try:
        return Trace(pipeline, workflow, artifacts).make()
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise UnreadableError(
            "the Workflow does not fit the spec: was the spec changed after it was applied?"
        ) from error


def read(data: bytes) -> Node:
    """Read one Workflow, also a list of one. Raises UnreadableError."""
    try:
        found = json.loads(data)
    except ValueError:
        raise UnreadableError(
            "this is no JSON: write it by `kubectl get workflow NAME -o json`"
        ) from None
    if isinstance(found, dict) and found.get("kind") == "List" and len(found.get("items", ())) == 1:
        found = found["items"][0]
    if not isinstance(found, dict) or found.get("kind", "Workflow") != "Workflow":
        kind = found.get("kind") if isinstance(found, dict) else "a list"
        raise UnreadableError(f"this is no Workflow, but {kind}")
    if not isinstance(found.get("metadata"), dict) or "name" not in found["metadata"]:
        raise UnreadableError("this is no Workflow: it has no name")
    return found


def _check(workflow: Node, name: str) -> None:
    made = (workflow["metadata"].get("labels") or {}).get(_LABEL)
    if made is None:
        raise UnreadableError(f"the Workflow has no label {_LABEL}: it is not made by pipec")
    if made != name:
        raise UnreadableError(f'this is a run of "{made}", not of "{name}"')
    phase = (workflow.get("status") or {}).get("phase")
    if phase not in _ENDED:
        raise UnreadableError(f"the run has not ended yet: it is {phase or 'Pending'}")


def nodes_of(status: Node) -> Any:
    """Give the nodes, which Argo packs when there are many."""
    packed = status.get("compressedNodes")
    if not packed:
        if status.get("offloadNodeStatusVersion"):
            raise UnreadableError("its nodes are kept in a database: take `argo get NAME -o json`")
        return status.get("nodes") or {}
    try:
        return json.loads(zlib.decompress(base64.b64decode(packed), wbits=31))
    except (ValueError, binascii.Error, zlib.error):
        raise UnreadableError("its nodes are packed in a way that pipec cannot read") from None
