"""Cases of the conformance suite: plain files that any implementation of the language could run.

A case is a folder with `case.yaml`, a spec `pipeline.yaml`, and what the spec names. `case.yaml`:

    about: One sentence: what the language says.
    covers: [trigger_rule, skip]          # words of COVERS
    act: true                             # the folder gets `act.sh` (see there)
    runs:
      NAME:
        params: {n: 3}
        answers: {ask: false}             # approvals
        secrets: {deploy/token: s3cret}
        environment: prod
        state: failed                     # or `refused`: no program of `steps` starts
        compare: state                    # what is a matter of time is left out
        steps: {a: succeeded, b: failed 2, c: {outputs: {n: 1}}, d: {instances: [...]}}
    refused: {code: unknown-step, at: "7:12"}      # instead of `runs`: what `lint` says
    refuses: {airflow@2.11: feature}      # targets, or one version, that cannot: the feature's id
    differs: {argo: {because: ..., runs: {NAME: {...}}}}  # a known difference

A step is its state, with its attempts where they are not 1 (0 for one that did not start), or a
map: `state` (`succeeded` if not said), `attempts`, `outputs`, `instances`, `steps`. `{file: TEXT}`
and `{dir: {PATH: TEXT}}` stand for their hashes, `{text: TEXT, times: N}` for a long text.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ACT = HERE / "act.sh"
COVERS = frozenset(
    """
    approval artifacts cache catchup command component contract cycle default defaults dir
    empty_list env environments expression fail_fast failure fan_out fan_out_over_output file
    files finally float for_each_product functions images injection inputs int item json
    limits list map max_parallel names need nullable optional_output outputs params path
    python retry retry_on run_state run_timeout schedule secrets shell signal skip state
    string text timeout trigger_rule types when workdir
    """.split()  # noqa: SIM905 # many words
)


@dataclass(frozen=True)
class Run:
    """One run of a case, with the trace that the language gives it. `steps` is None where the
    run is refused."""

    name: str
    state: str
    params: Mapping[str, Any]
    answers: Mapping[str, bool]
    secrets: Mapping[str, str]
    environment: str | None
    compare: str
    steps: Mapping[str, Any]

    @classmethod
    def plain(cls, params: Mapping[str, Any], trace: Mapping[str, Any] | None = None) -> "Run":
        """Give a run without secrets or answers, with its whole trace if it is known."""
        known = trace or {"state": "succeeded", "steps": {}}
        return cls("", known["state"], params, {}, {}, None, "trace", known["steps"])


@dataclass(frozen=True)
class Case:
    name: str
    folder: Path
    about: str
    covers: frozenset[str]
    act: bool
    runs: Mapping[str, Run]
    refused: Mapping[str, str] | None = None
    refuses: Mapping[str, str] = field(default_factory=dict)
    differs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> Path:
        return self.folder / "pipeline.yaml"


class _Loader(yaml.SafeLoader):
    """YAML whose only booleans are `true` and `false`, so that a step may be called `off`."""

    yaml_implicit_resolvers = {  # noqa: RUF012 # as the library has it
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def load() -> list[Case]:
    """Read every case, in order of their names."""
    return [_read(path) for path in sorted(HERE.glob("cases/*/case.yaml"))]


def _read(path: Path) -> Case:
    raw = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 # a SafeLoader
    known = {"about", "covers", "act", "runs", "refused", "refuses", "differs"}
    assert set(raw) <= known, f"{path}: {set(raw) - known}"
    covers = frozenset(raw["covers"])
    assert covers, path
    assert covers <= COVERS, f"{path}: {covers - COVERS}"
    assert ("runs" in raw) != ("refused" in raw), path
    runs = {name: _run(path, name, one) for name, one in raw.get("runs", {}).items()}
    return Case(
        path.parent.name,
        path.parent,
        raw["about"],
        covers,
        raw.get("act", False),
        runs,
        raw.get("refused"),
        raw.get("refuses", {}),
        raw.get("differs", {}),
    )


def _run(path: Path, name: str, raw: dict[str, Any]) -> Run:
    known = {"params", "answers", "secrets", "environment", "state", "compare", "steps"}
    assert set(raw) <= known, f"{path}: {set(raw) - known}"
    state = raw.get("state", "succeeded")
    assert ("steps" in raw) or state == "refused" or raw.get("compare") == "state", path
    return Run(
        name,
        state,
        raw.get("params", {}),
        raw.get("answers", {}),
        raw.get("secrets", {}),
        raw.get("environment"),
        raw.get("compare", "trace"),
        {key: step(one) for key, one in raw.get("steps", {}).items()},
    )


def step(raw: Any) -> dict[str, Any]:
    """Write a step of `case.yaml` out as the trace has it (`outputs` as far as they are given)."""
    if isinstance(raw, str):
        state, _, attempts = raw.partition(" ")
        raw = {"state": state, **({"attempts": int(attempts)} if attempts else {})}
    known = {"state", "attempts", "outputs", "instances", "steps", "item"}
    assert set(raw) <= known, set(raw) - known
    made: dict[str, Any] = {"state": raw.get("state", "succeeded")}
    inner: list[dict[str, Any]] = []
    if "item" in raw:
        made["item"] = raw["item"]
    if "instances" in raw:
        inner = made["instances"] = [step(one) for one in raw["instances"]]
    elif "steps" in raw:
        made["steps"] = {name: step(one) for name, one in raw["steps"].items()}
        inner = list(made["steps"].values())
    usual = 1 if made["state"] in ("succeeded", "failed") else 0
    if "instances" in raw or "steps" in raw:
        usual = sum(one["attempts"] for one in inner)
    made["attempts"] = raw.get("attempts", usual)
    made["outputs"] = {name: hashed(one) for name, one in raw.get("outputs", {}).items()}
    if "instances" in raw and made["state"] == "succeeded" and not made["outputs"]:
        made["outputs"] = _gathered(inner)
    return made


def _gathered(instances: list[dict[str, Any]]) -> dict[str, Any]:
    names = instances[0]["outputs"] if instances else ()
    return {name: [one["outputs"][name] for one in instances] for name in names}


def hashed(value: Any) -> Any:
    """Put hashes in place of `{file: TEXT}` and `{dir: {PATH: TEXT}}`, and long texts in place."""
    if isinstance(value, list):
        return [hashed(one) for one in value]
    if isinstance(value, dict) and set(value) == {"text", "times"}:
        return value["text"] * value["times"]
    if isinstance(value, dict) and set(value) == {"file"}:
        return f"sha256:{_digest(hashed(value['file']).encode())}"
    if isinstance(value, dict) and set(value) == {"dir"}:
        paths = sorted(value["dir"], key=str.encode)
        lines = [f"{one}\0{_digest(value['dir'][one].encode())}\n" for one in paths]
        return f"sha256:{_digest(''.join(lines).encode())}"
    return value


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def differing(case: Case, run: Run, target: str) -> Run:
    """Give a run as a target with a known difference has it."""
    known = case.differs.get(target, {}).get("runs", {}).get(run.name)
    return run if known is None else _run(case.folder, run.name, {"params": run.params, **known})


def spread(cases: Sequence[Case], programs: int) -> list[Case]:
    """Choose cases with runs that cover the most of what all of them cover, cheap ones first,
    that start about as many programs in all as given."""
    able = [case for case in cases if case.runs]
    left = {word for case in able for word in case.covers}
    chosen: list[Case] = []
    while left and programs > 0:
        best = max(able, key=lambda one: len(one.covers & left) / _programs(one))
        chosen.append(best)
        left -= best.covers
        programs -= _programs(best)
    return chosen


def _programs(case: Case) -> int:
    """Give how many programs the runs of a case start, and one for each run itself."""
    return sum(
        1 + sum(step["attempts"] for step in run.steps.values()) for run in case.runs.values()
    )


def same(expected: Run, found: Mapping[str, Any]) -> str | None:
    """Compare a trace with what is expected, and give the first difference in words."""
    if expected.state == "refused":
        started = [name for name, one in found["steps"].items() if one["attempts"]]
        bad = found["state"] != "failed" or started
        return f"state {found['state']}, started {started}" if bad else None
    if found["state"] != expected.state:
        return f"the run is {found['state']}, not {expected.state}"
    if expected.compare == "state":
        return None
    return _differ("", expected.steps, found["steps"])


def _differ(where: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    if list(expected) != list(found):
        return f"{where or 'the run'} has steps {list(found)}, not {list(expected)}"
    pairs = ((f"{where}{name}", one, found[name]) for name, one in expected.items())
    return next((said for place, a, b in pairs if (said := _step_differs(place, a, b))), None)


def _step_differs(where: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    for key in ("state", "attempts", "item"):
        if key in expected and expected[key] != found.get(key):
            return f"{where}: {key} {found.get(key)!r}, not {expected[key]!r}"
    wanted = {name: expected["outputs"].get(name) for name in found.get("outputs", {})}
    unknown = set(expected["outputs"]) - set(wanted)
    if unknown or not _equal(wanted, found.get("outputs", {})):
        return f"{where}: outputs {found.get('outputs')!r}, not {expected['outputs']!r}"
    ours, theirs = expected.get("instances", ()), found.get("instances", ())
    if len(ours) != len(theirs):
        return f"{where}: {len(theirs)} instances, not {len(ours)}"
    for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if said := _step_differs(f"{where}[{index}]", one, other):
            return said
    if "steps" in expected or "steps" in found:
        return _differ(f"{where}.", expected.get("steps", {}), found.get("steps", {}))
    return None


def _equal(left: Any, right: Any) -> bool:
    """Compare values by value: 1 is 1.0, but not true."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
