"""Each `cases/x.yaml` is laid out as `x.out` says, and means the same.

To add a case, add the two files. UPDATE_CASES=1 writes the second; read it before you commit it.
"""

import os
from pathlib import Path

import pytest

from pipec.compiler.format import FormatFault, format_text, same
from pipec.compiler.format_printer import Printer
from pipec.compiler.source import Plain, read

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))
TEXTS = Path(__file__).parents[1] / "text" / "cases"

# A text, and what becomes of it.
SMALL = [
    ("a:   1   ", "a: 1\n"),
    ("\ufeffa: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
    ("a: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
    ("\n\n# c\n\n\na: 1", "# c\n\na: 1\n"),
    ("a: {b: 1}# c", "a: {b: 1}  # c\n"),
    ("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"),
    ("a:\n-\n  b: 1\n  c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
    ("a:\n\n\n  b: 1\n", "a:\n  b: 1\n"),
    ("a: 'b'", 'a: "b"\n'),
    ("a: 'b\\c'", "a: 'b\\c'\n"),
    ("'a': 'b''c'", '"a": "b\'c"\n'),
    ("a: [ ]\nb: { }\n", "a: []\nb: {}\n"),
    ("a: [1,2 , ]", "a: [1, 2]\n"),
    ("a: [\n1,\n2,\n]", "a: [\n  1,\n  2,\n]\n"),
    ("a: [b: 1]", "a: [{b: 1}]\n"),
    ("? a\n: 1", "a: 1\n"),
    ("a: |\n    x", "a: |-\n  x\n"),
    ("a: |\n    x\n\n\n", "a: |\n  x\n"),
    ("a: |+\n    x\n\n\n", "a: |+\n  x\n\n\n"),
    ("a: | # c\n    x\n", "a: |  # c\n  x\n"),
    ("a: # c\n  b\n", "a:  # c\n  b\n"),
    ("a: 1    # c\n        # d\nb: 2\n", "a: 1  # c\n      # d\nb: 2\n"),
    ("a: 1  # c\n    # d\nb: 2\n", "a: 1  # c\n# d\nb: 2\n"),
    ("a:\n  # b: 1\nc: 1\n", "a:\n  # b: 1\nc: 1\n"),
    ("a:\n  # c\n\n? b\n: 1\n", "a:\n  # c\n\nb: 1\n"),
    ("---\na: 1\n...\n", "---\na: 1\n"),
    ("%YAML 1.1  # v\n---   # c\na: 1\n", "%YAML 1.1  # v\n---  # c\na: 1\n"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_case(case: Path) -> None:
    source = read(case.name, case.read_bytes())
    assert source.problems == []
    made = format_text(source)
    expected = case.with_suffix(".out")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(made, encoding="utf-8", newline="\n")
    assert made == expected.read_text(encoding="utf-8")
    again = read(case.name, made.encode())
    assert same(source.tree, again.tree)
    assert format_text(again) == made


@pytest.mark.parametrize(("text", "expected"), SMALL, ids=[repr(text) for text, _ in SMALL])
def test_small(text: str, expected: str) -> None:
    source = read("x.yaml", text.encode())
    assert format_text(source) == expected
    assert same(source.tree, read("x.yaml", expected.encode()).tree)


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_odd_files(path: Path) -> None:
    source = read(path.name, path.read_bytes())
    if not source.problems:
        made = format_text(source)
        assert format_text(read(path.name, made.encode())) == made


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("a: 2\n", "meaning"),
        ('a: "1"\n', "meaning"),
        ("b: 1\n", "meaning"),
        ("a: 1\nb: 2\n", "meaning"),
        ("a: [\n", "meaning"),
        ("a: 1\n", "comment"),
        ("a:   1 # c\n", "stay as it is"),
    ],
)
def test_what_changes_a_meaning_is_refused(
    wrong: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = read("x.yaml", b"a:    1 # c\n")
    texts = iter([wrong])
    right = Printer.print
    monkeypatch.setattr(Printer, "print", lambda self, one: next(texts, None) or right(self, one))
    with pytest.raises(FormatFault, match=said):
        format_text(source)


OTHERS: list[object] = [
    {"a": ["1"]},
    {"a": [Plain("2")]},
    {"a": []},
    {"a": {}},
    {"b": [Plain("1")]},
    [],
]


@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_same(other: object) -> None:
    assert same({"a": [Plain("1")]}, {"a": [Plain("1")]})
    assert not same({"a": [Plain("1")]}, other)
