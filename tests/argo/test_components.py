"""Components with steps: what their uses share, and what crosses their border."""

from pathlib import Path
from typing import Any

import yaml

from .conftest import compile_spec

TWO = """\
pipec: 1
component: two
inputs: {x: int}
outputs: {y: {type: int, value: "${{ steps.b.outputs.y }}"}}
steps:
  a: {run: x, env: {X: "${{ inputs.x }}"}, outputs: {y: int}}
  b: {run: x, env: {X: "${{ steps.a.outputs.y }}"}, outputs: {y: int}}
"""
HEAD = 'pipec: 1\nname: p\ndefaults: {image: "i:1"}\nsteps:\n'


def templates(folder: Path, steps: str, version: str = "3.7") -> dict[str, Any]:
    """Compile a spec whose steps may use `two.yaml`, and give its templates by name."""
    (folder / "pipec.toml").touch()
    (folder / "two.yaml").write_text(TWO)
    path = folder / "p.yaml"
    path.write_text(HEAD + steps)
    result = compile_spec(path, version)
    assert not result.errors
    found = [one for one in yaml.safe_load_all(result.manifest) if one["kind"] != "ConfigMap"]
    return {one["name"]: one for one in found[0]["spec"]["templates"]}


def use(name: str, x: str = "1") -> str:
    return f"  {name}: {{uses: ./two.yaml, with: {{x: {x}}}}}\n"


def test_one_use_has_templates_of_its_own_name(tmp_path: Path) -> None:
    found = templates(tmp_path, use("train"))
    assert list(found) == ["p", "train", "train-a", "train-b"]
    assert found["train-a"]["container"]["command"][3] == "train.a"
    assert found["train-b"]["metadata"]["annotations"] == {"pipec.dev/source": "two.yaml:7"}


def test_uses_of_the_same_steps_share_them(tmp_path: Path) -> None:
    found = templates(tmp_path, use("train") + use("again", "2"))
    assert list(found) == ["p", "two", "two-a", "two-b"]
    assert found["two-a"]["container"]["command"][3] == "{{inputs.parameters.use--path}}.a"
    given = [one["arguments"]["parameters"] for one in found["p"]["dag"]["tasks"]]
    assert [{one["name"]: one["value"] for one in row} for row in given] == [
        {"use--path": "train", "x": "1"},
        {"use--path": "again", "x": "2"},
    ]


def test_names_that_meet_are_told_apart(tmp_path: Path) -> None:
    found = templates(tmp_path, use("train") + "  train_a: {run: x}\n  two: {run: x}\n")
    assert list(found) == ["p", "train", "train-a--item", "train-b", "train-a", "two"]


def test_a_fan_out_calls_the_component_for_each_item(tmp_path: Path) -> None:
    step = "  each: {for_each: [1, 0], uses: ./two.yaml, with: {x: '${{ 4 // item }}'}}\n"
    found = templates(tmp_path, step)
    assert list(found) == ["p", "each", "two", "two-a", "two-b"]
    (call,) = found["each"]["dag"]["tasks"]
    assert "inputs.parameters.item" in call["when"]  # fails this item alone


def test_many_components_are_split_below_the_limit(tmp_path: Path) -> None:
    (tmp_path / "pipec.toml").touch()
    lines = []
    for number in range(70):
        text = TWO.replace("two", f"c{number}").replace("run: x", f"run: x{number}")
        (tmp_path / f"c{number}.yaml").write_text(text)
        lines.append(f"  s{number}: {{uses: ./c{number}.yaml, with: {{x: {number}}}}}\n")
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + "".join(lines))
    result = compile_spec(path, "4.1")
    assert not result.errors
    found = [one for one in yaml.safe_load_all(result.manifest) if one["kind"] != "ConfigMap"]
    sizes = [len(one["spec"]["templates"]) for one in found]
    assert sum(sizes) >= 3 * 70 + 1
    assert max(sizes) <= 200
