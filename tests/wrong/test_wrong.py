"""Wrong specs with one mistake each: the one error, its code, its place and that it helps.

`cases/*.txt` hold many specs each. A line `### name | code | words` begins one: `§` stands where
the error must start, and `words` in what is said. The lines `pipec: 1` and `name: a` come first
unless the next line has RAW. CRLF, BOM and NOEOL there say how the file is written; `--- c.yaml`
begins another file.
"""

import json
import re
from pathlib import Path

import pytest

from pipec.compiler.compilation import check_spec
from pipec.compiler.report import render

FOLDER = Path(__file__).with_name("cases")
HEAD = "pipec: 1\nname: a\n"
_FLAGS = re.compile(r"((?:RAW|CRLF|BOM|NOEOL)(?: (?:RAW|CRLF|BOM|NOEOL))*)\n")
CASES = [
    (path.stem, *chunk.partition("\n")[::2])
    for path in sorted(FOLDER.glob("*.txt"))
    for chunk in re.split(r"(?m)^### ", path.read_bytes().decode("utf-8"))[1:]
]


def written(text: str) -> tuple[dict[str, bytes], tuple[str, int, int]]:
    """Give the files of a case, and the file, line and column of its mark."""
    flags = _FLAGS.match(text)
    how = flags[1].split() if flags else []
    head = "" if "RAW" in how else HEAD
    names = ["spec.yaml", *re.findall(r"(?m)^--- (\S+)$", text)]
    parts = re.split(r"(?m)^--- \S+\n", head + text[flags.end() if flags else 0 :])
    files: dict[str, bytes] = {}
    at = "", 0, 0
    for name, part in zip(names, parts, strict=True):
        before, mark, after = part.partition("§")
        if mark:
            at = name, before.count("\n") + 1, len(before) - before.rfind("\n")
        whole = before + after
        whole = whole.rstrip("\n") if "NOEOL" in how else whole
        whole = whole.replace("\n", "\r\n") if "CRLF" in how else whole
        files[name] = ("\ufeff" + whole if "BOM" in how else whole).encode()
    return files, at


@pytest.mark.parametrize(
    ("first", "text"),
    [one[1:] for one in CASES],
    ids=[f"{stem}: {first.split(' | ')[0]}" for stem, first, _ in CASES],
)
def test_one_error(first: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, code, words = (one.strip() for one in first.split(" | ", 2))
    files, at = written(text)
    for name, content in {**files, "pipec.toml": b""}.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    checked = check_spec("spec.yaml")
    shown = json.loads(render(checked.diagnostics, checked.sources, "json"))["diagnostics"]
    (found,) = [one for one in shown if one["severity"] == "error"]
    assert (found["code"], found["path"], found["line"], found["column"]) == (code, *at)
    assert found["help"], "nothing says what to do"
    said = " ".join([found["message"], found["help"], *map(str, found["notes"])]).lower()
    assert [word for word in words.lower().split() if word not in said] == []


def test_there_are_cases() -> None:
    assert len(CASES) > 500
    names = [(stem, first.split(" | ")[0]) for stem, first, _ in CASES]
    assert len(set(names)) == len(names)
