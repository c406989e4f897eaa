"""Reading: what a tree is made of, what is refused before it costs much; nothing raises."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipec.compiler import source_events
from pipec.compiler.source import Plain, Source, read
from pipec.compiler.source_bytes import MAX_FILE

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


def codes(source: Source) -> list[str]:
    return [problem.code for problem in source.problems]


def test_plain_scalars_are_told_from_others_and_all_are_text() -> None:
    source = read("x.yaml", b"a: [1.10, on, ~, 2026-11-23, '5', \"6\", 0777]\nb: |\n  7\nc:\n")
    assert source.tree is not None
    values = [*source.tree["a"], source.tree["b"], source.tree["c"]]
    assert values == ["1.10", "on", "~", "2026-11-23", "5", "6", "0777", "7\n", ""]
    plain = [isinstance(value, Plain) for value in values]
    assert plain == [True, True, True, True, False, False, True, False, True]
    assert all(type(key) is str for key in source.tree)


def test_line_ends_and_a_leading_mark_change_nothing() -> None:
    text = b"a: |\n  x\n  y\nb: 'p\n\n  q'\n"
    expected = read("x.yaml", text)
    for line_end in (b"\r\n", b"\r"):
        other = read("x.yaml", b"\xef\xbb\xbf" + text.replace(b"\n", line_end))
        assert (other.tree, other.text, other.problems) == (expected.tree, expected.text, [])


def test_what_an_alias_repeats_stands_in_the_tree() -> None:
    source = read("x.yaml", b"a: &a {x: &x 1}\nb: [*a, *x]\n&k c: 1\nd: {*k : 2}\n")
    assert source.tree == {"a": {"x": "1"}, "b": [{"x": "1"}, "1"], "c": "1", "d": {"c": "2"}}


def test_of_a_key_that_stands_twice_the_first_counts() -> None:
    source = read("x.yaml", b"a: {b: 1}\na: {b: 2}\nc: 3\n<<: {d: 4}\n? [e]\n: 5\n")
    assert source.tree == {"a": {"b": "1"}, "c": "3"}
    assert codes(source) == ["duplicate-key", "merge-key", "key-not-text"]


def test_a_note_leads_to_the_first_of_two_keys_through_lists() -> None:
    source = read("x.yaml", b"a:\n  - x\n  - {b: {c: 1, c: 2}}\n")
    place = source.problems[0].notes[0].place
    assert place is not None
    assert (place.route, place.key) == (("a", 1, "b", "c"), True)


def test_reading_ends_after_a_hundred_problems() -> None:
    source = read("x.yaml", b"a: [" + b"!t x, " * 5000 + b"]")
    assert codes(source) == ["yaml-tag"] * 100 + ["too-many-problems"]


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a\n  b: [{c: *a}]", "&a a: &b {*a : *b}"])
def test_cycles_are_refused(text: str) -> None:
    assert codes(read("x.yaml", text.encode())) == ["alias-cycle"]


def test_a_long_alias_weighs_more() -> None:
    text = f"a: &a {'x' * 60_000}\nb: [{'*a, ' * 100}]\n"
    assert codes(read("x.yaml", text.encode())) == ["alias-expansion"]
    assert codes(read("x.yaml", text.replace("x" * 60_000, "x" * 600).encode())) == []


def _nested(count: int) -> bytes:
    return b"a: " + b"[" * count + b"]" * count


LIMITS = [
    ("depth", _nested(63), _nested(64), "too-deep"),
    ("scalar", b"a: " + b"x" * 1024 * 1024, b"a: " + b"x" * (1024 * 1024 + 1), "too-big"),
    ("nodes", b"a: [" + b"b," * 999_997 + b"]", b"a: [" + b"b," * 999_998 + b"]", "too-big"),
    ("file", b"a: 1 #" + b"x" * (MAX_FILE - 6), b"a: 1 #" + b"x" * (MAX_FILE - 5), "too-big"),
]


@pytest.mark.parametrize(
    ("within", "beyond", "code"), [one[1:] for one in LIMITS], ids=[one[0] for one in LIMITS]
)
def test_limits_are_exact(within: bytes, beyond: bytes, code: str) -> None:
    assert codes(read("x.yaml", within)) == []
    assert codes(read("x.yaml", beyond)) == [code]


HOSTILE = {
    "lists": "a: " + "[" * 60_000,
    "maps": "{" * 30_000,
    "maps in a map": "a: " + "{" * 60_000,
    "lines of maps": "a: " + "{\n" * 30_000,
    "both": "a: " + "{[" * 30_000,
    "dashes": "a:\n " + "- " * 30_000,
    "questions": "? " * 30_000,
    "colons": "a: " * 20_000,
    "keys": "".join(f"k{i}: 1\n" for i in range(7_000)),
    "keys in one line": "a: {" + "".join(f"k{i}: 1," for i in range(7_000)) + "}",
    "same keys": "a: 1\n" * 12_000,
    "one long key": "k" * 65_000 + ": 1",
    "long quoted key": '"' + "k" * 65_000 + '": 1',
    "empty lists": "a: [" + "[]," * 20_000 + "]",
    "anchors": "a: [" + "&a x," * 12_000 + "]",
    "aliases": "a: &a x\nb: [" + "*a," * 20_000 + "]",
    "nested anchors": "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 4_000)),
    "quotes": "a: " + "'" * 65_001,
    "stars": "a: " + "[*" * 30_000 + " x",
    "stars after spaces": "a: b\n" + " *" * 30_000 + " x",
    "tags": "a: " + "!" * 60_000,
    "tags on values": "a: [" + "!a b," * 13_000 + "]",
    "empty lines": "a: '" + "\n" * 65_000 + "'",
    "spaces before a comment": "a: ${{" + " " * 65_000 + "#",
    "opened expressions": "a: " + "${{ " * 16_000 + " #",
    "cut expressions": "a: ${{ #\n" * 7_000,
    "comments": "#" * 65_000,
    "documents": "---\n" * 16_000,
    "missing keys": "? \n" * 20_000,
    "flow in keys": "? [a]\n" * 10_000,
    "escapes": 'a: "' + "\\0" * 30_000 + '"',
    "indents": "".join(" " * i + "a:\n" for i in range(350)),
    "backslashes": 'a: "' + "\\" * 65_001,
    "controls": "\x01" * 65_000,
    "block": "a: |9\n" + "          x\n" * 5_000,
}


timed = pytest.mark.skipif(sys.gettrace() is not None, reason="tracing makes all of it slow")


@timed
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_answered_at_once(text: str) -> None:
    from pipec.compiler.report import render

    start = time.process_time()
    source = read("x.yaml", text.encode())
    render(source.problems, {"x.yaml": source})
    assert time.process_time() - start < 5


@timed
def test_a_megabyte_is_answered_in_a_second() -> None:
    start = time.process_time()
    assert codes(read("x.yaml", b"a: [" + b"b," * 500_000 + b"]")) == []
    assert time.process_time() - start < 10


DIFFERENT = [
    "directive.yaml",  # the parser in Python skips directives that it does not know
    "fine-characters.yaml",  # and refuses what may be written without quotes in newer YAML
    "fine-tabs.yaml",  # and refuses tabs between values, which libyaml takes
    "tab-first-in-block.yaml",  # and takes them where libyaml does not
    "tab-in-line.yaml",
]


def test_both_parsers_of_pyyaml_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything() -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for case in CASES:
            source = read(case.name, case.read_bytes())
            problems = [(problem.code, problem.message) for problem in source.problems]
            found.append((case.name, source.tree, problems))
        return found

    expected = everything()
    monkeypatch.setattr(source_events, "parse", source_events._python_parser)
    monkeypatch.setattr("pipec.compiler.source_tree.parse", source_events._python_parser)
    differing = [one[0] for one, other in zip(everything(), expected, strict=True) if one != other]
    assert differing == DIFFERENT


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    closed = tmp_path / "closed"
    closed.write_text("a: 1")
    closed.chmod(0)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    expected = {
        str(tmp_path / "gone.yaml"): "there is no such file",
        str(tmp_path): "this is a folder",
        str(fifo): "this is not a regular file",
        "/dev/zero": "this is not a regular file",
        str(loop): "the file cannot be read",
        "a\0b": "this is no path of a file",
        "x" * 5000: "the file cannot be read",
    }
    if os.geteuid():  # root may read everything
        expected[str(closed)] = "the file may not be read"
    for path, message in expected.items():
        source = read(path)
        assert codes(source) == ["unreadable-file"], path
        assert source.problems[0].message.startswith(message)
        assert source.tree is None


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\r\n")
    (tmp_path / "link").symlink_to(path)
    assert read(str(path)).tree == read(str(tmp_path / "link")).tree == {"a": "1"}


def test_a_file_beyond_the_cap_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a sparse file: it takes no room
    assert codes(read(str(path))) == ["too-big"]


def test_a_clean_file_costs_no_imports_for_reporting() -> None:
    program = (
        "import sys; from pipec.compiler.source import read; read('x', b'pipec: 1'); "
        "print(*sorted(one for one in sys.modules if 'source_' in one or 'report' in one))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().split() == [
        "pipec.compiler.source_aliases",
        "pipec.compiler.source_bytes",
        "pipec.compiler.source_events",
        "pipec.compiler.source_scan",
        "pipec.compiler.source_tree",
    ]
