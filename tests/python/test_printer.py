"""Printed code is what `ruff format` prints, and texts are read back exactly."""

import ast
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipec.backends.airflow import statements
from pipec.backends.python import printer, quoting
from pipec.backends.python.printer import Code, Text, call, listing, literal, mapping

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
WORDS = [
    "a",
    "it's",
    'say "x"',
    "{{ 7*7 }}",
    "$HOME",
    "\\",
    "\n",
    "é",
    "日本",
    "run.sh",
    "\x1b[31m",
]


@given(TEXTS)
def test_quoted_texts_read_back(text: str) -> None:
    assert ast.literal_eval(quoting.quote(text)) == text


@given(TEXTS.filter(bool), st.integers(20, 88))
def test_broken_texts_read_back(text: str, room: int) -> None:
    parts = Text(text).parts(room)
    assert ast.literal_eval("(" + "\n".join(parts) + ")") == text
    assert all(quoting.width(one) <= room for one in parts)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(JSON)
def test_literals_read_back(value: object) -> None:
    assert ast.literal_eval(statements.assign("x", literal(value), 0)[4:]) == value


class Maker:
    """Makes pieces of code at random, of the shapes that DAG files are made of."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (a test)

    def text(self) -> Text:
        pick = self.random
        count = pick.choice((1, 1, 2, 3, 8, 20))
        return Text(pick.choice((" ", "", "_")).join(pick.choice(WORDS) for _ in range(count)))

    def name(self) -> Code:
        return Code("n" * self.random.choice((1, 5, 12, 40)))

    def value(self, depth: int = 3) -> Code:
        pick = self.random
        if depth == 0 or pick.random() < 0.3:
            return self.text() if pick.random() < 0.5 else self.name()
        made = pick.randrange(9)
        some = [self.value(depth - 1) for _ in range(pick.randint(1, 4))]
        if made == 0:
            return listing(some)
        if made == 1:
            return mapping((f"key{index}", one) for index, one in enumerate(some))
        if made == 2:
            return call("f" * pick.choice((1, 20)), *some)
        if made == 3:
            return call("f", **{f"word{index}": one for index, one in enumerate(some)})
        if made == 4:
            return printer.item_of(self.name(), self.text())
        if made == 5:
            return printer.Each(self.operand(depth), "one", self.name())
        if made == 6:
            return printer.Operation(
                [self.operand(depth) for _ in some] + [self.name()], ["and"] * len(some), 3
            )
        if made == 7:
            return printer.Operation([self.operand(depth), self.operand(depth)], [">"], 5)
        return printer.Choice(self.operand(depth), self.name(), self.operand(depth))

    def operand(self, depth: int) -> Code:
        found = self.value(depth - 1)
        return found if getattr(found, "level", 9) == 9 else printer.Parenthesized(found)

    def statement(self) -> str:
        pick = self.random
        if pick.random() < 0.3:
            value = self.text() if pick.random() < 0.5 else listing([self.value()])
            return statements.assign("name", value, 8)
        args = [("", self.value()), *((f"k{n}=", self.value()) for n in range(pick.randint(0, 3)))]
        return statements.Do(printer.Call("run_program", args), "return ").put(8)


@pytest.mark.parametrize("seed", range(4))
def test_formatted_as_ruff_would(tmp_path: Path, seed: int) -> None:
    maker = Maker(seed)
    functions = [f"    def f{n}():\n{maker.statement()}" for n in range(200)]
    source = "if True:\n\n" + "\n".join(functions)
    ast.parse(source)
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff", tmp_path],
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
