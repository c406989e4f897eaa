"""Splits a text into parts of so many lines each."""

import argparse
import json
import os
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path)
    parser.add_argument("--lines", type=int, required=True)
    args = parser.parse_args()
    outputs = Path(os.environ["PIPEC_OUTPUTS"])

    lines = args.text.read_text(encoding="utf-8").splitlines(keepends=True)
    parts = {
        f"{start // args.lines:04}.txt": "".join(lines[start : start + args.lines])
        for start in range(0, len(lines), args.lines)
    }
    (outputs / "parts").mkdir()
    for name, part in parts.items():
        (outputs / "parts" / name).write_text(part, encoding="utf-8")
    (outputs / "names").write_text(json.dumps(list(parts)))
    print(f"{len(lines)} lines in {len(parts)} parts")


if __name__ == "__main__":
    main()
