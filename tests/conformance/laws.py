"""Changes of a spec that leave its meaning as it is. Each gives the text of another spec."""

import re
from collections.abc import Callable, Mapping
from random import Random

import yaml

from pipec.compiler.compilation import Checked
from pipec.compiler.effective import Effective
from pipec.compiler.effective_text import text_of
from pipec.compiler.format import format_text
from pipec.compiler.ir import Pipeline, Step
from pipec.compiler.source import read

Law = Callable[[str, Checked, Random], str]
# Keys whose entries are named by the spec's author: what is below them is permuted too.
_NAMED = ("params", "steps", "finally", "environments")
_TEXT = "tag:yaml.org,2002:str"
_PLAIN = ("inputs", "outputs", "env", "with", "retry", "resources", "defaults")


def permuted(text: str, _: Checked, dice: Random) -> str:
    """Put steps and keys in another order, but not the lists of a fan-out, nor what is data."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    _permute(root, dice)
    for key, value in root.value:
        if key.value in _NAMED and isinstance(value, yaml.MappingNode):
            _permute(value, dice)
            for _, one in value.value:
                _permute_step(one, dice)
    return str(yaml.serialize(root, allow_unicode=True, width=10**6))


def _permute_step(step: yaml.Node, dice: Random) -> None:
    if not isinstance(step, yaml.MappingNode):
        return
    _permute(step, dice)
    for key, value in step.value:
        if key.value in _PLAIN and isinstance(value, yaml.MappingNode):
            _permute(value, dice)
        elif key.value == "needs" and isinstance(value, yaml.SequenceNode):
            dice.shuffle(value.value)


def _permute(node: yaml.MappingNode, dice: Random) -> None:
    dice.shuffle(node.value)


def new_names(pipeline: Pipeline) -> dict[str, str]:
    """Give each step another name, in another order of the alphabet."""
    count = len(pipeline.all_steps)
    return {name: f"r{count - index}" for index, name in enumerate(pipeline.all_steps)}


def renamed(text: str, checked: Checked, _: Random) -> str:
    """Give all steps the names of `new_names`."""
    assert checked.pipeline
    names = new_names(checked.pipeline)
    root = yaml.compose(text, yaml.SafeLoader)
    assert root is not None
    _rename(root, names, ())
    return str(yaml.serialize(root, allow_unicode=True, width=10**6))


def _rename(node: yaml.Node, names: Mapping[str, str], path: tuple[str, ...]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            if path in (("steps",), ("finally",)) or _is_steps_of_environment(path):
                _call(key, names)
            _rename(value, names, inner)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _rename(one, names, path)
    elif path[-1:] == ("needs",):
        _call(node, names)
    else:
        change = lambda found: f"steps.{names.get(found[1], found[1])}."  # noqa: E731 # a word
        node.value = re.sub(r"\bsteps\.([a-z][a-z0-9_]*)\.", change, node.value)


def _is_steps_of_environment(path: tuple[str, ...]) -> bool:
    return len(path) == 3 and (path[0], path[2]) == ("environments", "steps")


def _call(node: yaml.Node, names: Mapping[str, str]) -> None:
    node.value, node.tag = names[node.value], _TEXT  # PyYAML takes a step `no` for a bool


def with_edges(text: str, checked: Checked, _: Random) -> str:
    """Name in `needs` what a step needs anyway: what it reads, and what its needs need."""
    assert checked.pipeline
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    steps = checked.pipeline.all_steps
    for section, value in root.value:
        if section.value in ("steps", "finally"):
            for key, step in value.value:
                if found := _implied(key.value, steps):
                    _put_needs(step, found)
    return str(yaml.serialize(root, allow_unicode=True, width=10**6))


def _implied(name: str, steps: Mapping[str, Step]) -> list[str]:
    """Give the needs of a step; under the default rule also those of its needs of that rule."""
    step = steps[name]
    found = list(step.needs)
    if step.trigger_rule == "all_succeeded":
        usual = [one for one in step.needs if steps[one].trigger_rule == "all_succeeded"]
        found += [far for one in usual for far in steps[one].needs]
    return sorted(set(found))


def _put_needs(step: yaml.MappingNode, names: list[str]) -> None:
    step.value = [(key, one) for key, one in step.value if key.value != "needs"]
    listed = yaml.SequenceNode(
        "tag:yaml.org,2002:seq", [yaml.ScalarNode(_TEXT, one, style='"') for one in names]
    )
    step.value.append((yaml.ScalarNode(_TEXT, "needs"), listed))


def formatted(text: str, checked: Checked, _: Random) -> str:
    """Give the text of `pipec fmt`."""
    return format_text(read(checked.path, text.encode()))


def resolved(_: str, checked: Checked, __: Random) -> str:
    """Give the text of `pipec resolve`, in which the environment is no more."""
    return text_of(Effective(checked))


LAWS: dict[str, Law] = {
    "permuted": permuted,
    "renamed": renamed,
    "with_edges": with_edges,
    "formatted": formatted,
    "resolved": resolved,
}
