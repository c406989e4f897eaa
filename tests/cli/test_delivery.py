"""Writing files whole, never through a link, and finding what differs."""

from pathlib import Path

import pytest

from pipec import delivery
from pipec.faults import UsageError

HEAD = b"# Made by pipec from a.yaml. Change that file and compile again.\n"
ARGO = b"# Made by pipec from a.yaml for Argo Workflows 3.7: change the spec, not this file.\n"
SHARED = b"# Made by pipec for Airflow 3. DAG files beside it use it.\n"


def kinds(folder: Path, files: dict[str, bytes], spec: str = "x/a.yaml") -> dict[str, str]:
    return {one.path: one.kind for one in delivery.compare(str(folder), files, [spec])}


def test_writes_and_then_finds_nothing_to_do(tmp_path: Path) -> None:
    files = {"a.yaml": HEAD + b"one\n", "below/b.py": b"two\n"}
    assert kinds(tmp_path / "out", files) == {"a.yaml": "missing", "below/b.py": "missing"}
    delivery.write(str(tmp_path / "out"), files)
    assert (tmp_path / "out/below/b.py").read_bytes() == b"two\n"
    assert kinds(tmp_path / "out", files) == {}
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == [
        "a.yaml",
        "b.py",
        "below",
    ]


def test_leaves_alone_what_is_as_it_should_be(tmp_path: Path) -> None:
    delivery.write(str(tmp_path), {"a": b"one", "b": b"one"})
    before = (tmp_path / "a").stat().st_ino
    changed = (tmp_path / "b").stat().st_ino
    delivery.write(str(tmp_path), {"a": b"one", "b": b"two"})
    assert (tmp_path / "a").stat().st_ino == before
    assert (tmp_path / "b").stat().st_ino != changed


def test_changed_and_stale(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"edited\n")
    (tmp_path / "old.yaml").write_bytes(HEAD)
    (tmp_path / "argo.yaml").write_bytes(ARGO)
    (tmp_path / "longer.yaml").write_bytes(ARGO.replace(b"a.yaml", b"a.yaml.yaml"))
    (tmp_path / "other.yaml").write_bytes(HEAD.replace(b"a.yaml", b"b.yaml"))
    (tmp_path / "mine.yaml").write_bytes(b"not pipec's\n")
    assert kinds(tmp_path, {"a.yaml": b"new\n"}) == {
        "a.yaml": "changed",
        "argo.yaml": "stale",
        "old.yaml": "stale",
    }


def test_folders_below_are_pipecs_own(tmp_path: Path) -> None:
    for name in ("a_files/src/old.py", "a_files/src/__pycache__/x.pyc", "b_files/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a_files/linked").symlink_to(tmp_path)
    assert kinds(tmp_path, {"a_files/src/new.py": b""}) == {
        "a_files/src/new.py": "missing",
        "a_files/src/old.py": "stale",
    }


def test_a_shared_file_is_stale_when_nothing_speaks_of_it(tmp_path: Path) -> None:
    (tmp_path / "helper_1.py").write_bytes(SHARED)
    (tmp_path / "helper_2.py").write_bytes(SHARED)
    (tmp_path / "b.py").write_bytes(HEAD.replace(b"a.yaml", b"b.yaml") + b"import helper_2\n")
    assert kinds(tmp_path, {"a.py": b"import helper_3\n"}) == {
        "a.py": "missing",
        "helper_1.py": "stale",
    }


def test_diff(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"same\nold")
    (tmp_path / "old.yaml").write_bytes(HEAD)
    drifts = delivery.compare(str(tmp_path), {"a.yaml": b"same\nnew\n", "b": b"x\n"}, ["a.yaml"])
    at = tmp_path.as_posix()
    assert delivery.show(drifts, str(tmp_path)) == (
        f"--- {at}/a.yaml\n+++ {at}/a.yaml\n@@ -1,2 +1,2 @@\n same\n"
        "-old\n\\ No newline at end of file\n+new\n"
        f"--- /dev/null\n+++ {at}/b\n@@ -0,0 +1 @@\n+x\n"
        f"--- {at}/old.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-{HEAD.decode()}"
    )


@pytest.mark.parametrize("link", ["out", "out/below", "out/below/a.yaml"])
def test_no_way_through_a_link(tmp_path: Path, link: str) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(target)
    with pytest.raises(UsageError, match="is a symbolic link"):
        delivery.write(str(tmp_path / "out"), {"below/a.yaml": b"x"})
    assert list(target.iterdir()) == []


def test_a_link_on_the_way_to_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "deploy").symlink_to("elsewhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match='"deploy" is a symbolic link'):
        delivery.write("deploy/argo", {"a.yaml": b"x"})
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a"])
def test_a_backend_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="outside its folder"):
        delivery.write(str(tmp_path / "out"), {name: b"x"})


def test_what_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(UsageError, match="it is there and is no file"):
        delivery.write(str(tmp_path), {"a": b"x"})
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot write"):
        delivery.write(str(tmp_path / "b"), {"a": b"x"})


def test_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "z").write_bytes(b"")
    with pytest.raises(UsageError):
        delivery.write(str(tmp_path), {"a": b"x", "z/b": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["z"]
