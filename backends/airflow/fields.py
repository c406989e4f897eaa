"""Native settings of DAGs and tasks, checked against what each version of Airflow takes.

`fields.json` holds the arguments of `DAG` and of tasks, made by `tests/airflow/make_fields.py`: for
each its type, the first and the last version that has it, and since when Airflow warns of it.
"""

import json
import keyword
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from pipec.compiler.records import dataclass
from pipec.compiler.source import Plain
from pipec.compiler.values import INT, NUMBER

VERSIONS = ("2.11", "3.1", "3.3")  # oldest first
_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPAN = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})Z)?", re.ASCII
)
_LINK = re.compile(r"(?:https?://[^/\s]|mailto:[^\s])\S*")


@dataclass(frozen=True, slots=True)
class Imported:
    """A Python object that the DAG file imports: a callback and the like."""

    path: str


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a moment in UTC: year, month, day and perhaps hour, minute, second."""

    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """An argument of a DAG or a task. `since`, `until` and `warned` are versions, or empty."""

    type: str
    since: str = ""
    until: str = ""
    warned: str = ""

    def there(self, version: str) -> bool:
        at = VERSIONS.index(version)
        first = VERSIONS.index(self.since) if self.since else 0
        return first <= at <= (VERSIONS.index(self.until) if self.until else len(VERSIONS))

    def warns(self, version: str) -> bool:
        return bool(self.warned) and VERSIONS.index(version) >= VERSIONS.index(self.warned)


@cache
def table() -> Mapping[str, Mapping[str, Field]]:
    """Give the arguments of `dag` and of `task`; only read where a native one is set."""
    found = json.loads((Path(__file__).parent / "fields.json").read_bytes())
    return {level: {k: Field(*row) for k, row in rows.items()} for level, rows in found.items()}


def read(name: str, type: str, value: Any) -> Any:
    """Read the value of a field. Raises ValueError with what is expected, and where in it."""
    word, _, rest = type.partition(":")
    match word:
        case "text":
            return _text(value)
        case "word":
            return _choice(value, rest.split(","))
        case "words":
            return [_choice(one, rest.split(",")) for one in _list(value, "a list of words")]
        case "texts":
            return [_text(one) for one in _list(value, "a list of texts")]
        case "text-or-texts":
            return [_text(one) for one in value] if isinstance(value, list) else _text(value)
        case "int":
            return _int(name, value)
        case "number":
            return _number(value)
        case "bool":
            return _bool(value)
        case "time":
            return _span(value)
        case "date":
            return moment(value)
        case "object":
            return [_object(one) for one in value] if isinstance(value, list) else _object(value)
        case "map-or-object":
            return _map(value) if isinstance(value, Mapping) else _object(value)
    found = _map(value)
    if rest == "text":
        found = {key: _text(one) for key, one in found.items()}
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return str(value)


def _list(value: Any, wanted: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(wanted)
    return value


def _choice(value: Any, words: list[str]) -> str:
    if value not in words:
        raise ValueError(f"one of {', '.join(words)}")
    return str(value)


def _int(name: str, value: Any) -> int:
    least = 1 if name in ("pool_slots", "max_active_tis_per_dag") else None
    wanted = "a whole number" + (f" of at least {least}" if least else "")
    if not _typed(value) or INT.fullmatch(str(value)) is None:
        raise ValueError(wanted)
    found = int(str(value))
    if not -(2**31) <= found < 2**31 or (least is not None and found < least):
        raise ValueError(wanted if least else "a whole number of 32 bits")
    return found


def _number(value: Any) -> float:
    if not _typed(value) or NUMBER.fullmatch(str(value)) is None:
        raise ValueError("a number")
    return _finite(str(value))


def _finite(text: str) -> float:
    found = float(text)
    if not isfinite(found):
        raise ValueError("a number that a float can hold")
    return found


def _typed(value: Any) -> bool:
    """Say whether a value is no text that was quoted, and no list or map."""
    return isinstance(value, Plain) or (isinstance(value, int | float) and value is not True)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, Plain) or value not in ("true", "false"):
        raise ValueError("true or false")
    return str(value) == "true"


def _span(value: Any) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) and value else None
    if found is None:
        raise ValueError("a duration such as 30s or 1h30m")
    count = [int(one or 0) for one in found.groups()]
    return Span(((count[0] * 24 + count[1]) * 60 + count[2]) * 60 + count[3])


def moment(value: Any) -> Moment:
    """Read a day or a moment in UTC."""
    wanted = "a day such as 2026-01-31, or 2026-01-31T06:00:00Z"
    found = _MOMENT.fullmatch(str(value))
    if found is None:
        raise ValueError(wanted)
    parts = tuple(int(one) for one in found.groups() if one is not None)
    try:
        datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type] # three numbers or six
    except ValueError:
        raise ValueError(wanted) from None
    return Moment(parts)


def _object(value: Any) -> Imported:
    parts = value.split(".") if isinstance(value, str) else []
    if (
        len(parts) < 2
        or not all(_PART.fullmatch(one) and not keyword.iskeyword(one) for one in parts)
        or parts[0].startswith("__")
    ):
        raise ValueError("an import path such as `package.module.name`")
    return Imported(str(value))


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("a map")
    return {str(key): _plain(one) for key, one in value.items()}


def _plain(value: Any) -> Any:
    """Read a value that may be anything, as YAML says it."""
    if isinstance(value, Mapping):
        return _map(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Plain):
        known = {"true": True, "false": False, "null": None, "~": None, "": None}
        if value in known:
            return known[value]
        if INT.fullmatch(value):
            return int(value)
        return _finite(value) if NUMBER.fullmatch(value) else str(value)
    return value


def check_value(name: str, value: Any) -> None:
    """Find what Airflow refuses of a value of the right type. Raises ValueError."""
    if name == "tags" and any(len(one) > 100 for one in value):
        raise ValueError("a list of texts of at most 100 characters")
    if name == "owner_links" and not all(_LINK.fullmatch(one) for one in value.values()):
        raise ValueError("a map of owners to links: `https://…` or `mailto:…`")
