"""Big inputs and outputs do not hold the loop up: timeouts, signals and reports go on meanwhile."""

import time
from typing import Any

import pytest

from pipec.backends.local import artifacts, attempts, contract

SPEC = """
steps:
  make: {run: "head -c 9000000 /dev/zero > $PIPEC_OUTPUTS/f", outputs: {f: file}}
  use:
    inputs: {f: "${{ steps.make.outputs.f }}"}
    TIMEOUT
    run: wc -c < $PIPEC_INPUTS/f > $PIPEC_OUTPUTS/n
    outputs: {n: int}
  beside: {needs: [make], run: ":"}
"""


def test_a_big_input_arrives_whole(run: Any) -> None:
    ran = run(SPEC.replace("TIMEOUT", ""))
    assert ran.steps["use"]["outputs"]["n"] == 9_000_000


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every copy as slow as if it were of many gigabytes, and one that hears a stop."""

    def copy(reader: int, writer: int, stopped: Any) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            artifacts._go_on(stopped)
            time.sleep(0.01)

    monkeypatch.setattr(artifacts, "_copy_bytes", copy)


@pytest.mark.usefixtures("slow")
def test_a_timeout_ends_the_loading_of_inputs(run: Any) -> None:
    began = time.monotonic()
    ran = run(SPEC.replace("TIMEOUT", "timeout: 1s"))
    assert ran.states() == "make=succeeded use=failed beside=succeeded"
    assert "timeout after 1 s" in ran.said
    assert time.monotonic() - began < 10
    assert ran.said.index("beside succeeded") < ran.said.index("use failed")


@pytest.mark.usefixtures("slow")
def test_a_stop_ends_the_loading_of_inputs(run: Any) -> None:
    began = time.monotonic()
    ran = run("timeout: 2s\n" + SPEC.replace("TIMEOUT", ""))
    assert ran.states() == "make=succeeded use=cancelled/1 beside=succeeded"
    assert time.monotonic() - began < 10


def test_outputs_are_judged_beside_the_loop(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = contract.read_outputs

    def slowly(*rest: Any) -> Any:
        time.sleep(1.5)
        return real(*rest)

    monkeypatch.setattr(attempts, "read_outputs", slowly)
    ran = run("""
steps:
  a: {run: "echo > $PIPEC_OUTPUTS/f", outputs: {f: file}}
  b: {run: sleep 0.3}
  c: {needs: [b], run: ":"}
""")
    assert ran.states() == "a=succeeded b=succeeded c=succeeded"
    assert ran.said.index("c succeeded") < ran.said.index("a succeeded")
