"""The one grammar of scalars and JSON, and the text of values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipec.compiler.types import parse_type
from pipec.compiler.values import ValueSyntaxError, from_text, to_text


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("int", "0", "0"),
        ("int", "-0", "0"),
        ("int", "9223372036854775807", "9223372036854775807"),
        ("float", "2", "2.0"),
        ("float", "0.50", "0.5"),
        ("float", "1E3", "1000.0"),
        ("float", "-0.0", "0.0"),
        ("float", "1e16", "1e+16"),
        ("float", "0.00001", "1e-05"),
        ("bool", "true", "true"),
        ("string", " a\n", " a\n"),
        ("json", ' {"b": [1, 1.50, "\\u00e9"], "a": null} ', '{"b":[1,1.5,"é"],"a":null}'),
        ("json", "[1.0, -0.0, 2.50, 1E2]", "[1,0,2.5,100]"),
        (
            "json",
            "[1e15, 1e16, 1e20, 1e21]",
            "[1000000000000000,10000000000000000,100000000000000000000,1e+21]",
        ),
        ("json", "[0.0001, 0.00001, 1.5e-6, 1e-7]", "[0.0001,0.00001,0.0000015,1e-7]"),
        (
            "json",
            "[9007199254740993, -123456789012345678]",
            "[9007199254740992,-123456789012345680]",
        ),
        ("json", "[100000000000000000000]", "[100000000000000000000]"),
        ("json", "9223372036854775807", "9223372036854776000"),
        ("json", "5e-324", "5e-324"),
        ("list<json>", "[1.0, [1e-5]]", "[1,[0.00001]]"),
        ("map<json>", '{"1e-5": 2.0}', '{"1e-5":2}'),
        ("list<float>", "[1e-5, 1e20, 100000000000000000000]", "[1e-05,1e+20,1e+20]"),
        ("list<int>", "[9007199254740993]", "[9007199254740993]"),
        ("list<float>", "[1, 2.50]", "[1.0,2.5]"),
        ("list<list<int>>", "[[1], []]", "[[1],[]]"),
        ("map<string>", '{"a": "x"}', '{"a":"x"}'),
    ],
)
def test_canonical_text(type_: str, text: str, expected: str) -> None:
    assert to_text(from_text(parse_type(type_), text)) == expected


@pytest.mark.parametrize(
    ("type_", "text", "message", "help"),
    [
        ("int", "0777", "expected int", "write 777"),
        ("int", "0x1F", "expected int", "write 31"),
        ("int", " 5", "expected int", "without spaces"),
        ("int", "5.0", "expected int", "write 5"),
        ("int", "1_000", "expected int", "write 1000"),
        ("int", "+5", "expected int", "write 5"),
        ("int", "", 'found ""', None),
        ("int", "٣", "expected int", None),
        ("int", "5\n", "expected int", "without spaces"),
        ("int", "9223372036854775808", "64 bits", None),
        ("int", "9" * 5000, "64 bits", None),
        ("float", ".5", "expected float", None),
        ("float", "NaN", "expected float", "finite"),
        ("float", "1e400", "finite", None),
        ("bool", "True", "expected bool", "write true"),
        ("bool", "off", "expected bool", "write false"),
        ("string", "a\0b", "NUL", None),
        ("string", "\ud800", "surrogate", None),
        ("json", "{'a': 1}", "not JSON", None),
        ("json", '{"a": 1, "a": 2}', "stands twice", None),
        ("json", "[NaN]", "NaN", None),
        ("json", "[1e999]", "finite", None),
        ("json", "[9223372036854775808]", "64 bits", None),
        ("json", "[100000000000000000001]", "64 bits", None),
        ("list<int>", "[100000000000000000000]", "expected int", None),
        ("json", "[1,]", "not JSON", None),
        ("json", '"\\ud800"', "surrogate", None),
        ("json", "[" * 100_000, "nested too deeply", None),
        ("list<int>", "[1, 1.5]", "item 1: expected int", None),
        ("list<int>", "[true]", "item 0: expected int, found the bool true", None),
        ("map<string>", '{"a": 1}', 'key "a": expected string', None),
        ("list<string>", "null", "expected list<string>, found null", None),
    ],
)
def test_refused_text(type_: str, text: str, message: str, help: str | None) -> None:
    with pytest.raises(ValueSyntaxError) as caught:
        from_text(parse_type(type_), text)
    assert message in str(caught.value)
    if help:
        assert help in (caught.value.help or "")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back(value: float) -> None:
    text = to_text(from_text(parse_type("float"), repr(value)))
    assert float(text) == value
    assert text == to_text(from_text(parse_type("float"), text))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner
            )
        ),
    )
)
def test_json_reads_back(value: object) -> None:
    text = json.dumps(value)
    read = from_text(parse_type("json"), text)
    assert read == value
    if value is not None and not isinstance(value, str):
        assert from_text(parse_type("json"), to_text(read)) == value
