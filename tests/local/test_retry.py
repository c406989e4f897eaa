"""How long a retry waits."""

import pytest

from pipec.backends.local.retry import pause
from pipec.compiler.ir import Retry


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        (Retry(9), [0, 0, 0]),
        (Retry(9, delay=5), [5, 5, 5]),
        (Retry(9, delay=30, backoff=2, max_delay=100), [30, 60, 100]),
        (Retry(9, delay=4, backoff=1.5), [4, 6, 9]),
        (Retry(9, delay=4, max_delay=0), [0, 0, 0]),
    ],
)
def test_pauses(retry: Retry, pauses: list[float]) -> None:
    assert [pause(retry, attempt) for attempt in (1, 2, 3)] == pauses


def test_a_pause_beyond_all_floats_is_bounded() -> None:
    assert pause(Retry(9999, delay=1, backoff=10.0), 5000) == 10**9
