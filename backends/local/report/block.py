"""The block at the bottom of the live view: what runs and what it printed last."""

import time
from collections.abc import Iterator, Mapping

from pipec.backends.local.progress import Frame, Instance, StepRun
from pipec.backends.local.report.words import clock, named, safe

_TAIL = 2048  # bytes kept of what an instance prints
_LINES = 3  # of them shown, where there is room
_MOST = 16  # lines of a block on a tall terminal


class Block:
    """Composes the lines. `running` is in order of start, `tails` in order of what came last."""

    def __init__(self) -> None:
        self.running: dict[Instance, float] = {}
        self._tails: dict[Instance, bytes] = {}

    def began(self, instance: Instance) -> None:
        self.running[instance] = time.monotonic()
        self._tails.pop(instance, None)

    def printed(self, instance: Instance, data: bytes) -> None:
        self._tails[instance] = (self._tails.pop(instance, b"") + data[-_TAIL:])[-_TAIL:]

    def ended(self, instance: Instance) -> None:
        self.running.pop(instance, None)
        self._tails.pop(instance, None)

    def lines(self, frames: tuple[Frame, ...], rows: int, last: str) -> list[str]:
        """Give at most so many lines; `last` is the last one."""
        groups: dict[StepRun, list[Instance]] = {}
        for instance in self.running:
            groups.setdefault(instance.run, []).append(instance)
        room = max(1, min(rows, _MOST) - 1)
        if len(groups) > room:
            shown = list(groups.items())[: room - 1]
            heads = [_head(run, running) for run, running in shown]
            return [*heads, f"  … and {len(groups) - len(shown)} more steps", _total(frames, last)]
        each = min(_LINES, (room - len(groups)) // max(1, len(groups)))
        lines: list[str] = []
        for run, running in groups.items():
            lines += [_head(run, running), *self._quotes(running, each)]
        return [*lines, _total(frames, last)]

    def _quotes(self, running: list[Instance], most: int) -> Iterator[str]:
        """Give the last lines of what printed last among the instances of a step."""
        told = next((one for one in reversed(self._tails) if one in running), None)
        if told is None or not most:
            return
        where = f"[{told.index}] " if len(running) > 1 else ""
        for line in tail(self._tails[told], most):
            yield f"    │ {where}{line}"


def tail(data: bytes, most: int) -> list[str]:
    """Give the last lines that are not empty, safe for a terminal."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n")]
    return [safe(line.expandtabs(4)) for line in lines if line][-most:]


def _head(run: StepRun, running: list[Instance]) -> str:
    now = time.monotonic()
    begun = [one.began for one in run.instances or () if one.began is not None]
    since = clock(now - min(begun, default=now))
    if run.step.for_each is None:
        tries = running[0].attempts
        again = f", attempt {tries} of {run.step.retry.attempts}" if tries > 1 else ""
        return f"  ▸ {run.label}  {since}{again}"
    instances = run.instances or []
    done = sum(one.state is not None for one in instances)
    failed = sum(one.state == "failed" for one in instances)
    bad = f", {failed} failed" if failed else ""
    names = ", ".join(named(one).removeprefix(run.label) for one in running)
    return f"  ▸ {run.label}  {done} of {len(instances)}{bad}  {since}  {names}"


def _total(frames: tuple[Frame, ...], last: str) -> str:
    ended = sum(run.state is not None for frame in frames for run in frame.runs.values())
    return f"  {ended} of {sum(len(frame.runs) for frame in frames)} steps, {last}"


class Forecast:
    """Says how long a run may still take, once it has gone on for a while."""

    def __init__(self, folder: str, pipeline: str, frames: tuple[Frame, ...], jobs: int) -> None:
        self._folder, self._pipeline, self._frames, self._jobs = folder, pipeline, frames, jobs
        self._known: Mapping[str, float] | None = None

    def text(self, elapsed: float) -> str:
        """Give it as `, about 3 min left`; nothing where nothing is known."""
        if elapsed < 1.5:  # what is over at once needs none
            return ""
        from pipec.backends.local.report import forecast

        if self._known is None:
            self._known = _learn(self._folder, self._pipeline)
        if not self._known:
            return ""
        left = forecast.left(self._frames, self._known, self._jobs, time.monotonic())
        return f", about {clock(left)} left" if left >= 1 else ""


def _learn(folder: str, pipeline: str) -> Mapping[str, float]:
    from pipec.backends.local.report import forecast

    try:
        return forecast.learn(folder, pipeline)
    except (OSError, ValueError, KeyError):  # an old journal is no reason to end a run
        return {}
