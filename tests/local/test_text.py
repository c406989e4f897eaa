"""Text reaches a program byte for byte, by every way there is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipec.compiler.values import MAX_TEXT

TEXTS = [
    "", " ", "a\n", "\n", "\r\n", "\r", "\t", "-n", "--", "-", "*", "~", "$HOME", "$$", "$(HOME)",
    "$$(HOME)", "${X:-y}", "`id`", "$(id)", ";id", "|id", "&", ">x", "!!", "'", '"', "\\", "\\\\",
    "'''", '"""', "'''\"\"\"\\", "\\N{DIGIT ONE}", "\\x41", "\\u0041", "\\n", "%s", "%(x)s", "%%",
    "{x}", "{{", "}}", "{{x}}", "{{ 7*7 }}", "{{=1+1}}", "{{=", "{{{x}}}", "{{workflow.uid}}",
    "{{inputs.parameters.nope}}", "{{item}}", "${{ github.token }}", "$${{ x }}", "{% raw %}",
    "{% endraw %}", "{#", "#{x}", "run.sh", "x.bash", "q.sql", "y.json",
    "{{ var.value.SECRET }}", "{{ ti.xcom_pull() }}", "1e3", "0o10", "08", "010", "0777", "1:30",
    "1.10", "y", "no", "on", "null", "true", "True", ".nan", ".inf", "=", "<<", "2024-01-01",
    "1_000", "- a", "a: b", "a #b", "&a", "*a", "!x", "@x", "? a", "|", ">", "---", "...",
    "\x85", "\u2028", "\u2029", "\ufeff", "a\ufeffb", "\u00a0", "\u200b", "\u202e", "\ue000",
    "\ufffe", "é", "e\u0301", "😀", "\x1b[31m", "\x1b]8;;http://x\x07", "\x01", "\x7f",
    "</script>", "::error::x", "__EOF__", "EOF\nEOF", "a" * MAX_TEXT, "é" * (MAX_TEXT // 2),
]  # fmt: skip

SPEC = """
params: {text: {type: string}, texts: {type: list<string>}}
steps:
  make:
    inputs: {text: "${{ params.text }}"}
    run: cp $PIPEC_INPUTS/text $PIPEC_OUTPUTS/text; printf "\\r\\n" >> $PIPEC_OUTPUTS/text
    outputs: {text: string}
  env:
    env: {TEXT: "${{ steps.make.outputs.text }}"}
    python: import os; open(os.environ["PIPEC_OUTPUTS"] + "/f", "wb").write(os.environb[b"TEXT"])
    outputs: {f: file}
  argv:
    command:
      - python3
      - -c
      - |
        import os, sys
        open(os.environ["PIPEC_OUTPUTS"] + "/f", "wb").write(os.fsencode(sys.argv[1]))
      - ${{ steps.make.outputs.text }}
    outputs: {f: file}
  item:
    for_each: params.texts
    inputs: {text: "${{ item }}"}
    run: cp $PIPEC_INPUTS/text $PIPEC_OUTPUTS/f
    outputs: {f: file, same: string?}
  list:
    inputs: {texts: "${{ params.texts }}", text: "${{ steps.make.outputs.text }}"}
    run: cp $PIPEC_INPUTS/texts $PIPEC_OUTPUTS/texts; cp $PIPEC_INPUTS/text $PIPEC_OUTPUTS/f
    outputs: {texts: list<string>, f: file}
"""


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_text_travels(run: Any, text: str) -> None:
    texts = [text] if len(json.dumps([text])) < MAX_TEXT else ["a"]
    ran = run(SPEC, {"text": text, "texts": texts}, jobs=4)
    assert ran.state == "succeeded", ran.said
    assert ran.steps["make"]["outputs"]["text"] == text
    kept = Path(ran.outcome.folder) / "outputs"
    for name in ("env", "argv", "list"):
        assert (kept / name / "f").read_bytes() == text.encode()
    assert (kept / "item-0" / "f").read_bytes() == texts[0].encode()
    assert ran.steps["list"]["outputs"]["texts"] == texts
    assert ran.steps["item"]["instances"][0]["item"] == texts[0]
    trace = json.loads((Path(ran.outcome.folder) / "trace.json").read_text(encoding="utf-8"))
    assert trace == ran.outcome.trace


def as_yaml(value: object) -> str:
    """Write JSON that is YAML too: it knows no pairs of surrogates."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(
        "[^ -~\xa0-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff]|[\u2028\u2029]", _escape, text
    )


def _escape(match: "re.Match[str]") -> str:
    return f"\\u{ord(match[0]):04x}"


def test_constants_of_a_spec_travel(run: Any) -> None:
    """What stands in the spec itself, in YAML's own escapes."""
    wanted = {
        f"T{index}": text.replace("${{", "$${{")
        for index, text in enumerate(TEXTS)
        if len(text) < 100
    }
    ran = run(f"""
steps:
  a:
    env: {as_yaml(wanted)}
    python: |
      import json, os
      found = {{n: v for n, v in os.environ.items() if n[0] == "T" and n[1:].isdigit()}}
      json.dump(found, open(os.environ["PIPEC_OUTPUTS"] + "/found", "w"))
    outputs: {{found: json}}
""")
    assert ran.state == "succeeded", ran.said
    found = ran.steps["a"]["outputs"]["found"]
    for name, text in found.items():
        assert text == TEXTS[int(name[1:])]
    assert len(found) == len(wanted)


def test_the_terminal_is_safe_from_what_programs_print(run: Any) -> None:
    ran = run(r"""
steps:
  a: {run: "printf 'a\\033[31mb\\001\\r\\n50%%\\r100%%\\ntab\\tend\\n\\342\\200\\256x\\n'; exit 1"}
""")
    assert [line for line in ran.said.splitlines() if line.startswith("a | ")] == [
        "a | a\\x1b[31mb\\x01",
        "a | 100%",
        "a | tab\tend",
        "a | \\u202ex",
    ]
    assert "\x1b" not in ran.said
    assert ran.log("a.1.log").startswith(b"a\x1b[31mb\x01\r\n50%\r100%\n")
