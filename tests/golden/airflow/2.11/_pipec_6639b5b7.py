# Made by pipec for Airflow 2. DAG files beside it use it.
"""Run the programs of pipelines."""

import json
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from urllib.parse import quote
from zoneinfo import ZoneInfo

from airflow.exceptions import (
    AirflowFailException,
    AirflowSkipException,
    AirflowTaskTimeout,
)
from airflow.io.path import ObjectStoragePath
from airflow.models import Variable
from airflow.operators.python import get_current_context
from airflow.utils.log.secrets_masker import mask_secret

TEXT_LIMIT = 65_536


def artifact_place(store, name):
    """Say where an artifact of this attempt is kept."""
    ti = get_current_context()["ti"]
    attempt = f"{max(ti.map_index, 0)}-{ti.try_number}"
    run = quote(ti.run_id, safe="").replace("%", "_")
    return "/".join([store, ti.dag_id, run, ti.task_id, attempt, name])


def keep_artifact(made, name, kind, store):
    """Copy what a program made to the store; the URL of a folder ends in a slash."""
    if not (made.is_dir() if kind == "dir" else made.is_file()):
        raise ValueError(f"the program made no such {kind}")
    paths = list(regular_files(made)) if kind == "dir" else [None]
    place = artifact_place(store, name)
    try:
        root = ObjectStoragePath(place)
        for path in paths:
            target = f"{root.path}/{path.as_posix()}" if path else root.path
            root.fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            root.fs.put_file(str(made / path if path else made), target)
    except Exception as error:  # no fault of the program
        raise RuntimeError(f"files cannot be kept in {store}: {error}") from None
    return f"{place}/" if kind == "dir" else place


def fetch_artifact(uri, place):
    """Copy an artifact, or a list of them, to where the program finds it."""
    if isinstance(uri, list):
        place.mkdir()
        for index, one in enumerate(uri):
            if one is not None:
                fetch_artifact(one, place / str(index))
        return
    root = ObjectStoragePath(uri.rstrip("/"))
    if not uri.endswith("/"):
        root.fs.get_file(root.path, str(place))
        return
    place.mkdir()
    root.fs.invalidate_cache()
    for one in root.fs.find(root.path):
        copy = place / PurePosixPath(one).relative_to(root.path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        root.fs.get_file(one, str(copy))


def text(value):
    """Write a value as the text that a program is given."""
    if value is None:
        raise ValueError("null has no text")
    return value if isinstance(value, str) else compact(value)


def compact(value):
    """Write a value as JSON without spaces."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{compact(k)}:{compact(v)}" for k, v in value.items()) + "}"
        )
    return json.dumps(without_minus_zero(value), ensure_ascii=False, allow_nan=False)


class JsonNumber(float):
    """A number inside json whose text, that of RFC 8785, is not Python's."""

    def __repr__(self):
        mantissa, _, power = float.__repr__(abs(self)).partition("e")
        whole_part, _, fraction = mantissa.partition(".")
        digits = (whole_part + fraction).lstrip("0")
        point = len(digits) - len(fraction) + int(power or 0)
        digits = digits.rstrip("0")
        sign = "-" if self < 0 else ""
        if len(digits) <= point <= 21:
            return sign + digits.ljust(point, "0")
        if 0 < point <= 21:
            return f"{sign}{digits[:point]}.{digits[point:]}"
        if -6 < point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        rest = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def with_doubles(value):
    """Make the numbers in a JSON value doubles, so that 1.0 is 1."""
    if isinstance(value, list):
        return [with_doubles(one) for one in value]
    if isinstance(value, dict):
        return {key: with_doubles(one) for key, one in value.items()}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = finite(float(value))
    if not 1e-4 <= abs(number) < 1e16:
        return JsonNumber(number) if number else 0
    return int(number) if number.is_integer() else number


def without_minus_zero(value):
    """Make every -0.0 in a value a 0.0."""
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, list):
        return [without_minus_zero(one) for one in value]
    if isinstance(value, dict):
        return {key: without_minus_zero(one) for key, one in value.items()}
    return value


