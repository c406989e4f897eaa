"""The one door to PyYAML: its events, the errors it stops with, and the caps we stop it at."""

from typing import Any, Protocol

from yaml.error import YAMLError

MAX_DEPTH = 64
MAX_NODES = 1_000_000
MAX_SCALAR = 1024 * 1024  # characters

# The pure parser lets `chr` and its kin speak where libyaml has words of its own.
ERRORS = (YAMLError, ValueError, OverflowError)


class Stop(Exception):  # noqa: N818 # no fault of ours: it carries the problem that ends a reading
    """Ends a reading. `args` are code, message, start, end and help of the one problem."""


class EventParser(Protocol):
    """What both of PyYAML's parsers give."""

    def get_event(self) -> Any: ...


def parse(text: str) -> EventParser:
    """Start reading a text: with libyaml where PyYAML has it, else 50 times slower."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _python_parser(text)
    return CParser(text)


def _python_parser(text: str) -> EventParser:
    from yaml.loader import BaseLoader

    return BaseLoader(text)
