"""The words and texts that all ways of showing a run share."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from pipec.backends.local.artifacts import Artifact
from pipec.backends.local.progress import Frame, Instance, StepRun
from pipec.compiler.values import to_json

# control characters but tab, and those that turn the direction of text around
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_UNSAFE_IN_LINES = re.compile(_UNSAFE.pattern.replace("\x0a", "\x0b", 1))
_TAIL = 16_384  # bytes read from the end of a log
LINES = 12  # lines shown of a log
STATES = ("succeeded", "failed", "skipped", "upstream_failed", "cancelled")


def safe(text: str) -> str:
    """Make a text harmless for a terminal: what is no plain character is shown as its escape."""
    return _UNSAFE.sub(_escape, text)


def safe_lines(text: str) -> str:
    """Make several lines harmless for a terminal."""
    return _UNSAFE_IN_LINES.sub(_escape, text)


def _escape(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def seconds(value: float) -> str:
    """Write a time for people: `0.2 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    return f"{value:.1f} s" if value < 10 else clock(value)


def clock(value: float) -> str:
    """Write a time that goes on while it is shown: as `seconds`, but in whole ones."""
    whole = int(value)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def taken(instance: Instance) -> str:
    """Give how long an instance took, as ` in 0.2 s`, or where its result is from, or nothing."""
    if instance.source:
        return f", from {instance.source}"
    if instance.began is None or instance.ended is None:
        return ""
    return f" in {seconds(instance.ended - instance.began)}"


def named(instance: Instance) -> str:
    """Give the label of an instance with its item: `train[1] (forest)`."""
    if instance.index is None:
        return instance.label
    return safe(f"{instance.label} ({item_text(instance)})")


def item_text(instance: Instance) -> str:
    """Give the item of an instance in a few words."""
    item = instance.run.frame.context.shown(instance.item)
    if isinstance(item, dict) and instance.run.step.for_each and instance.run.step.for_each.keys:
        return ", ".join(_short(one) for one in item.values())
    return _short(item)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else to_json(value)
    return text if len(text) <= 30 else text[:29] + "…"


def fit(text: str, columns: int) -> str:
    """Cut a text to so many columns of a terminal."""
    if text.isascii():
        return text[:columns]
    used = 0
    for index, char in enumerate(text):
        used += width(char)
        if used > columns:
            return text[:index]
    return text


def width(text: str) -> int:
    """Count the columns of a text on a terminal: some characters take two, some none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def count(frames: tuple[Frame, ...]) -> str:
    """Count the steps by state: `3 succeeded, 1 failed`."""
    found = Counter(run.state for frame in frames for run in frame.runs.values())
    return ", ".join(f"{found[state]} {state}" for state in STATES if found[state])  # type: ignore[index] # all are states


def results(frames: tuple[Frame, ...]) -> list[str]:
    """Say where the files and folders are that the `finally` steps made."""
    return [
        f"{run.label}.{name}: {safe(value.path)}"
        for run in frames[-1].runs.values()
        for name in run.step.outputs
        if isinstance(value := run.output(name), Artifact)
    ]


def failures(frames: tuple[Frame, ...]) -> Iterator[StepRun | Instance]:
    """Give what failed first-hand: instances, and steps that failed before they had any."""
    for frame in frames:
        for run in frame.runs.values():
            if run.state == "failed" and not run.instances:
                yield run
            for one in run.instances or ():
                if one.frame:
                    yield from failures((one.frame,))
                    if one.message:
                        yield one
                elif one.state == "failed":
                    yield one


def tail(path: str | None) -> list[str]:
    """Give the last lines of a log, made safe."""
    if path is None:
        return []
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            data = file.read()
    except OSError:
        return []
    lines = data.decode(errors="replace").removesuffix("\n").split("\n")[-LINES:]
    return [safe(line[:500].rstrip("\r")) for line in lines] if data else []


def story(failed: StepRun | Instance, log: Callable[[str], str]) -> list[str]:
    """Tell of one failure: what, why, its last lines and, by `log`, the command for all of them."""
    message = safe(failed.message or "failed")
    if isinstance(failed, StepRun):
        return [f"{failed.label} failed: {message}"]
    tries = f", after {failed.attempts} attempts" if failed.attempts > 1 else ""
    lines = [f"{named(failed)} failed: {message}{tries}"]
    lines += [f"  | {line}" for line in tail(failed.log)]
    if failed.log:
        lines.append(f"  all of it: {log(failed.label)}")
    return lines


class Lines:
    """Cuts what programs print into whole lines, joined by LF. One over `MOST` bytes is cut short.

    Works on all that was printed at once: a program may print millions of lines.
    """

    MOST = 8192

    def __init__(self) -> None:
        self._held: dict[Instance, bytes] = {}

    def feed(self, instance: Instance, data: bytes) -> str | None:
        """Give the lines that are whole now, or None."""
        whole, end, rest = (self._held.pop(instance, b"") + data).rpartition(b"\n")
        if rest:
            # what is over the limit is shown cut anyway: no more need be held
            self._held[instance] = rest[rest.rfind(b"\r", 0, -1) + 1 :][: self.MOST + 1]
        return self._show(whole) if end else None

    def end(self, instance: Instance) -> str | None:
        rest = self._held.pop(instance, b"")
        return self._show(rest) if rest else None

    def _show(self, lines: bytes) -> str:
        if len(lines) > self.MOST:
            lines = _LONG.sub(rb"\1 ...", lines)
        text = lines.decode(errors="replace").replace("\r\n", "\n")
        if "\r" in text:  # a progress bar: as on a terminal, what came last stays
            text = _OVERWRITTEN.sub("", text)
        return safe_lines(text)


_OVERWRITTEN = re.compile("[^\n]*\r(?=[^\n])")
_LONG = re.compile(rb"([^\n]{%d})[^\n]+" % Lines.MOST)