def whole(value):
    """Give an int of 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise OverflowError("the result does not fit 64 bits")
    return value


def finite(value):
    """Give a float that is a number."""
    if not math.isfinite(value):
        raise OverflowError("the result is too large for a float")
    return value + 0.0


def parse_value(kind, found):
    """Read the text of a value of a type."""
    if kind in ("string?", "bool?", "int?", "float?"):
        kind = kind[:-1]
    if kind == "string":
        if "\0" in found:
            raise ValueError("it holds the character NUL")
        return found
    if kind == "bool" and found in ("true", "false"):
        return found == "true"
    if kind == "int" and re.fullmatch(r"-?(0|[1-9][0-9]{0,18})", found):
        return whole(int(found))
    number = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?"
    if kind == "float" and re.fullmatch(number, found):
        return finite(float(found))
    if kind in ("bool", "int", "float"):
        raise ValueError(f"expected {kind}, found {found[:80]!r}")
    return fit_value(kind, from_json(found))


def from_json(found):
    """Read JSON with all keys unlike, ints of 64 bits, and no NaN."""

    def unlike(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    def no_number(word):
        raise ValueError(f"{word} is no number")

    return json.loads(
        found,
        object_pairs_hook=unlike,
        parse_int=whole_number,
        parse_float=lambda digits: parse_value("float", digits),
        parse_constant=no_number,
    )


def json_value(found):
    """Read JSON as it was kept."""
    return with_doubles(json.loads(found))


def whole_number(digits):
    """Read an int of 64 bits, or the very text of a larger double."""
    if 19 <= len(digits) <= 22 and str(JsonNumber(digits)) == digits:
        return int(digits) if -(2**63) <= int(digits) < 2**63 else JsonNumber(digits)
    return parse_value("int", digits)


def fit_value(kind, value):
    """Give a JSON value as one of a type; an int becomes a float where one is asked."""
    if kind.endswith("?"):
        return value if value is None else fit_value(kind[:-1], value)
    if kind == "json":
        check_strings(value)
        return with_doubles(value)
    if kind.startswith("list<") and isinstance(value, list):
        return [fit_value(kind[5:-1], one) for one in value]
    if kind.startswith("map<") and isinstance(value, dict):
        return {
            fit_value("string", k): fit_value(kind[4:-1], v) for k, v in value.items()
        }
    if kind == "string" and isinstance(value, str):
        check_strings(value)
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if not isinstance(value, bool):
        if kind == "int" and isinstance(value, int):
            return value
        if kind == "float" and isinstance(value, (int, float)):
            return finite(float(value))
    raise ValueError(f"expected {kind}, found {compact(value)[:80]}")


def check_strings(value):
    """Refuse strings that are no text: with NUL, or half a surrogate pair."""
    if isinstance(value, str):
        parse_value("string", value).encode()
    elif isinstance(value, (list, dict)):
        for one in value:
            check_strings(one)
        for one in value.values() if isinstance(value, dict) else ():
            check_strings(one)


def int_of(value):
    """Give an int from a text, a float that is whole, or JSON."""
    if isinstance(value, str):
        return parse_value("int", value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"int() of {compact(value)[:80]}")
    if value != int(value):
        raise ValueError(f"int() of {value}, which is not whole")
    return whole(int(value))


def float_of(value):
    """Give a float from a text or JSON."""
    if isinstance(value, str):
        return parse_value("float", value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"float() of {compact(value)[:80]}")
    return float(value)


def bool_of(value):
    """Give a bool from a text or JSON."""
    if isinstance(value, str):
        return parse_value("bool", value)
    if not isinstance(value, bool):
        raise TypeError(f"bool() of {compact(value)[:80]}")
    return value


def rounded(value, digits):
    """Round half to even."""
    return finite(round(float(value), max(min(digits, 400), -400)))


def part_of(value, index):
    """Give a part of a JSON value."""
    wanted = (dict, str) if isinstance(index, str) else (list, int)
    if not isinstance(value, wanted[0]) or not isinstance(index, wanted[1]):
        raise LookupError(f"there is no {index!r} in {compact(value)[:80]}")
    return value[index]


def first_of(*values):
    """Give the first value that is not null."""
    return next((one for one in values if one is not None), None)


def optional(read, values, name):
    """Read one of the values of a step, unless the step or the value is null."""
    value = None if values is None else values.get(name)
    return value if value is None or read is None else read(value)


def limited(value):
    """Give a value that is made here, unless it is longer than a value may be."""
    if value is not None and len(text(value).encode()) > TEXT_LIMIT:
        raise ValueError("it is longer than 65,536 bytes")
    return value


def json_list(value):
    """Give a JSON value that is a list."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {compact(value)[:80]}")
    return value


def items(lists):
    """Make the items of a fan-out: of a list, or of every combination of several.

    Airflow's database keeps floats, lists and maps exactly only as text.
    """
    if not isinstance(lists, dict):
        return [kept(item) for item in lists]
    found = [{}]
    for name, values in lists.items():
        found = [{**one, name: kept(item)} for one in found for item in values]
    return found


def kept_value(kind, value):
    """Give a value of a type as Airflow's database keeps it: exact only as text."""
    if value is None and kind != "json":
        return None
    return compact(fit_value(kind, value))


