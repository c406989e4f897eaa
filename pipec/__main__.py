"""Where `pipec` starts: finds the command, runs it, and turns what happens into an exit code."""

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from pipec.commandline import NAMED, Command
from pipec.faults import DONE, OUR_FAULT, WRONG_USE, UsageError, save_report, suggestion

STOPPED_BY_INTERRUPT = 130
STOPPED_BY_PIPE = 141
DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    _set_streams()
    try:
        code = _answer(words)
        sys.stdout.flush()
        return code
    except UsageError as wrong:
        return _end(WRONG_USE, str(wrong), _hint(words))
    except KeyboardInterrupt:
        return STOPPED_BY_INTERRUPT
    except BrokenPipeError:
        _drop_output()
        return STOPPED_BY_PIPE
    except OSError as problem:
        if problem.errno not in DISK_TROUBLE:
            return _report(problem, words)
        _drop_output()
        return _end(WRONG_USE, f"cannot write: {problem.strerror}")
    except Exception as fault:
        return _report(fault, words)


def _set_streams() -> None:
    """Print UTF-8 with plain line ends, whatever the locale; nowhere, where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115 (kept to the end)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _drop_output() -> None:
    """Forget what is in the buffer: Python would write it at its end, and fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(words: list[str]) -> int:
    if "_PIPEC_COMPLETE" in os.environ or words[:1] in (
        ["-h"],
        ["--help"],
        ["--install-completion"],
        ["--show-completion"],
    ):
        from pipec.application import call

        call(words)
        return DONE
    if words[:1] in (["-V"], ["--version"]):
        from pipec import __version__

        print("pipec", __version__)
        return DONE
    if not words:
        raise UsageError("a command is missing")
    return _run(_command(words[0]), words[1:])


def _command(name: str) -> Command:
    command = NAMED.get(name)
    if command is None:
        known = [one.name for one in NAMED.values() if not one.later]
        what = "option" if name.startswith("-") else "command"
        raise UsageError(f'pipec has no {what} "{name}"{suggestion(name, known)}')
    if command.later:
        raise UsageError(f'the command "{name}" is not there yet')
    return command


def _run(command: Command, words: list[str]) -> int:
    if command.fast:
        from pipec.arguments import parse as read
    else:
        from pipec.application import read
    options = read(command, words)
    if options is None:
        from pipec.application import call

        call([command.name, "--help"])
        return DONE
    try:
        return int(import_module(f"pipec.commands.{command.name}").main(options))
    except UsageError as wrong:  # the line was well formed: its help has nothing to add
        return _end(WRONG_USE, str(wrong))


def _hint(words: list[str]) -> str:
    command = NAMED.get(words[0]) if words else None
    if command is None or command.later:
        return "`pipec -h` lists what there is"
    return f"`pipec {command.name} -h` says how to use it"


def _end(code: int, *lines: str) -> int:
    for line in lines:
        print(f"pipec: {line}", file=sys.stderr)
    return code


def _report(fault: Exception, words: Sequence[str]) -> int:
    said = f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
    try:
        way_out = f"please send {save_report(fault, words)} to whoever gave you pipec"
    except OSError as problem:
        way_out = f"the full report could not be written: {problem.strerror}"
    return _end(OUR_FAULT, f"this is a fault of pipec, not of your spec ({said})", way_out)


if __name__ == "__main__":
    sys.exit(main())
