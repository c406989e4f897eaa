"""`pipec lint --fix`: what it writes, prints and leaves alone."""

import io
import json
import sys
from pathlib import Path

import pytest

from pipec.__main__ import main

WRONG = "pipec: 1\nname: example\nsteps:\n  a: {rnu: x}\n  b: {imge: y, run: x, needs: a}\n"
CRON = "pipec: 1\nname: example\nschedule: {cron: */5 * * * *}\nsteps:\n  a: {run: x}\n"
FINE = CRON.replace("*/5 * * * *", '"*/5 * * * *"')


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_writes_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(CRON)
    (folder / "b.yaml").write_text(FINE)
    (folder / "a.yaml").chmod(0o640)
    before = (folder / "b.yaml").stat().st_ino
    assert main(["lint", "--fix"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "pipec: fixed 1 problem in ./a.yaml\npipec: 2 specs checked: all fine\n"
    assert (folder / "a.yaml").read_text() == FINE
    assert (folder / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert (folder / "b.yaml").stat().st_ino == before
    assert len(list(folder.iterdir())) == 2
    assert main(["lint", "--fix"]) == 0
    assert "fixed" not in capsys.readouterr().err


def test_what_is_left_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(CRON.replace("{run: x}", "{run: x, needs: [nobody]}"))
    assert main(["lint", "--fix", "a.yaml"]) == 1
    said = capsys.readouterr()
    assert "[unknown-step]" in said.out
    assert "fixed 1 problem in a.yaml" in said.err
    assert (folder / "a.yaml").read_text() == FINE.replace("{run: x}", "{run: x, needs: [nobody]}")


def test_without_it_nothing_is_written(folder: Path) -> None:
    (folder / "a.yaml").write_text(CRON)
    assert main(["lint", "a.yaml"]) == 1
    assert (folder / "a.yaml").read_text() == CRON


@pytest.mark.parametrize("text", [CRON.replace("\n", "\r\n"), "\ufeff" + CRON])
def test_line_ends_and_byte_order_mark_stay(folder: Path, text: str) -> None:
    (folder / "a.yaml").write_bytes(text.encode())
    assert main(["lint", "--fix", "a.yaml"]) == 0
    expected = text.replace("*/5 * * * *", '"*/5 * * * *"')
    assert (folder / "a.yaml").read_bytes() == expected.encode()


@pytest.mark.parametrize(
    "data", [CRON.replace("\n", "\r\n", 2).encode(), CRON.encode("utf-16"), CRON.encode() + b"\xff"]
)
def test_odd_files_stay_as_they_are(folder: Path, data: bytes) -> None:
    (folder / "a.yaml").write_bytes(data)
    assert main(["lint", "--fix", "a.yaml"]) == 1
    assert (folder / "a.yaml").read_bytes() == data


def test_writes_through_no_link(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(CRON)
    (folder / "b.yaml").symlink_to("a.yaml")
    assert main(["lint", "--fix", "b.yaml"]) == 2
    assert "symbolic link" in capsys.readouterr().err
    assert (folder / "a.yaml").read_text() == CRON


@pytest.mark.parametrize(
    ("text", "wanted", "code"),
    [(CRON, FINE, 0), (FINE, FINE, 0), ("no spec\r\n", "no spec\r\n", 1)],
)
def test_standard_input(
    text: str,
    wanted: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    from pipec import specs

    specs._standard_input.cache_clear()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["lint", "--fix", "-"]) == code
    said = capsysbinary.readouterr()
    assert said.out == wanted.encode()
    assert (b"fixed 1 problem in <stdin>" in said.err) is (text != wanted)
    specs._standard_input.cache_clear()


def test_standard_input_stands_alone(folder: Path) -> None:
    (folder / "a.yaml").write_text(CRON)
    assert main(["lint", "--fix", "-", "a.yaml"]) == 2
    assert (folder / "a.yaml").read_text() == CRON


def test_json_says_the_fix(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(WRONG)
    assert main(["lint", "a.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [one.get("fix") for one in found] == [
        {"line": 4, "column": 7, "end_line": 4, "end_column": 10, "text": "run"},
        {"line": 5, "column": 7, "end_line": 5, "end_column": 11, "text": "image"},
        {"line": 5, "column": 31, "end_line": 5, "end_column": 32, "text": "[a]"},
    ]


def test_the_rest_is_fixed_beside_what_is_not(folder: Path) -> None:
    text = WRONG.replace("rnu", "nothing_like_it")
    (folder / "a.yaml").write_text(text)
    assert main(["lint", "--fix", "a.yaml"]) == 1
    expected = text.replace("imge", "image").replace("needs: a", "needs: [a]")
    assert (folder / "a.yaml").read_text() == expected
