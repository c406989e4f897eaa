"""The JSON Schema of the language: what editors read, and what `pipec.compiler.schema` checks."""

import json
from typing import Any

FILE = __file__.replace("__init__.py", "pipeline.v1.json")


def text() -> str:
    """Give the schema as it is published."""
    with open(FILE, encoding="utf-8") as file:  # noqa: PTH123 # pathlib costs milliseconds at start
        return file.read()


def load() -> dict[str, Any]:
    """Give the schema as a new dict."""
    schema: dict[str, Any] = json.loads(text())
    return schema
