"""Files by their content: `objects/ab/cdef...`, each under its SHA-256, shared with the runs.

Nothing is ever written in place and nothing is locked: an object appears whole under its name, and
whoever takes one hashes it first.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pipec.backends.local import artifacts
from pipec.backends.local.artifacts import Artifact

Stored = dict[str, Any]


class DamagedError(Exception):
    """A stored file that is missing or no longer what it was. The text says which."""


class Objects:
    """The stored files below a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def path(self, digest: str) -> str:
        return f"{self.folder}/{digest[:2]}/{digest[2:]}"

    def put(self, artifact: Artifact) -> Stored:
        """Store an artifact and give its description for `take`. Raises OSError."""
        found: Stored = {"kind": artifact.kind, "sha256": artifact.digest}
        found["name"] = os.path.basename(artifact.path)
        if artifact.kind == "file":
            self._put_file(artifact.path, artifact.digest)
            found["size"] = artifact.size
            return found
        found["files"] = []
        for path, digest, size in artifacts.hash_inside(artifact.path):
            self._put_file(f"{artifact.path}/{path}", digest)
            found["files"].append([path, digest, size])
        return found

    def take(self, stored: Stored, folder: str, stopped: Callable[[], object] = bool) -> Artifact:
        """Bring an artifact to a folder. Raises DamagedError, and OSError, also when `stopped`."""
        target = f"{folder}/{stored['name']}"
        kind: Literal["file", "dir"] = stored["kind"]
        if kind == "file":
            self._take_file(stored["sha256"], target, stopped)
            return Artifact("file", target, stored["sha256"], size(stored))
        os.mkdir(target)
        for path, digest, _ in stored["files"]:
            os.makedirs(os.path.dirname(f"{target}/{path}"), exist_ok=True)
            self._take_file(digest, f"{target}/{path}", stopped)
        return Artifact("dir", target, stored["sha256"], size(stored))

    def show(self, stored: Stored) -> Artifact:
        """Give an artifact as `take` would, but bring it nowhere. Raises DamagedError, OSError."""
        for digest in sorted(digests([stored])):
            path = self.path(digest)
            if not os.path.exists(path):
                raise DamagedError(f"{path} is gone")
            if artifacts.hash_file(path)[0] != digest:
                raise DamagedError(f"{path} is damaged")
        kind: Literal["file", "dir"] = stored["kind"]
        return Artifact(kind, stored["name"], stored["sha256"], size(stored))

    def forget(self, stored: Stored) -> None:
        """Remove the objects of a description, so that they can be stored anew."""
        for digest in digests([stored]):
            _unlink(self.path(digest))

    def _put_file(self, source: str, digest: str) -> None:
        target = self.path(digest)
        if os.path.exists(target):
            return
        os.makedirs(os.path.dirname(target), 0o700, exist_ok=True)
        # not to be changed by a slip where it is kept: what is kept is a result
        os.chmod(source, 0o444)
        try:
            os.link(source, target)
        except FileExistsError:
            return
        except OSError:  # another file system, or too many links
            self._copy(source, target)

    def _copy(self, source: str, target: str) -> None:
        temporary = f"{target}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
        try:
            artifacts.copy_file(source, temporary, 0o444)
            os.replace(temporary, target)
        finally:
            _unlink(temporary)

    def _take_file(self, digest: str, target: str, stopped: Callable[[], object]) -> None:
        """Link or copy an object, then hash what is there: the name is no proof."""
        source = self.path(digest)
        try:
            os.link(source, target)
        except FileNotFoundError:
            raise DamagedError(f"{source} is gone") from None
        except OSError:
            artifacts.copy_file(source, target, 0o444, stopped)
        if artifacts.hash_file(target, stopped)[0] != digest:
            _unlink(target)
            raise DamagedError(f"{source} is damaged")


def size(stored: Stored) -> int:
    """Count the bytes of a description's files."""
    if stored["kind"] == "file":
        return int(stored["size"])
    return sum(int(one[2]) for one in stored["files"])


def digests(stored: Sequence[Stored]) -> set[str]:
    """Give the objects that descriptions name."""
    found: set[str] = set()
    for one in stored:
        found.update([one["sha256"]] if one["kind"] == "file" else [row[1] for row in one["files"]])
    return found


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
