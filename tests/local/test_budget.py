"""What starts together: the sharing out of a machine, alone and in real runs."""

import random
from typing import Any

import pytest

from pipec.backends.local.budget import Budget, Machine, Need, Share
from pipec.backends.local.machine import devices, find_machine
from pipec.backends.local.refusal import RefusalError
from pipec.compiler.ir import Resources

GI = 2**30
FOUR = Machine(4000, 8 * GI, ("0", "1"))

NEEDS: list[tuple[Resources, Need]] = [
    (Resources(), Need()),
    (Resources(cpu="500m", memory="512Mi"), Need(500, 512 * 2**20)),
    (Resources(cpu="4", memory="8Gi", gpu=2), Need(4000, 8 * GI, 2)),
    (Resources(cpu="4001m"), Need(4000, 0, 0, alone=True)),
    (Resources(memory="9Gi"), Need(0, 8 * GI, 0, alone=True)),
    (Resources(gpu=3), Need(0, 0, 2, alone=True)),
]


@pytest.mark.parametrize(("resources", "need"), NEEDS)
def test_needs(resources: Resources, need: Need) -> None:
    assert Budget(FOUR).need(resources) == need


def cpu(number: float) -> Resources:
    return Resources(cpu=str(number))


def test_what_does_not_fit_waits() -> None:
    budget = Budget(FOUR)
    first = budget.take("a", cpu(3))
    assert first
    assert budget.take("b", cpu(2)) is None
    budget.give_back(first)
    assert budget.take("b", cpu(2))


def test_what_asks_for_too_much_runs_alone() -> None:
    budget = Budget(FOUR)
    small = budget.take("small", Resources())
    assert small
    assert budget.take("big", cpu(9)) is None
    assert budget.take("other", Resources()) is None  # else the big one would wait for ever
    budget.give_back(small)
    big = budget.take("big", cpu(9))
    assert big
    assert budget.take("other", Resources()) is None
    budget.give_back(big)
    assert budget.take("other", Resources())


def test_small_ones_pass_only_beside_what_the_big_one_needs() -> None:
    budget = Budget(FOUR)
    running = budget.take("running", cpu(3))
    assert running
    assert budget.take("big", cpu(3)) is None
    assert budget.take("small", cpu(1))  # 3 + 1 is all there is
    assert budget.take("more", cpu(1)) is None
    budget.give_back(running)
    assert budget.take("more", cpu(1)) is None
    assert budget.take("big", cpu(3))


def test_gpus_are_shared_out_by_name() -> None:
    budget = Budget(Machine(4000, GI, ("3", "5", "7")))
    one, two = budget.take("a", Resources(gpu=1)), budget.take("b", Resources(gpu=2))
    assert one
    assert two
    assert (one.gpus, two.gpus) == (("3",), ("5", "7"))
    budget.give_back(one)
    three = budget.take("c", Resources(gpu=1))
    assert three
    assert three.gpus == ("3",)
    assert budget.take("d", Resources(cpu="1")), "what needs none does not wait for one"


@pytest.mark.parametrize("seed", range(30))
def test_never_too_much_and_nobody_waits_for_ever(seed: int) -> None:
    """Random steps come and go, small ones without end: each waits for a bounded time."""
    dice = random.Random(seed)  # noqa: S311 # a seed makes the same steps again
    budget = Budget(FOUR)
    waiting = [f"first-{index}" for index in range(8)]
    needs = {
        name: Resources(cpu=str(dice.choice([1, 2, 4, 6])), gpu=dice.choice([None, 1, 2, 3]))
        for name in waiting
    }
    running: list[tuple[Share, int]] = []
    for turn in range(400):
        waiting.append(f"late-{turn}")
        needs[waiting[-1]] = Resources(cpu=dice.choice([None, "500m", "1"]))
        for name in list(waiting):
            share = budget.take(name, needs[name])
            if share:
                waiting.remove(name)
                running.append((share, turn + dice.randint(1, 5)))
        given = [share.need for share, _ in running]
        assert sum(one.cpu for one in given) <= FOUR.cpu
        assert sum(one.gpu for one in given) <= 2
        assert len(given) == 1 or not any(one.alone for one in given)
        names = [name for share, _ in running for name in share.gpus]
        assert len(names) == len(set(names))
        for share, end in [one for one in running if one[1] <= turn]:
            budget.give_back(share)
            running.remove((share, end))
    assert not [name for name in waiting if name.startswith("first")]


