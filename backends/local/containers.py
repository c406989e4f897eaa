"""Steps in containers: what `--containers` runs instead of a step's own program.

The container sees the attempt's folders as `/pipec/work`, `/pipec/inputs` and `/pipec/outputs`, and
nothing else of this machine. Its processes end with it; a container ends with its attempt, and with
the runner, whatever that dies of.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Literal

from pipec.backends.local.history import past
from pipec.backends.local.launch import Launch
from pipec.backends.local.refusal import RefusalError
from pipec.compiler.ir import Secret, Step
from pipec.compiler.records import dataclass

Tool = Literal["podman", "docker"]
DEFAULT = "python:3.12-slim"
_INSIDE = "/pipec"
_INITS = ("/usr/libexec/podman/catatonit", "/usr/lib/podman/catatonit", "/usr/bin/catatonit")
# ends what a runner left, when its end of the pipe is gone: $0 is the tool, $1 the label
_WATCH = """
cat > /dev/null
left=$("$0" ps -aq --filter "label=$1")
test -z "$left" || { "$0" kill --signal KILL $left; "$0" rm -f $left; }
"""


@dataclass(frozen=True, slots=True)
class Container:
    """What is needed of a container while its attempt lasts."""

    name: str
    step: Step
    folder: str


class Containers:
    """The containers of one run. `close` it when the run ends."""

    def __init__(self, tool: Tool, run: str, base: Mapping[bytes, bytes], has_files: bool) -> None:
        """Find the tool and end what a run that died left in it. Raises RefusalError."""
        program = shutil.which(tool)
        if program is None:
            raise RefusalError(f'--containers {tool}: there is no "{tool}" on PATH')
        self._tool, self._program, self._run = tool, program, run
        self._base, self._has_files = base, has_files
        self._mark = f"pipec.runner={os.urandom(8).hex()}"
        self._state = os.path.dirname(os.path.dirname(run))
        self._images: dict[str, tuple[str, str] | None] = {}
        self._count = 0
        self._end_leftovers()
        self._watch = subprocess.Popen(
            ["sh", "-c", _WATCH, program, self._mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def content(self, image: str | None) -> str:
        """Name an image by its content; by its name where it has not been fetched yet."""
        found = self._look(image or DEFAULT)
        return f"image {found[0] if found else image or DEFAULT}"

    def command(
        self, step: Step, launch: Launch, folder: str, told: Mapping[str, str]
    ) -> tuple[Container, list[str], dict[bytes, bytes]]:
        """Give a container for an attempt in a folder, and the command and environment to run it.

        `told` are the variables of the contract. Secrets do not stand in the command.
        """
        self._count += 1
        name = f"{self._mark.replace('runner=', '').replace('.', '-')}-{self._count}"
        env = dict(self._base)
        words = [self._program, "run", "--name", name, "--log-driver=none", *self._labels()]
        words += ["--user", self._user(), "--security-opt=label=disable", *self._init()]
        for inside in ("work", "inputs", "outputs"):
            words += ["--mount", _mount(f"{folder}/{inside}", f"{_INSIDE}/{inside}")]
        if stand := self._stand(step):
            words += ["--workdir", stand]
        for key, text in launch.env.items():
            if text is None:
                continue
            if isinstance(step.env[key], Secret):
                env[key.encode()] = text.encode(errors="surrogateescape")
                words += ["--env", key]
            else:
                words += ["--env", f"{key}={text}"]
        words += [word for pair in told.items() for word in ("--env", "=".join(pair))]
        words += ["--env", f"PIPEC_INPUTS={_INSIDE}/inputs"]
        words += ["--env", f"PIPEC_OUTPUTS={_INSIDE}/outputs"]
        words += ["--entrypoint", self._entry(launch.argv[0]), step.image or DEFAULT]
        env[b"PIPEC_OUTPUTS"] = os.fsencode(f"{folder}/outputs")
        return Container(name, step, folder), [*words, *launch.argv[1:]], env

    def end(self, container: Container, succeeded: bool) -> None:
        """Fetch what a program left in the image's own folder, and remove the container."""
        if succeeded and not self._has_files:
            self._fetch(container)
        self._do("rm", "-f", *(("-t", "0") if self._tool == "podman" else ()), container.name)

    def close(self) -> None:
        """End what is left, and wait until it is gone."""
        if self._watch.stdin:
            self._watch.stdin.close()
        self._watch.wait()

    def _fetch(self, container: Container) -> None:
        paths = [one.path for one in container.step.outputs.values() if one.path is not None]
        if not paths:
            return
        at = self._do("inspect", "--format", "{{.Config.WorkingDir}}", container.name).strip()
        inside = container.step.workdir or ""
        for path in paths:
            target = os.path.normpath(f"{container.folder}/work/{inside}/{path}")
            source = os.path.normpath(os.path.join(at or "/", path))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            self._do("cp", f"{container.name}:{source}", target)

    def _stand(self, step: Step) -> str | None:
        """Give the folder to stand in; None for the image's own."""
        if self._has_files:
            return f"{_INSIDE}/work/{step.workdir}" if step.workdir else f"{_INSIDE}/work"
        if step.workdir is None:
            return None
        found = self._look(step.image or DEFAULT) or self._pull(step.image or DEFAULT)
        return os.path.join(found[1] if found else "/", step.workdir)

    def _look(self, image: str) -> tuple[str, str] | None:
        """Give the hash of an image and its working folder; None if it is not here yet."""
        if not self._images.get(image):
            form = "{{.Id}} {{.Config.WorkingDir}}"
            name, _, stand = self._do("image", "inspect", "--format", form, image).partition(" ")
            self._images[image] = (name.strip(), stand.strip() or "/") if name.strip() else None
        return self._images[image]

    def _pull(self, image: str) -> tuple[str, str] | None:
        self._do("pull", "--quiet", image)
        return self._look(image)

    def _end_leftovers(self) -> None:
        """Remove the containers of runs in this state folder that are not going on any more."""
        form = '{{.ID}} {{.Label "pipec.run"}}'
        found = self._do(
            "ps", "-a", "--filter", f"label=pipec.state={self._state}", "--format", form
        )
        rows = [line.partition(" ") for line in found.splitlines()]
        left = [name for name, _, run in rows if run == self._run or not past.is_live(run)]
        if left:
            self._do("rm", "-f", *left)

    def _labels(self) -> list[str]:
        marks = (self._mark, f"pipec.state={self._state}", f"pipec.run={self._run}")
        return [word for mark in marks for word in ("--label", mark)]

    def _user(self) -> str:
        """Give whom a program runs as, so that what it writes is the caller's.

        Without root, podman's own root is the caller.
        """
        if self._tool == "podman" and os.geteuid():
            return "0:0"
        return f"{os.geteuid()}:{os.getegid()}"

    def _init(self) -> list[str]:
        """Let a program hear TERM: the first process of a container does not otherwise."""
        here = self._tool == "docker" or any(map(os.path.exists, _INITS))
        return ["--init"] if here else []

    def _entry(self, program: str) -> str:
        from pipec.compiler.values import to_json

        return to_json([program]) if self._tool == "podman" else program

    def _do(self, *words: str) -> str:
        """Run the tool, and give what it printed; nothing if it failed."""
        done = subprocess.run(
            [self._program, *words],
            env=self._base,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def _mount(source: str, target: str) -> str:
    """Write a mount as the tools read it: a line of CSV."""
    field = f"source={source}"
    if "," in field or '"' in field:
        field = '"' + field.replace('"', '""') + '"'
    return f"type=bind,{field},target={target}"
