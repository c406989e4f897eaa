"""What a target can do: one row for each feature of the language, as data.

The same rows make the refusals, the warnings, `pipec targets`, the docs and the tests' marks.
"""

from typing import Literal

from pipec.compiler.records import dataclass


@dataclass(frozen=True, slots=True)
class Capability:
    """What a target makes of one feature.

    `partly` means that the target does it within `note`, which its `check` enforces. A requirement
    that is `no` is refused, a wish that is `no` is a warning. `since` is the first version of the
    engine that can; `way_out` says what to do instead.
    """

    support: Literal["yes", "partly", "no"]
    since: str | None = None
    note: str | None = None
    way_out: str | None = None


YES = Capability("yes")
