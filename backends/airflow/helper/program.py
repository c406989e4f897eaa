# mypy: ignore-errors
"""Run one program under the contract of the language."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

TEXT_LIMIT = 65_536


def run_program(
    command,
    env=None,
    values=None,
    files=None,
    outputs=None,
    retry_on=None,
    code=None,
    workdir=".",
    store=None,
    run_timeout=None,
    constants=None,
):
    """Run a program under the PIPEC_* contract and return its outputs.

    `values` and `files` are its inputs. It starts in a copy of the folder `code`; its
    files and folders are kept below the folder `store`. `constants` is how many bytes
    of its texts do not count where all of them together are too long.
    """
    ti = get_current_context()["ti"]
    check_texts(command, env or {}, constants)
    folder = Path(tempfile.mkdtemp(prefix=f"{ti.task_id}-"))
    work, made = folder / "work" / workdir, folder / "outputs"
    try:
        for one in (folder / "inputs", made, work):
            one.mkdir(parents=True, exist_ok=True)
        copy_code(code, folder / "work")
        for name, value in (values or {}).items():
            if value is not None:
                (folder / "inputs" / name).write_bytes(text(value).encode())
        for name, uri in (files or {}).items():
            if uri is not None:
                fetch_artifact(uri, folder / "inputs" / name)
        exit_code = run_command(
            command, work, environment(folder, env), time_left(run_timeout)
        )
        if exit_code:
            ti.xcom_push(key="exit_code", value=exit_code)
            message = f"the program ended with exit code {exit_code}"
            raise failed_attempt(message, retry_on, "exit", f"exit:{exit_code}")
        return read_outputs(made, work, outputs, store, retry_on)
    except AirflowTaskTimeout:
        raise failed_attempt("the attempt took too long", retry_on, "timeout") from None
    except subprocess.TimeoutExpired:
        ti.xcom_push(key="cancelled", value=True)
        raise AirflowFailException("the run took too long") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder, env):
    """Give the environment of a program: the worker's, the step's, and PIPEC_*."""
    found = {k: v for k, v in os.environ.items() if not k.startswith("PIPEC_")}
    for name, value in (env or {}).items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    found["PIPEC_INPUTS"] = str(folder / "inputs")
    found["PIPEC_OUTPUTS"] = str(folder / "outputs")
    return found | contract_variables()


def contract_variables():
    """Give what a program may know of its run and its step."""
    ti = get_current_context()["ti"]
    found = {
        "PIPEC_RUN_ID": ti.run_id,
        "PIPEC_RUN_DATE": run_date(),
        "PIPEC_STEP": ti.task_id,
        "PIPEC_ATTEMPT": str(ti.try_number),
    }
    if ti.map_index >= 0 and not ti.task.get_closest_mapped_task_group():
        found["PIPEC_ITEM_INDEX"] = str(ti.map_index)
    return found


def time_left(run_timeout):
    """Give the seconds until the run's own timeout, if it has one."""
    if run_timeout is None:
        return None
    start = get_current_context()["dag_run"].start_date
    return (run_timeout - (datetime.now(timezone.utc) - start)).total_seconds()


def check_texts(command, env, constants):
    """Refuse what no program can be given, and values that are too long together."""
    texts = [*command, *(value for value in env.values() if value is not None)]
    try:
        sizes = [len(one.encode()) for one in texts]
    except UnicodeEncodeError:
        raise no_start("a text for the program holds half a surrogate pair") from None
    if any("\0" in one for one in texts):
        raise no_start("a text for the program holds the character NUL")
    if max(sizes) > TEXT_LIMIT:
        raise no_start("a text for the program is longer than 65,536 bytes")
    if constants is not None and sum(sizes) - constants > TEXT_LIMIT:
        raise no_start("the values for the program are over 65,536 bytes together")


def no_start(message):
    """Make the error of a step whose program never starts; it is not retried."""
    get_current_context()["ti"].xcom_push(key="not_started", value=message)
    return AirflowFailException(message)


def failed_attempt(message, retry_on, *causes):
    """Make an error that Airflow retries, or one that it does not."""
    if retry_on is None or set(causes) & set(retry_on):
        return RuntimeError(message)
    return AirflowFailException(message)


