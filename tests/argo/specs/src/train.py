import os
import sys
from pathlib import Path

data, model = Path(sys.argv[2]), sys.argv[4]
out, index = Path(os.environ["PIPEC_OUTPUTS"]), int(os.environ["PIPEC_ITEM_INDEX"])
attempt = os.environ["PIPEC_ATTEMPT"]
rows = len(data.read_text().splitlines())
(out / "fitted").write_text(f"{model} of {rows} rows, attempt {attempt}")
if model.startswith("forest") and attempt == "1":
    sys.exit(75)
if model == "broken":
    sys.exit(7)
(out / "auc").write_text(f"0.{80 + index * 5}0\n")
