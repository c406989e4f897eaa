"""Programs that tests use where they are there."""

import os
import shutil
from pathlib import Path

import pytest


def argolint() -> str:
    """Give Argo's own validator: $PIPEC_ARGOLINT, on PATH, or the shared cluster's. Else skip."""
    given = os.environ.get("PIPEC_ARGOLINT") or shutil.which("argolint")
    home = os.environ.get("PIPEC_CLUSTER_HOME") or str(Path.home() / ".cache" / "pipec-cluster")
    kept = Path(home) / "bin" / "argolint"
    if not given and kept.exists():
        given = str(kept)
    if not given:
        pytest.skip("argolint (Argo's validator) is neither on PATH nor in $PIPEC_ARGOLINT")
    return given
