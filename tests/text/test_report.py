"""The four formats: order, repetitions, escapes, and carets under the right characters."""

import json
from typing import Any
from unicodedata import combining, east_asian_width

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipec.compiler.diagnostics import Diagnostic, Note, Place
from pipec.compiler.report import FORMATS, docs_url, render
from pipec.compiler.report_characters import MAX_COLUMNS, escape, underline
from pipec.compiler.source import read

SOURCE = read("a.yaml", b"pipec: 1\nname: churn\nsteps:\n  a: {run: x}\n")
SOURCES = {"a.yaml": SOURCE}
NAME = Place("a.yaml", ("name",))
STEP = Place("a.yaml", ("steps", "a"))


def test_nothing_to_say() -> None:
    assert render([], {}) == ""
    assert render([], {}, "github") == ""
    assert json.loads(render([], {}, "json")) == {"diagnostics": []}
    assert json.loads(render([], {}, "sarif"))["runs"][0]["results"] == []


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="text, json, github, sarif"):
        render([], {}, "xml")


def test_text_is_as_the_style_guide_shows() -> None:
    notes = (Note("first written", STEP.of_key()), Note("names are short"))
    found = [Diagnostic("odd-name", 'no "churn"', NAME.part(1, 4), "warning", "choose", notes)]
    assert render(found, SOURCES) == (
        'a.yaml:2:8: warning: no "churn" [odd-name]\n'
        "  |\n"
        "2 | name: churn\n"
        "  |        ^^^\n"
        "  = note: first written at a.yaml:4:3\n"
        "  = note: names are short\n"
        "  = help: choose\n"
    )


def test_the_gutter_is_as_wide_as_the_line_number() -> None:
    source = read("b.yaml", b"a: 1\n" + b"\n" * 98 + b"b: 2\n")
    text = render([Diagnostic("x", "y", Place("b.yaml", ("b",)))], {"b.yaml": source})
    assert text == "b.yaml:100:4: error: y [x]\n    |\n100 | b: 2\n    |    ^\n"


def test_a_region_of_many_lines_is_underlined_on_its_first() -> None:
    source = read("b.yaml", b"a: |\n  x\n  y\nb: 'c\n  d'\n")
    found = [Diagnostic("x", "y", Place("b.yaml", (key,))) for key in ("a", "b")]
    text = render(found, {"b.yaml": source})
    assert "1 | a: |\n  |    ^\n" in text
    assert "4 | b: 'c\n  |    ^^\n" in text


def test_sorted_by_path_line_and_column_without_repetitions() -> None:
    found = [
        Diagnostic("b", "two", STEP),
        Diagnostic("b", "one", STEP),
        Diagnostic("a", "three", NAME),
        Diagnostic("a", "three", NAME),
        Diagnostic("z", "four", Place("0.yaml")),
        Diagnostic("a", "five", NAME.of_key()),
    ]
    for order in (found, found[::-1]):
        shown = json.loads(render(order, SOURCES, "json"))["diagnostics"]
        assert [one["message"] for one in shown] == ["four", "five", "three", "one", "two"]


def test_json_has_the_keys_of_the_contract_in_their_order() -> None:
    found = [Diagnostic("odd", "it \n is", NAME, "error", None, (Note("see", STEP),))]
    text = render(found, SOURCES, "json")
    assert list(json.loads(text)["diagnostics"][0].items()) == [
        ("code", "odd"),
        ("severity", "error"),
        ("message", r"it \n is"),
        ("path", "a.yaml"),
        ("line", 2),
        ("column", 7),
        ("end_line", 2),
        ("end_column", 12),
        ("notes", ["see at a.yaml:4:3"]),
        ("help", None),
        ("url", docs_url("odd")),
    ]
    assert docs_url("odd").startswith("https://")
    assert docs_url("odd").endswith("/odd.md")


def test_a_path_without_a_source_is_shown_all_the_same() -> None:
    found = [Diagnostic("gone", "no such file", Place("b.yaml", ("a",)), help="look")]
    assert render(found, {}) == "b.yaml:1:1: error: no such file [gone]\n  = help: look\n"
    for format in FORMATS:
        assert "no such file" in render(found, {}, format)


HOSTILE = "::error::x\r\n%0A,:\x1b[31m\u202e\udc80"


