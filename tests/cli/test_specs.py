"""Which files of a folder are specs, and what is said of paths that are none."""

import os
from pathlib import Path

import pytest

from pipec import specs
from pipec.faults import UsageError

# A file's name, its bytes, and whether it is a spec when its folder is searched.
FILES: list[tuple[str, bytes, bool]] = [
    ("plain.yaml", b"pipec: 1\nname: a\n", True),
    ("short.yml", b"pipec: 1\n", True),
    ("below/deep/spec.yaml", b"pipec: 1\n", True),
    ("comments.yaml", b"# about\n\n---\n  # more\npipec: 1\n", True),
    ("windows.yaml", b"# about\r\npipec: 1\r\n", True),
    ("bom.yaml", b"\xef\xbb\xbfpipec: 1\n", True),
    ("directive.yaml", b"%YAML 1.2\n---\npipec: 1\n", True),
    ("same_line.yaml", b"--- # here\npipec : 1\n", True),
    ("quoted.yaml", b'"pipec": 1\n', True),
    ("flow.yaml", b"{pipec: 1, name: a}\n", True),
    ("second.yaml", b"name: a\npipec: 1\n", False),
    ("other.yaml", b"pipecs: 1\n", False),
    ("list.yaml", b"- pipec: 1\n", False),
    ("value.yaml", b"name: pipec\n", False),
    ("empty.yaml", b"", False),
    ("comment.yaml", b"# pipec: 1\n", False),
    ("text.txt", b"pipec: 1\n", False),
    (".hidden/spec.yaml", b"pipec: 1\n", False),
    ("binary.yaml", b"\x00\xff\xfe", False),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data, _ in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


@pytest.mark.parametrize(("name", "expected"), [(name, is_spec) for name, _, is_spec in FILES])
def test_folder(folder: Path, name: str, expected: bool) -> None:
    assert (str(folder / name) in specs.find([str(folder)])) is expected


def test_order_and_once(folder: Path) -> None:
    found = specs.find([str(folder / "short.yml"), str(folder)])
    assert found[0] == str(folder / "short.yml")
    assert found.count(str(folder / "short.yml")) == 1
    top = [path for path in found[1:] if Path(path).parent == folder]
    assert top == sorted(top)


def test_links_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "spec.yaml").write_bytes(b"pipec: 1\n")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "linked.yaml").symlink_to(elsewhere / "spec.yaml")
    (folder / "round").symlink_to(folder)
    assert not [path for path in specs.find([str(folder)]) if "linked" in path or "round" in path]


def test_named_files_are_specs_unless_unsure(folder: Path) -> None:
    named = [str(folder / "other.yaml"), str(folder / "plain.yaml")]
    assert specs.find(named) == named
    assert specs.find(named, sure=False) == named[1:]


def test_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert "./plain.yaml" in specs.find(["."])
    assert "below/deep/spec.yaml" in specs.find(["below"])


@pytest.mark.parametrize(
    ("path", "said"),
    [("none.yaml", 'there is no file "none.yaml"'), ("", 'there is no file ""')],
)
def test_nothing_there(
    path: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        specs.find([path])


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder, not a spec"):
        specs.named(str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder(folder: Path) -> None:
    (folder / "below").chmod(0)
    with pytest.raises(UsageError, match="cannot read"):
        specs.find([str(folder)])
