"""The fast reader and jsonschema accept and refuse the same, and every refusal is explained."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pipec.compiler.diagnostics import Findings
from pipec.compiler.schema import check
from pipec.compiler.schema_explain import as_json, with_strict_patterns
from pipec.compiler.schema_nodes import Node, resolve, schema, types
from pipec.compiler.schema_reader import reader
from pipec.compiler.source import Plain, read

ROOT = Path(__file__).parents[2]
EVERYTHING = """\
pipec: 1
name: every-key
description: 1.10
owner: null
labels: {team: growth}
params:
  n: {type: int, default: 1, enum: [1, 2], min: 0, max: 9, description: a}
  s: {type: string, min_length: 1, max_length: 5, pattern: "[a-z]*"}
defaults:
  shell: bash
  env: {A: null, B: {secret: a/b}}
  image: null
  workdir: src
  resources: {cpu: 500m, memory: 4Gi, gpu: 1, gpu_type: t4}
  timeout: 1h30m
  retry: 3
  cache: true
  labels: {a: null}
  targets: {argo: {a: [b]}, airflow: null, other: {}}
files: [src/, a.sh]
steps:
  a:
    description: x
    run: "true"
    shell: bash
    env: {A: null, TOKEN: {secret: a/b, optional: true}}
    needs: [b]
    trigger_rule: all_done
    when: true
    for_each: {m: params.models, k: [1, {a: b}]}
    max_parallel: 2
    inputs: {x: 1}
    outputs: {x: file, y: {type: "int?", path: out/y}}
    image: a:1
    workdir: null
    resources: {cpu: 0.5, memory: null}
    timeout: 5m
    retry: {attempts: 3, delay: 0s, backoff: 1.5, max_delay: 1m, on: [exit, exit:75, lost]}
    cache: {ttl: 1d, key: 5}
    labels: {a: 1}
    targets: {argo: {}}
  b: {command: [a, 1, "${{ params.n }}"], for_each: [1, 2]}
  c: {python: "print()", for_each: params.models}
  d: {approve: ok?, needs: [a], when: x, trigger_rule: none_failed, description: y}
  e: {uses: ./c.yaml, with: {a: [1], b: x}, for_each: params.m, max_parallel: 1, labels: {a: b}}
finally:
  z: {run: x}
schedule: {cron: "0 3 * * 1", timezone: UTC, overlap: allow, catchup: false}
environments:
  prod:
    params: {n: 2}
    defaults: {env: {A: null}}
    schedule: {cron: "1 1 * * *", catchup: true}
    targets: {argo: {namespace: a}}
    steps:
      a: {resources: {cpu: 1}, image: b, timeout: null, retry: null, max_parallel: 3, cache: false}
      b: {env: {A: {secret: a/b}}, targets: {argo: null}}
targets: {argo: {version: "3.7"}}
timeout: 2d
max_parallel: 4
fail_fast: true
"""
OF_STEPS = """\
pipec: 1
component: pair
description: x
inputs: {n: int, f: file}
outputs: {sum: {type: int, value: "${{ steps.a.outputs.n }}"}}
steps: {a: {run: x, outputs: {n: int}}}
"""
OF_PROGRAM = """\
pipec: 1
component: one
inputs: {n: int}
outputs: {sum: int}
run: x
shell: bash
timeout: 5m
"""
SPECS = [read(str(path)).tree for path in sorted(ROOT.glob("examples/pipelines/*/*.yaml"))] + [
    read("spec.yaml", text.encode()).tree for text in (EVERYTHING, OF_STEPS, OF_PROGRAM)
]
WORDS = st.sampled_from(
    [
        *("a", "A", "a__b", "a-b", "1", "0", "-1", "1.5", "0777", "0x1F", "yes", "true", "null"),
        *("~", ".inf", "5m", "0s", "4Gi", "500m", "exit", "exit:999", "a/b", "all_done"),
        *("forbid", "run", "command", "python", "uses", "approve", "steps", "component"),
        *("shell", "with", "needs", "retry", "PIPEC_X", "pipec", "timeout"),
    ]
)
TEXTS = st.one_of(WORDS, st.just(""), st.just("5m\n"), st.just("a\n"), st.just("é"), st.text())
SCALARS: st.SearchStrategy[Any] = st.one_of(TEXTS.map(Plain), TEXTS)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
FULL = Draft7Validator(with_strict_patterns(schema()))
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|write \S+')  # what repeats the spec
OURS = re.compile(r"\bNone\b|\bdict\b|\bstr\b|\bPlain\b|\{'|\$\.|is not of type|does not match")


def holders(tree: Any) -> list[Any]:
    """Give every map and list in a tree."""
    if isinstance(tree, dict):
        return [tree, *(one for value in tree.values() for one in holders(value))]
    if isinstance(tree, list):
        return [tree, *(one for value in tree for one in holders(value))]
    return []


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A spec that fits, with up to three things in it taken out, renamed, replaced or added."""
    tree = deepcopy(draw(st.sampled_from(SPECS)))
    for _ in range(draw(st.integers(0, 3))):
        holder = draw(st.sampled_from(holders(tree)))
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        kind = draw(st.sampled_from(["add", "drop", "rename", "replace", "copy"]))
        if kind == "add" or not keys:
            if isinstance(holder, dict):
                holder[draw(WORDS)] = draw(TREES)
            else:
                holder.append(draw(TREES))
            continue
        key = draw(st.sampled_from(keys))
        if kind == "drop":
            del holder[key]
        elif kind == "rename" and isinstance(holder, dict):
            holder[draw(WORDS)] = holder.pop(key)
        elif kind == "copy":
            holder[key] = deepcopy(draw(st.sampled_from(holders(tree))))
        else:
            holder[key] = draw(TREES)
    return tree


