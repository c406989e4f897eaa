"""Hostile files through the real command line: answered, in time and memory, without a traceback.

The limits here are generous multiples; `measure.py` prints what each file really costs.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from .child import Answer, answer
from .inputs import GROUPS, Input

TOGETHER = ("brackets", "encodings", "errors", "expressions", "repetitions")
ALONE = [one for group in ("legitimate", "sizes") for one in GROUPS[group]()]
CPU = 60  # seconds; this machine may be busy, and another slower


def check(got: Answer, names: Sequence[str], inputs: Sequence[Input]) -> None:
    assert got.code == int(any(not one.clean for one in inputs)), got.err[-2000:]
    assert b"Traceback" not in got.out + got.err
    assert got.cpu < CPU
    errors = dict.fromkeys(names, 0)
    for found in json.loads(got.out)["diagnostics"]:
        errors[found["path"]] += found["severity"] == "error"
    wrong = [
        one.name for name, one in zip(names, inputs, strict=True) if one.clean is bool(errors[name])
    ]
    assert not wrong


@pytest.mark.parametrize("group", TOGETHER)
def test_small_files(group: str, tmp_path: Path) -> None:
    inputs = list(GROUPS[group]())
    names = [f"{number:03}.yaml" for number in range(len(inputs))]
    for name, one in zip(names, inputs, strict=True):
        (tmp_path / name).write_bytes(one.make())
    check(answer("lint", "--format", "json", *names, cwd=tmp_path), names, inputs)


@pytest.mark.slow
@pytest.mark.parametrize("one", ALONE, ids=[one.name for one in ALONE])
def test_big_files(one: Input, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(one.make())
    check(answer("lint", "--format", "json", "spec.yaml", cwd=tmp_path), ["spec.yaml"], [one])
