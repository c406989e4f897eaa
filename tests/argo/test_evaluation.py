"""Expressions that Argo cannot compute: which these are, and what the script makes of them.

PIPEC_UPDATE_GOLDEN=1 writes the table anew: read the difference before it is committed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.argo.evaluation import planned
from pipec.backends.argo.evaluator import FOLDER, MODULE, Evaluation, module, script
from pipec.backends.argo.settings import read
from pipec.compiler.compilation import check_spec
from pipec.compiler.expressions.nodes import Constant
from pipec.compiler.ir import Pipeline
from pipec.compiler.values import to_text

from .conftest import compile_spec

TESTS = Path(__file__).parent.parent
TABLE: dict[str, Any] = json.loads((TESTS / "vectors" / "expressions.json").read_text("utf-8"))
GOLDEN = TESTS / "golden" / "argo" / "expressions.txt"
PARAMS = {
    name: {"type": type} | ({} if value is None else {"default": value})
    for name, (type, value) in TABLE["params"].items()
}
# What no vector holds, as an expression of these params.
MORE = [
    "params.f // 2.0",
    "params.f % 2.0",
    "round(params.f, 1)",
    "str(params.j)",
    "lower(params.s)",
    "upper(params.s)",
    "[[params.i], [1]]",
]


def pipeline_of(texts: dict[str, str]) -> Pipeline:
    """Give a pipeline with one step, whose inputs are these expressions."""
    made = {
        "pipec": 1,
        "name": "p",
        "params": PARAMS,
        "steps": {
            "s": {
                "inputs": {name: "${{ " + text + " }}" for name, text in texts.items()},
                "run": "true",
                "image": "python:3.12",
            }
        },
    }
    checked = check_spec("p.yaml", json.dumps(made, ensure_ascii=False).encode())
    assert checked.pipeline, checked.diagnostics
    return checked.pipeline


def kind(text: str) -> str:
    """Say how Argo comes to the value of an expression."""
    pipeline = pipeline_of({"v": text})
    if isinstance(pipeline.steps["s"].inputs["v"], Constant):
        return "constant"
    plan = planned(pipeline, "3.7", read(pipeline, "3.7"))
    evaluation = plan.evaluation(plan.step("s"))
    if evaluation is None:
        return "native"
    return "mixed" if evaluation.when else "computed"


def test_the_table_of_expressions() -> None:
    texts = dict.fromkeys([*(text for text, _, _ in TABLE["vectors"] if "params" in text), *MORE])
    made = "".join(
        f"{kind(text):9} {json.dumps(text, ensure_ascii=False)[1:-1]}\n" for text in texts
    )
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        GOLDEN.write_text(made, encoding="utf-8")
    assert made == GOLDEN.read_text(encoding="utf-8")


def computed(tmp_path: Path, texts: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Compute expressions by the script, whatever Argo could do; gives what it wrote in `out`."""
    pipeline = pipeline_of(texts)
    step = pipeline.steps["s"]
    evaluation = Evaluation("s--values", values=dict(step.inputs))
    text, inputs = script(step, evaluation)
    for folder in ("in", "out", "etc"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "etc" / MODULE).write_bytes(module())
    for name, node in inputs.items():
        value = pipeline.params[node.name].default  # type: ignore[union-attr] # all are params
        if value is not None:
            (tmp_path / "in" / name).write_text(to_text(value), encoding="utf-8", newline="")
    return subprocess.run(
        [sys.executable, "-I", "-c", text.replace(FOLDER, str(tmp_path / "etc"))],
        env={"PIPEC_INPUTS": str(tmp_path / "in"), "PIPEC_OUTPUTS": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_gives_what_the_vectors_say(tmp_path: Path) -> None:
    good = {
        f"v{number}": (text, value)
        for number, (text, _, value) in enumerate(TABLE["vectors"])
        if isinstance(value, str) and "params" in text
    }
    run = computed(tmp_path, {name: text for name, (text, _) in good.items()})
    assert run.returncode == 0, run.stderr
    found = {name: (tmp_path / "out" / name).read_text("utf-8")[:-1] for name in good}
    assert found == {name: value for name, (_, value) in good.items()}


BAD = [text for text, _, value in TABLE["vectors"] if not isinstance(value, str)]


@pytest.mark.parametrize("text", [one for one in BAD if "params" in one])
def test_the_script_fails_where_there_is_no_value(text: str, tmp_path: Path) -> None:
    run = computed(tmp_path, {"v": text})
    assert run.returncode == 1
    assert "pipec: a value of step s cannot be made: " in run.stderr


@pytest.mark.parametrize("text", ["", "a\r", "a\n", "\r\n", "é{{x}}"])
def test_text_is_given_exactly(text: str, tmp_path: Path) -> None:
    """The entry script drops one line end, `\\r\\n` as one."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / MODULE).write_bytes(module())
    code = f"import sys; sys.path.append({str(tmp_path / 'etc')!r}); from pipec_values import *\n"
    code += f"write('v', {text!r})"
    subprocess.run(
        [sys.executable, "-I", "-c", code], env={"PIPEC_OUTPUTS": str(tmp_path)}, check=True
    )
    written = (tmp_path / "v").read_bytes()
    end = 2 if written.endswith(b"\r\n") else 1
    assert written[:-end].decode() == text


def test_an_image_with_python_computes() -> None:
    head = "pipec: 1\nname: p\nparams: {f: {type: float, default: 1.5}}\n"
    values = "run: x, env: {X: '${{ round(params.f, 1) }}'}"
    step = f"steps:\n  a: {{image: 'busybox:1', {values}}}\n"
    other = "  b: {image: 'registry/python:3.13', run: x}\n"
    told = "targets: {argo: {evaluationImage: 'own:1'}}\n"
    for text, expected in (
        (head + step + other, "registry/python:3.13"),
        (head + told + step, "own:1"),
    ):
        manifest = compile_spec(text).manifest
        at = manifest.index("- name: a--values\n    metadata")
        assert manifest[at:].partition("image: ")[2].partition("\n")[0] == f'"{expected}"'
