"""The code blocks of README and docs are true.

The words after the language say what is done with a block:
`yaml spec` and `yaml component` are linted and must be clean, `yaml CODE` must be refused with
that code; `file=NAME` keeps it as a file. `sh run` is run in a folder of the page's own with those
files, and must exit with 0, or with `exit=N`. `text output` is exactly what the block before it
printed on stdout; times and names of runs may differ. A block with `from=PATH` is a part of that
file.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipec.compiler.compilation import check_spec

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
_BLOCK = re.compile(r"^```(\w+) ([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TIME = re.compile(r"\b\d+(\.\d+)? ?(ms|s)\b")
_RUN = re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{4}\b")


@dataclass
class Block:
    page: Path
    line: int
    language: str
    words: list[str]
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def option(self, name: str, default: str = "") -> str:
        """Give what `name=` says."""
        found = [word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")]
        return found[0] if found else default


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, one.start()) + 1, one[1], one[2].split(), one[3])
        for one in _BLOCK.finditer(text)
    ]


ALL = [block for page in PAGES for block in blocks(page)]
QUOTES = [block for block in ALL if block.option("from")]
SPECS = [block for block in ALL if block.language == "yaml" and block not in QUOTES]


@pytest.mark.parametrize("block", SPECS, ids=str)
def test_spec(block: Block, tmp_path: Path) -> None:
    for other in blocks(block.page):
        if name := other.option("file"):
            (tmp_path / name).write_text(other.text, encoding="utf-8")
    path = tmp_path / block.option("file", "spec.yaml")
    checked = check_spec(str(path), block.text.encode())
    expected = set() if block.words[0] in ("spec", "component") else {block.words[0]}
    assert {one.code for one in checked.diagnostics} == expected


@pytest.mark.parametrize("block", QUOTES, ids=str)
def test_quote(block: Block) -> None:
    assert block.text in (ROOT / block.option("from")).read_text(encoding="utf-8")


def test_there_are_blocks() -> None:
    assert len(SPECS) > 5
    assert len(QUOTES) > 2


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_shell(page: Path, tmp_path: Path) -> None:
    printed = ""
    for block in blocks(page):
        if name := block.option("file"):
            (tmp_path / name).write_text(block.text, encoding="utf-8")
        if block.language == "sh":
            printed = run(block, tmp_path)
        if block.language == "text" and "output" in block.words:
            assert mask(printed) == mask(block.text), str(block)


def run(block: Block, folder: Path) -> str:
    """Run a block; give what it printed on stdout."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", block.text],
        cwd=folder,
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == int(block.option("exit", "0")), f"{block}: {done.stderr}"
    return done.stdout


def mask(text: str) -> str:
    return _RUN.sub("RUN", _TIME.sub("TIME", text))
