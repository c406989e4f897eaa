"""What is measured, and what it is held to."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import tools
import work
from measuring import Contestant


@dataclass(frozen=True)
class Goal:
    """The first contestant's time is at most `factor` times that of `rival`."""

    rival: str
    factor: float


@dataclass(frozen=True)
class Race:
    """Contestants that do the same work, pipec first."""

    part: str
    work: str
    contestants: list[Contestant]
    goals: tuple[Goal, ...] = ()


def make_races(folder: Path, parts: tuple[str, ...]) -> Iterator[Race]:
    """Write the work into a folder and give the races of the parts, one after the other."""
    for part, make in PARTS.items():
        if part in parts:
            own = folder / part
            own.mkdir()
            yield from make(own)


def lint(folder: Path) -> Iterator[Race]:
    pipec = tools.find_pipec()
    yamllint, schema = tools.install("yamllint"), tools.install("check-jsonschema")
    shutil.copyfile(_schema(), folder / "schema.json")
    for steps, count in ((10, 1), (20, 1), (20, 200)):
        own = folder / f"{count}x{steps}"
        own.mkdir()
        names = [f"spec-{index}.yaml" for index in range(count)]
        for name in names:
            (own / name).write_text(work.write_spec(name.removesuffix(".yaml"), steps))
        contestants = [
            Contestant("pipec lint", [pipec, "lint", *names], own),
            Contestant("yamllint", [yamllint, "-d", "relaxed", *names], own),
            Contestant("check-jsonschema", [schema, "--schemafile", "../schema.json", *names], own),
        ]
        goals: tuple[Goal, ...] = (Goal("yamllint", 0.5),)
        if count == 1:
            contestants.append(Contestant("python -c pass", [sys.executable, "-c", "pass"], own))
            goals = (Goal("python -c pass", 8), Goal("yamllint", 1))
        what = f"{count} specs" if count > 1 else "one spec"
        yield Race("lint", f"{what} of {steps} steps", contestants, goals)


def compile_(folder: Path) -> Iterator[Race]:
    pipec, hera = tools.find_pipec(), tools.install("hera")
    for steps in (10, 1000):
        spec, script = f"work-{steps}.yaml", f"work_{steps}.py"
        (folder / spec).write_text(work.write_spec(f"work-{steps}", steps))
        (folder / script).write_text(work.write_hera(f"work-{steps}", steps))
        contestants = [
            Contestant("pipec to argo", [pipec, "compile", spec, "--target", "argo"], folder),
            Contestant("pipec to airflow", [pipec, "compile", spec, "--target", "airflow"], folder),
            Contestant("hera", [hera, script], folder),
        ]
        yield Race("compile", f"{steps} steps", contestants, (Goal("hera", 0.2),))


def run(folder: Path) -> Iterator[Race]:
    for steps in (200, 1000):
        own = folder / str(steps)
        own.mkdir()
        contestants = list(_runners(own, steps))
        goals = (Goal("doit", 2),) if steps == 200 else ()
        yield Race("run", f"{steps} steps that do nothing, two at a time", contestants, goals)


def cached(folder: Path) -> Iterator[Race]:
    (folder / "noops.yaml").write_text(work.write_noops(200))
    (folder / "cached.yaml").write_text(work.write_noops(200, cached=True))
    pipec = tools.find_pipec()
    subprocess.run([pipec, "run", "cached.yaml"], cwd=folder, check=True, capture_output=True)
    contestants = [
        Contestant("pipec run, cached", [pipec, "run", "cached.yaml", "-j", "2"], folder),
        Contestant("pipec run", [pipec, "run", "noops.yaml", "-j", "2"], folder),
    ]
    goal = Goal("pipec run", 0.5)
    yield Race("cached", "200 steps that do nothing, all known", contestants, (goal,))


def _runners(folder: Path, steps: int) -> Iterator[Contestant]:
    """Give what runs the steps; each starts with nothing remembered from the run before."""
    files = {
        "noops.yaml": work.write_noops,
        "dodo.py": work.write_dodo,
        "Makefile": work.write_makefile,
        "build.ninja": work.write_ninja,
        "Snakefile": work.write_snakefile,
    }
    for name, write in files.items():
        (folder / name).write_text(write(steps))

    def forget() -> None:
        for path in folder.iterdir():
            if path.name not in files and path.name != "__pycache__":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    found = {
        "pipec run": [tools.find_pipec(), "run", "noops.yaml", "-j", "2"],
        "doit": [tools.install("doit"), "-n", "2"],
        "doit, threads": [tools.install("doit"), "-n", "2", "-P", "thread"],
    }
    options = {"make": ["-j2"], "ninja": ["-j2"], "snakemake": ["-j2", "--quiet", "all"]}
    for tool in tools.FOUND:
        if program := tools.find(tool):
            found[tool] = [program, *options[tool]]
    for name, command in found.items():
        yield Contestant(name, command, folder, forget)


def _schema() -> Path:
    with as_file(files("pipec.schemas") / "pipeline.v1.json") as path:
        return path


PARTS: dict[str, Callable[[Path], Iterator[Race]]] = {
    "lint": lint,
    "compile": compile_,
    "run": run,
    "cached": cached,
}
