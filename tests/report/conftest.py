"""Runs of all kinds to make pages of."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipec.backends import local
from pipec.backends.local import page
from pipec.backends.local.history.past import Past, read
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import check_spec
from pipec.compiler.parameters import bind

Run = Callable[..., Past]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the text of a spec (after its first line) and read what it left."""

    def run_it(text: str, **options: Any) -> Past:
        path = tmp_path / "spec.yaml"
        path.write_text("pipec: 1\n" + text, encoding="utf-8")
        checked = check_spec(str(path))
        assert checked.pipeline, [one.message for one in checked.diagnostics]
        how = local.Options(
            params=bind(checked.pipeline.params, {}), files=checked.files, **options
        )
        past = read(local.run(checked.pipeline, how, Plain(StringIO())).folder)
        assert past
        return past

    return run_it


def page_of(past: Past) -> str:
    return page.make(past, past.folder.at("report.html")).decode()


def rich() -> str:
    """Give a spec that ends in every state, with every kind of output."""
    png = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    png += "0000000c4944415408d763f8ffff3f0005fe02fea735819b0000000049454e44ae426082"
    script = f"""
import json, os
out = os.environ["PIPEC_OUTPUTS"] + "/"
open(out + "pixel", "wb").write(bytes.fromhex("{png}"))
open(out + "curve", "w").write("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
open("t.csv", "w").write("name,share\\n" + "".join(f"n{{i}},0.{{i}}\\n" for i in range(50)))
open(out + "rows", "w").write(json.dumps([{{"epoch": 1, "loss": 0.5}}, {{"epoch": 2}}]))
open(out + "page", "w").write("<script>alert(1)</script>\\u202e & <b>")
open(out + "raw", "wb").write(bytes(range(256)))
os.makedirs(out + "site/deep")
open(out + "site/deep/a.txt", "w").write("x")
open(out + "n", "w").write("1347")
"""
    return f"""
name: everything
description: "<i>Trains</i> & deploys"
params: {{least: {{type: float, default: 0.97, description: "a \\"limit\\" <b>"}}}}
steps:
  files:
    python: {json.dumps(script)}
    outputs: {{pixel: file, curve: file, table: {{type: file, path: t.csv}}, rows: json, page: file,
      raw: file, site: dir, n: int}}
  flaky: {{retry: 2, run: "echo try $PIPEC_ATTEMPT; test $PIPEC_ATTEMPT = 2 || exit 7"}}
  many:
    for_each: ["<x>", y, z]
    env: {{I: "${{{{ item }}}}"}}
    run: |
      echo "</script><script>document.title=1</script> $I"
      test $I != y; echo 1 > $PIPEC_OUTPUTS/v
    outputs: {{v: int}}
  pick:
    trigger_rule: all_done
    needs: [many]
    run: echo 0.9 > $PIPEC_OUTPUTS/a
    outputs: {{a: float}}
  deploy: {{when: steps.pick.outputs.a >= params.least, run: ":"}}
  after: {{needs: [many], run: ":"}}
  noisy: {{run: "seq 100000"}}
finally:
  last: {{run: "printf 'a\\\\033[31mb\\\\000\\\\377\\\\n'"}}
"""


def wide(count: int) -> str:
    steps = "".join(f'  s{i}: {{run: ":"}}\n' for i in range(count - 1))
    needs = ", ".join(f"s{i}" for i in range(count - 1))
    return f'name: wide\nsteps:\n{steps}  end: {{needs: [{needs}], run: ":"}}\n'
