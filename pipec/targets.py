"""The target that a word of the user names: `argo`, or `argo@3.7`."""

from pipec import backends
from pipec.backends import Backend
from pipec.faults import UsageError, suggestion


def choose(text: str) -> tuple[Backend, str]:
    """Give a backend and a version of its engine. Raises UsageError where there is none such."""
    name, at, version = text.partition("@")
    if name not in backends.names():
        known = ", ".join(backends.names())
        near = suggestion(name, backends.names())
        raise UsageError(f'there is no target "{name}" (there are {known}){near}')
    backend = backends.load(name)
    if not at:
        return backend, backend.default_version
    if version not in backend.versions:
        known = ", ".join(backend.versions)
        raise UsageError(f'the target "{name}" knows no version "{version}" (it knows {known})')
    return backend, version
