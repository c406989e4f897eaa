"""What makes the work of an instance the same work: its own text, inputs and files, as one hash."""

from typing import Any

from pipec.backends.local.artifacts import as_json
from pipec.backends.local.launch import Launch
from pipec.compiler.ir import Secret, Step
from pipec.compiler.values import to_json


def fingerprint(step: Step, launch: Launch, files: str) -> str:
    """Hash what decides what a program does; `files` is the hash of the pipeline's files.

    Secrets count by name alone. What says only when and how often it is tried does not count.
    """
    from hashlib import sha256

    whole = to_json(_facts(step, launch, files))
    return sha256(whole.encode(errors="surrogateescape")).hexdigest()[:32]


def _facts(step: Step, launch: Launch, files: str) -> list[Any]:
    env: dict[str, Any] = {}
    for name, text in sorted(launch.env.items()):
        said = step.env[name]
        env[name] = [said.name, said.key] if isinstance(said, Secret) else text
    inputs = {name: [str(type), as_json(value)] for name, type, value in launch.inputs}
    outputs = {name: [str(one.type), one.path] for name, one in sorted(step.outputs.items())}
    return [list(launch.argv), env, inputs, outputs, step.workdir, step.image, files]
