"""Every character of a decoded scalar is found again in the file, whatever way it was written."""

import io

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipec.compiler.diagnostics import Place
from pipec.compiler.source import Region, Source, locate, read

LETTERS = st.characters(codec="utf-8", exclude_characters="\0\x85\u2028\u2029\ufeff\ufffe\uffff\r")
TEXTS = st.text(st.one_of(st.sampled_from("ab:#'\"\\ \t\n-|>"), LETTERS), min_size=1, max_size=60)


def written(source: Source, region: Region) -> str:
    """Give the characters of a region."""
    lines = [source.line(number) for number in range(region.line, region.end_line + 1)]
    lines[-1] = lines[-1][: region.end_column - 1]
    lines[0] = lines[0][region.column - 1 :]
    return "\n".join(lines)


def dump(text: str, style: str, width: int, unicode: bool) -> str:
    """Write a text in one of YAML's styles, under two keys, between two others."""
    out = io.StringIO()
    dumper = yaml.SafeDumper(out, width=width, allow_unicode=unicode)
    dumper.open()
    pairs = [("k0", "v", ""), ("k1", text, style), ("k2", "v", "")]
    nodes = [(_scalar(key), _scalar(value, style)) for key, value, style in pairs]
    inner = yaml.MappingNode("tag:yaml.org,2002:map", nodes, flow_style=False)
    root = yaml.MappingNode("tag:yaml.org,2002:map", [(_scalar("top"), inner)], flow_style=False)
    dumper.serialize(root)
    dumper.close()
    return out.getvalue()


def _scalar(text: str, style: str = "") -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style or None)


def fits(char: str, raw: str) -> bool:
    """Say whether characters of a file stand for a character of a text."""
    if raw == char or (char in " \n" and raw == "\n") or (char == "'" and raw == "''"):
        return True
    return bool(raw.startswith("\\") and yaml.safe_load(f'"{raw}"') == char)


@given(TEXTS, st.sampled_from(["", "'", '"', "|", ">"]), st.integers(8, 90), st.booleans())
@example("a\n b\n\n\nc d\n", ">", 20, True)
@example("\n a\n", "|", 20, True)
@example("  a\n\n", ">", 20, True)
@settings(max_examples=300, deadline=None)
def test_each_character_is_found(text: str, style: str, width: int, unicode: bool) -> None:
    source = read("x.yaml", dump(text, style, width, unicode).encode())
    assert source.tree is not None, source
    value = source.tree["top"]["k1"]
    place = Place("x.yaml", ("top", "k1"))
    shown = [written(source, locate(source, place.part(i, i + 1))) for i in range(len(value))]
    assert all(map(fits, value, shown)), (value, shown)
    starts = [locate(source, place.part(i, i)) for i in range(len(value))]
    assert starts == sorted(starts, key=lambda at: (at.line, at.column))


@given(TEXTS, st.sampled_from(["'", '"', "|", ">"]), st.data())
@settings(max_examples=100, deadline=None)
def test_a_span_runs_from_its_first_to_its_last_character(
    text: str, style: str, data: st.DataObject
) -> None:
    source = read("x.yaml", dump(text, style, 30, True).encode())
    assert source.tree is not None
    size = len(source.tree["top"]["k1"])
    if not size:
        return
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first + 1, size))
    place = Place("x.yaml", ("top", "k1"))
    whole = locate(source, place.part(first, last))
    begin, end = (locate(source, place.part(at, at + 1)) for at in (first, last - 1))
    assert (whole.line, whole.column) == (begin.line, begin.column)
    assert (whole.end_line, whole.end_column) == (end.end_line, end.end_column)


WORDS = [
    ("|\n  a b\n  c", "b\nc", "b\n  c"),
    ("|2\n    a b", "b", "b"),
    ("|-\n\n  a\n\n  b", "\nb", "\n  b"),
    (">\n  a\n  b\n\n    c\n  d", "c", "c"),
    (">-\n  a\n  b", "a b", "a\n  b"),
    ("|+ # comment\n  x\n   a b", "a b", "a b"),
    ("&anchor |\n  a b", "b", "b"),
    ("# comment\n  a b", "b", "b"),
    ("&anchor # comment\n  a b", "a", "a"),
    ("\n  a\n  b", "a b", "a\n  b"),
    ("'a\n\n  ''b''  '", "\n'b", "\n  ''b"),
    ('"a \\\n   \\x62"', "a b", "a \\\n   \\x62"),
    ('"a\\u00e9\\U0001F600b"', "\U0001f600", "\\U0001F600"),
]


