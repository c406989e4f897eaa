"""Why a run does not start."""

from collections.abc import Sequence


class RefusalError(Exception):
    """A run that cannot start. `problems` say why, each in one line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


class HeldError(Exception):
    """The same run is going on already. The text names it."""
