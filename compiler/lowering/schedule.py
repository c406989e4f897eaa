"""The schedule: five cron fields and a time zone."""

from functools import cache
from pathlib import Path
from typing import Any

from pipec.compiler.cron import Cron, CronError
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Schedule
from pipec.compiler.lowering.constants import lower_constant
from pipec.compiler.spelling import suggest


def lower(raw: dict[str, Any], place: Place, findings: Findings) -> Schedule | None:
    """Give the schedule, or None with what is wrong among the findings."""
    before = len(findings.found)
    for key in ("cron", "timezone"):
        lower_constant(raw, place, findings, key)
    if len(findings.found) > before:
        return None
    _check_cron(raw["cron"], place.at("cron"), findings)
    timezone = raw.get("timezone", "UTC")
    if not _is_timezone(timezone):
        near = _near_timezone(timezone)
        findings.error(
            "unknown-timezone",
            f'"{timezone}" is not a time zone',
            place.at("timezone"),
            f'did you mean "{near}"?' if near else 'name one such as "Europe/Paris"',
        )
    if len(findings.found) > before:
        return None
    return Schedule(
        " ".join(raw["cron"].split()),
        timezone,
        raw.get("overlap", "forbid"),
        raw.get("catchup", False),
    )


def _check_cron(text: str, place: Place, findings: Findings) -> None:
    try:
        cron = Cron(text)
    except CronError as error:
        for one in (error, *error.more):
            findings.error("bad-cron", str(one), place.part(one.start, one.end), one.help)
        return
    if cron.never_fires:
        findings.error(
            "never-fires",
            "this schedule never fires: no such month has such a day",
            place,
            "the third field is the day of the month, the fourth the month",
        )


def _is_timezone(name: str) -> bool:
    return name == "UTC" or name in _timezones()


def _near_timezone(name: str) -> str | None:
    return suggest(name, _timezones())


@cache
def _timezones() -> tuple[str, ...]:
    """Give the names of the time zones, the same on every machine.

    What a machine has beside them (`localtime`, `posix/UTC`) means nothing on another.
    """
    from importlib.util import find_spec  # `importlib.resources` is slow to import

    package = find_spec("tzdata")
    assert package
    assert package.origin
    names = Path(package.origin).with_name("zones")
    return tuple(sorted(names.read_text(encoding="ascii").split()))
