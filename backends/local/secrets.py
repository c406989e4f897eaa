"""The secrets of a run: from a file given by hand, else from the caller's environment."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipec.backends.local.refusal import RefusalError
from pipec.compiler.ir import Group, Pipeline, Secret, Step

Given = Mapping[str, Any]


def variable(secret: Secret) -> str:
    """Give the variable that a secret may be in: of `deploy/token`, PIPEC_SECRET_DEPLOY_TOKEN."""
    return "PIPEC_SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", f"{secret.name}_{secret.key}").upper()


def collect(pipeline: Pipeline, given: Given | None) -> dict[tuple[str, str], str]:
    """Give the value of each secret that the pipeline refers to.

    An optional one that is nowhere is left out. Raises RefusalError, naming all that are missing.
    """
    found: dict[tuple[str, str], str] = {}
    problems: dict[str, None] = {}
    for secret in _secrets(pipeline.all_steps):
        value = _value(secret, given or {}, problems)
        if value is not None:
            found[secret.name, secret.key] = value
        elif not secret.optional:
            problems[
                f'the secret "{secret.name}/{secret.key}" is missing: set {variable(secret)}, '
                "or give it in a file with --secrets"
            ] = None
    if problems:
        raise RefusalError(*problems)
    return found


def _value(secret: Secret, given: Given, problems: dict[str, None]) -> str | None:
    keys = given.get(secret.name)
    value = keys.get(secret.key) if isinstance(keys, Mapping) else None
    if value is None:
        value = os.environ.get(variable(secret))
    if value is not None and (not isinstance(value, str) or "\0" in value):
        problems[f'the secret "{secret.name}/{secret.key}" is no text'] = None
        return ""
    return value


def _secrets(steps: Mapping[str, Step]) -> Iterator[Secret]:
    for step in steps.values():
        yield from (value for value in step.env.values() if isinstance(value, Secret))
        if isinstance(step.body, Group):
            yield from _secrets(step.body.steps)
