"""`pipec fmt`: what it writes, prints and leaves alone."""

import io
import sys
from pathlib import Path

import pytest

from pipec.__main__ import main
from pipec.compiler.format_printer import Printer

UGLY = "pipec:   1\nname: 'x'  # c\nsteps: {a: {run: x}}\n"
CALM = 'pipec: 1\nname: "x"  # c\nsteps: {a: {run: x}}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_writes_and_names_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(UGLY)
    (folder / "b.yaml").write_text(CALM)
    (folder / "other.yaml").write_text("not:   a spec\n")
    (folder / "a.yaml").chmod(0o640)
    before = (folder / "b.yaml").stat().st_ino
    assert main(["fmt"]) == 0
    said = capsys.readouterr()
    assert said.out == "./a.yaml\n"
    assert said.err == "pipec: 1 laid out anew, 1 as it should be\n"
    assert (folder / "a.yaml").read_text() == CALM
    assert (folder / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert (folder / "b.yaml").stat().st_ino == before
    assert (folder / "other.yaml").read_text() == "not:   a spec\n"
    assert len(list(folder.iterdir())) == 3
    assert main(["fmt"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", [UGLY.replace("\n", "\r\n"), "\ufeff" + UGLY])
def test_line_ends_and_byte_order_mark(folder: Path, text: str) -> None:
    (folder / "a.yaml").write_bytes(text.encode())
    assert main(["fmt", "a.yaml", "--check"]) == 1
    assert main(["fmt", "a.yaml"]) == 0
    assert (folder / "a.yaml").read_bytes() == CALM.encode()


def test_check_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(UGLY)
    (folder / "b.yaml").write_text(CALM)
    assert main(["fmt", "--check", "a.yaml", "b.yaml"]) == 1
    said = capsys.readouterr()
    assert said.out == "a.yaml\n"
    assert said.err == "pipec: 1 would be laid out anew, 1 as it should be\n"
    assert (folder / "a.yaml").read_text() == UGLY
    assert main(["fmt", "--check", "b.yaml"]) == 0


def test_diff_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(UGLY)
    assert main(["fmt", "--diff", "a.yaml"]) == 1
    assert capsys.readouterr().out == (
        "--- a.yaml\n+++ a.yaml\n@@ -1,3 +1,3 @@\n-pipec:   1\n-name: 'x'  # c\n"
        '+pipec: 1\n+name: "x"  # c\n steps: {a: {run: x}}\n'
    )
    assert (folder / "a.yaml").read_text() == UGLY


def test_what_cannot_be_read_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = b"pipec:   1\nname: x: y\n"
    (folder / "wrong.yaml").write_bytes(wrong)
    (folder / "a.yaml").write_text(UGLY)
    assert main(["fmt", "a.yaml", "wrong.yaml"]) == 1
    said = capsys.readouterr()
    assert said.out == "a.yaml\n"
    assert "wrong.yaml:2:8: error: a colon and a space end a plain value" in said.err
    assert "pipec: 1 cannot be read, 1 laid out anew\n" in said.err
    assert (folder / "wrong.yaml").read_bytes() == wrong
    assert (folder / "a.yaml").read_text() == CALM


def test_a_spec_with_mistakes_of_meaning_is_laid_out(folder: Path) -> None:
    (folder / "a.yaml").write_text("pipec:   1\nsteps: {a: {rum: x}}\n")
    assert main(["fmt", "a.yaml"]) == 0
    assert (folder / "a.yaml").read_text() == "pipec: 1\nsteps: {a: {rum: x}}\n"


def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for words, code, out in (
        ([], 0, CALM.encode()),
        (["--check"], 1, b"<stdin>\n"),
    ):
        from pipec import specs

        specs._standard_input.cache_clear()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UGLY.encode())))
        assert main(["fmt", "-", *words]) == code
        sys.stdout.flush()
        assert capfdbinary.readouterr().out == out
    specs._standard_input.cache_clear()


def test_standard_input_stands_alone(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "a.yaml").write_text(UGLY)
    assert main(["fmt", "-", "a.yaml"]) == 2
    assert '"-" cannot stand beside other paths' in capsys.readouterr().err


def test_nothing_is_written_through_a_link(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "real.txt").write_text(UGLY)
    (folder / "link.yaml").symlink_to("real.txt")
    (folder / "below").symlink_to(".")
    (folder / "a.yaml").write_text(UGLY)
    for path in ("link.yaml", "below/a.yaml", str(folder / "link.yaml")):
        assert main(["fmt", path, "a.yaml"]) == 2
        assert "is a symbolic link; pipec writes through none" in capsys.readouterr().err
    assert (folder / "real.txt").read_text() == (folder / "a.yaml").read_text() == UGLY
    assert (folder / "link.yaml").is_symlink()
    assert main(["fmt", str(folder / "a.yaml")]) == 0


def test_a_layout_that_changes_a_meaning_is_a_fault_of_ours(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.yaml").write_text(UGLY)
    (folder / "b.yaml").write_text(UGLY.replace("x'", "y'"))
    right = Printer.print
    monkeypatch.setattr(Printer, "print", lambda self, one: right(self, one).replace('"y"', "y"))
    assert main(["fmt", "a.yaml", "b.yaml"]) == 3
    said = capsys.readouterr()
    assert "this is a fault of pipec" in said.err
    assert "the layout of b.yaml would change its meaning" in said.err
    assert (folder / "a.yaml").read_text() == CALM
    assert (folder / "b.yaml").read_text() == UGLY.replace("x'", "y'")
    Path(said.err.split("please send ")[1].split(" to ")[0]).unlink()
