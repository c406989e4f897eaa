"""The journal of a run: one JSON object a line, appended, with a check sum; the truth about a run.

`{"seq": 1, "event": "started", ..., "crc": "8 hex digits"}`: the sum is the CRC-32 of the line up
to `, "crc"`. A tail that is torn or damaged is dropped when the journal is read.
"""

import fcntl
import json
import os
from binascii import crc32
from typing import Any

Record = dict[str, Any]


class JournalError(Exception):
    """The journal cannot be written. The text says why; the file ends after its last record."""


class Journal:
    """Appends records. `sync` makes those written so far survive a power cut."""

    def __init__(self, path: str, count: int = 0, length: int | None = None) -> None:
        """Open a journal to write on after `count` good records of `length` bytes; what is behind
        them is cut off. Raises OSError."""
        self.path = path
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        _mark_as_live(self._file)
        if length is not None:
            os.ftruncate(self._file, length)
        self._length = os.fstat(self._file).st_size
        self._seq = count
        self._dirty = False

    def append(self, record: Record) -> None:
        """Write one record with one write. Raises JournalError."""
        line = encode({"seq": self._seq + 1, **record})
        try:
            written = os.write(self._file, line)
            if written != len(line):
                raise OSError(28, "No space left on device")
        except OSError as error:
            self._undo()
            raise JournalError(f"{self.path}: {error.strerror}") from None
        self._seq += 1
        self._length += written
        self._dirty = True

    def sync(self) -> None:
        """Flush to disk what was appended since the last time. Raises JournalError."""
        if not self._dirty:
            return
        try:
            _flush(self._file)
        except OSError as error:
            raise JournalError(f"{self.path}: {error.strerror}") from None
        self._dirty = False

    def close(self) -> None:
        os.close(self._file)

    def _undo(self) -> None:
        """Cut a half-written record off, so that what follows can be read."""
        try:
            os.ftruncate(self._file, self._length)
        except OSError:
            return


def encode(record: Record) -> bytes:
    """Write a record as its line."""
    body = json.dumps(record, ensure_ascii=False, separators=(", ", ": "))[:-1].encode()
    return b'%s, "crc": "%08x"}\n' % (body, crc32(body))


def decode(line: bytes) -> Record | None:
    """Read a line without its end; None if it is damaged."""
    body, comma, rest = line.rpartition(b', "crc": "')
    if not comma or rest != b'%08x"}' % crc32(body):
        return None
    record: Record = json.loads(body + b"}")
    return record


def read(path: str) -> tuple[list[Record], int]:
    """Give the good records of a journal, and how many bytes after them are torn or damaged.

    Raises OSError where it cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read()
    records: list[Record] = []
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        record = decode(data[start:end])
        if record is None or record.get("seq") != len(records) + 1:
            break
        records.append(record)
        start = end + 1
    return records, len(data) - start


def _mark_as_live(descriptor: int) -> None:
    """Lock the file for as long as it is open: so others see that the run is going on."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # readers hold it for a moment only
    except OSError:  # a file system without locks
        return


def _flush(descriptor: int) -> None:
    # macOS has no fdatasync
    getattr(os, "fdatasync", os.fsync)(descriptor)
