"""The rules beyond errors: what is legal and still looks wrong. One file a rule.

A rule is a module whose docstring is its page: a title, why it matters, a wrong and a right
example. Findings are silenced beside the line they stand in: `# pipec: allow CODE because ...`.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.ir import Pipeline

RULES: dict[str, str] = {
    "always-true": "always_true",
    "deaf-retry": "deaf_retry",
    "deaf-timeout": "deaf_timeout",
    "floating-image": "floating_image",
    "idle-setting": "idle_setting",
    "lost-error": "lost_error",
    "never-runs": "never_runs",
    "secret-literal": "secret_literal",
    "shifted-schedule": "shifted_schedule",
    "uncapped-fan-out": "uncapped_fan_out",
    "unquoted-variable": "unquoted_variable",
    "unused-output": "unused_output",
    "unused-param": "unused_param",
}
# Of all files of a folder that is linted, not of one pipeline.
FOLDER_RULES: dict[str, str] = {"unused-component": "unused_component"}


class Rule(Protocol):
    """A module in this folder."""

    __doc__: str | None

    def check(self, pipeline: Pipeline) -> Iterator[Diagnostic]:
        """Give a warning for each thing that looks wrong."""
        ...


def load(code: str) -> Rule:
    """Import one rule. Raises KeyError for a code that is none."""
    return cast("Rule", import_module(f"pipec.compiler.rules.{RULES[code]}"))


def page(code: str) -> str | None:
    """Give the docstring of a rule, None for a code that is none."""
    name = RULES.get(code) or FOLDER_RULES.get(code)
    return import_module(f"pipec.compiler.rules.{name}").__doc__ if name else None


def findings(pipeline: Pipeline) -> list[Diagnostic]:
    """Give what every rule finds in a checked pipeline."""
    return [one for code in RULES for one in load(code).check(pipeline)]
