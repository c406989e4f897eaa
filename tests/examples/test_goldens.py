"""Every example compiles, for every target, to the files in tests/golden/examples.

`PIPEC_UPDATE_GOLDEN=1 pytest tests/examples/test_goldens.py` writes them anew: read the difference
before it is committed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPECS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("examples/pipelines/*/*.yaml"))
GOLDEN = ROOT / "tests" / "golden" / "examples"


@pytest.mark.parametrize("target", ["argo", "airflow"])
def test_golden(target: str, tmp_path: Path) -> None:
    assert len(SPECS) >= 4
    command = [sys.executable, "-P", "-m", "pipec", "compile", *SPECS, "--target", target]
    done = subprocess.run([*command, "-o", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folder = GOLDEN / target
    if os.environ.get("PIPEC_UPDATE_GOLDEN"):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path, folder)
    assert contents(tmp_path) == contents(folder)


def contents(folder: Path) -> dict[str, str]:
    """Give the text of every file of a folder, by path."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
