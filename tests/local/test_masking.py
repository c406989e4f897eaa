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
    (["abc", "bcd"], b"abcd bcd", b"***d ***"),
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
