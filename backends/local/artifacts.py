"""Files and folders as values: hashed, kept, and copied to where the next program finds them."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pipec.compiler.records import dataclass, replace

_CHUNK = 1 << 20
_FICLONE = 0x40049409  # of x86 and ARM; elsewhere it is refused and bytes are copied


class UnfitError(Exception):
    """Something that is no artifact. The text says what was found, as "a named pipe"."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A kept file or folder. `digest` is the SHA-256 of the file, or of the folder's listing."""

    kind: Literal["file", "dir"]
    path: str
    digest: str
    size: int


def as_json(value: Any) -> Any:
    """Give a value with each artifact in it as its hash, `sha256:...`."""
    if isinstance(value, Artifact):
        return f"sha256:{value.digest}"
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    return value


def moved(values: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """Give outputs whose files and folders were moved to a folder."""
    return {
        name: replace(value, path=f"{folder}/{os.path.basename(value.path)}")
        if isinstance(value, Artifact)
        else value
        for name, value in values.items()
    }


def keep(kind: Literal["file", "dir"], source: str, target: str, own: str = "") -> Artifact:
    """Put a program's output where it is kept, links followed. Raises UnfitError.

    It is moved only where it is in the folder `own` and has no other name: else it is somebody's,
    reached by a link, and is copied.
    """
    found = _status(source)
    move = own != "" and is_inside(source, own)
    if kind == "file":
        _expect_file(found)
        _take(source, target, move and found.st_nlink == 1)
        digest, size = hash_file(target)
        return Artifact("file", target, digest, size)
    if not stat.S_ISDIR(found.st_mode):
        raise UnfitError(describe(found))
    files, plain = _listing(source)
    if plain and move:
        os.chmod(source, 0o700)
        os.rename(source, target)
    else:
        _copy_files(source, files, target)
    return Artifact("dir", target, *_hash_folder(target, files))


def materialise(artifact: Artifact, target: str, stopped: Callable[[], object] = bool) -> None:
    """Copy a kept artifact to a new place. Raises OSError, also as soon as it is `stopped`."""
    if artifact.kind == "file":
        copy_file(artifact.path, target, stopped=stopped)
    else:
        _copy_files(artifact.path, _listing(artifact.path)[0], target, stopped)


def is_inside(path: str, folder: str) -> bool:
    """Say whether a path stands in a folder, no link on the way to it or at its end."""
    inside = os.path.relpath(path, folder)
    return os.path.realpath(path) == os.path.join(os.path.realpath(folder), inside)


def is_intact(artifact: Artifact, stopped: Callable[[], object] = bool) -> bool:
    """Say whether a kept artifact is still what it was. Raises InterruptedError when `stopped`."""
    try:
        if artifact.kind == "file":
            return hash_file(artifact.path, stopped)[0] == artifact.digest
        files = _listing(artifact.path)[0]
        return _hash_folder(artifact.path, files, stopped)[0] == artifact.digest
    except InterruptedError:
        raise
    except (OSError, UnfitError):
        return False


def copy_file(
    source: str, target: str, mode: int = 0o666, stopped: Callable[[], object] = bool
) -> None:
    """Copy a file's bytes to a file that is not there yet; shared where the file system can.

    Raises OSError, also as soon as it is `stopped`.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    reader = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        writer = os.open(target, flags, mode)
        try:
            _copy_bytes(reader, writer, stopped)
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def hash_files(files: Mapping[str, str]) -> str:
    """Hash the files that programs find, given by path: names, bytes, and which can be executed."""
    import hashlib

    whole = hashlib.sha256()
    for path, source in sorted(files.items()):
        executable = bool(os.stat(source).st_mode & 0o100)
        whole.update(
            f"{path}\0{executable:d}{hash_file(source)[0]}\n".encode(errors="surrogateescape")
        )
    return whole.hexdigest() if files else ""


def remove(path: str) -> None:
    """Remove a folder and all in it, whatever modes a program gave to what it left there."""
    try:
        if os.path.islink(path):
            os.unlink(path)  # what it leads to is not ours
            return
        os.rmdir(path)
    except FileNotFoundError:
        return
    except OSError:
        _empty(path)
        os.rmdir(path)


def describe(found: os.stat_result) -> str:
    """Name what stands at a path."""
    mode = found.st_mode
    if stat.S_ISREG(mode):
        return "a file"
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _status(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except FileNotFoundError:
        if os.path.islink(path):
            raise UnfitError("a link to nothing") from None
        raise
    except OSError as error:
        raise UnfitError(f"something unreadable ({(error.strerror or '').lower()})") from None


def _expect_file(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnfitError(describe(found))


def _take(source: str, target: str, move: bool) -> None:
    """Move a file, or copy it, or what a link leads to."""
    try:
        if not move:
            copy_file(source, target)
            return
        os.rename(source, target)
        if not os.stat(target).st_mode & 0o400:
            os.chmod(target, 0o600)
    except PermissionError:
        raise UnfitError("a file that cannot be read") from None


def _listing(folder: str) -> tuple[list[str], bool]:
    """Give the files of a folder by path, in order of their bytes, and whether all are its own: no
    link is there, and no file has another name."""
    files: list[bytes] = []
    plain = True
    pending: list[tuple[bytes, tuple[bytes, ...]]] = [(b"", ())]
    base = os.fsencode(folder)
    while pending:
        inside, above = pending.pop()
        here = os.path.join(base, inside) if inside else base
        real = os.path.realpath(here)
        if real in above:
            raise UnfitError(
                f'a folder with a link that leads round in a circle, "{_name(inside)}"'
            )
        for entry in os.scandir(here):
            path = os.path.join(inside, entry.name) if inside else entry.name
            plain = plain and not entry.is_symlink()
            found = _status_inside(entry, path)
            if stat.S_ISDIR(found.st_mode):
                pending.append((path, (*above, real)))
            else:
                plain = plain and found.st_nlink == 1
                files.append(path)
    return [_name(path) for path in sorted(files)], plain


def _status_inside(entry: "os.DirEntry[bytes]", path: bytes) -> os.stat_result:
    try:
        path.decode()
    except UnicodeDecodeError:
        raise UnfitError(f"a folder with a name that is not UTF-8, {path!r}") from None
    try:
        found = entry.stat()
    except OSError:
        raise UnfitError(f'a folder with a link to nothing, "{_name(path)}"') from None
    if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        raise UnfitError(f'a folder with {describe(found)} in it, "{_name(path)}"')
    return found


def _name(path: bytes) -> str:
    return path.decode()


def _copy_files(
    source: str, files: list[str], target: str, stopped: Callable[[], object] = bool
) -> None:
    """Copy the listed files of a folder, and the folders that they are in."""
    os.mkdir(target)
    made = {""}
    for path in files:
        folder = os.path.dirname(path)
        if folder not in made:
            os.makedirs(os.path.join(target, folder), exist_ok=True)
            made.add(folder)
        copy_file(os.path.join(source, path), os.path.join(target, path), stopped=stopped)


def _copy_bytes(reader: int, writer: int, stopped: Callable[[], object]) -> None:
    if _share(reader, writer):
        return
    if hasattr(os, "copy_file_range"):
        try:
            while os.copy_file_range(reader, writer, _CHUNK * 16):
                _go_on(stopped)
            return
        except InterruptedError:
            raise
        except OSError as error:
            # a file system that cannot, or files of two of them; what was copied is copied
            if error.errno == 28:
                raise
    while data := os.read(reader, _CHUNK):
        _go_on(stopped)
        view = memoryview(data)
        while view:
            view = view[os.write(writer, view) :]


def _share(reader: int, writer: int) -> bool:
    """Let two files share their bytes until one is written to, as btrfs and XFS can."""
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(writer, _FICLONE, reader)
    except OSError:
        return False
    return True


def _go_on(stopped: Callable[[], object]) -> None:
    if stopped():
        raise InterruptedError(errno.EINTR, "stopped")


def hash_file(path: str, stopped: Callable[[], object] = bool) -> tuple[str, int]:
    """Give the SHA-256 of a file's bytes, and how many they are. Raises OSError, also as soon as
    it is `stopped`."""
    import hashlib

    whole, size = hashlib.sha256(), 0
    with open(path, "rb", buffering=0) as file:
        while data := file.read(_CHUNK):
            _go_on(stopped)
            whole.update(data)
            size += len(data)
    return whole.hexdigest(), size


def hash_inside(folder: str) -> Iterator[tuple[str, str, int]]:
    """Give path, SHA-256 and size of each file of a kept folder, in order of the paths."""
    for path in _listing(folder)[0]:
        yield path, *hash_file(os.path.join(folder, path))


def _hash_folder(
    folder: str, files: list[str], stopped: Callable[[], object] = bool
) -> tuple[str, int]:
    """Hash, for each file in order of its path, path, NUL, its SHA-256 and LF."""
    import hashlib

    whole = hashlib.sha256()
    total = 0
    for path in files:
        digest, size = hash_file(os.path.join(folder, path), stopped)
        whole.update(f"{path}\0{digest}\n".encode())
        total += size
    return whole.hexdigest(), total


def _empty(path: str) -> None:
    try:
        entries = list(os.scandir(path))
    except PermissionError:
        os.chmod(path, 0o700)
        entries = list(os.scandir(path))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            remove(entry.path)
            continue
        try:
            os.unlink(entry.path)
        except PermissionError:
            os.chmod(path, 0o700)
            os.unlink(entry.path)
