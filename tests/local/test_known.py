"""A result that is known before a program starts is taken over, and told from where."""

from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.attempts import Result
from pipec.backends.local.journal import read
from pipec.backends.local.known import Answer, Candidate, Found, Search
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance

SPEC = """
steps:
  a: {run: "exit 9", outputs: {n: int}}
  b: {env: {N: "${{ steps.a.outputs.n }}"}, run: "test $N = 4"}
  c: {for_each: [x, y], run: "exit 9"}
"""


class Place:
    """Knows some results, by label."""

    def __init__(self, size: int, **found: Found) -> None:
        self._size = size
        self._found = {
            name.replace("_", "[") + "]" * ("_" in name): one for name, one in found.items()
        }

    def look(self, instance: Instance, launch: Launch) -> Candidate | Answer:  # noqa: ARG002 # the protocol's
        answer = Answer(self._found.get(instance.label))
        return Candidate(self._size, lambda _: answer) if answer.found else answer


@pytest.mark.parametrize("size", [0, 1 << 30], ids=["at once", "beside the loop"])
def test_known_results(run: Any, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    place = Place(
        size,
        a=Found(Result(None, outputs={"n": 4}), 3, "the cache", cached=True),
        c_0=Found(Result(None), 1, "run x"),
        c_1=Found(Result("exit", "exit 7", 7), 2, "run x"),
    )
    monkeypatch.setattr(
        "pipec.backends.local.readiness.Search", lambda _, *rest: Search([place], *rest)
    )
    ran = run(SPEC)
    assert ran.states() == "a=succeeded/3 b=succeeded c=failed/3[succeeded][failed/2]"
    assert ran.steps["a"]["cached"] is True
    assert ran.steps["b"]["cached"] is False
    assert ran.steps["a"]["outputs"] == {"n": 4}
    assert ran.steps["c"]["instances"][1]["exit_code"] == 7
    records, _ = read(str(Path(ran.outcome.folder) / "journal.jsonl"))
    told = {one["step"]: one for one in records if one["event"] == "restored"}
    assert set(told) == {"a", "c[0]", "c[1]"}
    assert (told["a"]["source"], told["a"]["cached"]) == ("the cache", True)
    assert [one["step"] for one in records if one["event"] == "started"] == ["b"]
