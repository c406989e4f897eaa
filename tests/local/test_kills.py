"""Kills runs at random moments and runs the same command again, until it comes to its end.

    python tests/local/test_kills.py --kills 500 --seed 7

Each kill takes the runner, the supervising process or the whole tree. At the end the trace must be
that of a run that nobody disturbed, no finished step may have run twice, no process may be left.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]

# the command line has no grace time: it is shorter here
DRIVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the run itself takes it
from pipec.backends import local
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import check_spec
from pipec.compiler.parameters import bind
checked = check_spec("spec.yaml")
answers = {name: name == "yes" for name in ("yes", "no") if name in checked.pipeline.steps}
how = local.Options(
    params=bind(checked.pipeline.params, {}), files=checked.files, trace="trace.json", grace=0.3,
    jobs=int(sys.argv[1]), retry="" if sys.argv[2:] else None, answers=answers,
)
try:
    sys.exit(local.run(checked.pipeline, how, Plain(sys.stderr)).exit_code)
except local.HeldError as error:
    print(error, file=sys.stderr)
    sys.exit(75)
"""
SAY = 'echo "$PIPEC_STEP $PIPEC_ITEM_INDEX $PIPEC_ATTEMPT" >> "$LEDGER"'
SPECS = {
    "chain": f"""
steps:
  a: {{run: '{SAY}; sleep 0.1; echo 3 > $PIPEC_OUTPUTS/n', outputs: {{n: int}}}}
  b:
    inputs: {{n: "${{{{ steps.a.outputs.n }}}}"}}
    run: |
      {SAY}
      mkdir $PIPEC_OUTPUTS/d
      for i in 1 2 3 4 5; do echo $i > $PIPEC_OUTPUTS/d/$i; sleep 0.02; done
      head -c 300000 /dev/zero > $PIPEC_OUTPUTS/f
    outputs: {{d: dir, f: file}}
  c:
    inputs: {{d: "${{{{ steps.b.outputs.d }}}}", f: "${{{{ steps.b.outputs.f }}}}"}}
    run: {SAY}; cat $PIPEC_INPUTS/d/* | wc -c > $PIPEC_OUTPUTS/n
    outputs: {{n: string}}
finally:
  z:
    env: {{S: "${{{{ run.state }}}}"}}
    run: {SAY}; echo $S > $PIPEC_OUTPUTS/s
    outputs: {{s: string}}
""",
    "fan_out": f"""
steps:
  list: {{run: '{SAY}; echo "[4,5,6,7,8]" > $PIPEC_OUTPUTS/l', outputs: {{l: list<int>}}}}
  each:
    for_each: steps.list.outputs.l
    env: {{N: "${{{{ item }}}}"}}
    run: {SAY}; sleep 0.1; echo $((N * 2)) > $PIPEC_OUTPUTS/n; echo $N > $PIPEC_OUTPUTS/f
    outputs: {{n: int, f: file}}
  sum:
    inputs: {{f: "${{{{ steps.each.outputs.f }}}}"}}
    env: {{A: "${{{{ max(steps.each.outputs.n) }}}}"}}
    run: {SAY}; cat $PIPEC_INPUTS/f/* | tr -d '\\n' > $PIPEC_OUTPUTS/t; echo $A > $PIPEC_OUTPUTS/m
    outputs: {{t: string, m: int}}
""",
    "failing": f"""
steps:
  again: {{retry: {{attempts: 3, delay: 0s}}, run: '{SAY}; sleep 0.1; test $PIPEC_ATTEMPT = 3'}}
  bad: {{retry: 2, run: '{SAY}; sleep 0.1; exit 7'}}
  many:
    for_each: [0, 1, 0]
    retry: 2
    env: {{C: "${{{{ item }}}}"}}
    run: {SAY}; sleep 0.05; exit $C
  after: {{needs: [again], run: '{SAY}'}}
  never: {{needs: [bad], run: '{SAY}'}}
  repair: {{needs: [many], trigger_rule: any_failed, run: '{SAY}'}}
finally:
  z: {{env: {{S: "${{{{ steps.bad.state }}}}"}}, run: '{SAY}; sleep 0.1; test $S = failed'}}
""",
    "mixed": f"""
params: {{items: {{type: list<string>, default: [p, q, r]}}}}
steps:
  seed: {{cache: true, run: '{SAY}; sleep 0.1; seq 90000 > $PIPEC_OUTPUTS/s', outputs: {{s: file}}}}
  use:
    for_each: params.items
    max_parallel: 2
    uses: ./cached.yaml
    with: {{text: "${{{{ item }}}}", seed: "${{{{ steps.seed.outputs.s }}}}"}}
  yes: {{needs: [seed], approve: "Go on?"}}
  no: {{approve: "Stop?"}}
  never: {{needs: [no], run: '{SAY}'}}
  join:
    needs: [yes]
    retry: {{attempts: 2, delay: 0s}}
    cache: true
    inputs: {{d: "${{{{ steps.use.outputs.d }}}}"}}
    run: {SAY}; sleep 0.05; cat $PIPEC_INPUTS/d/*/* > $PIPEC_OUTPUTS/all; test $PIPEC_ATTEMPT = 2
    outputs: {{all: file}}
  maybe: {{when: "len(params.items) > 5", run: '{SAY}'}}
finally:
  y: {{for_each: [1, 2], run: '{SAY}; sleep 0.05'}}
  z:
    needs: [y]
    cache: true
    run: {SAY}; sleep 0.1; echo 1 > $PIPEC_OUTPUTS/n
    outputs: {{n: int}}
""",
    "stubborn": f"""
steps:
  term: {{run: "trap '' TERM; {SAY.replace('"', chr(92) + '"')}; sleep 0.2; sleep 0.1"}}
  away:
    run: |
      {SAY}
      setsid sh -c 'trap "" TERM; sleep 60; sleep 60' &
      (setsid sleep 61 > /dev/null 2>&1 &)
      sleep 0.3
  inside: {{uses: ./component.yaml, with: {{n: 4}}}}
  last:
    needs: [term, away]
    env: {{R: "${{{{ steps.inside.outputs.r }}}}"}}
    run: {SAY}; test $R = 9
""",
}
COMPONENT = f"""pipec: 1
component: inside
inputs: {{n: int}}
outputs: {{r: {{type: int, value: "${{{{ steps.two.outputs.r }}}}"}}}}
steps:
  one:
    env: {{N: "${{{{ inputs.n }}}}"}}
    run: {SAY}; sleep 0.1; echo $((N * 2)) > $PIPEC_OUTPUTS/r
    outputs: {{r: int}}
  two:
    env: {{N: "${{{{ steps.one.outputs.r }}}}"}}
    run: {SAY}; sleep 0.1; echo $((N + 1)) > $PIPEC_OUTPUTS/r
    outputs: {{r: int}}
"""
CACHED = f"""pipec: 1
component: cached
inputs: {{text: string, seed: file}}
outputs: {{d: {{type: dir, value: "${{{{ steps.two.outputs.d }}}}"}}}}
steps:
  one:
    cache: true
    inputs: {{s: "${{{{ inputs.seed }}}}"}}
    env: {{T: "${{{{ inputs.text }}}}"}}
    run: |
      {SAY}; sleep 0.1
      head -c 4000 $PIPEC_INPUTS/s > $PIPEC_OUTPUTS/f; echo $T >> $PIPEC_OUTPUTS/f
    outputs: {{f: file}}
  two:
    inputs: {{f: "${{{{ steps.one.outputs.f }}}}"}}
    run: {SAY}; mkdir $PIPEC_OUTPUTS/d; cp $PIPEC_INPUTS/f $PIPEC_OUTPUTS/d/a; sleep 0.05
    outputs: {{d: dir}}
"""


