"""Every page: its wrong example gives exactly its code, its right one gives nothing at all."""

import re
from pathlib import Path

import pytest

from pipec.compiler import pages
from pipec.compiler.compilation import check_folder, check_rules, check_spec
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.pages import Example
from pipec.compiler.rules import FOLDER_RULES, RULES
from pipec.targets import choose

CODES = pages.codes()
# They come after other errors, which their examples show too.
AFTER_OTHERS = ("too-many-problems",)


def written(example: Example) -> bytes:
    """Give the bytes that an example stands for."""
    text = example.text
    if fill := example.option("fill"):
        text = text.replace("…", "x" * int(fill))
    if repeat := example.option("repeat"):
        text = re.sub(
            r"^(.*\n)[ ]*…\n", lambda found: found[1] * int(repeat), text, flags=re.MULTILINE
        )
    data = text.encode()
    if "escape" in example.words:
        data = re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), data)
    return data


def found_in(code: str, examples: tuple[Example, ...], folder: Path) -> list[Diagnostic]:
    """Write the files of examples and check the last one as the spec."""
    folder.mkdir(exist_ok=True)
    (folder / "pipec.toml").touch()
    spec, path = examples[-1], folder
    for one in examples:
        path = folder / (one.option("file") or one.option("path") or "example.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        if "unreadable" in one.words:
            path.symlink_to(path)
        else:
            path.write_bytes(written(one))
    assert spec.option("file") is None
    checked = check_spec(str(path), environment=spec.option("env"))
    target = spec.option("target")
    said = choose(target).check(checked) if target else []
    found = [*checked.diagnostics, *check_rules(checked), *said]
    if code in FOLDER_RULES:
        beside = (folder / (one.option("file") or "") for one in examples[:-1])
        found += check_folder([checked, *(check_spec(str(one)) for one in beside)], [])
    return found


@pytest.mark.parametrize("code", CODES)
def test_wrong(code: str, tmp_path: Path) -> None:
    page = pages.load(code)
    found = found_in(code, page.wrong, tmp_path)
    if code in AFTER_OTHERS:
        found = [one for one in found if one.code == code]
    assert {(one.code, one.severity) for one in found} == {(code, page.severity)}, found
    assert len(found) == 1 or code in RULES


@pytest.mark.parametrize("code", CODES)
def test_right(code: str, tmp_path: Path) -> None:
    page = pages.load(code)
    beside = tuple(one for one in page.wrong if one.option("file"))
    assert found_in(code, (*beside, *page.right), tmp_path) == []


@pytest.mark.parametrize("code", CODES)
def test_form(code: str) -> None:
    page = pages.load(code)
    assert page.title.endswith(".")
    assert len(page.title) < 82
    assert page.text
    assert set(page.see_also) <= set(CODES) - {code}
    lines = [page.title, *page.text.split("\n")]
    lines += [line for one in (*page.wrong, *page.right) for line in one.text.split("\n")]
    assert max(map(len, lines)) <= 104
    assert page.wrong[-1].option("target") == page.right[-1].option("target")


def test_a_page_without_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="Wrong"):
        pages.parse("x", "A title.\n\nText.\n\nRight:\n\n```yaml\na: 1\n```\n")


def test_no_page() -> None:
    for code in ("", "nothing", "../rules/shell", "README", "__init__"):
        with pytest.raises(KeyError):
            pages.load(code)
