"""Where each name comes from, by version of Airflow, and import lines as `ruff` sorts them."""

from collections.abc import Iterable, Mapping

from pipec.backends.python.printer import WIDTH

_PYTHON: Mapping[str, str] = {
    "Path": "pathlib",
    "ZoneInfo": "zoneinfo",
    "contextmanager": "contextlib",
    "datetime": "datetime",
    "quote": "urllib.parse",
    "timedelta": "datetime",
    "timezone": "datetime",
}
_MODULES = frozenset(
    {"json", "math", "os", "re", "shutil", "signal", "subprocess", "sys", "tempfile"}
    | {"threading", "time"}
)
_AIRFLOW_3: Mapping[str, str] = {
    "AirflowFailException": "airflow.providers.common.compat.sdk",
    "AirflowSkipException": "airflow.providers.common.compat.sdk",
    "AirflowTaskTimeout": "airflow.providers.common.compat.sdk",
    "ApprovalOperator": "airflow.providers.standard.operators.hitl",
    "CronTriggerTimetable": "airflow.timetables.trigger",
    "DAG": "airflow.sdk",
    "EmptyOperator": "airflow.providers.standard.operators.empty",
    "Param": "airflow.sdk",
    "Variable": "airflow.sdk",
    "get_current_context": "airflow.sdk",
    "literal": "airflow.sdk",
    "mask_secret": "airflow.sdk.log",
    "task": "airflow.sdk",
    "task_group": "airflow.sdk",
}
_AIRFLOW_2: Mapping[str, str] = {
    "AirflowFailException": "airflow.exceptions",
    "AirflowSkipException": "airflow.exceptions",
    "AirflowTaskTimeout": "airflow.exceptions",
    "CronTriggerTimetable": "airflow.timetables.trigger",
    "DAG": "airflow",
    "EmptyOperator": "airflow.operators.empty",
    "Param": "airflow.models.param",
    "Variable": "airflow.models",
    "get_current_context": "airflow.operators.python",
    "mask_secret": "airflow.utils.log.secrets_masker",
    "task": "airflow.decorators",
    "task_group": "airflow.decorators",
}
AIRFLOW: Mapping[str, Mapping[str, str]] = {
    "2.11": _AIRFLOW_2,
    "3.1": _AIRFLOW_3,
    "3.3": _AIRFLOW_3,
}


def known(version: str) -> frozenset[str]:
    """Give every name that can be imported."""
    return frozenset({*_PYTHON, *_MODULES, "pendulum", *AIRFLOW[version]})


def lines(names: Iterable[str], version: str) -> str:
    """Give the import lines of some names: the standard library, then the rest."""
    wanted = set(names)
    table = AIRFLOW[version]
    blocks = (
        _block(wanted & _MODULES, {name: _PYTHON[name] for name in wanted & _PYTHON.keys()}),
        _block(wanted & {"pendulum"}, {name: table[name] for name in wanted & table.keys()}),
    )
    return "\n".join(one for one in blocks if one)


def from_module(module: str, names: Iterable[str]) -> str:
    """Give the line that imports some names from one module."""
    return _from(module, sorted(names, key=_kind))


def _block(modules: Iterable[str], names: Mapping[str, str]) -> str:
    members: dict[str, list[str]] = {}
    for name, module in names.items():
        members.setdefault(module, []).append(name)
    found = [f"import {module}\n" for module in sorted(modules)]
    found += [_from(module, sorted(members[module], key=_kind)) for module in sorted(members)]
    return "".join(found)


def _kind(name: str) -> tuple[int, str]:
    """Sort constants first, then classes, then functions."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line + "\n"
    return f"from {module} import (\n" + "".join(f"    {one},\n" for one in names) + ")\n"