def admitted(node: Node) -> st.SearchStrategy[Any]:
    """Give trees of the kinds that a part of the schema admits, right and nearly right."""
    node = resolve(node, {})
    kinds: list[st.SearchStrategy[Any]] = [SCALARS]
    if "examples" in node:
        kinds.append(st.sampled_from(node["examples"]).map(written))
    if "object" in types(node):
        known = {key: _later(one) for key, one in node.get("properties", {}).items()}
        kinds.append(st.fixed_dictionaries({}, optional=known))
    return st.one_of(kinds)


def _later(node: Node) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: admitted(node))


def written(value: Any) -> Any:
    """Give an example of the schema as YAML would be read: scalars as plain text."""
    if isinstance(value, dict):
        return {key: written(one) for key, one in value.items()}
    if isinstance(value, list):
        return [written(one) for one in value]
    return Plain(
        {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    )


def whole_as_json(node: Node, tree: Any) -> Any:
    """Read a tree for jsonschema all the way down, leaving what does not fit for it to refuse."""
    node = resolve(node, tree)
    if not types(node):
        return tree
    if type(tree) is dict and "object" in types(node):
        known, extra = node.get("properties", {}), node.get("additionalProperties", {})
        return {key: whole_as_json(known.get(key, extra) or {}, one) for key, one in tree.items()}
    if type(tree) is list and "array" in types(node):
        return [whole_as_json(node.get("items", {}), one) for one in tree]
    return as_json(node, tree)


def assert_agreement(tree: Any) -> None:
    findings = Findings()
    found = check(tree, "spec.yaml", findings)
    as_read = whole_as_json(schema(), tree)
    assert (found is not None) == FULL.is_valid(as_read)
    assert (found is not None) == (not findings.found)
    if found is not None:
        assert found == as_read
    for one in findings.found:
        assert not OURS.search(QUOTED.sub("", f"{one.message} {one.help or ''}")), one
        assert one.message[0].islower() or one.message[0] == '"'
        assert not one.message.endswith(".") or one.message.endswith("...")
    places = [(one.message, one.place) for one in findings.found]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("tree", SPECS)
def test_the_examples_fit(tree: Any) -> None:
    assert reader(schema())(tree)
    assert_agreement(tree)


def test_the_specs_here_use_every_key_of_the_language() -> None:
    used = {
        key for tree in SPECS for holder in holders(tree) if type(holder) is dict for key in holder
    }
    known = {key for node in schema()["definitions"].values() for key in node.get("properties", {})}
    assert not known - used


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_they_agree_on_specs_with_mistakes(tree: Any) -> None:
    assert_agreement(tree)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["pipeline", "component_of_steps", "component_of_program"]), st.data())
def test_they_agree_on_trees_made_from_the_schema(name: str, data: st.DataObject) -> None:
    tree = data.draw(admitted(schema()["definitions"][name]))
    if type(tree) is dict:
        assert_agreement(tree)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["run: x", "command: [x]", "uses: x", "approve: x"]), st.data())
def test_they_agree_on_steps_made_from_the_schema(body: str, data: st.DataObject) -> None:
    step = data.draw(admitted(schema()["definitions"]["step"]))
    text = "pipec: 1\nname: a\nsteps:\n  s: {" + body + "}\n"
    tree = read("spec.yaml", text.encode()).tree
    assert tree
    if type(step) is dict:
        tree["steps"]["s"] |= step
    assert_agreement(tree)
