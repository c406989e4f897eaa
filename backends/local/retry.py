"""Whether an attempt that failed is followed by another, and when."""

from pipec.backends.local.attempts import Result
from pipec.backends.local.progress import Instance
from pipec.compiler.ir import Retry

_LONGEST = 10.0**9  # seconds


def wants_again(instance: Instance, result: Result) -> bool:
    """Say whether an instance whose attempt came to this is tried once more."""
    retry = instance.run.step.retry
    if result.cause == "cancelled" or instance.attempts >= retry.attempts:
        return False
    if retry.on is None or result.cause in retry.on:
        return True
    return result.cause == "exit" and f"exit:{result.exit_code}" in retry.on


def pause(retry: Retry, attempt: int) -> float:
    """Give the seconds to wait after the failed attempt of this number."""
    try:
        delay = retry.delay * retry.backoff ** (attempt - 1)
    except OverflowError:
        delay = _LONGEST
    return min(delay, _LONGEST if retry.max_delay is None else retry.max_delay)
