"""Say what every hostile file costs: `python tests/hostile/measure.py [GROUP…]`."""

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
_inputs: Any = import_module("hostile.inputs")
_child: Any = import_module("hostile.child")


def main(groups: list[str]) -> None:
    """Lint every input of the groups and print a line for each, the dearest last."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for group in groups or _inputs.GROUPS:
            for one in _inputs.GROUPS[group]():
                path = Path(folder) / "spec.yaml"
                path.write_bytes(one.make())
                got = _child.answer("lint", path.name, cwd=Path(folder))
                size = path.stat().st_size / 1024
                first = got.out.partition(b"\n")[0].decode()[:70]
                rows.append((got.cpu, got.memory, size, got.code, f"{group}: {one.name}", first))
    for cpu, memory, size, code, name, first in sorted(rows):
        print(f"{cpu:7.2f} s {memory:6.0f} MB {size:8.0f} KB  exit {code}  {name}  {first}")


if __name__ == "__main__":
    main(sys.argv[1:])
