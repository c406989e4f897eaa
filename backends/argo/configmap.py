"""The ConfigMap of a pipeline: the entry script, scripts that cannot stand inline, and its files.

It is immutable and named by its content, so a run that is under way keeps its own files when the
next version is applied.
"""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from pipec.backends.argo.evaluator import MODULE, module
from pipec.backends.argo.plan import Plan
from pipec.backends.argo.writer import Block, Flow, Quoted
from pipec.compiler.diagnostics import Findings
from pipec.compiler.files import collect
from pipec.compiler.ir import Approval, Group, Python, Shell

LIMIT = 1024 * 1024  # bytes of values in one ConfigMap
ENTRY = "entry"
_EXECUTABLE = 0o755
_KEY = re.compile(r"[^-._a-zA-Z0-9]")


class Files:
    """What the pods of a pipeline find under `/pipec/etc`: `paths` to key, content and mode."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.content: dict[str, bytes] = {}
        self.paths: dict[str, str] = {}
        self.executable: set[str] = set()
        bodies = [step.body for level in plan.levels for step in level.steps.values()]
        if any(not isinstance(body, Approval | Group) for body in bodies):
            self._add(ENTRY, ENTRY, entry())
        for level in plan.levels:
            self._add_scripts(level)
        if plan.evaluated:
            self._add(MODULE, MODULE, module())
        for path, source in collect(plan.pipeline, Findings()).items():
            mode = source.stat().st_mode
            self._add(
                path.replace("/", "."), f"files/{path}", source.read_bytes(), mode & 0o100 > 0
            )

    def _add_scripts(self, plan: Plan) -> None:
        for step in plan.steps.values():
            if isinstance(step.body, Shell | Python) and plan.is_in_file(step):
                name = plan.script(step)
                self._add(f"script.{name}", f"scripts/{name}", step.body.script.encode())

    def _add(self, wanted: str, path: str, content: bytes, executable: bool = False) -> None:
        key = base = _KEY.sub("-", wanted)[-240:]
        number = 2
        while key in self.content:
            key, number = f"{base}-{number}", number + 1
        self.content[key] = content
        self.paths[key] = path
        if executable:
            self.executable.add(key)

    @property
    def size(self) -> int:
        return sum(len(one) for one in self.content.values())

    @property
    def name(self) -> str:
        """Give the name of the ConfigMap."""
        pairs = [
            [key, hashlib.sha256(one).hexdigest()] for key, one in sorted(self.content.items())
        ]
        found = hashlib.sha256(json.dumps(pairs).encode()).hexdigest()
        return f"{self.plan.name}-files-{found[:8]}"

    def data(self) -> dict[str, Any]:
        """Give `data` and `binaryData`."""
        texts: dict[str, Any] = {}
        bytes_: dict[str, Any] = {}
        for key, content in self.content.items():
            text = _text(content)
            if text is None:
                bytes_[key] = Quoted(base64.b64encode(content).decode())
            else:
                texts[key] = Block(text)
        made: dict[str, Any] = {}
        if texts:
            made["data"] = texts
        if bytes_:
            made["binaryData"] = bytes_
        return made

    def items(self) -> list[Any]:
        """Give where in the volume each key lies."""
        return [
            Flow(
                {
                    "key": key,
                    "path": Quoted(path) if path.startswith("files/") else path,
                    **self._mode(key),
                }
            )
            for key, path in self.paths.items()
        ]

    def _mode(self, key: str) -> dict[str, Any]:
        return {"mode": _EXECUTABLE} if key in self.executable else {}


def _text(content: bytes) -> str | None:
    """Give a file as text, where YAML can hold it as such."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", text) else text


@cache
def entry() -> bytes:
    """Give the entry script."""
    return Path(__file__).with_name("entry.sh").read_bytes()
