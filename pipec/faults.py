"""The ways a command ends without a result: wrong use (exit 2) and our own faults (exit 3)."""

from collections.abc import Iterable, Sequence

DONE, PROBLEMS, WRONG_USE, OUR_FAULT = 0, 1, 2, 3


class UsageError(Exception):
    """The command was used wrongly. The text says how, in one line without a full stop."""


def suggestion(wrong: str, right: Iterable[str]) -> str:
    """Give `; did you mean "x"?` for the word most like a wrong one, or nothing."""
    from pipec.compiler.spelling import suggest

    plain = {one.lstrip("-").replace("-", "_"): one for one in right}
    near = suggest(wrong.lstrip("-"), plain)
    return f'; did you mean "{plain[near]}"?' if near is not None else ""


def save_report(fault: BaseException, arguments: Sequence[str]) -> str:
    """Write all that is known about a fault of ours to a new file and give its path."""
    import os
    import platform
    import shlex
    import tempfile
    import traceback

    try:
        from pipec import __version__ as version
    except Exception:  # an installation so broken that it has no version is a fault to report too
        version = "?"
    handle, path = tempfile.mkstemp(prefix="pipec-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"pipec {version}, Python {platform.python_version()}, ")
        file.write(f"{platform.platform()}\npipec {shlex.join(arguments)}\n\n")
        file.writelines(traceback.format_exception(fault))
    return path
