"""The folder that inputs are checked in: it has what specs of the corpus name."""

import shutil
from pathlib import Path

from . import corpus


def lay_out(folder: Path) -> None:
    """Put components and files that travel into a folder."""
    project = corpus.ROOT / "tests" / "determinism" / "project"
    shutil.copytree(project / "components", folder / "components")
    shutil.copytree(project / "src", folder / "src")
    shutil.copy(project / "deploy.sh", folder / "deploy.sh")
    for case in (corpus.ROOT / "tests" / "lowering" / "cases" / "components").glob("*.yaml"):
        shutil.copy(case, folder / "components" / case.name)
    (folder / "pipec.toml").touch()
