"""What a person gives a run beside the spec: files of params and of secrets."""

import os
import stat
import sys
from collections.abc import Mapping
from typing import Any

from pipec.backends.local.refusal import RefusalError
from pipec.compiler.ir import Param
from pipec.compiler.lowering.literals import LiteralError, read
from pipec.compiler.source import read as read_source
from pipec.compiler.values import Value, ValueSyntaxError, fit, from_json


def read_params(path: str, params: Mapping[str, Param]) -> dict[str, Value]:
    """Read a YAML or JSON file of params by their types. Raises RefusalError.

    A name that is no param is given back as it is, for `parameters.bind` to refuse.
    """
    tree, is_json = _load(path)
    found: dict[str, Value] = {}
    problems: list[str] = []
    for name, raw in tree.items():
        if name not in params:
            found[name] = raw
            continue
        type = params[name].type
        try:
            found[name] = fit(type, raw) if is_json else read(type, raw)
        except (LiteralError, ValueSyntaxError) as error:
            help = f" ({error.help})" if error.help else ""
            problems.append(f'{path}: the param "{name}": {error}{help}')
    if problems:
        raise RefusalError(*problems)
    return found


def read_secrets(path: str) -> dict[str, dict[str, str]]:
    """Read a YAML or JSON file of secrets, `name: {key: value}`. Raises RefusalError."""
    tree, _ = _load(path)
    _warn_of_readers(path)
    for name, keys in tree.items():
        if not isinstance(keys, dict) or not all(isinstance(one, str) for one in keys.values()):
            raise RefusalError(f'{path}: the secret "{name}" is not written as `{{key: text}}`')
    return {name: {key: str(value) for key, value in keys.items()} for name, keys in tree.items()}


def _warn_of_readers(path: str) -> None:
    """Say that others can read a file of secrets."""
    try:
        found = os.stat(path)
    except OSError:  # standard input
        return
    if stat.S_ISREG(found.st_mode) and found.st_mode & 0o044:
        print(f"pipec: others can read {path}: `chmod 600 {path}`", file=sys.stderr)


def _load(path: str) -> tuple[dict[str, Any], bool]:
    """Give the map in a file, and whether it is JSON (else its scalars are still text)."""
    if path.endswith(".json"):
        return _load_json(path), True
    given = sys.stdin.buffer.read() if path == "-" else None
    source = read_source("<stdin>" if path == "-" else path, given)
    if source.problems:
        from pipec.compiler.report import render

        raise RefusalError(render(source.problems, {source.path: source}, "text").rstrip("\n"))
    return source.tree or {}, False


def _load_json(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            tree = from_json(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise RefusalError(f"{path}: cannot be read: {error}") from None
    except ValueSyntaxError as error:
        raise RefusalError(f"{path}: {error}") from None
    if not isinstance(tree, dict):
        raise RefusalError(f"{path}: is not a map of names to values")
    return tree
