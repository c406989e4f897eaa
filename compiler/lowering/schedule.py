"""The schedule: five cron fields and a time zone."""

from typing import Any

from pipec.compiler.cron import Cron, CronError
from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Schedule
from pipec.compiler.spelling import suggest

MAX_NAME = 64  # characters of a time zone's name; the longest has 32


def lower(raw: dict[str, Any], place: Place, findings: Findings) -> Schedule | None:
    """Give the schedule, or None with what is wrong among the findings."""
    before = len(findings.found)
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
        findings.error("bad-cron", str(error), place.part(error.start, error.end), error.help)
        return
    if cron.never_fires:
        findings.error(
            "never-fires",
            "this schedule never fires: no such month has such a day",
            place,
            "the third field is the day of the month, the fourth the month",
        )


def _is_timezone(name: str) -> bool:
    if name == "UTC":
        return True
    if len(name) > MAX_NAME:  # zoneinfo looks at each part of it in a call of its own
        return False
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _near_timezone(name: str) -> str | None:
    from zoneinfo import available_timezones

    return suggest(name, sorted(available_timezones()))
