"""What the last runs gave, in `results.json`: each result holds while its case is the same."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .cases import ACT, Case

PATH = Path(__file__).with_name("results.json")
NOT_RUN = "not run"


class Results:
    """The outcomes of cases on engines. `found` is what the file holds."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    @classmethod
    def load(cls) -> "Results":
        if not PATH.exists():
            return cls({})
        return cls(json.loads(PATH.read_text(encoding="utf-8")))

    def save(self) -> None:
        text = json.dumps(self.found, indent=1, sort_keys=True, ensure_ascii=False)
        PATH.write_text(text + "\n", encoding="utf-8")

    def engine(self, name: str) -> dict[str, Any]:
        """Give what is known of an engine, to be added to."""
        made: dict[str, Any] = self.found.setdefault(name, {"version": "", "cases": {}})
        return made

    def put(self, engine: str, case: Case, runs: Mapping[str, list[str]]) -> None:
        """Keep the outcomes of a case: for each run its word and what was said."""
        self.engine(engine)["cases"][case.name] = {"files": digest(case), "runs": dict(runs)}

    def of(self, engine: str, case: Case) -> dict[str, list[str]]:
        """Give the outcome of each run of a case; `not run` for what changed since."""
        kept = self.found.get(engine, {}).get("cases", {}).get(case.name, {})
        if kept.get("files") != digest(case):
            return {name: [NOT_RUN] for name in case.runs}
        return {name: kept["runs"].get(name, [NOT_RUN]) for name in case.runs}

    def forget(self, cases: list[Case]) -> None:
        """Drop what is of no case, or of a case as it was before."""
        now = {case.name: digest(case) for case in cases}
        for engine in self.found.values():
            kept = engine["cases"].items()
            engine["cases"] = {k: one for k, one in kept if now.get(k) == one["files"]}


def digest(case: Case) -> str:
    """Hash what a case runs and what it expects."""
    whole = hashlib.sha256(ACT.read_bytes() if case.act else b"")
    for path in sorted(case.folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(case.folder).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]
