"""The other tools, each in an environment of its own in the user's cache folder, by version."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The requirement of each tool, and the program that it is run by.
TOOLS = {
    "yamllint": ("yamllint==1.38.0", "yamllint"),
    "check-jsonschema": ("check-jsonschema==0.39.0", "check-jsonschema"),
    "hera": ("hera[yaml]==7.1.0", "python"),
    "doit": ("doit==0.37.0", "doit"),
}
# Tools that are measured only where they are installed.
FOUND = ("make", "ninja", "snakemake")


def install(tool: str) -> str:
    """Give the program of a tool, installed now if it was not before."""
    requirement, program = TOOLS[tool]
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    version = requirement.partition("==")[2]
    folder = cache_folder() / f"{tool}-{version}-{python}"
    if not (folder / "ready").exists():
        print(f"installing {requirement} in {folder}", file=sys.stderr)
        _install(requirement, folder)
        (folder / "ready").touch()
    return str(folder / "bin" / program)


def find(tool: str) -> str | None:
    """Give the program of a tool that the machine may have."""
    return shutil.which(tool)


def find_pipec() -> str:
    """Give the `pipec` that is installed beside the Python that runs this."""
    program = Path(sys.executable).parent / "pipec"
    if not program.exists():
        sys.exit(f"there is no pipec beside {sys.executable}: install it there first")
    return str(program)


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pipec-bench"


def _install(requirement: str, folder: Path) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    python = str(folder / "bin" / "python")
    if uv:
        create = [uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)]
        fill = [uv, "pip", "install", "-q", "--python", python, requirement]
    else:
        create = [sys.executable, "-m", "venv", "--clear", str(folder)]
        fill = [python, "-m", "pip", "install", "-q", requirement]
    for command in (create, fill):
        subprocess.run(command, check=True)
