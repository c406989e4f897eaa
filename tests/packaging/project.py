"""The project's tree, and environments to try its packages in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = [sys.executable, "-m", "uv"]


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a program and give what it printed; what it said otherwise is in the failure."""
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def copy_tree(target: Path) -> Path:
    """Copy the files of the project as git would clone them, links as links."""
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT)
    for name in listed.split("\0"):
        source = ROOT / name
        if name and (source.is_symlink() or source.is_file()):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name, follow_symlinks=False)
    return target


def environment(folder: Path, *packages: str | Path) -> Path:
    """Make a virtual environment with these packages and give its folder of programs."""
    run(*UV, "venv", "--quiet", "--python", sys.executable, folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    run(*UV, "pip", "install", "--quiet", "--python", python, *packages, cwd=folder.parent)
    return folder / "bin"


def alone() -> dict[str, str]:
    """Give an environment in which nothing of this project is on any path."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "PATH": "/usr/bin:/bin", "PYTHONSAFEPATH": "1"}
