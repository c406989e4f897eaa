"""The effective spec is a spec of the same meaning: checked again, it gives the same pipeline."""

from pathlib import Path
from typing import Any

import pytest

from pipec.compiler.compilation import check_spec
from pipec.compiler.diagnostics import Place
from pipec.compiler.effective import Effective
from pipec.compiler.effective_text import text_of
from pipec.compiler.format import format_text
from pipec.compiler.ir import Pipeline
from pipec.compiler.source import read
from pipec.compiler.values import to_json

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "examples").rglob("*.yaml")), *sorted((ROOT / "tests").rglob("*.yaml"))]

TEXTS = [
    "x", "", " ", " x", "x ", "a: b", "a #b", "# a", "null", "~", "true", "No", "1", "1.10", "1e3",
    "0777", "0x1F", ".inf", "-", "--- x", "- a", "? a", "*a", "&a", "!a", "|", ">", "%a", "@a",
    "`a", "{a", "[a", "a, b", "it's", 'say "x"', "back\\slash", "{{ x }}", "$${{ x }}", "é 日本 😀",
    "\u0085", "\u2028", "\ufeff", "a\tb", "\ta", "\x1b[0m", "\x7f", "a:", ":a", "10m", "1m e",
    "2024-01-01", "a\nb", "a\nb\n", "a\n\n\n", "\na", "\n", "  a\nb\n", "a\n  b\n", "a \nb",
    "a\n \n", "a\n#b\n", "\ta\nb", "a\n\tb", "a\rb", "a\r\nb\n", "=", "<<", "a" * 200,
    "x " * 100 + "\nb",
]  # fmt: skip


def bare(value: Any) -> Any:
    """Give a pipeline as plain data, without the places in it."""
    if isinstance(value, Place) or callable(value):  # such as `line_of`, where steps stand
        return None
    if type(value).__module__.startswith("pipec."):
        names = [name for name in type(value).__slots__ if not name.startswith("_")]
        return type(value).__name__, [(name, bare(getattr(value, name))) for name in names]
    if isinstance(value, dict):
        return [(key, bare(one)) for key, one in value.items()]
    if isinstance(value, list | tuple):
        return [bare(one) for one in value]
    return value


def round_trip(path: str, data: bytes | None = None, environment: str | None = None) -> Pipeline:
    checked = check_spec(path, data, environment)
    assert checked.pipeline
    made = text_of(Effective(checked))
    again = check_spec(path, made.encode())
    assert again.pipeline, again.diagnostics
    assert bare(again.pipeline) == bare(checked.pipeline)
    assert format_text(read(path, made.encode())) == made
    assert text_of(Effective(again)).replace(" ", "") != ""
    return again.pipeline


def test_specs_of_this_project() -> None:
    tried = 0
    for path in map(str, FILES):
        checked = check_spec(path)
        if checked.pipeline is not None:
            for environment in (None, *checked.tree.get("environments", {})):
                round_trip(path, environment=environment)
                tried += 1
    assert tried > 25


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_texts(text: str) -> None:
    quoted = to_json(text)
    for char in "\x7f\u0085\u2028\ufeff":
        quoted = quoted.replace(char, f"\\u{ord(char):04x}")
    word = quoted if text else '"x"'
    spec = f"""
pipec: 1
name: texts
description: {quoted}
labels: {{a: {quoted}, {word}: b}}
params:
  p: {{type: string, default: {quoted}}}
  q: {{type: json, default: [{quoted}, {{x: {quoted}}}]}}
defaults: {{env: {{A: {quoted}}}}}
steps:
  a:
    env: {{B: {quoted}}}
    command: [echo, {quoted}]
    for_each: [{"x" if "{{" in text else quoted}, 1]
  b: {{run: {word}}}
"""
    pipeline = round_trip("x.yaml", spec.encode())
    meant = text.replace("$${{", "${{")
    assert pipeline.description == meant
    assert pipeline.params["q"].default == [meant, {"x": meant}]


@pytest.mark.parametrize("style", ["|+", ">+", "|2+", "|", ">", "|-"])
def test_empty_lines_after_a_script(style: str) -> None:
    script = f"    run: {style}\n      echo\n\n\n"
    spec = f"pipec: 1\nname: x\nsteps:\n  a:\n{script}  b:\n{script}"
    round_trip("x.yaml", spec.encode())


def test_bare_tells_pipelines_apart() -> None:
    spec = b"pipec: 1\nname: x\nsteps:\n  a: {run: x, timeout: 1m}\n"
    one, moved = check_spec("x.yaml", spec), check_spec("x.yaml", b"\n\n" + spec)
    assert one.pipeline
    assert bare(one.pipeline) == bare(moved.pipeline)
    for old, new in ((b"1m", b"2m"), (b"run: x", b"run: y"), (b"  a:", b"  b:")):
        other = check_spec("x.yaml", spec.replace(old, new))
        assert other.pipeline
        assert bare(one.pipeline) != bare(other.pipeline)