MACHINES: list[tuple[str | None, str | None, Any]] = [
    ("3", "2Gi", (3000, 2 * GI)),
    ("500m", "100M", (500, 10**8)),
]
WRONG = [("many", None), ("0", None), (None, "2 GB"), (None, "0")]


@pytest.mark.parametrize(("cpus", "size", "has"), MACHINES)
def test_a_machine_as_told(cpus: str, size: str, has: Any) -> None:
    found = find_machine(cpus, size, 0)
    assert (found.cpu, found.memory) == has
    assert find_machine(None, None, None).cpu >= 1000
    assert find_machine(None, None, None).memory > 2**20


@pytest.mark.parametrize(("cpus", "size"), WRONG)
def test_a_machine_that_cannot_be(cpus: str | None, size: str | None) -> None:
    with pytest.raises(RefusalError, match=r"--cpus takes|--memory takes"):
        find_machine(cpus, size, None)


@pytest.mark.parametrize(
    ("visible", "count", "names"),
    [
        ("2,3", None, ["2", "3"]),
        ("GPU-8a, 1", None, ["GPU-8a", "1"]),
        ("", None, []),
        ("-1", None, []),
        ("0,-1,1", None, ["0"]),
        ("2,3", 1, ["2"]),
        ("", 2, ["0", "1"]),
    ],
)
def test_devices(
    monkeypatch: pytest.MonkeyPatch, visible: str, count: int | None, names: list[str]
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert devices(count) == names


TOGETHER = """
steps:
  a:
    for_each: [1, 2, 3, 4]
    resources: {NEED}
    run: |
      ls ../.. | wc -l > $PIPEC_OUTPUTS/n; sleep 0.1
      echo $CUDA_VISIBLE_DEVICES > $PIPEC_OUTPUTS/g
    outputs: {n: int, g: string}
"""


@pytest.mark.parametrize(
    ("need", "most"),
    [("cpu: 1", 2), ("memory: 1300Mi", 3), ("gpu: 1", 1), ("cpu: 1, memory: 4Gi", 1)],
)
def test_a_run_keeps_to_it(run: Any, need: str, most: int) -> None:
    ran = run(TOGETHER.replace("NEED", need), jobs=4, cpus="2", memory="4Gi", gpus=1)
    assert ran.state == "succeeded"
    assert max(ran.steps["a"]["outputs"]["n"]) <= most
    if "gpu" in need:
        assert len(set(ran.steps["a"]["outputs"]["g"])) == 1
        assert ran.steps["a"]["outputs"]["g"][0] != ""


def test_a_run_says_once_what_is_too_big(run: Any) -> None:
    ran = run(TOGETHER.replace("NEED", "cpu: 64"), jobs=4, cpus="2", memory="4Gi", gpus=1)
    assert ran.said.count("there are 2 processors, 4.0 GiB and 1 GPUs") == 1
    assert "runs alone: a\n" in ran.said
    assert max(ran.steps["a"]["outputs"]["n"]) == 1


def test_what_fails_and_is_tried_again_gives_back_its_share(run: Any) -> None:
    ran = run(
        """
steps:
  a: {resources: {cpu: 2}, retry: 3, run: "test $PIPEC_ATTEMPT = 3"}
  b: {resources: {cpu: 2}, run: "exit 1"}
  c: {resources: {cpu: 2}, needs: [b], trigger_rule: all_done, run: ":"}
  d: {resources: {cpu: 2}, timeout: 1s, run: sleep 9}
finally: {z: {resources: {cpu: 2}, run: ":"}}
""",
        jobs=4,
        cpus="2",
    )
    assert ran.states() == "a=succeeded/3 b=failed c=succeeded d=failed z=succeeded"


def test_a_clean_environment(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "x")
    monkeypatch.setenv("LANG", "C.UTF-8")
    spec = """
steps:
  a:
    env: {MINE: "1"}
    run: env | cut -d= -f1 | sort | tr '\\n' ' ' > $PIPEC_OUTPUTS/names
    outputs: {names: string}
"""
    assert " OF_THE_CALLER " in run(spec).steps["a"]["outputs"]["names"]
    names = run(spec, clean_env=True).steps["a"]["outputs"]["names"].split()
    assert {"MINE", "PATH", "LANG", "PIPEC_OUTPUTS"} <= set(names)
    allowed = "HOME LANG LC_ALL LC_CTYPE LOGNAME MINE PATH PWD SHELL SHLVL TMPDIR TZ USER _"
    extra = {name for name in names if not name.startswith("PIPEC_")} - set(allowed.split())
    assert extra == set()
