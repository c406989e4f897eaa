import os
import sys
from pathlib import Path

out = Path(os.environ["PIPEC_OUTPUTS"])
rows = int(sys.argv[2])
(out / "kept").write_text(f"{rows - 10}\n")
# text that Argo, the kubelet and JSON would each change
hostile = ' {{workflow.name}} {{=1+1}} $$ $(HOME) \\ "q" \x1b[31mred\x1b[0m \U0001f600\n\n'
(out / "note").write_text(os.environ["GREETING"] + hostile, newline="")
(out / "data").write_text("x,y\n" * rows)
