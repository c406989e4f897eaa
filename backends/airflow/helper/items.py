# mypy: ignore-errors
"""Items and values as Airflow's database keeps them."""

from contextlib import contextmanager


def items(lists):
    """Make the items of a fan-out: of a list, or of every combination of several.

    Airflow's database keeps floats, lists and maps exactly only as text.
    """
    if not isinstance(lists, dict):
        return [kept(item) for item in lists]
    found = [{}]
    for name, values in lists.items():
        found = [{**one, name: kept(item)} for one in found for item in values]
    return found


def kept_value(kind, value):
    """Give a value of a type as Airflow's database keeps it: exact only as text."""
    if value is None and kind != "json":
        return None
    return compact(fit_value(kind, value))


def kept(item):
    """Give an item as Airflow's database keeps it."""
    if len(text(item).encode()) > TEXT_LIMIT:
        raise no_start("an item of the list is longer than 65,536 bytes")
    return item if isinstance(item, (str, int)) else compact(item)


@contextmanager
def checked_values():
    """End the step as failed for good when one of its values cannot be made."""
    try:
        yield
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise no_start(f"a value of this step cannot be made: {error}") from None
