"""What the steps of a run printed: chosen by name, printed whole or as it comes."""

import os
import time
from collections.abc import Iterator
from typing import BinaryIO

from pipec.backends.local.history.past import Part, Past, PastStep, Try, read, split
from pipec.backends.local.refusal import RefusalError
from pipec.backends.local.report.words import safe_lines, seconds
from pipec.compiler.records import dataclass
from pipec.compiler.spelling import suggest

_CHUNK = 1 << 16
_PAUSE = 0.2  # seconds between looks at a run that goes on
_SHOWN = 12
_LONGEST = 1 << 20  # bytes of a line that are kept until its end comes


@dataclass(frozen=True, slots=True)
class Log:
    """The log of one attempt."""

    part: Part
    tried: Try
    path: str

    @property
    def head(self) -> str:
        """Say whose it is, and what came of it."""
        item = f" ({self.part.item})" if self.part.item is not None else ""
        tried = self.tried
        number = f", attempt {tried.number}" if len(self.part.tries) > 1 else ""
        if tried.ended is None:
            return f"{self.part.label}{item}{number}: {self.part.state}"
        came = "succeeded" if tried.cause is None else tried.message or tried.cause
        return f"{self.part.label}{item}{number}: {came} in {seconds(tried.ended - tried.began)}"


def parts(steps: list[PastStep]) -> Iterator[tuple[PastStep, Part]]:
    """Give every instance of the steps and of those inside, each with its step."""
    for step in steps:
        for part in step.parts:
            yield step, part
            yield from parts(part.steps)


def steps_of(steps: list[PastStep]) -> Iterator[PastStep]:
    """Give the steps and those inside."""
    for step in steps:
        yield step
        for part in step.parts:
            yield from steps_of(part.steps)


def fits(label: str, wanted: str) -> bool:
    """Say whether a label is meant by what a person wrote: indexes may be left out, and inner
    steps: `train.fit` means `train[0].fit` too, `train` both."""
    pattern, found = split(wanted), split(label)
    return len(pattern) <= len(found) and all(
        name == said and (number is None or number == index)
        for (said, number), (name, index) in zip(pattern, found, strict=False)
    )


def choose(past: Past, step: str | None, attempt: int | None) -> list[Log]:
    """Give the logs that are meant, in the order in which their attempts began.

    Raises RefusalError where there is no such step or attempt.
    """
    meant = [part for _, part in parts(past.all_steps) if step is None or fits(part.label, step)]
    if step is not None and not meant:
        _expect_step(past, step)
    tries = [(part, tried) for part in meant for tried in part.tries]
    if attempt is not None:
        found = [(part, tried) for part, tried in tries if tried.number == attempt]
        if tries and not found:
            most = max(tried.number for _, tried in tries)
            raise RefusalError(f"there is no attempt {attempt}; the last is {most}")
        tries = found
    tries.sort(key=lambda one: one[1].began)
    return [Log(part, one, past.folder.log(part.label, one.number)) for part, one in tries]


def _expect_step(past: Past, step: str) -> None:
    """Raise RefusalError unless there is such a step, which then has no instance."""
    labels = [one.label for one in steps_of(past.all_steps)]
    if any(fits(label, step) for label in labels):
        return
    plain = dict.fromkeys(".".join(name for name, _ in split(label)) for label in labels)
    names = {".".join(name for name, _ in split(step))}
    if names & set(plain):
        raise RefusalError(f'"{step}" has no such instance in run {past.run}')
    near = suggest(step, plain)
    shown = ", ".join(list(plain)[:_SHOWN]) + (", …" if len(plain) > _SHOWN else "")
    meant = f'did you mean "{near}"?' if near else f"there are {shown}"
    raise RefusalError(f'there is no step "{step}" in run {past.run}; {meant}')


def why_empty(past: Past, step: str | None) -> str:
    """Say why there is nothing to print."""
    for one in steps_of(past.all_steps):
        if step is not None and fits(one.label, step) and one.tries == 0:
            why = f": {one.why}" if one.why else ""
            return f"{one.label}: {one.state}{why}"
    return f"{step or 'the run'} has printed nothing"


