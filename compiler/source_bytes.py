"""From a path to text: what may be opened, its size, its encoding and its characters."""

import os
import re
import stat
from itertools import islice

from pipec.compiler.diagnostics import Diagnostic, Note, Place

MAX_FILE = 16 * 1024 * 1024  # bytes
MAX_SHOWN = 10  # bad characters named in one file

_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NAMES = {
    "\0": "the character NUL",
    "\x85": "a raw next-line character (U+0085)",
    "\u2028": "a raw line separator (U+2028)",
    "\u2029": "a raw paragraph separator (U+2029)",
    "\ufeff": "a byte order mark (U+FEFF) inside the file",
}


def load(path: str, problems: list[Diagnostic]) -> bytes | None:
    """Read a regular file, at most one byte more than the cap; else add the problem, give None."""
    try:
        # Without O_NONBLOCK a FIFO that nobody writes to would hold us forever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as stream:
            mode = os.fstat(handle).st_mode
            if stat.S_ISREG(mode):
                return stream.read(MAX_FILE + 1)
        why = "this is a folder" if stat.S_ISDIR(mode) else "this is not a regular file"
    except (OSError, ValueError) as error:
        why = _why(error)
    problems.append(Diagnostic("unreadable-file", why, Place(path), help=_way_out(why)))
    return None


def decode(path: str, data: bytes, problems: list[Diagnostic]) -> str:
    """Give the text of a file with `\\n` line ends, without a leading byte order mark."""
    if len(data) > MAX_FILE:
        problems.append(
            Diagnostic(
                "too-big",
                "the file is larger than 16 MB",
                Place(path),
                help="move big data out of the spec, into a file named under files",
            )
        )
        return ""
    if wide := _wide(data):
        problems.append(
            Diagnostic(
                "encoding",
                f"the file is {wide}, not UTF-8",
                Place(path),
                help=f"save it as UTF-8: iconv -f {wide} -t UTF-8",
            )
        )
        return ""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = _unify(data.decode())
    except UnicodeDecodeError as error:
        problems.append(_not_utf8(path, data, error))
        return _unify(data.decode(errors="replace"))
    _check(path, text, problems)
    return text


def _unify(text: str) -> str:
    """Make all line ends `\\n`, as YAML itself does in every scalar."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _wide(data: bytes) -> str | None:
    for name, mark in (("UTF-32", b"\xff\xfe\0\0"), ("UTF-32", b"\0\0\xfe\xff")):
        if data.startswith(mark):
            return name
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    for name, zero in (("UTF-16LE", slice(1, 8, 2)), ("UTF-16BE", slice(0, 8, 2))):
        other = data[:8][1 - zero.start :: 2]
        if len(data) >= 8 and not any(data[zero]) and all(other):
            return name
    return None


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    at = len(_unify(data[: error.start].decode()))
    bad = data[error.start]
    return Diagnostic(
        "encoding",
        f"byte {error.start + 1} of the file (0x{bad:02x}) is not UTF-8",
        Place(path, span=(at, at + 1)),
        help="save the file as UTF-8",
    )


def _check(path: str, text: str, problems: list[Diagnostic]) -> None:
    """Refuse the characters that YAML or a terminal would read in a way of their own."""
    matches = _BAD.finditer(text)
    found = [(match.start(), match[0]) for match in islice(matches, MAX_SHOWN)]
    more = sum(1 for _ in matches)
    for count, (at, char) in enumerate(found, 1):
        name = _NAMES.get(char, f"a raw control character (U+{ord(char):04X})")
        place = Place(path, span=(at, at + 1))
        last = count == MAX_SHOWN and more > 0
        notes = (Note(f"{more:,} more such characters follow"),) if last else ()
        message = f"{name} cannot stand here"
        problems.append(Diagnostic("raw-character", message, place, "error", _fix(char), notes))


def _fix(char: str) -> str:
    if char == "\0":
        return "take it out: no text in a spec holds NUL"
    escape = f"\\x{ord(char):02x}" if char < "\x80" else f"\\u{ord(char):04x}"
    return f'take it out, or write {escape} in a text in double quotes: "{escape}"'


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "the file may not be read"
    if isinstance(error, IsADirectoryError):
        return "this is a folder"
    if isinstance(error, OSError) and error.strerror:
        return f"the file cannot be read: {error.strerror.lower()}"
    return "this is no path of a file"


def _way_out(why: str) -> str | None:
    return {
        "there is no such file": "check the path and its case",
        "this is a folder": "name the spec in it",
        "the file may not be read": "give yourself the right to read it: chmod u+r",
    }.get(why)
