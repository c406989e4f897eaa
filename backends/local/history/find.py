"""Finds state folders, and in them the runs that a person means."""

import os
from glob import iglob
from itertools import islice

from pipec.backends.local.refusal import RefusalError
from pipec.compiler.spelling import suggest

LAST = "last"
_SHOWN = 5
_LOOKED_AT = 2000  # folders, in the search for a state folder to suggest


def state(given: str | None) -> str:
    """Give the state folder that is meant: as given, else `.pipec` here or in a folder above."""
    if given is not None:
        if not os.path.isdir(os.path.join(given, "runs")):
            raise RefusalError(f'"{given}" is no state folder: it has no `runs` in it')
        return given
    at = os.getcwd()
    while True:
        found = os.path.join(at, ".pipec")
        if os.path.isdir(os.path.join(found, "runs")):
            return os.path.relpath(found)
        above = os.path.dirname(at)
        if above == at:
            raise RefusalError(f"there are no runs here or in a folder above{_below()}")
        at = above


def flag(folder: str | None) -> str:
    """Give the option that names a state folder, as ` --state DIR`, where one is needed."""
    if folder is None:
        return ""
    try:
        if os.path.samefile(state(None), folder):
            return ""
    except (RefusalError, OSError):
        pass
    import shlex

    near = os.path.relpath(folder)
    return f" --state {shlex.quote(min(near, os.path.abspath(folder), key=len))}"


def runs(folder: str) -> list[str]:
    """Give the names of all runs in a state folder, the latest first."""
    try:
        return sorted(os.listdir(os.path.join(folder, "runs")), reverse=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RefusalError(f'the state folder "{folder}" cannot be read: {reason}') from None


def choose(folder: str, word: str) -> str:
    """Give the folder of the run that a word means: `last`, its name, or how that begins or ends.

    Raises RefusalError with what might have been meant.
    """
    names = runs(folder)
    if not names:
        raise RefusalError(f'there are no runs in "{folder}"')
    found = [name for name in names if name == word] or (names[:1] if word == LAST else [])
    found = found or [name for name in names if word and name.startswith(word)]
    found = found or [name for name in names if word and name.endswith(f"-{word}")]
    if not found:
        near = suggest(word, [*names, LAST])
        meant = f'did you mean "{near}"?' if near else f"the latest are {_listed(names)}"
        raise RefusalError(f'there is no run "{word}" in "{folder}"; {meant}')
    if len(found) > 1:
        raise RefusalError(f'"{word}" may be {len(found)} runs: {_listed(found)}')
    return os.path.join(folder, "runs", found[0])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def _below() -> str:
    """Name state folders a little further down."""
    patterns = ("*/.pipec/runs", "*/*/.pipec/runs", "*/*/*/.pipec/runs")
    looked = (path for pattern in patterns for path in islice(iglob(pattern), _LOOKED_AT))
    found = [os.path.dirname(path) for path in islice(looked, _SHOWN)]
    if not found:
        return "; --state DIR says where they are kept"
    return "; say " + " or ".join(f"--state {path}" for path in found)