class Printer:
    """Writes logs to a stream: as they are, or (`safely`) fit for a terminal."""

    def __init__(self, stream: BinaryIO, safely: bool) -> None:
        self._stream, self._safely = stream, safely

    def whole(self, log: Log, lines: int | None) -> None:
        """Write a log, or its last lines."""
        try:
            file = open(log.path, "rb")  # noqa: SIM115 # closed below
        except FileNotFoundError:
            return
        with file:
            if lines is not None:
                file.seek(_start_of_last(file, lines))
            held = b""
            while data := file.read(_CHUNK):
                held = self.write(held + data)
            self.rest(held)

    def head(self, log: Log, first: bool) -> None:
        blank = "" if first else "\n"
        self._stream.write(f"{blank}==> {safe_lines(log.head)} <==\n".encode())

    def write(self, data: bytes, prefix: bytes = b"") -> bytes:
        """Write the lines that are whole, each behind the prefix, and give the rest."""
        if not self._safely and not prefix:
            self._stream.write(data)
            return b""
        whole, end, rest = data.rpartition(b"\n")
        if end:
            self._lines(whole, prefix)
        if len(rest) > _LONGEST:
            self._lines(rest, prefix)
            rest = b""
        return rest

    def rest(self, data: bytes, prefix: bytes = b"") -> None:
        if data:
            self._lines(data, prefix)

    def flush(self) -> None:
        self._stream.flush()

    def _lines(self, data: bytes, prefix: bytes) -> None:
        if self._safely:
            data = safe_lines(data.decode(errors="backslashreplace")).encode()
        if prefix:
            data = prefix + data.replace(b"\n", b"\n" + prefix)
        self._stream.write(data + b"\n")


def show(logs: list[Log], printer: Printer, lines: int | None) -> bool:
    """Write logs one after the other; where there are several, each below a line that names it.

    Gives whether there was any."""
    logs = [log for log in logs if os.path.exists(log.path)]  # others printed nothing
    for index, log in enumerate(logs):
        if len(logs) > 1:
            printer.head(log, index == 0)
        printer.whole(log, lines)
    printer.flush()
    return bool(logs)


class _Followed:
    """A log that grows: what was read of it, and the beginning of a line."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.held = at, b""


def follow(
    past: Past, step: str | None, attempt: int | None, printer: Printer, lines: int | None
) -> None:
    """Write what is printed until the run, or what is meant of it, has ended."""
    known: dict[str, _Followed] = {}
    while True:
        logs = choose(past, step, attempt)
        for log in logs:
            if log.path not in known:
                known[log.path] = _Followed(_tail_start(log.path, lines))
            prefix = f"{log.part.label} | ".encode() if step is None or len(logs) > 1 else b""
            _more(log, known[log.path], printer, prefix, log.tried.ended is not None)
        printer.flush()
        if past.state != "running" or _is_over(past, step):
            return
        time.sleep(_PAUSE)
        past = read(past.folder.path) or past


def _is_over(past: Past, step: str | None) -> bool:
    if step is None:
        return False
    states = [one.state for one in steps_of(past.all_steps) if fits(one.label, step)]
    states += [one.state for _, one in parts(past.all_steps) if fits(one.label, step)]
    return not {"waiting", "running"} & set(states)


def _more(log: Log, seen: _Followed, printer: Printer, prefix: bytes, ended: bool) -> None:
    try:
        with open(log.path, "rb") as file:
            file.seek(seen.at)
            while data := file.read(_CHUNK):
                seen.at += len(data)
                seen.held = printer.write(seen.held + data, prefix)
    except FileNotFoundError:
        return
    if ended:
        printer.rest(seen.held, prefix)
        seen.held = b""


def _tail_start(path: str, lines: int | None) -> int:
    if lines is None:
        return 0
    try:
        with open(path, "rb") as file:
            return _start_of_last(file, lines)
    except FileNotFoundError:
        return 0


def _start_of_last(file: BinaryIO, lines: int) -> int:
    """Find where the last lines of a file begin; one without an end counts."""
    at = file.seek(0, os.SEEK_END)
    wanted = lines + 1
    first = True
    while at > 0 and wanted > 0:
        size = min(_CHUNK, at)
        file.seek(at - size)
        data = file.read(size)
        if first and not data.endswith(b"\n"):
            wanted -= 1
        first = False
        end = len(data)
        while wanted > 0 and (end := data.rfind(b"\n", 0, end)) >= 0:
            wanted -= 1
        if wanted == 0:
            return at - size + end + 1 if end >= 0 else at - size
        at -= size
    return 0
