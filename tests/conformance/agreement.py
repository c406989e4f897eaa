"""Whether cases, capability tables and results of runs agree."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipec.backends import load
from pipec.backends.capability import Capability
from pipec.backends.local.capabilities import CAPABILITIES as LOCAL
from pipec.compiler.features import FEATURES, used

from . import engines, suite
from .cases import Case
from .results import Results

# What a trace cannot show, and a test that does: its file, and a word in there.
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "owner": ("examples/pipelines/digits/digits.yaml", "owner:"),
    "labels": ("examples/pipelines/digits/digits.yaml", "labels:"),
    "description": ("examples/pipelines/digits/digits.yaml", "description:"),
    "schedule": ("tests/airflow/live_specs/every_minute.yaml", "cron:"),
    "schedule.timezone": ("tests/argo/runs/dates.yaml", "timezone:"),
    "schedule.overlap.forbid": ("tests/airflow/test_check.py", "overlap"),
    "schedule.overlap.allow": ("tests/airflow/test_check.py", "overlap"),
    "schedule.overlap.replace": ("tests/argo/runs/dates.yaml", "overlap: replace"),
    "schedule.catchup": ("tests/argo/test_checks.py", "catchup"),
}
# What has no case yet, shown as such. Nothing may come to these.
GAPS = frozenset(
    """
    cache fail_fast image max_parallel.run resources.cpu resources.gpu resources.gpu_type
    resources.memory retry.backoff retry.delay retry.max_delay run.date run.day run.id
    """.split()  # noqa: SIM905 # many words
)
TOPIC_GAPS = frozenset(["cache", "catchup", "fail_fast", "images"])


def engine_for(target: str) -> str:
    """Give an engine of a target; the newest where it names no version."""
    return target if "@" in target else [one for one in suite.NAMES if one.startswith(target)][-1]


def capability(engine: str, feature: str) -> Capability:
    """Give what the table of an engine's version says of a feature."""
    target, _, version = engine.partition("@")
    return LOCAL[feature] if target == "local" else load(target).capabilities(version)[feature]


_KNOWN: dict[str, frozenset[str]] = {}


def features(case: Case) -> frozenset[str]:
    """Give every feature of the language that a case with runs uses."""
    if case.name not in _KNOWN:
        environments = {run.environment for run in case.runs.values()}
        _KNOWN[case.name] = frozenset(one for name in environments for one in _used(case, name))
    return _KNOWN[case.name]


def _used(case: Case, environment: str | None) -> set[str]:
    with TemporaryDirectory() as home:
        path = engines.prepare(case, Path(home, "case"), environment)
        pipeline = engines.check(path, environment).pipeline
    assert pipeline, path
    return {feature for feature, _ in used(pipeline)}


def disagreements(found: Sequence[Case], results: Results) -> list[str]:
    """Say where cases, capability tables and results contradict each other."""
    said = []
    for case in (one for one in found if one.runs):
        for target, feature in case.refuses.items():
            if feature not in features(case):
                said.append(f"{case.name} is refused for {feature}, which it does not use")
            elif capability(engine_for(target), feature).support == "yes":
                said.append(f"{case.name} is refused for {feature}, which {target} can")
        for engine in suite.NAMES:
            said += _disagree(case, engine, results)
    return said


def _disagree(case: Case, engine: str, results: Results) -> list[str]:
    """Hold one case against the table of one engine."""
    lacking = {
        one
        for one in features(case)
        if FEATURES[one].kind == "requirement" and capability(engine, one).support == "no"
    }
    known = case.refuses.keys() & {engine, engine.partition("@")[0]}
    words = {one[0] for one in results.of(engine, case).values()}
    if lacking and not known:
        return [f"{case.name} needs {sorted(lacking)}, which {engine} cannot, and is not refused"]
    if lacking and words & {"passed", "differs"}:
        return [f"{case.name} needs {sorted(lacking)}, which {engine} cannot, and ran there"]
    return [f"{case.name} failed on {engine}"] if "failed" in words else []
