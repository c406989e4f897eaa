"""What may stand where a spec is named, or what it names: devices, pipes, links, folders."""

import os
from pathlib import Path

import pytest

from .child import answer

SPEC = "pipec: 1\nname: a\nsteps: {a: {run: x}}\n"
LONG = "a" * 5000
ODD = [
    # path, what is said of it, exit code
    ("nothing.yaml", "there is no file", 2),
    (".", "no spec found", 0),
    ("/dev/null", "not a regular file", 1),
    ("/dev/zero", "not a regular file", 1),
    ("/dev/full", "not a regular file", 1),
    ("/dev/tty", "", 1),
    ("/proc/self/environ", "", 1),
    ("/proc/self/mem", "", 1),
    ("pipe", "not a regular file", 1),
    ("loop", "there is no file", 2),
    ("dangling", "there is no file", 2),
    ("secret.yaml", "may not be read", 1),
    (LONG, "", 2),
    ("a/" * 3000, "", 2),
    ("spec.yaml/x", "there is no file", 2),
    ("new\nline.yaml", "", 0),
    ("\x1b[31m.yaml", "", 0),
    ("", "there is no file", 2),
    ("https://example.org/spec.yaml", "there is no file", 2),
    (b"\xff.yaml", "", 0),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("spec.yaml", "new\nline.yaml", "\x1b[31m.yaml", os.fsdecode(b"\xff.yaml")):
        (tmp_path / name).write_text(SPEC)
    (tmp_path / "secret.yaml").write_text(SPEC)
    (tmp_path / "secret.yaml").chmod(0)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    return tmp_path


@pytest.mark.parametrize(("path", "said", "code"), ODD, ids=[repr(path)[:30] for path, _, _ in ODD])
def test_in_the_place_of_a_spec(path: str | bytes, said: str, code: int, folder: Path) -> None:
    if path == "secret.yaml" and os.access(folder / "secret.yaml", os.R_OK):
        pytest.skip("this user may read every file")
    if path == ".":
        for one in folder.glob("*.yaml"):
            one.unlink()
    if str(path).startswith(("/dev", "/proc")) and not Path(str(path)).exists():
        pytest.skip(f"there is no {path!r} here")
    got = answer("lint", path, cwd=folder, limit=300)
    assert got.code == code, (got.out, got.err)
    assert said.encode() in got.out + got.err
    assert b"Traceback" not in got.err
    assert b"\x1b" not in got.out + got.err


@pytest.mark.parametrize(
    "command", [("compile", "--target", "argo"), ("graph",), ("lint", "--specs-only")]
)
@pytest.mark.parametrize("path", ["pipe", "loop", "/dev/zero", LONG])
def test_other_commands(command: tuple[str, ...], path: str, folder: Path) -> None:
    got = answer(*command, path, cwd=folder)
    assert got.code in ((0, 1, 2) if "--specs-only" in command else (1, 2)), got.err
    assert b"Traceback" not in got.err


def test_a_folder_with_everything_in_it(folder: Path) -> None:
    for name in ("pipe.yaml", "pipe.yml"):
        os.mkfifo(folder / name)
    (folder / "folder.yaml").mkdir()
    (folder / "loop.yaml").symlink_to(".")
    (folder / "deep").symlink_to(".")
    (folder / "secret.yaml").chmod(0o600)
    got = answer("lint", ".", cwd=folder)
    assert got.code == 0, got.err
    assert b"specs checked" in got.err


@pytest.mark.parametrize(
    ("given", "code"), [(b"", 1), (SPEC.encode(), 0), (b"[" * 60_000, 1), (b"\0" * 1000, 1)]
)
def test_standard_input(given: bytes, code: int, folder: Path) -> None:
    got = answer("lint", "-", cwd=folder, stdin=given)
    assert got.code == code, got.err
    assert b"Traceback" not in got.err


def test_standard_input_over_the_cap(folder: Path) -> None:
    got = answer("lint", "-", cwd=folder, stdin=b"#" * (17 * 1024 * 1024))
    assert got.code == 1
    assert b"larger than 16 MB" in got.out


NAMED = [
    # what a spec names, as `files` and as a component
    "pipe", "loop", "dangling", "/etc/passwd", "~/x", "../x", "a/../../x", ".", "", " ", "a//b",
    "./spec.yaml", "file:///etc/passwd", "http://169.254.169.254/", "C:\\x", "\\\\srv\\x", "NUL",
    "x:stream", "-x", "--help", LONG, "a/" * 3000, "$(id)", "`id`", "{{ x }}", "spec.yaml/",
    "spec.yaml/x", "outside", "outside/passwd",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMED, ids=[repr(name)[:30] for name in NAMED])
def test_named_by_a_spec(name: str, folder: Path) -> None:
    (folder / "pipec.toml").touch()
    (folder / "outside").symlink_to("/etc")
    quoted = "'" + name.replace("'", "''") + "'"
    steps = f"steps:\n  a: {{uses: {quoted}}}\n  b: {{run: x, workdir: {quoted}}}\n"
    text = f"pipec: 1\nname: a\nfiles: [{quoted}]\n{steps}"
    (folder / "named.yaml").write_text(text)
    got = answer("lint", "named.yaml", "--target", "argo", cwd=folder)
    assert got.code == 1, got.err
    assert b"Traceback" not in got.err
    assert b"root:" not in got.out, "it shows what is in a file outside of the project"
    if name in ("/etc/passwd", "~/x", "../x", "a/../../x", "outside", "outside/passwd"):
        assert b"bad-path" in got.out


@pytest.mark.parametrize("entry", [".", "inner/"])
def test_files_with_loops_pipes_and_links_out(entry: str, folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (folder / "pipec.toml").touch()
    (inner / "loop").symlink_to("loop")
    (inner / "up").symlink_to("..")
    os.mkfifo(inner / "pipe")
    (inner / "fine.txt").write_text("x")
    (folder / "named.yaml").write_text(f"{SPEC}files: [{entry}]\n")
    got = answer("compile", "named.yaml", "--target", "argo", "-o", "made", cwd=folder)
    assert got.code in (0, 1), got.err
    assert b"Traceback" not in got.err
