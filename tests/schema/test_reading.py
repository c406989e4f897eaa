"""What a position makes of a scalar, when all is right."""

from typing import Any

import pytest

from pipec.compiler.diagnostics import Findings
from pipec.compiler.schema import check
from pipec.compiler.source import Plain, read


def tree_of(text: str) -> dict[str, Any]:
    source = read("spec.yaml", text.encode())
    findings = Findings()
    tree = check(source.tree, "spec.yaml", findings)
    assert not source.problems
    assert not findings.found
    assert tree is not None
    return tree


def step_of(text: str) -> Any:
    return tree_of(f"pipec: 1\nname: a\nsteps:\n  s: {{run: x, {text}}}\n")["steps"]["s"]


@pytest.mark.parametrize(
    "text", ["1.10", "0777", "on", "1e3", "null", "true", "~", "08", "0x1F", ".inf", "2026-11-23"]
)
def test_text_arrives_as_written(text: str) -> None:
    value = step_of(f"env: {{A: {text}}}")["env"]["A"]
    assert type(value) is str
    assert value == text


@pytest.mark.parametrize(
    ("text", "route", "value"),
    [
        ("retry: 3", ["retry"], 3),
        ("retry: {backoff: 2}", ["retry", "backoff"], 2),
        ("retry: {backoff: 1.5}", ["retry", "backoff"], 1.5),
        ("cache: true", ["cache"], True),
        ("resources: {cpu: 2}", ["resources", "cpu"], "2"),
        ("resources: {cpu: 0.5, gpu: 1}", ["resources", "gpu"], 1),
        ("when: true", ["when"], "true"),
        ("image: null", ["image"], None),
        ('image: "null"', ["image"], "null"),
        ("retry: null", ["retry"], None),
        ("env: null", ["env"], None),
        ("description: null", ["description"], "null"),
        ('env: {A: ""}', ["env", "A"], ""),
        ("for_each: params.models", ["for_each"], "params.models"),
        ("timeout: 1h30m", ["timeout"], "1h30m"),
    ],
)
def test_each_position_has_its_type(text: str, route: list[str], value: Any) -> None:
    found = step_of(text)
    for key in route:
        found = found[key]
    assert found == value
    assert type(found) is type(value)


def test_null_removes_in_defaults_and_environments() -> None:
    tree = tree_of("""\
pipec: 1
name: a
defaults: {env: {A: null, B: "null"}, labels: {x: null}, timeout: null}
steps: {s: {run: x}}
environments:
  e:
    schedule: null
    targets: {argo: null}
    steps: {s: {env: {A: null}, resources: {cpu: null}, max_parallel: null}}
""")
    assert tree["defaults"] == {
        "env": {"A": None, "B": "null"},
        "labels": {"x": None},
        "timeout": None,
    }
    assert tree["environments"]["e"] == {
        "schedule": None,
        "targets": {"argo": None},
        "steps": {"s": {"env": {"A": None}, "resources": {"cpu": None}, "max_parallel": None}},
    }


@pytest.mark.parametrize(
    "text",
    [
        "pipec: 1\nname: a\nsteps: {s: {run: x}}\nparams: {p: {type: int, default: 0777}}",
        "pipec: 1\nname: a\nsteps: {s: {run: x}}\nparams: {p: {type: int, enum: [0777]}}",
        "pipec: 1\nname: a\nsteps: {s: {run: x, for_each: [0777]}}",
        "pipec: 1\nname: a\nsteps: {s: {run: x, for_each: {a: [0777]}}}",
        "pipec: 1\nname: a\nsteps: {s: {uses: x, with: {a: 0777}}}",
        "pipec: 1\nname: a\nsteps: {s: {run: x}}\ntargets: {argo: {a: {b: 0777}}}",
        "pipec: 1\nname: a\nsteps: {s: {run: x}}\nenvironments: {e: {params: {p: 0777}}}",
    ],
)
def test_a_position_of_any_type_keeps_plain_words_apart_from_quoted_ones(text: str) -> None:
    assert Plain in _kinds(tree_of(text))
    assert Plain not in _kinds(tree_of(text.replace("0777", '"0777"')))


def _kinds(tree: Any) -> set[type]:
    if isinstance(tree, dict):
        return set().union(*map(_kinds, tree.values()))
    if isinstance(tree, list):
        return set().union(*map(_kinds, tree))
    return {type(tree)}
