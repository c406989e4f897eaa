"""Which of the functions that emitted Python can carry a piece of code uses."""

import pytest

from pipec.backends.python import pieces

NAMES = {"optional", "json_value", "text"}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('optional(json_value, done, "j")\n', {"optional", "json_value"}),
        ("return text(item)\n", {"text"}),
        ("read = json_value\n", {"json_value"}),
        ('say(text="json_value(x)")  # optional(x)\n', set()),
        ("done.text()\n", set()),
    ],
)
def test_names_are_found_where_they_are_used(code: str, found: set[str]) -> None:
    assert pieces.used([code], NAMES) == found
