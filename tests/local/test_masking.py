"""Secrets do not show, however they are cut up."""

import itertools

import pytest

from pipec.backends.local.masking import Masker

CASES: list[tuple[list[str], bytes, bytes]] = [
    (["hunter2"], b"a hunter2 b", b"a *** b"),
    (["hunter2"], b"hunter2hunter2", b"******"),
    (["hunter2"], b"hunter", b"hunter"),
    (["hunter2"], b"huhunter2", b"hu***"),
    (["abab"], b"abaabab", b"aba***"),
    (["abc", "abcdef"], b"abcdef abc abcde", b"*** *** ***de"),
    (["abc", "bcd"], b"abcd bcd", b"*** ***"),
    (["abcdef", "cdefgh", "ghij"], b"abcdefghij k", b"*** k"),
    (["aa"], b"aaaaa b", b"*** b"),
    (["abca"], b"abcabcab abca", b"***b ***"),
    (["x"], b"axxb", b"a******b"),
    (["it's so"], b"+ echo 'it'\\''s so'", b"+ echo '***'"),
    (["p&ss w\u00f6rd"], b"?k=p%26ss%20w%C3%B6rd", b"?k=***"),
    (["hunter22"], b"Basic aHVudGVyMjI=", b"Basic ***"),
    (["first\r\nlast"], b"first\nlast", b"***\n***"),
    (["abcX", "bc"], b"abc", b"a***"),
    (["sécret"], "un sécret".encode(), b"un ***"),
    (["two\nlines of it"], b"two\nlines of it; lines of it", b"***; ***"),
    (['say "x"\\'], b'{"k": "say \\"x\\"\\\\"}', b'{"k": "***"}'),
    (["padded\n"], b"padded", b"***"),
    ([""], b"nothing", b"nothing"),
    ([], b"nothing", b"nothing"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case[1]))
def test_masks_whole_and_in_any_two_parts(case: tuple[list[str], bytes, bytes]) -> None:
    secrets, data, shown = case
    masker = Masker(secrets)
    for at in range(len(data) + 1):
        stream = masker.stream()
        found = stream.feed(data[:at]) + stream.feed(data[at:]) + stream.end()
        assert found == shown, at


def test_masks_byte_by_byte_and_shows_what_is_none_at_once() -> None:
    stream = Masker(["hunter2", "ter"]).stream()
    data = b"the hunter2 and the huntress hunt"
    found = [stream.feed(bytes([one])) for one in data]
    assert found[:5] == [b"", b"t", b"he", b" ", b""]  # what may begin a secret is held
    assert b"".join(found) + stream.end() == b"the *** and the huntress hunt"


def test_agrees_with_replacing_the_whole() -> None:
    """Every text of seven letters, in every two parts, against Python's own replace."""
    masker = Masker(["aab"])
    for letters in itertools.product(b"ab", repeat=7):
        data = bytes(letters)
        for at in range(8):
            stream = masker.stream()
            found = stream.feed(data[:at]) + stream.feed(data[at:]) + stream.end()
            assert found == data.replace(b"aab", b"***")


def test_a_text() -> None:
    assert Masker(["hunter2"]).text("it is hunter2\udcff") == "it is ***\udcff"


@pytest.mark.parametrize("size", [1, 3, 65_535, 65_536])
def test_masks_across_chunks_of_any_size(size: int) -> None:
    secrets = ["k" * 70_000 + "!", "-----BEGIN-----\nabcdefgh\n-----END-----", "ab", "bcdab"]
    data = b"k" * 70_001 + b"! abcdab cdab " + secrets[1].encode() + b" x" * 10 + b"k" * 10
    stream = Masker(secrets).stream()
    if size < 10:  # each write looks at all that is held
        data, stream = data[69_990:], Masker(secrets[1:]).stream()
    parts = [stream.feed(data[at : at + size]) for at in range(0, len(data), size)]
    found = b"".join(parts) + stream.end()
    tail = b"! *** cd*** ***" + b" x" * 10 + b"k" * 10
    assert found == (b"k" * 11 + tail if size < 10 else b"k***" + tail.removeprefix(b"!"))


def test_a_flood_of_a_secret_is_not_held() -> None:
    stream = Masker(["aa"]).stream()
    shown = b"".join(stream.feed(b"a" * 1000) for _ in range(50))
    assert shown + stream.end() == b"***"
    assert len(stream._held) <= 1


def test_masks_the_beginning_of_a_secret_where_a_message_was_cut() -> None:
    masker = Masker(["hunter2-and-more"])
    assert masker.message('found "hunter2-an..." or hunt…') == 'found "***..." or ***…'
    assert masker.message("hu... hunter2-and-more...") == "hu... ***..."


def test_masks_the_texts_and_numbers_in_a_value() -> None:
    masker = Masker(["hunter2", "4711"])
    value = {"a hunter2": ["hunter2", 4711, True, None, 1.5], "b": "x"}
    assert masker.value(value) == {"a ***": ["***", "***", True, None, 1.5], "b": "x"}
