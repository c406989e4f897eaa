"""Text on its way through Argo: what is safe as it stands, and what travels as base64.

Argo expands `{{`, the kubelet `$$` and `$(NAME)`. Text made while a run is under way, or text of a
spec that holds one of these, is written `base64:` and its base64; the entry script undoes it.
The empty text stands for null where a value is passed, so an empty value is `base64:`.
"""

import base64
import re

PREFIX = "base64:"
_LINES = {ord("\n"): " ", ord("\t"): " "}
_EXPANDED = re.compile(r"\{\{|\$\$|\$\([A-Z_][A-Za-z0-9_]*\)|\Abase64:")


def is_safe(text: str, variables: frozenset[str] = frozenset()) -> bool:
    """Say whether a text of a spec reaches a program unchanged when it stands in a manifest.

    `variables` are the names in the step's own `env`, which the kubelet expands too.
    """
    if _EXPANDED.search(text):
        return False
    if "$(" in text and any(f"$({name})" in text for name in variables):
        return False
    return text.isprintable() or text.translate(_LINES).isprintable()


def encoded(text: str) -> str:
    """Encode a text."""
    return PREFIX + base64.b64encode(text.encode()).decode()


def passed(text: str) -> str:
    """Give the text that stands for a value where it is passed on: itself, or encoded."""
    safe = text and not text.endswith("\n") and len(text) <= 4096 and is_safe(text)
    return text if safe else encoded(text)
