"""Real Airflow environments, set up on first use from PyPI and kept in the user's cache folder.

`PIPEC_AIRFLOW_CACHE` moves the folder. Each holds one version with a fresh database to copy.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROVIDERS = (
    "apache-airflow-providers-standard==1.21.0",
    "apache-airflow-providers-common-compat==1.23.0",
    "apache-airflow-providers-cncf-kubernetes==10.25.0",
)
REQUIREMENTS: Mapping[str, tuple[str, ...]] = {
    "3.3": ("apache-airflow==3.3.2", *PROVIDERS),
    "3.1": ("apache-airflow==3.1.8", *PROVIDERS),
    "2.11": ("apache-airflow==2.11.2", *PROVIDERS),
}
ENGINE = Path(__file__).with_name("engine.py")


def cache_folder() -> Path:
    """Give the folder that environments are kept in."""
    moved = os.environ.get("PIPEC_AIRFLOW_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(moved) if moved else Path(home) / "pipec"


def environment(version: str) -> Path:
    """Give the folder of an installed Airflow, which is made if it is not there."""
    exact = REQUIREMENTS[version][0].partition("==")[2]
    folder = cache_folder() / f"airflow-{exact}"
    with _alone(folder):
        ready = folder / "ready"
        if not ready.exists() or ready.read_text() != "\n".join(REQUIREMENTS[version]):
            _install(folder, REQUIREMENTS[version])
    return folder


def _install(folder: Path, requirements: Sequence[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    chosen = ours if ours in ("3.11", "3.12") else "3.12"
    uv = [sys.executable, "-m", "uv"]
    python = folder / "bin" / "python"
    subprocess.run([*uv, "venv", "-q", "--python", chosen, folder], check=True)
    subprocess.run([*uv, "pip", "install", "-q", "--python", python, *requirements], check=True)
    (folder / "home").mkdir()
    given = environ(folder / "home", folder / "home" / "dags")
    subprocess.run(
        [folder / "bin" / "airflow", "db", "migrate"], env=given, check=True, capture_output=True
    )
    (folder / "ready").write_text("\n".join(requirements))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time set an environment up."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environ(home: Path, dags: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "PIPEC", "PYTHON"))}
    return {
        **kept,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        **more,
    }


def run(
    version: str, dags: Path, jobs: Sequence[Mapping[str, Any]], home: Path, **more: str
) -> list[dict[str, Any]]:
    """Run DAGs of a dags folder one after the other in one start of Airflow, and give their traces.

    A job has `dag_id`, `conf` and `plan` (see `plan`); `home` is a folder for this run alone.
    """
    folder = environment(version)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "home" / "airflow.db", home / "airflow.db")
    (home / "jobs.json").write_text(json.dumps(list(jobs)))
    done = subprocess.run(
        [folder / "bin" / "python", ENGINE, home / "jobs.json", home / "traces.json"],
        env=environ(home, dags, **more),
        cwd=home,
        capture_output=True,
        text=True,
    )
    (home / "log.txt").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise RuntimeError(
            f"airflow {version} ended with {done.returncode}:\n{done.stderr[-4000:]}"
        )
    found: list[dict[str, Any]] = json.loads((home / "traces.json").read_text())
    return found
