"""The schedule: five cron fields and a time zone."""

import re
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Schedule
from pipec.compiler.spelling import suggest

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...], int], ...] = (
    ("minute", 0, 59, (), 0),
    ("hour", 0, 23, (), 0),
    ("day of month", 1, 31, (), 0),
    ("month", 1, 12, _MONTHS, 1),
    ("day of week", 0, 7, _DAYS, 0),
)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def lower(raw: dict[str, Any], place: Place, findings: Findings) -> Schedule | None:
    """Give the schedule, or None with what is wrong among the findings."""
    good = _check_cron(raw["cron"], place.at("cron"), findings)
    timezone = raw.get("timezone", "UTC")
    if not _is_timezone(timezone):
        near = _near_timezone(timezone)
        findings.error(
            "unknown-timezone",
            f'"{timezone}" is not a time zone',
            place.at("timezone"),
            f'did you mean "{near}"?' if near else 'name one such as "Europe/Paris"',
        )
        good = False
    if not good:
        return None
    return Schedule(
        " ".join(raw["cron"].split()),
        timezone,
        raw.get("overlap", "forbid"),
        raw.get("catchup", False),
    )


def _is_timezone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _near_timezone(name: str) -> str | None:
    from zoneinfo import available_timezones

    return suggest(name, sorted(available_timezones()))


def _check_cron(text: str, place: Place, findings: Findings) -> bool:
    fields = list(re.finditer(r"\S+", text))
    if len(fields) != 5:
        help = "the fields are minute, hour, day of month, month, day of week"
        if text.startswith("@"):
            help = "write the five fields: `0 0 * * *` is daily at midnight"
        elif len(fields) == 6:
            help += "; there are no seconds and no years"
        findings.error(
            "bad-cron", f"a cron has five fields, and this has {len(fields)}", place, help
        )
        return False
    found: list[set[int]] = []
    for match, (name, low, high, words, base) in zip(fields, _FIELDS, strict=True):
        try:
            found.append(_values(match[0], low, high, words, base))
        except _FieldError as error:
            start = match.start() + error.start
            findings.error(
                "bad-cron",
                f"{error} in the field {name}",
                place.part(start, start + len(error.word)),
                error.help,
            )
            return False
    days, months = found[2], found[3]
    if fields[4][0] == "*" and not any(min(days) <= _LONGEST[month - 1] for month in months):
        findings.error(
            "never-fires",
            "this schedule never fires: no such month has such a day",
            place.part(fields[2].start(), fields[3].end()),
        )
        return False
    return True


class _FieldError(Exception):
    def __init__(self, message: str, word: str, start: int, help: str | None = None) -> None:
        super().__init__(message)
        self.word, self.start, self.help = word, start, help


def _values(field: str, low: int, high: int, words: tuple[str, ...], base: int) -> set[int]:
    found: set[int] = set()
    start = 0
    for part in field.split(","):
        span, slash, step = part.partition("/")
        size = 1
        if slash:
            if not step.isdecimal() or not 0 < int(step) <= high:
                raise _FieldError(f'"{step}" is no step', step or part, start)
            size = int(step)
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin, low, high, words, base, start)
            last = _number(end, low, high, words, base, start) if dash else first
            if slash and not dash:
                last = high
            if first > last:
                raise _FieldError(
                    f'"{span}" runs backwards', span, start, "split it: `22-23,0-3` for `22-3`"
                )
        found.update(range(first, last + 1, size))
        start += len(part) + 1
    return found


def _number(text: str, low: int, high: int, words: tuple[str, ...], base: int, start: int) -> int:
    if text.lower() in words:
        return words.index(text.lower()) + base
    if not text.isdecimal() or not text.isascii():
        help = "`*`, lists, ranges, steps and names are what there is" if text else None
        raise _FieldError(f'"{text}" has no meaning', text or ",", start, help)
    if not low <= int(text) <= high:
        raise _FieldError(f'"{text}" is not in {low} to {high}', text, start)
    return int(text)
