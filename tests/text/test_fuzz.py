"""Whatever the bytes: reading and reporting raise nothing and end soon.

PIPEC_FUZZ says how many texts are tried.
"""

import os
import random
import sys
import time
from pathlib import Path

from pipec.compiler.diagnostics import Place
from pipec.compiler.report import render
from pipec.compiler.source import locate, read

COUNT = int(os.environ.get("PIPEC_FUZZ", "1500"))
CASES = [path.read_bytes() for path in sorted(Path(__file__).with_name("cases").glob("*.yaml"))]
WORDS = (
    r"""
: |- |${{ | }}|<<: |*a|&a |!t |---|...|\u|\x41|''|é|k: v|'a b'|"c"|[x, y]|{a: b}|# c
""".strip()
    .encode()
    .split(b"|")
)
LINES = [b"\n  ", b"\n- ", b"\n\t", b"\r\n", b": |2\n", b": >-\n", b"\nk: "]
BYTES = [b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\0", b"\x1b"]
SIGNS = [bytes([byte]) for byte in b"[]{}:,-?#&*!|>'\"%@`\\ \t\n<~=/.0aZ"] + WORDS + LINES + BYTES


def mutated(chance: random.Random) -> bytes:
    """Make a text of signs, or change one that means something."""
    if chance.random() < 0.3:
        size = chance.choice((5, 50, 500, 20_000))
        return b"".join(chance.choices(SIGNS, k=size))[:65_536]
    data = bytearray(b"".join(chance.sample(CASES, chance.randint(1, 3)))[:65_536])
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice((0, 0, 1, 1, 5, 40)))
        data[at:end] = chance.choice(SIGNS) * chance.choice((1, 1, 1, 2, 200))
    return bytes(data[:65_536])


def test_nothing_raises_and_all_is_answered_soon() -> None:
    for seed in range(COUNT):
        data = mutated(random.Random(seed))  # noqa: S311 # test data, no secret
        start = time.process_time()
        source = read("x.yaml", data)
        render(source.problems, {"x.yaml": source})
        locate(source, Place("x.yaml", ("a", "b", 0), span=(1, 3)))
        assert time.process_time() - start < 10 or sys.gettrace(), seed  # tracing slows it down
        assert (source.tree is not None) or source.problems, seed
        for problem in source.problems:
            assert problem.help, (seed, problem)
            assert "did not find" not in problem.message, (seed, problem)