def run_command(command, work, env, left):
    """Run a process group to its end, log what it prints, return its exit code."""
    if left is not None and left <= 0:
        raise subprocess.TimeoutExpired(command, 0)
    try:
        child = subprocess.Popen(
            command,
            cwd=work,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", flush=True)
        return 127

    def stop(signum, frame):
        raise RuntimeError("stopped by Airflow")

    def show():
        for line in iter(lambda: child.stdout.readline(65_536), b""):
            print(line.decode(errors="replace").rstrip("\r\n"), flush=True)

    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if main else None
    printer = threading.Thread(target=show, daemon=True)
    printer.start()
    try:
        exit_code = child.wait(left)
    finally:
        end_processes(child)
        if main:
            signal.signal(signal.SIGTERM, before)
        printer.join(5)
    return exit_code if exit_code >= 0 else 128 - exit_code


def end_processes(child, grace=3):
    """End every process of the group: TERM, then KILL."""
    until = time.monotonic() + grace
    try:
        os.killpg(child.pid, signal.SIGTERM)
        while time.monotonic() < until:
            child.poll()
            os.killpg(child.pid, 0)
            time.sleep(0.02)
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def read_outputs(made, work, outputs, store, retry_on):
    """Check all outputs of a program and give what is kept of them."""
    try:
        return {
            name: read_output(made, work, name, kind, store)
            for name, kind in (outputs or {}).items()
        }
    except (ValueError, ArithmeticError, OSError, RecursionError) as broken:
        step = get_current_context()["ti"].task_id
        raise failed_attempt(f"{step}: {broken}", retry_on, "contract") from None


def read_output(made, work, name, kind, store):
    """Check an output of a program and give what is kept of it."""
    path = made / name
    if not isinstance(kind, str):
        kind, path = kind[0], work / kind[1]
    if kind.endswith("?") and not os.path.lexists(path):
        return None
    try:
        if kind.startswith(("file", "dir")):
            return keep_artifact(path, name, kind.removesuffix("?"), store)
        value = parse_value(kind, read_text(path, kind))
        if value is None and kind != "json":
            return None
        if len(text(value).encode() if value is not None else b"") > TEXT_LIMIT:
            raise ValueError("it is longer than 65,536 bytes")
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise ValueError(f'output "{name}": {error}') from None
    # Airflow's database keeps these exactly only as text.
    as_text = kind.startswith(("float", "json", "list", "map"))
    return compact(value) if as_text else value


def read_text(path, kind):
    """Read the text of a value; of a scalar without its final line end."""
    if not path.is_file():
        raise ValueError("the program wrote no such file")
    if path.stat().st_size > 16 * TEXT_LIMIT:
        raise ValueError("it is longer than 65,536 bytes")
    found = path.read_bytes().decode()
    if found.endswith("\n") and not kind.startswith(("json", "list", "map")):
        found = found[:-1].removesuffix("\r")
    return found


def keep_artifact(made, name, kind, store):
    """Copy a file or folder that a program made to where other steps find it."""
    if not (made.is_dir() if kind == "dir" else made.is_file()):
        raise ValueError(f"the program made no such {kind}")
    place = artifact_place(store, name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if kind == "dir":
            copy_folder(made, place)
        else:
            shutil.copyfile(made, place)
    except OSError as error:  # no fault of the program
        raise RuntimeError(f"files cannot be kept in {store}: {error}") from None
    return str(place)


def artifact_place(store, name):
    """Say where an artifact of this attempt is kept."""
    ti = get_current_context()["ti"]
    attempt = f"{max(ti.map_index, 0)}-{ti.try_number}"
    run = quote(ti.run_id, safe="")
    return Path(store, ti.dag_id, run, ti.task_id, attempt, name)


def copy_folder(source, place, mode=None):
    """Copy the regular files of a folder, links followed."""
    place.mkdir(exist_ok=True)
    for path in regular_files(source):
        copy = place / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, copy)
        if mode:
            copy.chmod(mode)


def regular_files(folder, above=()):
    """Give the paths of all files below a folder; anything else there is an error."""
    real = folder.resolve()
    if real in above:
        raise ValueError(f"the link {folder.name} leads round in a circle")
    for one in folder.iterdir():
        if one.is_dir():
            for path in regular_files(one, (*above, real)):
                yield Path(one.name, path)
        elif one.is_file():
            yield Path(one.name)
        else:
            raise ValueError(f"{one.name} is no file and no folder")


def copy_code(code, work):
    """Put the pipeline's own files where a program starts; each of them may be run."""
    if isinstance(code, dict):
        for path, found in code.items():
            copy = work / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(found.encode())
            copy.chmod(0o755)
    elif code:
        copy_folder(code, work, mode=0o755)


def artifacts_folder():
    """Give the folder that files pass through on one machine."""
    home = os.environ.get("AIRFLOW_HOME", "~/airflow")
    return os.environ.get("PIPEC_ARTIFACTS") or Path(home, "artifacts").expanduser()


def fetch_artifact(uri, place):
    """Copy an artifact, or a list of them, to where the program finds it."""
    if isinstance(uri, list):
        place.mkdir()
        for index, one in enumerate(uri):
            if one is not None:
                fetch_artifact(one, place / str(index))
    elif Path(uri).is_dir():
        copy_folder(Path(uri), place)
    else:
        shutil.copyfile(uri, place)
