"""A whole Airflow, as `airflow standalone` starts it: scheduler, LocalExecutor, and on 3.x the API
server, the DAG processor and the triggerer, on SQLite and a port of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from . import environment

LIVE = Path(__file__).with_name("live.py")
SETTINGS = {
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    # Airflow 2 says no to SQLite here, since the database may be locked for a moment.
    "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1",
    # Without locks on rows, as in SQLite, a task that schedules what follows races with the
    # scheduler, and both count an attempt.
    "AIRFLOW__SCHEDULER__SCHEDULE_AFTER_TASK_EXECUTION": "False",
    "AIRFLOW__CORE__PARALLELISM": "3",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "300",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "300",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
    "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-tests-" * 4,
    "AIRFLOW__CORE__FERNET_KEY": "",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
}


def run(
    version: str,
    dags: Path,
    jobs: Sequence[Mapping[str, Any]],
    home: Path,
    seconds: int = 300,
    **environ: str,
) -> list[dict[str, Any]]:
    """Run DAGs of a dags folder at the same time under real schedulers, and give their traces.

    See `live.py` for a job. What has not ended after `seconds` is `{"late": True}`.
    """
    folder = environment.environment(version)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "home" / "airflow.db", home / "airflow.db")
    (home / "jobs.json").write_text(json.dumps(list(jobs)))
    port = _port()
    server = {
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(_port()),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(_port()),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
    }
    given = environment.environ(home, dags, **SETTINGS, **server, **environ)
    services = [["scheduler"]]
    if not version.startswith("2."):
        api = ["api-server", "--port", str(port), "--workers", "1"]
        services += [api, ["dag-processor"], ["triggerer"]]
    files = (LIVE, home / "jobs.json", home / "traces.json")
    with _running(folder, services, home, given):
        if len(services) > 1:
            _answers(f"http://127.0.0.1:{port}/api/v2/version", 120)
        done = subprocess.run(
            [folder / "bin" / "python", *files, str(seconds)],
            env=given,
            cwd=home,
            capture_output=True,
            text=True,
        )
    (home / "live.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise RuntimeError(f"airflow {version}: {done.stderr[-4000:]}")
    found: list[dict[str, Any]] = json.loads((home / "traces.json").read_text())
    return found


@contextmanager
def _running(
    folder: Path, services: Sequence[Sequence[str]], home: Path, environ: Mapping[str, str]
) -> Iterator[None]:
    """Keep the processes of an Airflow running, and end them and all that they started."""
    started = []
    try:
        for service in services:
            # Who answers for a person reads there when it may: see `live.waits`.
            level = "INFO" if service == ["scheduler"] else "WARNING"
            with (home / f"{service[0]}.log").open("wb") as log:
                command = [str(folder / "bin" / "airflow"), *service]
                started.append(
                    subprocess.Popen(
                        command,
                        env={**environ, "AIRFLOW__LOGGING__LOGGING_LEVEL": level},
                        cwd=home,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for one in started:
                _end(one, number)


def _end(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass


def _answers(url: str, seconds: int) -> None:
    """Wait until the API server answers: a task that starts before fails."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 (http, made above)
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"nothing answers at {url}")


def _port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
        return number
