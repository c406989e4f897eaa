"""A time that a clock change skips or doubles.

In spring an hour does not exist, in autumn one comes twice. Argo does not run a time that does not
exist and runs one that comes twice both times; Airflow runs the first at the moment the clock
jumps, and the second once. Choose an hour that is always there, or UTC.

Wrong:

```yaml
pipec: 1
name: example
steps:
  load:
    run: ./load.sh
schedule: {cron: "30 2 * * *", timezone: Europe/Paris}
```

Right:

```yaml
pipec: 1
name: example
steps:
  load:
    run: ./load.sh
schedule: {cron: "30 4 * * *", timezone: Europe/Paris}
```
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pipec.compiler.cron import Cron
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline

# Rules for clock changes repeat; these years show each of today's.
_YEARS = (2027, 2028)


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    schedule = pipeline.schedule
    if schedule is None or schedule.timezone in ("UTC", "Etc/UTC"):
        return
    cron = Cron(schedule.cron)
    if cron.is_every_hour:
        return
    for start, end, kind in _changes(schedule.timezone):
        time = next(iter(cron.between(start, end)), None)
        if time is not None:
            yield Diagnostic(
                "shifted-schedule",
                f"a clock change {kind} this time: {time:%H:%M} on {time:%d %B} in"
                f" {schedule.timezone}",
                pipeline.place.at("schedule", "cron"),
                "warning",
                "choose an hour that is always there, or `timezone: UTC`",
            )
            return


def _changes(timezone: str) -> Iterator[tuple[datetime, datetime, str]]:
    """Give the local times that do not exist, or exist twice, as half-open intervals."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(timezone)
    utc = ZoneInfo("UTC")
    moment = datetime(_YEARS[0], 1, 1, tzinfo=utc)
    hour = timedelta(hours=1)
    while moment.year <= _YEARS[1]:
        following = moment + timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            at = moment
            while at.astimezone(zone).utcoffset() == (at + hour / 4).astimezone(zone).utcoffset():
                at += hour / 4
            before = at.astimezone(zone).utcoffset() or timedelta()
            at += hour / 4
            after = at.astimezone(zone).utcoffset() or timedelta()
            old, new = (at + before).replace(tzinfo=None), (at + after).replace(tzinfo=None)
            yield (old, new, "skips") if new > old else (new, old, "doubles")
        moment = following
