"""Five cron fields: read, checked, and asked when they fire."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Field(NamedTuple):
    """A field: its name, its range, the words for its values and the value of the first word."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    base: int = 0


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of month", 1, 31),
    Field("month", 1, 12, _MONTHS, 1),
    Field("day of week", 0, 7, _DAYS),
)


class CronError(Exception):
    """A cron that is wrong. `start` and `end` are the wrong characters.

    `more` are the other mistakes, at most one a field.
    """

    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.start, self.end, self.help = start, end, help
        self.more: tuple[CronError, ...] = ()


class Cron:
    """A cron of five fields, `*`, lists, ranges, steps and names. Sunday is 0 or 7."""

    def __init__(self, text: str) -> None:
        """Read a cron. Raises CronError."""
        fields = text.split()
        if len(fields) != len(FIELDS):
            raise _wrong_count(text, len(fields))
        found: list[set[int]] = []
        wrong: list[CronError] = []
        position = 0
        for word, field in zip(fields, FIELDS, strict=True):
            position = text.index(word, position)
            try:
                found.append(_values(word, field, position))
            except CronError as error:
                wrong.append(error)
            position += len(word)
        if wrong:
            wrong[0].more = tuple(wrong[1:])
            raise wrong[0]
        self.minutes, self.hours, self.days, self.months, weekdays = found
        self.weekdays = {day % 7 for day in weekdays}
        self._any_day, self._any_weekday = fields[2].startswith("*"), fields[4].startswith("*")

    @property
    def never_fires(self) -> bool:
        """Say whether no month has such a day."""
        if not self._any_weekday:
            return False
        return not any(min(self.days) <= _LONGEST[month - 1] for month in self.months)

    @property
    def is_every_hour(self) -> bool:
        return len(self.hours) == 24

    def fires_on(self, day: datetime) -> bool:
        """Say whether it fires on a date. Day of month and day of week both set: either."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self._any_day or self._any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Give the local times it names from `start` up to `end`, without time zones."""
        moment = start.replace(second=0, microsecond=0)
        while moment < end:
            named = moment.minute in self.minutes and moment.hour in self.hours
            if named and moment >= start and self.fires_on(moment):
                yield moment
            moment += timedelta(minutes=1)


def _wrong_count(text: str, count: int) -> CronError:
    help = "the fields are minute, hour, day of month, month, day of week"
    if text.startswith("@"):
        help = "write the five fields: `0 0 * * *` is daily at midnight"
    elif count == 6:
        help += "; there are no seconds and no years"
    message = f"a cron has five fields, and this has {count}"
    return CronError(message, 0, len(text), help)


def _values(text: str, field: Field, start: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        size = 1
        if slash:
            if not (step.isascii() and step.isdecimal()) or not 0 < int(step) <= field.high:
                raise _wrong(f'"{step}" is no step', field, step or part, start)
            size = int(step)
        if span == "*":
            first, last = field.low, field.high
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin, field, start)
            last = _number(end, field, start + len(begin) + 1) if dash else first
            if slash and not dash:
                last = field.high
            if first > last:
                raise _wrong(
                    f'"{span}" runs backwards', field, span, start, "write `22-23,0-3` for `22-3`"
                )
        found.update(range(first, last + 1, size))
        start += len(part) + 1
    return found


def _number(text: str, field: Field, start: int) -> int:
    if text.lower() in field.words:
        return field.words.index(text.lower()) + field.base
    if not (text.isdecimal() and text.isascii()):
        help = f"it takes {field.low} to {field.high}, `*`, `1,2`, `1-5` and `*/2`"
        if field.words:
            help = f"its names are {', '.join(field.words)}"
        raise _wrong(f'"{text}" has no meaning', field, text or ",", start, help)
    if len(text) > 4000 or not field.low <= int(text) <= field.high:
        help = f"it goes from {field.low} to {field.high}"
        raise _wrong(f'"{text}" is out of range', field, text, start, help)
    return int(text)


def _wrong(message: str, field: Field, word: str, start: int, help: str | None = None) -> CronError:
    return CronError(f'{message} in the field "{field.name}"', start, start + len(word), help)
