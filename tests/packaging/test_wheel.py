"""What is shipped: the wheel holds the whole tree and works where nothing else is."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from .project import ROOT, UV, alone, copy_tree, environment, run

pytestmark = pytest.mark.slow

SETTINGS = ("/ruff.toml",)  # for those who work on the tree
SPEC = """\
pipec: 1
name: hello
steps:
  greet:
    run: printf hello > "$PIPEC_OUTPUTS/words"
    outputs: {words: string}
  count:
    needs: [greet]
    env: {WORDS: "${{ steps.greet.outputs.words }}"}
    run: printf '%s' "${#WORDS}" > "$PIPEC_OUTPUTS/letters"
    outputs: {letters: int}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("built")
    tree = copy_tree(tmp_path_factory.mktemp("tree"))
    run(*UV, "build", "--quiet", "--out-dir", folder, cwd=tree)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def shipped_names() -> set[str]:
    """Give the files that a wheel must hold: all of the four folders, links followed once."""
    folders = ("pipec", "compiler", "backends", "schemas")
    names = run("git", "ls-files", "-co", "--exclude-standard", *folders, cwd=ROOT).splitlines()
    files = {name for name in names if (ROOT / name).is_file() and not name.endswith(SETTINGS)}
    return {name if name.startswith("pipec/") else f"pipec/{name}" for name in files}


def test_the_wheel_holds_the_tree(built: dict[str, Path]) -> None:
    names = set(zipfile.ZipFile(built["wheel"]).namelist())
    files = {name for name in names if ".dist-info/" not in name}
    assert "pipec/compiler/ir.py" in files
    assert files == shipped_names()
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_sdist_makes_the_same_wheel(built: dict[str, Path], tmp_path: Path) -> None:
    with tarfile.open(built["sdist"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    run(*UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "again", cwd=tree)
    (again,) = (tmp_path / "again").glob("*.whl")
    first, second = (zipfile.ZipFile(path) for path in (built["wheel"], again))
    assert sorted(first.namelist()) == sorted(second.namelist())
    for name in first.namelist():
        assert first.read(name) == second.read(name), name


def test_the_wheel_works_alone(built: dict[str, Path], tmp_path: Path) -> None:
    programs = environment(tmp_path / "venv", built["wheel"])
    work = tmp_path / "work"
    work.mkdir()
    (work / "hello.yaml").write_text(SPEC)
    for words in (
        ("lint", "hello.yaml"),
        ("explain", "cycle"),
        ("compile", "hello.yaml", "--target", "argo", "-o", "argo"),
        ("compile", "hello.yaml", "--target", "airflow", "-o", "airflow"),
        ("graph", "hello.yaml"),
        ("run", "hello.yaml", "--trace", "trace.json"),
    ):
        run(programs / "pipec", *words, cwd=work, env=alone())
    assert (work / "argo/hello.yaml").is_file()
    assert (work / "airflow/hello.py").is_file()
    assert '"letters": 5' in (work / "trace.json").read_text()
    where = run(
        programs / "python",
        "-P",
        "-c",
        "import pipec; print(pipec.__file__)",
        cwd=work,
        env=alone(),
    )
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