def test_github_commands_cannot_be_broken_out_of() -> None:
    found = [
        Diagnostic("c", HOSTILE, Place(f"d:{HOSTILE}"), help=HOSTILE, notes=(Note(HOSTILE),)),
        Diagnostic("c", "50%", NAME),
    ]
    message = r"::error::x\r\n%250A,:\x1b[31m\u202e\udc80"
    path = r"d%3A%3A%3Aerror%3A%3Ax\r\n%250A%2C%3A\x1b[31m\u202e\udc80"
    top = "line=1,col=1,endLine=1,endColumn=1,title=pipec c"
    assert render(found, SOURCES, "github").splitlines() == [
        "::error file=a.yaml,line=2,col=7,endLine=2,endColumn=12,title=pipec c::50%25",
        f"::error file={path},{top}::{message}%0Anote: {message}%0Ahelp: {message}",
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_lets_control_characters_through(format: str) -> None:
    place = Place(f"x{HOSTILE}")
    found = [Diagnostic("c", HOSTILE, place, help=HOSTILE, notes=(Note(HOSTILE, place),))]
    text = render(found, {place.path: read(place.path, b'a: "\xe2\x80\xae"\n')}, format)
    assert text.replace("\n", "").isprintable()
    text.encode()


def test_colour_changes_no_words() -> None:
    found = [Diagnostic("a", "b", NAME, "warning", "c", (Note("d"),))]
    coloured = render(found, SOURCES, color=True)
    assert coloured != (plain := render(found, SOURCES))
    for code in ("1", "34", "32", "1;33", "0"):
        assert f"\x1b[{code}m" in coloured
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


# The parts of the SARIF 2.1.0 schema that concern what is written here.
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "message": {"type": "object", "required": ["text"]},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
                },
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        name: {"type": "integer", "minimum": 1}
                        for name in ("startLine", "startColumn", "endLine", "endColumn")
                    },
                },
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {"type": "object", "required": ["text"]},
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "uniqueItems": True, "items": LOCATION},
    },
}


def test_sarif_is_valid_and_rules_belong_to_results() -> None:
    twice = (Note("see", STEP), Note("see", STEP), Note("no place"))
    found = [
        Diagnostic("b", "one", NAME, "warning", "do", twice),
        Diagnostic("a", "two", Place("dir with space/é%\udcff.yaml")),
        Diagnostic("b", "three", STEP),
    ]
    log: dict[str, Any] = json.loads(render(found, SOURCES, "sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "pipec"
    assert driver["rules"] == [{"id": one, "helpUri": docs_url(one)} for one in ("a", "b")]
    for result in run["results"]:
        jsonschema.validate(result, RESULT)
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert [one["ruleId"] for one in run["results"]] == ["b", "b", "a"]
    assert run["results"][0]["message"]["text"] == "\n".join(
        ["one", "note: see at a.yaml:4:3", "note: no place", "help: do"]
    )
    assert len(run["results"][0]["relatedLocations"]) == 1
    location = run["results"][2]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "dir%20with%20space/%C3%A9%25%FF.yaml"


def columns(text: str) -> int:
    """Count the columns that printable text takes, by the tables of Unicode."""
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


def based(text: str) -> str:
    """Drop marks at the start: they take no column, so one cannot tell to which side they go."""
    return next((text[at:] for at, char in enumerate(text) if not combining(char)), "")


LINES = st.text(
    st.one_of(st.sampled_from("ab \t名\u0301\u202e\x1b"), st.characters()), max_size=300
)


@given(LINES.filter(lambda line: "\n" not in line), st.data())
@settings(max_examples=300, deadline=None)
def test_carets_stand_under_what_they_mean(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    shown, carets = underline(line, start, end)
    assert columns(shown) <= MAX_COLUMNS + 2
    assert set(carets) <= {" ", "^"}
    assert carets.endswith("^")
    skipped = len(carets) - len(carets.lstrip())
    shown = shown.removesuffix("…") + " " * MAX_COLUMNS
    rest = "".join("    " if char == "\t" else escape(char) for char in line[start:])
    under = next(shown[at:] for at in range(len(shown) + 1) if columns(shown[:at]) >= skipped)
    assert based(rest).startswith(based(under)[:20].rstrip())


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "carets"),
    [
        ("a: b", 3, 4, "a: b", "   ^"),
        ("a: b", 4, 4, "a: b", "    ^"),
        ("a:\tb", 3, 4, "a:    b", "      ^"),
        ("a:\tb", 2, 3, "a:    b", "  ^^^^"),
        ("名: 前", 3, 4, "名: 前", "    ^^"),
        ("é: x", 3, 4, "é: x", "   ^"),
        ("\x1b: x", 0, 1, r"\x1b: x", "^^^^"),
        ("x" * 200, 0, 200, "x" * 120 + "…", "^" * 120),
        ("x" * 200, 199, 200, "…" + "x" * 41, " " * 41 + "^"),
        ("a " * 10**6, 10**6, 10**6 + 1, "…" + "a " * 60 + "…", " " * 41 + "^"),
    ],
)
def test_underlined(line: str, start: int, end: int, shown: str, carets: str) -> None:
    found, under = underline(line, start, end)
    assert under == carets
    assert found.replace(" …", "…") == shown.replace(" …", "…")
