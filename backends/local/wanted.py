"""How a run is wanted, and what must be right before it starts."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipec.backends.local import secrets
from pipec.backends.local.budget import Machine
from pipec.backends.local.containers import Tool
from pipec.backends.local.dates import moment
from pipec.backends.local.machine import find_machine
from pipec.backends.local.part import Part
from pipec.backends.local.refusal import RefusalError
from pipec.backends.local.supervise import GRACE
from pipec.compiler.ir import Group, Pipeline, Step
from pipec.compiler.records import dataclass, field
from pipec.compiler.values import Value


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `params` are complete and checked (`pipec.compiler.parameters`), `files` those of
    `Checked`; `answers` holds the approvals given beforehand, `secrets` what `--secrets` gave;
    `explain` has every step say why it ran or not, `cache` False takes nothing from the cache;
    `cpus`, `memory` and `gpus` are what the steps share, by default what the machine has;
    `clean_env` keeps the caller's environment from programs, `containers` runs steps in images;
    `part` is what is to run, if not all; `fresh` starts anew, `retry` names a failed run to go on
    with (`choice.LAST`: the last)."""

    params: Mapping[str, Value]
    files: Mapping[str, Path] = field(default_factory=dict)
    environment: str | None = None
    jobs: int | None = None
    state: str | None = None
    date: str | None = None
    secrets: Mapping[str, Any] | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)
    trace: str | None = None
    grace: float = GRACE
    explain: bool = False
    cache: bool = True
    cpus: str | None = None
    memory: str | None = None
    gpus: int | None = None
    clean_env: bool = False
    containers: Tool | None = None
    fresh: bool = False
    part: Part | None = None
    retry: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The date of a run, the values of its secrets, and what its steps share."""

    date: str
    day: str
    secrets: Mapping[tuple[str, str], str]
    machine: Machine

    def at(self, date: str, pipeline: Pipeline) -> "Given":
        """Give the same at the date of a run that goes on."""
        return Given(*moment(date, pipeline.schedule), self.secrets, self.machine)


def settle(pipeline: Pipeline, options: Options) -> Given:
    """Check all that must be right before a run starts; all that is wrong is said at once."""
    problems: list[str] = []
    values: Mapping[tuple[str, str], str] = {}
    date = day = ""
    try:
        date, day = moment(options.date, pipeline.schedule)
    except RefusalError as error:
        problems += error.problems
    try:
        values = secrets.collect(pipeline, options.secrets)
    except RefusalError as error:
        problems += error.problems
    machine = Machine(0, 0)
    try:
        machine = find_machine(options.cpus, options.memory, options.gpus)
    except RefusalError as error:
        problems += error.problems
    if options.containers:
        problems += [
            f'"{one.name}" asks for a GPU, which --containers does not give to programs'
            for one in programs(pipeline.all_steps)
            if one.resources.gpu
        ]
    if problems:
        raise RefusalError(*problems)
    return Given(date, day, values, machine)


def programs(steps: Mapping[str, Step]) -> Iterator[Step]:
    """Give the steps that are no uses of components, those inside of these too."""
    for step in steps.values():
        if isinstance(step.body, Group):
            yield from programs(step.body.steps)
        else:
            yield step
