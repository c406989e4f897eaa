"""The key of a result: a hash over all that decides what a program does, part by part.

The parts are kept beside each result, so that a run can say which of them changed.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipec.backends.local.artifacts import as_json, hash_file
from pipec.backends.local.launch import Launch
from pipec.backends.local.progress import Instance
from pipec.compiler.expressions.nodes import Constant, Node
from pipec.compiler.ir import Command, Secret, Step
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import to_json

FORMAT = 1
# What a program is told of where it runs. Each counts only where its name is written: else no
# result could be used again. PIPEC_ATTEMPT never does: it is chance.
TOLD = ("PIPEC_STEP", "PIPEC_ITEM_INDEX", "PIPEC_RUN_ID", "PIPEC_RUN_DATE")


_TEXT = 4 << 20  # bytes of a file that may be a program


@dataclass(frozen=True, slots=True)
class Files:
    """The pipeline's files: the hash of each by its path, and which of `TOLD` they name."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Key:
    """`text` is the key, 64 hex digits; `parts` say what went in, each as a short hash."""

    text: str
    parts: Mapping[str, str]


def make_key(
    instance: Instance, launch: Launch, files: Files, run: Mapping[str, str], place: str = "host"
) -> Key:
    """Make the key of what an instance would do.

    `run` has the `id` and `date` of the run; `place` is `host`, or an image by its content.
    """
    from hashlib import sha256

    facts = dict(_facts(instance.run.step, launch))
    facts |= _told(instance, launch, files, run)
    facts["where it runs"] = place
    facts["files"] = dict(sorted(files.hashes.items()))
    texts = {name: to_json(value) for name, value in facts.items()}
    whole = to_json([FORMAT, sorted(texts.items())])
    parts = {name: _hash(text) for name, text in texts.items() if name != "files"}
    parts |= {f"file {path}": _hash(digest) for path, digest in files.hashes.items()}
    return Key(sha256(whole.encode(errors="surrogateescape")).hexdigest(), parts)


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Name the parts that differ, as `env MODEL changed`, in a fixed order."""
    found = []
    for name in sorted({*old, *new}, key=lambda name: (name.startswith("file "), name)):
        if name not in old:
            found.append(f"{name} is new")
        elif name not in new:
            found.append(f"{name} is gone")
        elif old[name] != new[name]:
            found.append(f"{name} changed")
    return found


def read_files(files: Mapping[str, str]) -> Files:
    """Read the files that programs find, given by path. Raises OSError."""
    hashes: dict[str, str] = {}
    names: set[str] = set()
    for path, source in files.items():
        executable = bool(os.stat(source).st_mode & 0o100)
        digest, size = hash_file(source)
        hashes[path] = f"{digest}{'x' if executable else ''}"
        if size <= _TEXT:
            with open(source, "rb") as file:
                data = file.read()
            names.update(name for name in TOLD if name.encode() in data)
    return Files(hashes, frozenset(names))


def _facts(step: Step, launch: Launch) -> Iterator[tuple[str, Any]]:
    yield "the program", [type(step.body).__name__, *_program(step, launch)]
    if isinstance(step.body, Command):
        for index, _ in _changing(step.body.argv):
            yield f"argument {index}", launch.argv[index]
    for name, text in launch.env.items():
        given = step.env[name]
        if isinstance(given, Secret):
            # never its value, and not a hash of it either: that could be guessed
            yield f"env {name}", ["secret", given.name, given.key, text is not None]
        else:
            yield f"env {name}", ["text", text]
    for name, type_, value in launch.inputs:
        yield f"input {name}", [str(type_), as_json(value)]
    for name, output in step.outputs.items():
        yield f"output {name}", [str(output.type), output.path]
    yield "the image", step.image
    yield "workdir", step.workdir
    yield "cache.key", step.cache.key if step.cache else None


def _program(step: Step, launch: Launch) -> list[str | None]:
    """Give the command line without the arguments that are parts of their own."""
    argv: list[str | None] = list(launch.argv)
    if isinstance(step.body, Command):
        for index, _ in _changing(step.body.argv):
            argv[index] = None
    return argv


def _changing(argv: Iterable[Node]) -> Iterator[tuple[int, Node]]:
    return ((at, node) for at, node in enumerate(argv) if not isinstance(node, Constant))


def _told(
    instance: Instance, launch: Launch, files: Files, run: Mapping[str, str]
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "PIPEC_STEP": instance.run.name,
        "PIPEC_ITEM_INDEX": instance.index,
        "PIPEC_RUN_ID": run["id"],
        "PIPEC_RUN_DATE": run["date"],
    }
    step = instance.run.step
    public = [
        text or "" for name, text in launch.env.items() if not isinstance(step.env[name], Secret)
    ]
    own = "\0".join((*launch.argv, *public))
    return {name: values[name] for name in TOLD if name in own or name in files.names}


def _hash(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]
