"""Counts the words of one part."""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    text = (inputs / "parts" / sys.argv[1]).read_text(encoding="utf-8")
    counts = Counter(re.findall(r"[a-z]+", text.lower()))
    (outputs / "counts").write_text(json.dumps(counts, sort_keys=True))
    (outputs / "words").write_text(str(counts.total()))
    print(f"{sys.argv[1]}: {counts.total()} words, {len(counts)} different ones")


if __name__ == "__main__":
    main()
