"""`pipec schema`: the JSON Schema of a spec."""

import sys
from importlib.resources import files

from pipec.arguments import Options


def main(_: Options) -> int:
    """Print the schema as it is shipped."""
    sys.stdout.write((files("pipec.schemas") / "pipeline.v1.json").read_text(encoding="utf-8"))
    return 0
