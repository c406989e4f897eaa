"""Merges the counts of all parts into one table, the most frequent words first."""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--top", type=int, required=True)
    args = parser.parse_args()
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])

    counts: Counter[str] = Counter()
    for file in (inputs / "counts").iterdir():
        counts.update(json.loads(file.read_text()))
    expected = sum(json.loads((inputs / "words").read_text()))
    if counts.total() != expected:
        sys.exit(f"{expected} words were counted, but {counts.total()} merged")

    ranking = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    (outputs / "table").write_text("".join(f"{count}\t{word}\n" for word, count in ranking))
    (outputs / "top").write_text(json.dumps([word for word, _ in ranking[: args.top]]))
    (outputs / "words").write_text(str(expected))
    for word, count in ranking[: args.top]:
        print(f"{count:6} {word}")


if __name__ == "__main__":
    main()
