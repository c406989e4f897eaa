"""Native fields of Argo and Kubernetes, checked against the schema of one version.

`fields/VERSION.json` holds what may be set on a workflow's spec, on a step's template and on its
container, made by `tests/argo/make_fields.py`. A type is a word, `list:` or `map:` before another,
or `@` and a name in `types`, where `!` after a field says that it has to be there.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pipec.backends.argo.writer import Quoted
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.spelling import suggest
from pipec.compiler.values import INT, NUMBER

Level = Literal["spec", "step", "container"]
_WORDS = {
    "text": "a text",
    "int": "a whole number",
    "number": "a number",
    "bool": "true or false",
    "int-or-text": "a whole number or a text",
    "quantity": "a quantity such as 500m or 4Gi",
}
_QUANTITY = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[mkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]+)?")


@cache
def table(version: str) -> Mapping[str, Any]:
    """Give the table of one version; it is only read when a native field is set."""
    path = Path(__file__).parent / "fields" / f"{version}.json"
    found: Mapping[str, Any] = json.loads(path.read_bytes())
    return found


class Fields:
    """The native fields of one version."""

    def __init__(self, version: str) -> None:
        self.version = version

    def names(self, level: Level) -> Iterable[str]:
        """Give the fields that may be set."""
        return list(table(self.version)[level])

    def type(self, level: Level, name: str) -> str:
        found: str = table(self.version)[level][name]
        return found

    def shape(self, type: str, value: Any) -> Any:
        """Give a value of a spec as its type is written in a manifest."""
        if type.startswith("list:") and isinstance(value, list | tuple):
            return [self.shape(type[5:], one) for one in value]
        if isinstance(value, Mapping):
            fields = self._fields(type) if type.startswith("@") else {}
            inner = type[4:] if type.startswith("map:") else "any"
            return {
                Quoted(key): self.shape(fields.get(key, inner), one) for key, one in value.items()
            }
        if isinstance(value, str):
            return _scalar(type, value)
        return value

    def check(self, type: str, value: Any, place: Place, path: str, findings: Findings) -> None:
        """Find what is not as the schema says; `path` names the field in messages."""
        kind, _, inner = type.partition(":")
        if kind == "list":
            if not isinstance(value, list | tuple):
                _wrong(path, "a list", place, findings)
                return
            for index, one in enumerate(value):
                self.check(inner, one, place.at(index), f"{path}[{index}]", findings)
        elif kind == "map" or type.startswith("@"):
            if not isinstance(value, Mapping):
                _wrong(path, "a map", place, findings)
            elif kind == "map":
                for key, one in value.items():
                    self.check(inner, one, place.at(key), f"{path}.{key}", findings)
            else:
                self._check_fields(type, value, place, path, findings)
        elif kind != "any" and not _fits(kind, value):
            _wrong(path, _WORDS[kind], place, findings)

    def _check_fields(
        self, type: str, value: Mapping[str, Any], place: Place, path: str, findings: Findings
    ) -> None:
        fields = self._fields(type)
        for key, one in value.items():
            if key in fields:
                self.check(fields[key], one, place.at(key), f"{path}.{key}", findings)
            else:
                self.unknown(key, fields, place.of_key(key), f'"{path}"', findings)
        for name in self._required(type):
            if name not in value:
                findings.error(
                    "missing-key", f'"{path}" of argo {self.version} needs "{name}"', place
                )

    def unknown(
        self, key: str, known: Iterable[str], place: Place, where: str, findings: Findings
    ) -> None:
        """Report a field that this version does not have."""
        message = f'"{key}" is no field of {where} in argo {self.version}'
        findings.error("unknown-key", message, place, nearest(key, known))

    def _fields(self, type: str) -> dict[str, str]:
        return {k.rstrip("!"): v for k, v in table(self.version)["types"][type[1:]].items()}

    def _required(self, type: str) -> list[str]:
        return [k[:-1] for k in table(self.version)["types"][type[1:]] if k.endswith("!")]


def nearest(key: str, known: Iterable[str]) -> str:
    """Suggest the known word that is nearest."""
    known = list(known)
    near = suggest(key, known)
    return f'did you mean "{near}"?' if near else f"known are {', '.join(known)}"


def _wrong(path: str, wanted: str, place: Place, findings: Findings) -> None:
    findings.error("wrong-type", f'"{path}" must be {wanted}', place)


def _is_plain(value: Any) -> bool:
    return type(value).__name__ == "Plain"


def _scalar(type: str, value: str) -> Any:
    """Give a scalar: a plain one is no text where something else is asked or anything may stand."""
    text = str(value)
    anything = type in ("any", "int-or-text") and _is_plain(value)
    if (type == "int" or anything) and INT.fullmatch(text):
        return int(text)
    if (type == "bool" or (type == "any" and anything)) and text in ("true", "false"):
        return text == "true"
    if type == "number" and NUMBER.fullmatch(text):
        return float(text)
    return Quoted(value)


def _fits(kind: str, value: Any) -> bool:
    if isinstance(value, Mapping | list | tuple) or value is None:
        return False
    text, typed = str(value), not isinstance(value, str) or _is_plain(value)
    match kind:
        case "int":
            return typed and INT.fullmatch(text) is not None
        case "number":
            return typed and NUMBER.fullmatch(text) is not None
        case "bool":
            return value is True or value is False or (typed and text in ("true", "false"))
        case "quantity":
            return _QUANTITY.fullmatch(text) is not None
    return True
