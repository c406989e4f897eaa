"""Every spec in `specs/` and `runs/` compiles to the manifest kept beside the other goldens.

PIPEC_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed.
"""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from pipec.backends.argo import configmap, manifest
from pipec.backends.argo.writer import plain
from pipec.compiler.compilation import check_spec

from .conftest import compile_spec
from .tools import argolint

HERE = Path(__file__).parent
SPECS = sorted([*(HERE / "specs").glob("*.yaml"), *(HERE / "runs").glob("*.yaml")])
GOLDEN = HERE.parent / "golden" / "argo"

assert SPECS


@pytest.fixture
def short_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the entry script out of goldens: it is the same in each and tested by itself."""
    monkeypatch.setattr(configmap, "entry", lambda: b"# the entry script\n")
    monkeypatch.setattr(configmap, "module", lambda: b"# what values are computed with\n")


@pytest.mark.usefixtures("short_entry")
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_manifest_is_the_golden_one(path: Path) -> None:
    result = compile_spec(path)
    assert not result.errors
    golden = GOLDEN / path.name
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        golden.write_text(result.manifest, encoding="utf-8")
    assert result.manifest == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_manifest_is_read_back_as_the_objects(path: Path) -> None:
    pipeline = check_spec(str(path)).pipeline
    assert pipeline
    made = [plain(one) for one in manifest.objects(pipeline, "3.7")]
    assert list(yaml.safe_load_all(compile_spec(path).manifest)) == made


@pytest.mark.parametrize("version", ["3.7", "4.1"])
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_argo_validates_the_manifest(path: Path, version: str, tmp_path: Path) -> None:
    made = tmp_path / path.name
    made.write_text(compile_spec(path, version).manifest, encoding="utf-8")
    run = subprocess.run(
        [argolint(), *(["-v4"] if version == "4.1" else []), str(made)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