@pytest.mark.parametrize(("value", "word", "expected"), WORDS)
def test_words_are_found_in_all_styles(value: str, word: str, expected: str) -> None:
    source = read("x.yaml", f"k: {value}\nend: 1\n".encode())
    assert source.tree is not None
    at = source.tree["k"].index(word)
    place = Place("x.yaml", ("k",)).part(at, at + len(word))
    assert written(source, locate(source, place)) == expected


TREE = """\
pipec: 1
steps:
  a: &a
    run: echo
    needs: [x, {y: 1}]
    list:
      - k: 1
      -
      - last
  b: *a
  c:
"""
ROUTES = [
    ((), False, "1:1-1:6"),
    (("pipec",), False, "1:8-1:9"),
    (("pipec",), True, "1:1-1:6"),
    (("steps",), False, "2:1-2:6"),
    (("steps", "a"), False, "3:3-3:4"),
    (("steps", "a", "run"), False, "4:10-4:14"),
    (("steps", "a", "run"), True, "4:5-4:8"),
    (("steps", "a", "needs"), False, "5:5-5:10"),
    (("steps", "a", "needs", 0), False, "5:13-5:14"),
    (("steps", "a", "needs", 1), False, "5:16-5:17"),
    (("steps", "a", "needs", 1, "y"), False, "5:20-5:21"),
    (("steps", "a", "needs", 9), False, "5:5-5:10"),
    (("steps", "a", "list", 0), False, "7:7-7:8"),
    (("steps", "a", "list", 1), False, "8:7-8:8"),
    (("steps", "a", "list", 2), False, "9:9-9:13"),
    (("steps", "a", "run", "deeper", 3), False, "4:10-4:14"),
    (("steps", "b"), False, "10:3-10:4"),
    (("steps", "b", "run"), False, "4:10-4:14"),
    (("steps", "c"), False, "11:3-11:4"),
    (("steps", "c", "run"), True, "11:3-11:4"),
    (("nothing", 1, "here"), True, "1:1-1:6"),
]


@pytest.mark.parametrize(("route", "key", "expected"), ROUTES)
def test_routes_lead_to_regions(route: tuple[str | int, ...], key: bool, expected: str) -> None:
    at = locate(read("x.yaml", TREE.encode()), Place("x.yaml", route, key))
    assert f"{at.line}:{at.column}-{at.end_line}:{at.end_column}" == expected


@pytest.mark.parametrize("data", [b"", b"- a", b"a: [", b"\xff", b"a: \x00"])
def test_a_file_that_cannot_be_read_has_places_all_the_same(data: bytes) -> None:
    source = read("x.yaml", data)
    for place in (
        Place("x.yaml"),
        Place("x.yaml", ("a", 3)),
        Place("x.yaml", ("a",), span=(5, 2)),
        Place("x.yaml", span=(-5, 10**9)),
    ):
        at = locate(source, place)
        assert (1, 1) <= (at.line, at.column) <= (at.end_line, at.end_column)


def test_a_top_list_and_a_list_of_lists_have_their_dashes() -> None:
    for text, route, expected in (
        (b"- a\n-\n", (1,), "2:1-2:2"),
        (b"a:\n- - b: 1\n  - c\n", ("a", 0, 0), "2:3-2:4"),
        (b"a: [[b], []]\n", ("a", 1), "1:10-1:11"),
    ):
        at = locate(read("x.yaml", text), Place("x.yaml", route))
        assert f"{at.line}:{at.column}-{at.end_line}:{at.end_column}" == expected


def test_an_empty_span_is_where_it_stands() -> None:
    source = read("x.yaml", b'a: "b\\tc"\n')
    for at, column in ((0, 5), (1, 6), (2, 8), (3, 9), (9, 9)):
        region = locate(source, Place("x.yaml", ("a",)).part(at, at))
        assert (region.column, region.end_column) == (column, column)


def test_a_part_of_a_key_is_found() -> None:
    source = read("x.yaml", b'"a\\tbc": 1\n')
    place = Place("x.yaml", ("a\tbc",), key=True, span=(2, 3))
    assert written(source, locate(source, place)) == "b"
