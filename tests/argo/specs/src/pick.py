import json
import os
from pathlib import Path

inputs, out = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
aucs = json.loads((inputs / "aucs").read_text())
fitted = [(inputs / "fitted" / str(index)).read_text() for index in range(len(aucs))]
best = max(range(len(aucs)), key=aucs.__getitem__)
(out / "best").write_text(fitted[best])
(out / "auc").write_text(f"{aucs[best]}\n")
