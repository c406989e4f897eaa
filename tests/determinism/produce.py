"""Run commands of pipec in this one process; print as JSON what each printed and wrote.

`python produce.py FOLDER COMMAND…`, each command one argument, words parted by spaces. `{out}` in
one stands for a new folder, whose files are part of the result. With PIPEC_WATCH=1 the result also
lists what the process did beyond reading files.
"""

import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WATCHED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.utime", "os.chdir", "os.kill", "shutil.", "ctypes.",
    "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "signal.",
)  # fmt: skip

seen: list[list[str]] = []


def main() -> None:
    """Read the command line and run the commands one after the other."""
    from pipec.__main__ import main as pipec

    folder, *commands = sys.argv[1:]
    os.chdir(folder)
    # Whatever a command needs to start is loaded before it is watched: modules are read, not made.
    answers = {command: _run(pipec, command) for command in commands}
    if os.environ.get("PIPEC_WATCH"):
        sys.addaudithook(_watch)
        for command in commands:
            seen.clear()
            answers[command]["did"] = _run(pipec, command)["did"]
    sys.__stdout__.write(json.dumps(answers))  # type: ignore[union-attr] # it is open


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        writes = any(sign in (mode or "") for sign in "wax+") or (flags or 0) & WRITING
        if writes and path != os.devnull:
            seen.append([event, os.path.realpath(path) if not isinstance(path, int) else str(path)])
    elif event.startswith(WATCHED):
        paths = [one for one in arguments if isinstance(one, str | bytes | os.PathLike)]
        seen.append([event, *(os.path.realpath(os.fsdecode(one)) for one in paths)])


def _run(pipec: Any, command: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as out:
        seen.clear()
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        sys.stdout, sys.stderr = streams
        try:
            code = pipec([word.replace("{out}", f"{out}/made") for word in command.split(" ")])
        finally:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        said = [_text(one).replace(out, "{out}") for one in streams]
        did = [[word.replace(os.path.realpath(out), "{out}") for word in one] for one in seen]
        made = {
            str(path.relative_to(out)): path.read_bytes().decode(errors="backslashreplace")
            for path in sorted(Path(out).rglob("*"))
            if path.is_file()
        }
        return {"code": code, "out": said[0], "err": said[1], "made": made, "did": did}


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


if __name__ == "__main__":
    main()
