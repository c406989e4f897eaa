"""Where each name comes from, by version of Airflow, and import lines as `ruff` sorts them."""

import re
import sys
from collections.abc import Iterable, Mapping

from pipec.backends.python.printer import WIDTH

_PYTHON: Mapping[str, str] = {
    "Path": "pathlib",
    "PurePosixPath": "pathlib",
    "ZoneInfo": "zoneinfo",
    "b64decode": "base64",
    "b64encode": "base64",
    "ceil": "math",
    "contextmanager": "contextlib",
    "datetime": "datetime",
    "quote": "urllib.parse",
    "signature": "inspect",
    "timedelta": "datetime",
    "timezone": "datetime",
}
_MODULES = frozenset(
    {"json", "math", "os", "re", "shutil", "signal", "subprocess", "sys", "tempfile"}
    | {"threading", "time"}
)
_PODS: Mapping[str, str] = {
    "KubernetesPodOperator": "airflow.providers.cncf.kubernetes.operators.pod",
    "V1EmptyDirVolumeSource": "kubernetes.client",
    "V1EnvVar": "kubernetes.client",
    "V1EnvVarSource": "kubernetes.client",
    "V1ResourceRequirements": "kubernetes.client",
    "V1SecretKeySelector": "kubernetes.client",
    "V1Volume": "kubernetes.client",
    "V1VolumeMount": "kubernetes.client",
}
_AIRFLOW_3: Mapping[str, str] = {
    **_PODS,
    "AirflowFailException": "airflow.providers.common.compat.sdk",
    "AirflowSkipException": "airflow.providers.common.compat.sdk",
    "AirflowTaskTimeout": "airflow.providers.common.compat.sdk",
    "ApprovalOperator": "airflow.providers.standard.operators.hitl",
    "CronTriggerTimetable": "airflow.timetables.trigger",
    "DAG": "airflow.sdk",
    "DecoratedOperator": "airflow.providers.common.compat.sdk",
    "EmptyOperator": "airflow.providers.standard.operators.empty",
    "ObjectStoragePath": "airflow.sdk",
    "Param": "airflow.sdk",
    "Variable": "airflow.sdk",
    "get_current_context": "airflow.sdk",
    "literal": "airflow.sdk",
    "mask_secret": "airflow.sdk.log",
    "task": "airflow.sdk",
    "task_decorator_factory": "airflow.providers.common.compat.sdk",
    "task_group": "airflow.sdk",
}
_AIRFLOW_2: Mapping[str, str] = {
    **_PODS,
    "AirflowFailException": "airflow.exceptions",
    "AirflowSkipException": "airflow.exceptions",
    "AirflowTaskTimeout": "airflow.exceptions",
    "CronTriggerTimetable": "airflow.timetables.trigger",
    "DAG": "airflow",
    "DecoratedOperator": "airflow.decorators.base",
    "EmptyOperator": "airflow.operators.empty",
    "ObjectStoragePath": "airflow.io.path",
    "Param": "airflow.models.param",
    "Variable": "airflow.models",
    "get_current_context": "airflow.operators.python",
    "mask_secret": "airflow.utils.log.secrets_masker",
    "task": "airflow.decorators",
    "task_decorator_factory": "airflow.decorators.base",
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


def lines(names: Iterable[str], version: str, objects: Mapping[str, str] | None = None) -> str:
    """Give the import lines of some names: the standard library, then the rest.

    `objects` are imported too: each import path with the name that it has in the file.
    """
    wanted = set(names)
    table = AIRFLOW[version]
    ours: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for path, name in (objects or {}).items():
        ours[path.partition(".")[0] in sys.stdlib_module_names][path] = name
    standard = {name: _PYTHON[name] for name in wanted & _PYTHON.keys()}
    others = {name: table[name] for name in wanted & table.keys()}
    blocks = (
        _block(wanted & _MODULES, standard, ours[True]),
        _block(wanted & {"pendulum"}, others, ours[False]),
    )
    return "\n".join(one for one in blocks if one)


def from_module(module: str, names: Iterable[str]) -> str:
    """Give the line that imports some names from one module."""
    return _from(module, sorted(names, key=_kind))


def _block(modules: Iterable[str], names: Mapping[str, str], objects: Mapping[str, str]) -> str:
    members: dict[str, list[str]] = {}
    for name, module in names.items():
        members.setdefault(module, []).append(name)
    renamed = []
    for path, name in objects.items():
        module, _, own = path.rpartition(".")
        if own == name:
            members.setdefault(module, []).append(name)
        else:
            renamed.append((module, [f"{own} as {name}"]))
    found = [f"import {module}\n" for module in sorted(modules)]
    groups = [*((one, sorted(some, key=_kind)) for one, some in members.items()), *renamed]
    groups.sort(key=lambda group: (_natural(group[0]), _kind(group[1][0])))
    return "".join([*found, *(_from(module, some) for module, some in groups)])


def _natural(module: str) -> list[tuple[int, str]]:
    """Sort `a2` before `a10`, and capitals as other letters, as `ruff` does."""
    parts = re.findall("[0-9]+|[^0-9]+", module.lower())
    return [(int(one), "") if one[0].isdigit() else (-1, one) for one in parts]


def _kind(name: str) -> tuple[int, str]:
    """Sort constants first, then classes, then functions."""
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1 if name[0].isupper() else 2), name


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line + "\n"
    return f"from {module} import (\n" + "".join(f"    {one},\n" for one in names) + ")\n"
