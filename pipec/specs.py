"""The specs that a command line names: in files, in folders, on standard input."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from pipec.faults import UsageError

if TYPE_CHECKING:
    from pipec.compiler.compilation import Checked
    from pipec.compiler.source import Source

STDIN = "-"
SUFFIXES = (".yaml", ".yml")
MOST = 16 * 1024 * 1024  # bytes; what is more is refused by the reader of specs, unread
_NOT_A_KEY = re.compile(rb"\s*(#.*|---(\s+#.*)?|%.*)?\s*")
_FIRST_KEY = re.compile(rb"""(---\s+)?\s*\{?\s*(pipec|'pipec'|"pipec")\s*:""")


def find(paths: Iterable[str], sure: bool = True) -> list[str]:
    """Give the specs at the paths, each once: files as named, folders searched in order of name.

    Unless the caller is `sure` that the files are specs, others are left out as in folders.
    Raises UsageError for a path where nothing is.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path not in ("", STDIN) and os.path.isdir(path):
            found.update(dict.fromkeys(_search(path)))
        elif path == STDIN or sure or _is_spec(named(path)):
            found[named(path)] = None
    return list(found)


def named(path: str) -> str:
    """Give back the path of a spec. Raises UsageError where no file is."""
    if not path or (path != STDIN and not os.path.exists(path)):
        raise UsageError(f'there is no file "{path}"')
    if path != STDIN and os.path.isdir(path):
        raise UsageError(f'"{path}" is a folder, not a spec')
    return path


def check(path: str, environment: str | None = None, data: bytes | None = None) -> "Checked":
    """Check the spec at a path, as one of its environments makes it; `-` is standard input.

    `data` stands in for what is there.
    """
    from pipec.compiler.compilation import check_spec

    if path == STDIN:
        there = _standard_input() if data is None else data
        return check_spec("<stdin>", there, environment)
    return check_spec(path, data, environment)


def load(path: str) -> "tuple[bytes, Source]":
    """Read a spec without checking it: its bytes as they are, and what the reader made of them."""
    from pipec.compiler import source, source_bytes

    if path == STDIN:
        data = _standard_input()
        return data, source.read("<stdin>", data)
    found = source_bytes.load(path, [])
    return found or b"", source.read(path, found)


def environments(checked: "Checked") -> list[str]:
    """Give the names of the environments of a spec, as far as it could be read."""
    tree = checked.sources[checked.path].tree or {}
    known = tree.get("environments")
    return list(known) if isinstance(known, dict) else []


@cache
def _standard_input() -> bytes:
    return sys.stdin.buffer.read(MOST + 1)


def _search(folder: str) -> Iterator[str]:
    for at, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(at, name)  # keeps "./" as the user wrote it
            if name.endswith(SUFFIXES) and not os.path.islink(path) and _is_spec(path):
                yield path


def _is_spec(path: str) -> bool:
    """Say whether the first key of a file is `pipec`, from its first lines alone."""
    if not os.path.isfile(path):
        return False  # to open a pipe would be to wait for who writes to it
    try:
        with open(path, "rb") as file:
            start = file.read(65536).removeprefix(b"\xef\xbb\xbf")
    except OSError as problem:
        raise _refuse(problem) from problem
    for line in start.splitlines():
        if not _NOT_A_KEY.fullmatch(line):
            return bool(_FIRST_KEY.match(line))
    return False


def _refuse(problem: OSError) -> UsageError:
    raise UsageError(f'cannot read "{problem.filename}": {problem.strerror}') from problem
