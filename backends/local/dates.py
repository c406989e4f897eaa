"""The date of a run and its day."""

import time

from pipec.backends.local.refusal import RefusalError
from pipec.compiler.ir import Schedule


def moment(given: str | None, schedule: Schedule | None) -> tuple[str, str]:
    """Give `run.date` and `run.day` for what `--date` says (None: now). Raises RefusalError."""
    zone = schedule.timezone if schedule else "UTC"
    if given is None and zone == "UTC":
        now = time.gmtime()
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", now), time.strftime("%Y-%m-%d", now)
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    if given is None:
        point = datetime.now(UTC)
    else:
        try:
            point = datetime.fromisoformat(given)
        except ValueError:
            raise _wrong(given) from None
        if point.tzinfo is None:
            raise _wrong(given)
    try:
        point = point.astimezone(UTC)
        day = point.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise _wrong(given or "") from None
    return f"{point:%Y-%m-%dT%H:%M:%SZ}", f"{day:%Y-%m-%d}"


def _wrong(given: str) -> RefusalError:
    return RefusalError(f'--date takes a time such as 2026-11-23T02:00:00Z, not "{given}"')
