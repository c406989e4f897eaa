"""One attempt of an instance: its folders, its program, its log, and what came of it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from pipec.backends.local import artifacts
from pipec.backends.local.artifacts import Artifact, moved
from pipec.backends.local.containers import Container, Containers
from pipec.backends.local.contract import BrokenContractError, read_outputs
from pipec.backends.local.launch import Launch
from pipec.backends.local.loop import Loop, Timer
from pipec.backends.local.masking import Masker, Stream
from pipec.backends.local.progress import Instance
from pipec.backends.local.store import RunFolder
from pipec.backends.local.supervise import Child, Supervisor
from pipec.backends.local.worker import Worker
from pipec.backends.local.workspace import Workspaces, fill
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value

BIG = 4 << 20  # bytes of inputs that are not copied in the loop

Cause = Literal["exit", "timeout", "contract", "cancelled"]


# in a log, between an attempt that was cut off and the same once more
_AGAIN = b"\n--- cut off here; once more: ---\n"


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to. `cause` is None if it succeeded."""

    cause: Cause | None
    message: str | None = None
    exit_code: int | None = None
    outputs: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Attempt:
    """One try of an instance. `gpus` are those it may use, `stopped` says why pipec ended it."""

    instance: Instance
    number: int
    launch: Launch
    log: str
    stream: Stream
    gpus: Sequence[str] = ()
    folder: str = ""
    loading: bool = False
    container: Container | None = None
    child: Child | None = None
    log_file: int = -1
    timer: Timer | None = None
    stopped: Literal["timeout", "cancelled"] | None = None


