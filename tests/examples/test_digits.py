"""The machine-learning example, end to end. Its numbers depend on the version of scikit-learn."""

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, dict[str, Any], str]]
ROOT = Path(__file__).parents[2]

pytest.importorskip("sklearn", reason="needs the extra `examples`")
pytest.importorskip("matplotlib", reason="needs the extra `examples`")

pytestmark = pytest.mark.slow


def find(folder: Path, name: str, digest: str) -> Path:
    """Give the file of that name and content among what a run has kept."""
    wanted = digest.removeprefix("sha256:")
    for path in sorted(folder.rglob(name)):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted:
            return path
    raise AssertionError(f"no {name} with {digest} in {folder}")


def states(trace: dict[str, Any]) -> dict[str, str]:
    return {name: step["state"] for name, step in trace["steps"].items()}


def test_good_run(run_example: Run, tmp_path: Path) -> None:
    code, trace, printed = run_example("digits", {})
    steps = trace["steps"]
    assert code == 0, printed
    assert trace["state"] == "succeeded"
    assert set(states(trace).values()) == {"succeeded"}

    models = [one["item"]["model"] for one in steps["train"]["instances"]]
    accuracies = steps["train"]["outputs"]["accuracy"]
    picked = steps["pick"]["outputs"]
    assert models == ["logistic", "forest", "neighbours", "svm"]
    assert all(0.9 < accuracy < 1 for accuracy in accuracies)
    assert len(set(accuracies)) > 1
    assert picked["accuracy"] == max(accuracies)
    assert picked["name"] == models[accuracies.index(max(accuracies))]
    assert picked["scores"] == dict(zip(models, accuracies, strict=True))
    rows = steps["prepare"]["outputs"]["test_rows"]
    assert sum(map(sum, picked["confusion"])) == rows
    assert sum(row[i] for i, row in enumerate(picked["confusion"])) / rows == picked["accuracy"]

    (said,) = re.findall(r"^report\.page: (.*)$", printed, re.MULTILINE)
    page = Path(said).read_text()
    assert Path(said).suffix == ".html"
    assert "digits: succeeded" in page
    assert 'src="data:image/png;base64,iVBOR' in page
    assert mask(shown_in_readme(printed)) == mask(printed)


def test_release_is_signed(tmp_path: Path) -> None:
    for name in ("inputs", "outputs"):
        (tmp_path / name).mkdir()
    (tmp_path / "inputs" / "model").write_bytes(b"a model")
    program = ROOT / "examples" / "pipelines" / "digits" / "src" / "deploy.py"
    environment = {
        "PIPEC_INPUTS": str(tmp_path / "inputs"),
        "PIPEC_OUTPUTS": str(tmp_path / "outputs"),
        "PIPEC_RUN_ID": "a-run",
        "PIPEC_RUN_DATE": "2026-11-23T02:00:00Z",
        "TOKEN": "a token",
    }
    command = [sys.executable, str(program), "--name=svm", "--accuracy=0.98"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    release = json.loads((tmp_path / "outputs" / "release").read_text())
    assert release["signature"] == hmac.digest(b"a token", b"a model", "sha256").hex()
    assert (tmp_path / "outputs" / "signed").read_text() == "true"
    assert "a token" not in done.stdout


def test_threshold_gates_the_deploy(run_example: Run, tmp_path: Path) -> None:
    code, trace, printed = run_example("digits", {"threshold": "1", "models": '["svm"]'})
    assert code == 0, printed
    assert states(trace)["deploy"] == "skipped"
    assert states(trace)["report"] == "succeeded"
    assert trace["steps"]["deploy"]["outputs"] == {"release": None, "signed": None}


def test_report_of_a_failed_run(run_example: Run, tmp_path: Path) -> None:
    code, trace, printed = run_example("digits", {"models": '["magic", "svm"]'})
    assert code == 1, printed
    assert trace["state"] == "failed"
    assert states(trace) == {
        "prepare": "succeeded",
        "train": "failed",
        "pick": "upstream_failed",
        "deploy": "upstream_failed",
        "report": "succeeded",
    }
    assert [one["state"] for one in trace["steps"]["train"]["instances"]] == ["failed", "succeeded"]
    page = find(tmp_path / "state", "*", trace["steps"]["report"]["outputs"]["page"]).read_text()
    assert "<td>train</td><td>failed</td>" in page
    assert "No model was picked." in page


def shown_in_readme(printed: str) -> str:
    """Give the run that README shows; PIPEC_UPDATE_GOLDEN=1 shows this one from now on."""
    readme = ROOT / "README.md"
    head, fence, rest = readme.read_text(encoding="utf-8").partition("```text demo\n")
    shown, end, tail = rest.partition("```\n")
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        shown = re.sub(r"(report\.page: ).*/runs/", r"\1…/digits/.pipec/runs/", printed)
        readme.write_text(f"{head}{fence}{shown}{end}{tail}", encoding="utf-8")
    return shown


def mask(text: str) -> list[str]:
    """Give the lines in any order, without the numbers and paths that differ from run to run."""
    lines = re.sub(r"report\.page: .*", "report.page: PATH", text).splitlines()
    return sorted(re.sub(r"\d{8}-\d{6}-[0-9a-f]{4}|\d+(\.\d+)?", "N", line) for line in lines)
