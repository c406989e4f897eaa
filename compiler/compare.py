"""What changed in meaning between two checked pipelines: steps, edges and settings, each as text.

Two specs whose pipelines have the same settings mean the same, however they are written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pipec.compiler.compare_settings import of_param, of_pipeline, of_schedule, of_step
from pipec.compiler.ir import Group, Pipeline, Step
from pipec.compiler.records import dataclass

Kind = Literal["added", "removed", "changed"]
Subject = Literal["pipeline", "schedule", "param", "step", "edge"]
Settings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `name` is that of the param, step or edge (`a -> b`); of what is added or removed
    whole, `settings` are all that it has. `old` and `new` are the texts of one `setting`."""

    kind: Kind
    subject: Subject
    name: str = ""
    setting: str = ""
    old: str | None = None
    new: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


def compare(old: Pipeline, new: Pipeline) -> list[Change]:
    """Give what changed, in the order of the specs: the new one's, then what only the old has."""
    found = list(_settings("pipeline", "", of_pipeline(old), of_pipeline(new)))
    before, after = of_schedule(old.schedule), of_schedule(new.schedule)
    found += _things("schedule", {"": before} if before else {}, {"": after} if after else {})
    found += _things(
        "param",
        {name: of_param(one) for name, one in old.params.items()},
        {name: of_param(one) for name, one in new.params.items()},
    )
    steps, others = dict(_steps(old.all_steps)), dict(_steps(new.all_steps))
    found += _things(
        "step",
        {name: of_step(one) for name, one in steps.items()},
        {name: of_step(one) for name, one in others.items()},
    )
    found += _edges(steps, others)
    return found


def _steps(steps: Mapping[str, Step], prefix: str = "") -> Iterator[tuple[str, Step]]:
    """Give every step under its full name, those inside components too."""
    for name, step in steps.items():
        yield prefix + name, step
        if isinstance(step.body, Group):
            yield from _steps(step.body.steps, f"{prefix}{name}.")


def _things(
    subject: Subject, old: Mapping[str, Settings], new: Mapping[str, Settings]
) -> Iterator[Change]:
    for name, settings in new.items():
        if name in old:
            yield from _settings(subject, name, old[name], settings)
        else:
            yield Change("added", subject, name, settings=tuple(settings.items()))
    for name, settings in old.items():
        if name not in new:
            yield Change("removed", subject, name, settings=tuple(settings.items()))


def _settings(subject: Subject, name: str, old: Settings, new: Settings) -> Iterator[Change]:
    for key in (*new, *(key for key in old if key not in new)):
        if old.get(key) != new.get(key):
            kind: Kind = "added" if key not in old else "removed" if key not in new else "changed"
            yield Change(kind, subject, name, key, old.get(key), new.get(key))


def _edges(old: Mapping[str, Step], new: Mapping[str, Step]) -> Iterator[Change]:
    before, after = _pairs(old), _pairs(new)
    for name in after:
        if name not in before:
            yield Change("added", "edge", name)
    for name in before:
        if name not in after:
            yield Change("removed", "edge", name)


def _pairs(steps: Mapping[str, Step]) -> dict[str, Any]:
    """Give the edges; one inside a component is between full names."""
    found: dict[str, Any] = {}
    for name, step in steps.items():
        prefix = name[: len(name) - len(step.name)]
        found |= dict.fromkeys(f"{prefix}{need} -> {name}" for need in step.needs)
    return found
