"""Any text of a spec stands in the emitted file as a constant, exactly, and as nothing else."""

import ast
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipec.backends.airflow import backend
from pipec.compiler.compilation import check_spec

from .hostile import TEXTS, dumped
from .test_golden import unusual

FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "description": lambda text: {"description": text},
    "owner": lambda text: {"owner": text},
    "label": lambda text: {"labels": {"a": text}},
    "default": lambda text: {"params": {"p": {"type": "string", "default": text}}},
    "enum": lambda text: {"params": {"p": {"type": "string", "default": "x", "enum": ["x", text]}}},
    "param description": lambda text: {
        "params": {"p": {"type": "int", "default": 1, "description": text}}
    },
    "map": lambda text: {"params": {"p": {"type": "map<string>", "default": {text: text}}}},
    "json": lambda text: {"params": {"p": {"type": "json", "default": [{"k": text}]}}},
    "tag": lambda text: {"targets": {"airflow": {"tags": [text]}}},
    "pool": lambda text: {"targets": {"airflow": {"pool": text}}},
    "run": lambda text: {"steps": {"a": {"run": text}}},
    "python": lambda text: {"steps": {"a": {"python": text}}},
    "argv": lambda text: {"steps": {"a": {"command": ["true", text]}}},
    "env": lambda text: {"steps": {"a": {"run": "x", "env": {"E": text}}}},
    "input": lambda text: {"steps": {"a": {"run": "x", "inputs": {"i": text}}}},
    "step description": lambda text: {"steps": {"a": {"run": "x", "description": text}}},
    "item": lambda text: {"steps": {"a": {"run": "x", "for_each": ["x", text]}}},
    "key": lambda text: {"steps": {"a": {"run": "x", "for_each": {"k": ["x", text]}}}},
    "approve": lambda text: {"steps": {"a": {"approve": text}}},
}
ARBITRARY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


def emitted(field: str, text: str) -> str | None:
    """Give the DAG file of a spec with a text in a field, or None if the spec is refused."""
    spec = {"pipec": 1, "name": "p", "steps": {"a": {"run": "x"}}, **FIELDS[field](text)}
    checked = check_spec("p.yaml", dumped(spec).encode())
    if checked.pipeline is None or backend().check(checked.pipeline, "3.3"):
        return None
    files = backend().emit(checked.pipeline, "3.3", False)
    return files["p.py"].decode()


def check(field: str, text: str) -> bool:
    found = emitted(field, text)
    if found is None:
        return False
    tree = ast.parse(found)
    assert set(unusual(tree)) == set()
    constants = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    wanted = f"a:{text}" if field == "label" else text
    if field == "step description":  # where the step stands is said below it
        texts = [one for one in constants if isinstance(one, str) and "p.yaml:" in one]
        constants = [one.rpartition("\n\n")[0] for one in texts]
    too_long = len(wanted) > 100
    left_out = not text if field in ("owner", "step description") else field == "label" and too_long
    assert wanted in constants or left_out
    return True


@pytest.mark.parametrize("field", FIELDS)
def test_listed_texts_stand_as_they_are(field: str) -> None:
    held = sum(check(field, text.replace("${{", "$${{")) for text in TEXTS)
    assert held >= len(TEXTS) * 0.8  # the rest is refused: nothing to run, no label of 300 letters


@pytest.mark.parametrize("field", FIELDS)
@given(text=ARBITRARY.filter(lambda text: "${{" not in text))
@settings(max_examples=25, deadline=None)
def test_any_text_stands_as_it_is(field: str, text: str) -> None:
    check(field, text)