def _uncached(found: Any) -> Any:
    """Leave out of a trace what came from the cache: a run may take from it what it stored."""
    if isinstance(found, dict):
        return {key: _uncached(one) for key, one in found.items() if key != "cached"}
    return [_uncached(one) for one in found] if isinstance(found, list) else found


@dataclass
class Run:
    """A spec in a folder of its own, run as often as need be."""

    folder: Path
    jobs: int

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(self.jobs), *words],
            cwd=self.folder,
            env={**os.environ, "LEDGER": str(self.folder / "ledger")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "said").open("ab"),
            start_new_session=True,
        )

    def trace(self) -> dict[str, Any]:
        found = json.loads((self.folder / "trace.json").read_text())
        return {**_uncached(found), "run": ""}

    def records(self) -> list[dict[str, Any]]:
        (journal,) = self.folder.glob(".pipec/runs/*/journal.jsonl")
        return [json.loads(line) for line in journal.read_bytes().splitlines()]

    def is_over(self) -> bool:
        last = self.records()[-1:] if list(self.folder.glob(".pipec/runs/*/journal.jsonl")) else []
        return bool(last and last[0].get("finished"))

    def left(self) -> list[str]:
        """Name the processes that steps started."""
        found = []
        for one in Path("/proc").glob("[0-9]*"):
            try:
                if f"LEDGER={self.folder}/ledger".encode() in (one / "environ").read_bytes():
                    found.append((one / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found


def prepare(name: str, folder: Path, jobs: int) -> Run:
    folder.mkdir(parents=True)
    (folder / "spec.yaml").write_text(f"pipec: 1\nname: {name.replace('_', '-')}\n{SPECS[name]}")
    (folder / "component.yaml").write_text(COMPONENT)
    (folder / "cached.yaml").write_text(CACHED)
    return Run(folder, jobs)


def kill(process: "subprocess.Popen[bytes]", victim: str, number: int) -> None:
    """Send a signal to the runner, to what it started first, or KILL to all there is."""
    below = tree(process.pid)
    if victim == "tree":
        for pid in [process.pid, *below]:
            send(pid, signal.SIGKILL)
    elif victim == "supervisor":
        for pid in below[:1]:
            send(pid, number)
    else:
        send(process.pid, number)


def tree(pid: int) -> list[int]:
    found = []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    for child in map(int, children):
        found += [child, *tree(child)]
    return found


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


KILLS = [
    ("runner", signal.SIGKILL),
    ("runner", signal.SIGKILL),
    ("runner", signal.SIGTERM),
    ("runner", signal.SIGINT),
    ("runner", signal.SIGHUP),
    ("supervisor", signal.SIGKILL),
    ("supervisor", signal.SIGTERM),
    ("tree", signal.SIGKILL),
]


def torture(run: Run, dice: random.Random, kills: int) -> int:
    """Kill a run so often, then let it end. Gives how many kills hit it."""
    hit = 0
    for _ in range(kills):
        process = run.start()
        wait(process, dice.uniform(0.05, 1.1))
        if process.poll() is None:
            kill(process, *dice.choice(KILLS))
            hit += 1
        assert wait(process, 20), "it does not end"
        if run.is_over():
            return hit
    process = run.start()
    assert wait(process, 30), "it does not end"
    assert run.is_over(), (run.folder / "said").read_text()
    return hit


def wait(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def judge(run: Run, wanted: dict[str, Any]) -> None:
    """Hold what a disturbed run came to against an undisturbed one."""
    said = (run.folder / "said").read_text()
    assert run.trace() == wanted, said
    faults = said.count("Traceback") - said.count("KeyboardInterrupt")  # one while Python starts
    assert not faults, said
    again = ran_again(run.records())
    assert not again, (again, said)
    end = time.monotonic() + 5
    while left := run.left():
        assert time.monotonic() < end, left
        time.sleep(0.05)


def ran_again(records: list[dict[str, Any]]) -> list[str]:
    """Name the steps that were started once more after they had succeeded."""
    done: set[str] = set()
    last: set[str] = set()
    again, in_finally = [], False
    for one in records:
        if one["event"] in ("run", "continued"):
            in_finally = False
        elif one["event"] == "finally":
            in_finally = True
            if one["stopped"] == "by hand":
                last.clear()
        elif one["event"] == "started":
            if one["step"] in (last if in_finally else done):
                again.append(one["step"])
            if not in_finally:
                last.clear()
        elif one["event"] == "ended" and one["cause"] is None:
            (last if in_finally else done).add(one["step"])
    return again


def undisturbed(name: str, folder: Path) -> dict[str, Any]:
    run = prepare(name, folder, 2)
    process = run.start()
    assert wait(process, 60)
    assert run.is_over(), (run.folder / "said").read_text()
    return run.trace()


# PIPEC_KILLS_SEED makes the same kills again; CI takes others each time
SEED = int(os.environ.get("PIPEC_KILLS_SEED", random.randrange(10**6)))  # noqa: S311 # no secret


@pytest.mark.parametrize("name", SPECS)
def test_killed_runs_come_to_the_same(name: str, tmp_path: Path) -> None:
    print(f"PIPEC_KILLS_SEED={SEED}")
    dice = random.Random(f"{SEED} {name}")  # noqa: S311 # a seed makes the same kills again
    wanted: dict[str, Any] = undisturbed(name, tmp_path / "calm")
    hit = turn = 0
    while hit < 10:
        turn += 1
        run = prepare(name, tmp_path / str(turn), dice.choice([1, 2, 4]))
        hit += torture(run, dice, dice.randint(2, 5))
        judge(run, wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311 # no secret
    options = parser.parse_args()
    print("seed", options.seed)
    dice = random.Random(options.seed)  # noqa: S311 # a seed makes the same kills again
    hit = turn = 0
    with tempfile.TemporaryDirectory() as place:
        wanted = {name: undisturbed(name, Path(place, name)) for name in SPECS}
        while hit < options.kills:
            turn += 1
            name = dice.choice(list(SPECS))
            run = prepare(name, Path(place, f"{turn}"), dice.choice([1, 2, 4]))
            hit += torture(run, dice, dice.randint(1, 6))
            judge(run, wanted[name])
            print(f"{hit} of {options.kills} kills, {turn} runs", end="\r", flush=True)
    print(f"\n{hit} kills of {turn} runs: all came to what they come to undisturbed")


if __name__ == "__main__":
    main()
