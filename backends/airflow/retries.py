"""Retries and times as Airflow says them."""

from pipec.backends.python.printer import Code, literal
from pipec.compiler.ir import Retry

_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def seconds(count: int) -> Code:
    """Write a time as a timedelta."""
    for size, name in _UNITS:
        if count and count % size == 0:
            return Code(f"timedelta({name}={count // size})")
    return Code("timedelta(0)")


def retry_arguments(retry: Retry, version: str) -> dict[str, Code]:
    """Give the arguments of a task that retries.

    Airflow doubles the delay, and since 3.3 takes another factor; it adds up to once the delay.
    """
    if retry.attempts < 2:
        return {}
    delay = retry.delay if retry.max_delay is None else min(retry.delay, retry.max_delay)
    found = {"retries": literal(retry.attempts - 1), "retry_delay": seconds(delay)}
    if delay and retry.backoff > 1:
        factor = retry.backoff if version == "3.3" and retry.backoff != 2 else True
        found["retry_exponential_backoff"] = literal(factor)
        if retry.max_delay is not None:
            found["max_retry_delay"] = seconds(retry.max_delay)
    return found