@dataclass(slots=True)
class Attempts:
    """Makes and ends attempts. `on_output` gets what is printed, masked; `on_end` the results;
    `on_trouble` what keeps the run from going on, `on_note` what does not."""

    loop: Loop
    supervisor: Supervisor
    folder: RunFolder
    masker: Masker
    base: Mapping[bytes, bytes]
    run: Mapping[str, str]
    files: Mapping[str, str]
    workspaces: Workspaces
    worker: Worker
    containers: Containers | None
    on_output: Callable[[Attempt, bytes], None]
    on_end: Callable[[Attempt, Result], None]
    on_trouble: Callable[[str], None]
    on_note: Callable[[str], None]

    def prepare(
        self, instance: Instance, number: int, launch: Launch, gpus: Sequence[str] = ()
    ) -> Attempt:
        """Make the folders of an attempt. Raises OSError where there is no room for them."""
        log = self.folder.log(instance.label, number)
        attempt = Attempt(instance, number, launch, log, self.masker.stream(), gpus)
        timeout = instance.run.step.timeout
        if timeout is not None:
            attempt.timer = self.loop.after(timeout, lambda: self._stop(attempt, "timeout"))
        try:
            attempt.folder = self.workspaces.take()
        except OSError:
            self.discard(attempt)
            raise
        return attempt

    def start(self, attempt: Attempt) -> None:
        """Load its inputs and start its program. Raises OSError where there is no room for it."""
        if sum(_sizes(attempt.launch)) < BIG:
            self._load(attempt)
            self._start(attempt)
            return
        attempt.loading = True
        self.worker.do(lambda: self._load(attempt), lambda _, error: self._loaded(attempt, error))

    def _load(self, attempt: Attempt) -> None:
        workdir = attempt.instance.run.step.workdir
        fill(attempt.folder, self.files, attempt.launch.inputs, workdir, lambda: attempt.stopped)

    def _loaded(self, attempt: Attempt, error: Exception | None) -> None:
        """Go on after the inputs were loaded beside the loop."""
        attempt.loading = False
        try:
            if error and not attempt.stopped:
                raise error
            self._start(attempt)
        except OSError as problem:
            self.on_trouble(f"no more steps can be started: {problem}")
            self._finish(attempt, Result("cancelled"))

    def _start(self, attempt: Attempt) -> None:
        if attempt.stopped:  # while its inputs were loaded
            late = attempt.stopped == "timeout"
            text = self._timed_out(attempt) if late else None
            self._finish(attempt, Result(attempt.stopped, text))
            return
        argv: Sequence[str] = attempt.launch.argv
        env, stand = self._environment(attempt), _stand(attempt)
        if self.containers:
            step = attempt.instance.run.step
            attempt.container, argv, env = self.containers.command(
                step, attempt.launch, attempt.folder, self._told(attempt)
            )
            stand = attempt.folder
        attempt.child = self.supervisor.start(
            [text.encode(errors="surrogateescape") for text in argv],
            env,
            stand,
            b"PIPEC_OUTPUTS=" + os.fsencode(f"{attempt.folder}/outputs"),
            lambda data: self._write(attempt, attempt.stream.feed(data)),
            lambda code: self._ended(attempt, code),
            lambda why, no_room: self._refused(attempt, why, no_room),
        )

    def cancel(self, attempt: Attempt, now: bool = False) -> None:
        """End an attempt because the run is stopped; its result is `cancelled`."""
        attempt.stopped = "cancelled"
        if attempt.child:
            self.supervisor.stop(attempt.child, now)

    def _stop(self, attempt: Attempt, why: Literal["timeout"]) -> None:
        if attempt.stopped is None and not (attempt.child and attempt.child.over):
            attempt.stopped = why
            if attempt.child:
                self.supervisor.stop(attempt.child)

    def _ended(self, attempt: Attempt, code: int) -> None:
        """Find out what came of it, beside the loop where that may take long."""
        self._write(attempt, attempt.stream.end())
        outputs = attempt.instance.run.step.outputs.values()
        if attempt.container or (not code and any(one.type.is_artifact for one in outputs)):
            self.worker.do(
                lambda: self._judge(attempt, code),
                lambda result, error: self._judged(attempt, result, error),
            )
            return
        try:
            self._judged(attempt, self._judge(attempt, code), None)
        except OSError as error:
            self._judged(attempt, None, error)

    def _judge(self, attempt: Attempt, code: int) -> Result:
        """Give what an attempt came to, its outputs read and kept. Raises OSError."""
        if self.containers and attempt.container:
            self.containers.end(attempt.container, not code)
        if attempt.stopped == "cancelled":
            return Result("cancelled")
        if attempt.stopped == "timeout":
            return Result("timeout", self._timed_out(attempt))
        return Result("exit", f"exit {code}", code) if code else self._read(attempt)

    def _judged(self, attempt: Attempt, result: Result | None, error: Exception | None) -> None:
        if isinstance(error, OSError):
            self.on_trouble(f"the outputs of {attempt.instance.label} cannot be kept: {error}")
        elif error:
            raise error
        self._finish(attempt, result or Result("cancelled"))

    def _refused(self, attempt: Attempt, why: str, no_room: bool) -> None:
        """End an attempt whose program was not started: its own fault, or the machine's."""
        if no_room:
            self.on_trouble(f"no more steps can be started: {why}")
            self._finish(attempt, Result("cancelled"))
            return
        self._write(attempt, self.masker.text(f"pipec: {why}\n").encode())
        self._finish(attempt, Result("exit", self.masker.message(why), 127))

    def _read(self, attempt: Attempt) -> Result:
        """Hold what the program wrote to its contract, and keep its files."""
        step = attempt.instance.run.step
        if not step.outputs:
            return Result(None, exit_code=0)
        kept = f"{attempt.folder}/kept"
        try:
            written, own = f"{attempt.folder}/outputs", self.folder.path
            values = read_outputs(step, written, _stand(attempt), own, kept)
            if any(isinstance(value, Artifact) for value in values.values()):
                values = self._keep(attempt, kept, values)
        except BrokenContractError as error:
            return Result("contract", self.masker.message(str(error)), 0)
        return Result(None, exit_code=0, outputs=values)

    def _keep(self, attempt: Attempt, kept: str, values: dict[str, Value]) -> dict[str, Value]:
        """Move the kept files to their place, all at once."""
        place = self.folder.outputs(attempt.instance.label)
        artifacts.remove(place)  # of an attempt that the journal does not tell of, or no more
        os.rename(kept, place)
        return moved(values, place)

    def _finish(self, attempt: Attempt, result: Result) -> None:
        if attempt.log_file >= 0:
            os.close(attempt.log_file)
            attempt.log_file = -1
        self.discard(attempt)
        self.on_end(attempt, result)

    def discard(self, attempt: Attempt) -> None:
        """Throw what an attempt left away, and its timer."""
        if attempt.timer:
            attempt.timer.cancel()
        if not attempt.folder:
            return
        try:
            self.workspaces.give_back(attempt.folder)
        except (OSError, RecursionError) as error:  # as files of another user are: no harm is done
            self.on_note(f"what {attempt.instance.label} left cannot be removed: {error}")

    def _timed_out(self, attempt: Attempt) -> str:
        return f"timeout after {attempt.instance.run.step.timeout} s"

    def _write(self, attempt: Attempt, data: bytes) -> None:
        """Append to the log. The file is made when there is something to write."""
        if not data:
            return
        if attempt.log_file == -1:
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                attempt.log_file = os.open(attempt.log, flags, 0o600)
                if os.fstat(attempt.log_file).st_size:
                    data = _AGAIN + data
                attempt.instance.log = attempt.log
            except OSError as error:
                self._no_log(attempt, error)
        if attempt.log_file >= 0:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(attempt.log_file, view) :]
            except OSError as error:
                os.close(attempt.log_file)
                self._no_log(attempt, error)
        self.on_output(attempt, data)

    def _no_log(self, attempt: Attempt, error: OSError) -> None:
        attempt.log_file = -2
        self.on_trouble(f"{attempt.log} cannot be written: {error.strerror}")

    def _environment(self, attempt: Attempt) -> dict[bytes, bytes]:
        env = dict(self.base)
        if attempt.gpus:
            env[b"CUDA_VISIBLE_DEVICES"] = ",".join(attempt.gpus).encode()
        for name, text in attempt.launch.env.items():
            if text is None:
                env.pop(name.encode(), None)
            else:
                env[name.encode()] = text.encode(errors="surrogateescape")
        env[b"PIPEC_INPUTS"] = os.fsencode(f"{attempt.folder}/inputs")
        env[b"PIPEC_OUTPUTS"] = os.fsencode(f"{attempt.folder}/outputs")
        env |= {name.encode(): text.encode() for name, text in self._told(attempt).items()}
        return env

    def _told(self, attempt: Attempt) -> dict[str, str]:
        """Give what a program is told of where it runs, but for its folders."""
        instance = attempt.instance
        told = {
            "PIPEC_RUN_ID": self.run["id"],
            "PIPEC_RUN_DATE": self.run["date"],
            "PIPEC_STEP": instance.run.name,
            "PIPEC_ATTEMPT": str(attempt.number),
        }
        if instance.index is not None:
            told["PIPEC_ITEM_INDEX"] = str(instance.index)
        return told


def _sizes(launch: Launch) -> Iterator[int]:
    """Give the sizes of the files and folders among the inputs, in bytes."""
    for _, _, value in launch.inputs:
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Artifact):
                yield one.size


def _stand(attempt: Attempt) -> str:
    """Give the folder that the program stands in."""
    inside = attempt.instance.run.step.workdir
    return f"{attempt.folder}/work/{inside}" if inside else f"{attempt.folder}/work"
