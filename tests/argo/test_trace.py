"""`pipec trace`: the trace of a finished Workflow, kept in `finished/`, and what is none."""

import base64
import copy
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.__main__ import main
from pipec.backends.argo.trace import Trace
from pipec.compiler.compilation import check_spec
from pipec.compiler.types import parse_type

HERE = Path(__file__).parent
SPEC = HERE / "runs" / "guarded.yaml"
WORKFLOW: dict[str, Any] = json.loads((HERE / "finished" / "guarded.json").read_text("utf-8"))


def said(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> tuple[int, str, str]:
    code = main(["trace", str(SPEC), str(path), *words])
    out, err = capsys.readouterr()
    return code, out, err


def written(folder: Path, workflow: Any) -> Path:
    path = folder / "workflow.json"
    path.write_text(workflow if isinstance(workflow, str) else json.dumps(workflow), "utf-8")
    return path


def test_the_trace_is_that_of_a_local_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, HERE / "finished" / "guarded.json")
    expected = json.loads((HERE / "runs" / "guarded.json").read_text("utf-8"))
    made = json.loads(out)
    assert code == 0
    assert made.pop("run") == WORKFLOW["metadata"]["name"]
    assert made == expected


def test_it_is_read_from_standard_input_as_a_list_and_packed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = copy.deepcopy(WORKFLOW)
    nodes = json.dumps(packed["status"].pop("nodes")).encode()
    packed["status"]["compressedNodes"] = base64.b64encode(gzip.compress(nodes)).decode()
    data = json.dumps({"kind": "List", "items": [packed]}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, _ = said(capsys, Path("-"))
    assert code == 0
    assert json.loads(out)["steps"]["a"]["outputs"] == {"v": "PROD"}


def changed(**status: Any) -> dict[str, Any]:
    return {**WORKFLOW, "status": {**WORKFLOW["status"], **status}}


OTHER = {**WORKFLOW["metadata"], "labels": {"pipec.dev/pipeline": "churn"}}


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        ("no json", "this is no JSON"),
        ([], "this is no Workflow, but a list"),
        ({"kind": "Pod"}, "this is no Workflow, but Pod"),
        ({"kind": "Workflow"}, "it has no name"),
        ({"kind": "Workflow", "metadata": {"name": "x"}}, "it is not made by pipec"),
        ({**WORKFLOW, "metadata": OTHER}, 'this is a run of "churn", not of "guarded"'),
        (changed(phase="Running"), "has not ended yet: it is Running"),
        (changed(nodes=None, offloadNodeStatusVersion="fnv:1"), "take `argo get NAME -o json`"),
        (changed(compressedNodes="KLUv/Q=="), "packed in a way that pipec cannot read"),
    ],
)
def test_what_is_no_finished_run(
    workflow: Any, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, written(tmp_path, workflow))
    assert (code, out) == (1, "")
    assert expected in err


def test_a_folder_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = said(capsys, written(tmp_path, WORKFLOW), "--artifacts", str(tmp_path / "no"))
    assert code == 2
    assert "there is no folder" in err


def test_a_file_that_looks_like_an_archive_is_hashed_as_it_is(tmp_path: Path) -> None:
    zeros = bytes(10240)  # an empty tar
    (tmp_path / "f").write_bytes(zeros)
    checked = check_spec(str(SPEC))
    assert checked.pipeline
    made = Trace(checked.pipeline, WORKFLOW, tmp_path).artifact("f", parse_type("file"))
    assert made == "sha256:" + hashlib.sha256(zeros).hexdigest()