def kept(item):
    """Give an item as Airflow's database keeps it."""
    if len(text(item).encode()) > TEXT_LIMIT:
        raise no_start("an item of the list is longer than 65,536 bytes")
    return item if isinstance(item, (str, int)) else compact(item)


@contextmanager
def checked_values():
    """End the step as failed for good when one of its values cannot be made."""
    try:
        yield
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise no_start(f"a value of this step cannot be made: {error}") from None


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


def run_id():
    """Give Airflow's name of the run."""
    return get_current_context()["ti"].run_id


def run_date():
    """Give the scheduled time, or when the run was created if it was not scheduled."""
    return run_time().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_day(zone):
    """Give the date of the run in a time zone."""
    return run_time().astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")


def state_of(*task_ids, instance=False):
    """Say how a step ended; of a fan-out, the list and all its items.

    With `instance`, in the same instance of a fan-out over a task group.
    """
    ended = ended_states(task_ids, instance)
    if "failed" in ended:
        ti = get_current_context()["ti"]
        cancelled = ti.xcom_pull(task_ids=list(task_ids), key="cancelled")
        return "cancelled" if any(cancelled or ()) else "failed"
    for state in ("upstream_failed", "skipped"):
        if state in ended:
            return state
    return "succeeded"


def state_of_use(end, start, instance=False):
    """Say how a use of a component ended, from the tasks at its end and before it."""
    state = state_of(start, instance=instance)
    return state_of(end, instance=instance) if state == "succeeded" else state


def end_use(start=None):
    """End a use of a component as its steps ended; `start` is the task before them."""
    state = "succeeded" if start is None else state_of(start)
    if state == "skipped":
        raise AirflowSkipException("the component was skipped")
    if state != "succeeded":
        raise AirflowFailException("the component did not start")
    context = get_current_context()
    own = context["ti"].task_id
    inside = own.rpartition(".")[0] + "."
    steps = [one for one in context["dag"].task_ids if one.startswith(inside)]
    mapped = context["ti"].map_index >= 0
    if ended_states(set(steps) - {own}, mapped) & {"failed", "upstream_failed"}:
        raise AirflowFailException("a step of the component failed")


def run_state(last="steps_ended"):
    """Say how the steps ended; all of them stand before the task `last`."""
    marker = get_current_context()["dag"].get_task(last)
    ended = ended_states(marker.get_flat_relative_ids(upstream=True))
    return "failed" if ended & {"failed", "upstream_failed"} else "succeeded"


def skip_unless_started(start, instance=False):
    """Skip this step if the component around it did not start."""
    if state_of(start, instance=instance) != "succeeded":
        raise AirflowSkipException("the component did not start")


def skip_unless_succeeded(*task_ids, instance=False):
    """Skip this step if one that it needs was skipped."""
    if "skipped" in ended_states(task_ids, instance):
        raise AirflowSkipException("a step that this one needs was skipped")


def skip_unless_failed(*task_ids, instance=False):
    """Skip this step if no step that it needs failed."""
    if not ended_states(task_ids, instance) & {"failed", "upstream_failed"}:
        raise AirflowSkipException("no step that this one needs failed")


def skip_unless(condition, words):
    """Skip this step if its condition is false."""
    if not condition:
        raise AirflowSkipException(f"{words} is false")


def all_outputs(task_id, list_id=None):
    """Give the outputs of a fan-out in item order; None if it did not succeed."""
    ids = [task_id, list_id] if list_id else [task_id]
    if state_of(*ids) != "succeeded":
        return None
    found = get_current_context()["ti"].xcom_pull(task_ids=task_id)
    return [found] if isinstance(found, dict) else list(found or ())


def outputs_of(task_id):
    """Give the outputs of a step; None if it did not succeed."""
    return get_current_context()["ti"].xcom_pull(task_ids=task_id, map_indexes=-1)


def run_time():
    """Give the scheduled time, or when the run was created if it was not scheduled."""
    return get_current_context()["dag_run"].logical_date


def ended_states(task_ids, instance=False):
    """Give the states that tasks ended in; with `instance`, in the same instance."""
    context = get_current_context()
    found = context["dag_run"].get_task_instances()
    return {
        one.state
        for one in found
        if one.task_id in task_ids
        and (not instance or one.map_index == context["ti"].map_index)
    }


def secret(key, optional=False):
    """Give a secret from the Airflow Variable of its name; the log does not show it."""
    value = Variable.get(key, default_var=None)
    if value is None and not optional:
        raise no_start(f'there is no Airflow Variable "{key}"')
    if value:
        mask_secret(value)
    return value
