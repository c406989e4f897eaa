"""The hooks under pre-commit itself, in a repository of somebody else."""

import subprocess
from pathlib import Path

import pytest

from .project import copy_tree, environment, run

pytestmark = pytest.mark.slow

SPEC = "pipec: 1\nname: hello\nsteps:\n  greet:\n    run: echo hello\n"
HOOKS = """\
repos:
  - repo: {project}
    rev: {revision}
    hooks:
      - id: pipec-lint
      - id: pipec-fmt
      - id: pipec-compile-check
        args: [specs/hello.yaml, --target, argo, -o, deploy]
"""


def git(*words: str, cwd: Path) -> str:
    return run("git", "-c", "user.name=test", "-c", "user.email=test@localhost", *words, cwd=cwd)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give this project as a repository of its own, with a revision."""
    tree = copy_tree(tmp_path_factory.mktemp("project"))
    git("init", "-q", ".", cwd=tree)
    git("add", "-A", cwd=tree)
    git("commit", "-q", "-m", "all", cwd=tree)
    return tree, git("rev-parse", "HEAD", cwd=tree).strip()


def test_hooks(project: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, revision = project
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    programs = environment(tmp_path / "venv", "pre-commit")
    work = tmp_path / "work"
    (work / "specs").mkdir(parents=True)
    (work / ".pre-commit-config.yaml").write_text(HOOKS.format(project=tree, revision=revision))
    (work / "specs/hello.yaml").write_text(SPEC)
    (work / "other.yaml").write_text("name: not a spec\n")
    git("init", "-q", ".", cwd=work)

    def hooks() -> tuple[int, str]:
        git("add", "-A", cwd=work)
        words: list[str | Path] = [programs / "pre-commit", "run", "--all-files", "--verbose"]
        done = subprocess.run(words, cwd=work, capture_output=True, text=True, timeout=600)
        return done.returncode, done.stdout + done.stderr

    code, said = hooks()
    assert code == 1, said
    assert "1 spec checked: all fine" in said
    assert "pipec: 1 as it should be" in said
    assert '"deploy/hello.yaml" is missing' in said

    (pipec,) = (tmp_path / "cache").rglob("bin/pipec")
    run(pipec, "compile", "specs/hello.yaml", "--target", "argo", "-o", "deploy", cwd=work)
    code, said = hooks()
    assert code == 0, said

    (work / "specs/hello.yaml").write_text(SPEC.replace("run:", "rnu:"))
    code, said = hooks()
    assert code == 1, said
    assert "rnu" in said
