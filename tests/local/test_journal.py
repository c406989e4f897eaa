"""The journal is read back whatever was cut off it or damaged."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.journal import Journal, JournalError, read

RECORDS: list[dict[str, Any]] = [
    {"event": "run", "params": {"text": 'a", "crc": "00000000"}\n\u2028é'}},
    {"event": "started", "step": "a", "attempt": 1},
    {"event": "ended", "step": "a", "outputs": {"n": 1.0, "x": None}},
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    journal = Journal(str(tmp_path / "journal.jsonl"))
    for record in RECORDS:
        journal.append(record)
    journal.sync()
    journal.close()
    return tmp_path / "journal.jsonl"


def without_sums(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: one[key] for key in one if key != "seq"} for one in records]


def test_reads_what_was_written(path: Path) -> None:
    records, lost = read(str(path))
    assert (without_sums(records), lost) == (RECORDS, 0)
    assert len(path.read_bytes().splitlines()) == len(RECORDS)


def test_cut_at_every_byte(path: Path) -> None:
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        records, lost = read(str(path))
        whole = data[:length].count(b"\n")
        assert without_sums(records) == RECORDS[:whole]
        assert lost == length - (data[:length].rfind(b"\n") + 1)


def test_damaged_at_every_byte(path: Path) -> None:
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        records, lost = read(str(path))
        assert without_sums(records) == RECORDS[: data[:at].count(b"\n")]
        assert lost > 0


def test_a_lost_line_ends_what_is_good(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    records, lost = read(str(path))
    assert (without_sums(records), lost) == (RECORDS[:1], len(lines[2]))


def test_a_full_disk_leaves_whole_records(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(str(path))
    before = path.read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:10]))
    with pytest.raises(JournalError, match="No space left"):
        journal.append(RECORDS[1])
    assert path.read_bytes() == before

    def refuse(file: int, data: bytes) -> int:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(JournalError, match="Disk quota exceeded"):
        journal.append(RECORDS[1])
    assert path.read_bytes() == before
    journal.close()


def test_what_follows_a_record_that_did_not_fit_can_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.unlink()
    journal = Journal(str(path))
    journal.append(RECORDS[0])
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda _, __: 10)
        with pytest.raises(JournalError):
            journal.append(RECORDS[1])
    journal.append(RECORDS[2])
    journal.close()
    records, lost = read(str(path))
    assert (without_sums(records), lost) == ([RECORDS[0], RECORDS[2]], 0)
