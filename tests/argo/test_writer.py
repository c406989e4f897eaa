"""What the YAML writer writes is read back alike, under the rules of both dialects."""

import re

import pytest
import yaml

from pipec.backends.argo.writer import Block, Flow, FlowList, Folded, Item, Quoted, plain, write

HOSTILE = [
    "y",
    "n",
    "Y",
    "N",
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "~",
    "1e3",
    "0o17",
    "08",
    "010",
    "0x1F",
    "1_000",
    "1:30",
    ".5",
    "-1",
    "+.5",
    ".inf",
    "-",
    "=",
    "<<",
    "?",
    ":",
    "*",
    "&",
    "!",
    "%",
    "@",
    "`",
    "|",
    ">",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "---",
    "...",
    "2024-01-01",
    "-n",
    "--",
    "-e",
    "a:b",
    "a:",
    "x=y",
    "",
    " ",
    "a b",
    "a: b",
    "a #b",
    "- a",
    "it's",
    'a "quoted" word',
    "back\\slash",
    "tab\there",
    "line\nbreak",
    "\n",
    "ends\n",
    "ends twice\n\n",
    " leads",
    "\tleads",
    "trailing  ",
    "inner\n   \nblank",
    "\r\n",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "é",
    "😀",
    "\ue000",
    "{{workflow.name}}",
    "$(HOME) $$",
    "x" * 300,
    " ".join(["word"] * 80),
    "two  spaces " * 30,
]
# What Kubernetes' own parser reads as something other than a string when it stands plain.
GO_READS = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|~|[-+]?\.?[0-9][0-9_.:xobe+-]*|[-+]?\.(inf|nan)|)"
)


@pytest.mark.parametrize("kind", [str, Quoted, Block, Folded])
@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_read_back(text: str, kind: type[str]) -> None:
    value = {
        "block": {"key": kind(text), "list": [kind(text), {"a": kind(text)}]},
        "flow": Flow({"key": Quoted(text), "list": FlowList([Quoted(text), "b"])}),
        "words": FlowList(["a" * 90, kind(text), "b" * 90]),
    }
    written = write([value])
    assert yaml.safe_load(written) == plain(value)
    assert plain(value)["block"]["key"] == text


@pytest.mark.parametrize("text", [one for one in HOSTILE if GO_READS.fullmatch(one)])
def test_what_go_reads_otherwise_is_quoted(text: str) -> None:
    assert write([{"key": text}]).startswith('key: "')
    assert write([{text: 1}]).startswith('"')


def test_a_document_looks_as_a_person_would_write_it() -> None:
    long = "{{=" + " && ".join(f"tasks.step{n}.status == 'Succeeded'" for n in range(5)) + "}}"
    document = {
        "kind": "Thing",
        "small": Flow({"name": "a", "value": Quoted("1")}),
        "empty": {},
        "none": [],
        "yes": True,
        "count": 3,
        "words": FlowList(["sh", "-c", "list<int>", "y"]),
        "script": Block("echo a\n\necho b\n"),
        "open": Block("one\ntwo"),
        "long": Folded(long),
        "items": [
            Flow({"name": "x"}),
            Item({"name": "y", "inner": {"k": "v"}}, "what y is\nand why", apart=True),
        ],
    }
    assert write([document, {"kind": "Other"}], "Made by hand.") == (
        """\
# Made by hand.
kind: Thing
small: {name: a, value: "1"}
empty: {}
none: []
"yes": true
count: 3
words: [sh, -c, "list<int>", "y"]
script: |
  echo a

  echo b
open: |-
  one
  two
long: >-
  {{=tasks.step0.status == 'Succeeded' && tasks.step1.status == 'Succeeded'
  && tasks.step2.status == 'Succeeded' && tasks.step3.status == 'Succeeded'
  && tasks.step4.status == 'Succeeded'}}
items:
- {name: x}

# what y is
# and why
- name: "y"
  inner:
    k: v
---
kind: Other
"""
    )
