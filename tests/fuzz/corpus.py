"""Where fuzzing starts: the specs of the examples, the tests and the docs, and words of specs."""

import json
import re
from pathlib import Path
from typing import Any

from yaml import BaseLoader, YAMLError, load

from pipec import schemas

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "examples",
    "tests/argo/specs",
    "tests/determinism/project",
    "tests/lowering/cases",
    "tests/text/cases",
)
PAGES = ("README.md", "docs")
WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("words.json").read_bytes())
MOST = 65_536  # bytes of one input
_BLOCK = re.compile(r"^```yaml [^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][\w-]*")


def texts() -> list[bytes]:
    """Give the bytes of every spec to start from, in order of their paths."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.y*ml"))
    pages = sorted(page for name in PAGES for page in _pages(ROOT / name))
    blocks = [block for page in pages for block in _BLOCK.findall(page.read_text(encoding="utf-8"))]
    found = [path.read_bytes() for path in paths] + [block.encode() for block in blocks]
    return [one for one in found if len(one) <= MOST]


def trees(texts: list[bytes]) -> list[dict[str, Any]]:
    """Give those that are YAML maps with steps or a component's program, as plain trees."""
    found = []
    for text in texts:
        try:
            tree = load(text.decode(), BaseLoader)  # noqa: S506 # it makes plain text alone
        except (YAMLError, ValueError, RecursionError):
            continue
        if isinstance(tree, dict) and "pipec" in tree and len(tree) > 2:
            found.append(tree)
    return found


def words() -> list[str]:
    """Give every key and every quoted word of the schema."""
    found: set[str] = set()
    pending: list[Any] = [schemas.load()]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            found.update(
                one.get("properties", {}) if isinstance(one.get("properties"), dict) else ()
            )
            found.update(word for word in one.get("enum", ()) if isinstance(word, str))
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
    return sorted(found)


def _pages(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.md"))
