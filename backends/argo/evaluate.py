# mypy: ignore-errors
"""Computes values of a step that Argo cannot. Runs in the pod of a step `NAME--values`."""

import base64
import itertools
import json
import math  # noqa: F401 # for the functions that take the place of the next import
import os
import re
import sys
from pathlib import Path

# --- values ---
from pipec.backends.python.helper.values import limited, parse_value, text

# --- end ---


SAFE = re.compile(r"[ !#%-\[\]-z|}~]*")
FAILURES = (ArithmeticError, LookupError, TypeError, ValueError)


def passed(value):
    """Write a value as it is passed on: null is the empty text, and what may change is encoded."""
    if value is None:
        return ""
    found = text(value)
    safe = all(char.isalpha() or SAFE.fullmatch(char) for char in found)
    if found and safe and not found.startswith("base64:"):
        return found
    return "base64:" + base64.b64encode(found.encode()).decode()


class Give:
    """Takes the values that are computed, each under its name."""

    def __init__(self, params):
        self.params = params

    def __call__(self, name, value):
        if value is not None:
            write(name, text(value))
        return value

    def items(self, lists, of_item=None, index="index"):
        """Give the items of a fan-out: every combination, with what is computed of each."""
        found = []
        for number, one in enumerate(itertools.product(*lists.values())):
            given = dict(zip(lists, map(limited, one), strict=True))
            item = {index: str(number)} | {key: passed(part) for key, part in given.items()}
            for name, compute in (of_item or {}).items():
                item[name] = computed(compute, self.params | given)
            found.append(item)
        write("items", json.dumps(found, ensure_ascii=False))


def computed(compute, params):
    """Compute a value of one item. Where it has none the entry script refuses to start."""
    try:
        return passed(limited(compute(params)))
    except FAILURES as error:
        print(f"pipec: a value of an item cannot be made: {error}", file=sys.stderr)
        return "base64:!"


def given(name, kind):
    """Read an input; one that is not there is null."""
    path = Path(os.environ["PIPEC_INPUTS"], name)
    if not path.exists():
        return None
    if path.is_dir():  # of which only the number counts
        return list(path.iterdir())
    found = path.read_bytes().decode()
    return parse_value(kind[:-1] if kind.endswith("?") else kind, found)


def write(name, found):
    """Write an output; its last line end is dropped by who reads it."""
    end = "\r\n" if found.endswith("\r") else "\n"
    Path(os.environ["PIPEC_OUTPUTS"], name).write_bytes((found + end).encode())


def run(step, kinds, values):
    """Compute what a script asks for."""
    params = {name: given(name, kind) for name, kind in kinds.items()}
    try:
        values(params, Give(params))
    except FAILURES as error:
        sys.exit(f"pipec: a value of step {step} cannot be made: {error}")
