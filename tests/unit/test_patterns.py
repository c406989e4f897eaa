"""Patterns: what is read, that matching means what Python's `re` says, and that it ends."""

import random
import re
import time
import warnings

import pytest

from pipec.compiler.pattern_matching import TooCostly, check, matches
from pipec.compiler.patterns import PatternError

REFUSED = [
    # pattern, the part that is wrong
    ("a(b", "("),
    ("a)b", ")"),
    ("a[b", "["),
    ("[]", "["),
    ("*a", "*"),
    ("a|{2}", "{2}"),
    ("a**", "*"),
    ("a*+", "+"),
    ("a{2}{3}", "{3}"),
    ("^*", "^*"),
    ("(?=a)b", "(?="),
    ("a(?i)", "(?i"),
    ("(?P=n)", "(?P"),
    ("(?P<n>a)(?P<n>b)", "(?P<"),
    ("(?P<1>a)", "(?P<"),
    (r"(a)\1", r"\1"),
    (r"a\Z", r"\Z"),
    (r"\pL", r"\p"),
    (r"\é", r"\é"),
    (r"\x4", r"\x"),
    ("a\\", "\\"),
    ("[b-a]", "b-a"),
    (r"[a-\d]", r"a-\d"),
    ("[[:alpha:]]", "[:"),
    ("a{1001}", "{1001}"),
    ("(a{100}){100}", "{100}"),
    ("a{,3}", "{,3}"),
    ("a{3,2}", "{3,2}"),
    ("x{99999999999}", "{99999999999}"),
    ("(" * 30_000, "("),
]
MATCHING = [
    ("[a-z]+(_[a-z0-9]+)*", "ab_c1", True),
    ("[a-z]+(_[a-z0-9]+)*", "ab__c", False),
    ("a|b", "b", True),
    ("a|b", "ab", False),
    ("", "", True),
    ("a{2,3}", "aaaa", False),
    ("a{2,3}?", "aaa", True),
    ("a{2,}", "aaaaa", True),
    ("{a}", "{a}", True),
    ("a{", "a{", True),
    (r"\d\d", "1१", False),
    (r"\w+", "é", False),
    (r"[^\W\d]+", "ab", True),
    (r"[^\W\d]+", "a1", False),
    (r"[\W]", "-", True),
    (r"[]a]+", "]a", True),
    (r"[a\-z-]+", "a-z", True),
    (r"\x41\t\.", "A\t.", True),
    (".", "\n", False),
    ("a.c", "a😀c", True),
    (r"\Aab$", "ab", True),
    ("ab$", "ab\n", False),
    (r"a\b.b", "a-b", True),
    (r"a\B.b", "a-b", False),
    ("(?P<year>[0-9]{4})-(?:0[1-9]|1[0-2])", "2026-11", True),
]
EXPLOSIVE = [
    "(a+)+b",
    "(a|a)*b",
    "(a*)*b",
    "(x+x+)+y|(a|aa)+b",
    "a*a*a*a*a*a*b",
    "(.*)(.*)(.*)(.*)[^a]",
]


@pytest.mark.parametrize(("pattern", "part"), REFUSED, ids=[one[:20] for one, _ in REFUSED])
def test_refused(pattern: str, part: str) -> None:
    with pytest.raises(PatternError) as caught:
        check(pattern)
    assert pattern[caught.value.start : caught.value.end] == part


@pytest.mark.parametrize(("pattern", "text", "found"), MATCHING)
def test_matching(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


def test_it_agrees_with_the_matcher_of_python() -> None:
    chance = random.Random(7)  # noqa: S311 # test data, no secret
    more = "(?: \\d [a-b] [^a] {1,2} {2} a|b (a) [\\w-] [^\\W] \\b"
    signs = [*"aab1_ -|()[]^$.*+?{},\\dwsbDW", *more.split(" ")]
    compared = 0
    for _ in range(20_000):
        pattern = "".join(chance.choices(signs, k=chance.randint(1, 7)))
        try:
            check(pattern)
        except PatternError:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = re.compile(pattern, re.ASCII)  # what we take, Python takes too
        for _ in range(3):
            text = "".join(chance.choices("ab1_ -.", k=chance.randint(0, 6)))
            assert matches(pattern, text) is bool(theirs.fullmatch(text)), (pattern, text)
            compared += 1
    assert compared > 10_000


@pytest.mark.parametrize("pattern", EXPLOSIVE)
def test_no_pattern_explodes(pattern: str) -> None:
    start = time.process_time()
    assert not matches(pattern, "a" * 65_536)
    assert time.process_time() - start < 20


def test_what_takes_too_long_is_said() -> None:
    chance = random.Random(7)  # noqa: S311 # test data, no secret
    with pytest.raises(TooCostly):
        matches("(a|b)*a(a|b){15}", "".join(chance.choices("ab", k=65_536)))
