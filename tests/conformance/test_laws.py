"""What may not change a trace: order, names, needs that are there anyway, `fmt`, `resolve`, `-j`,
the cache, and being cut off.

On the cases by the model, on random specs by the model and the local runner; a random spec that
breaks a law is made small by Hypothesis. PIPEC_CONFORMANCE_EXAMPLES says how many (default 100 for
the model against local; a law takes a tenth of it, and of that a third runs).
"""

import random
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from pipec.backends import local
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import Checked
from pipec.compiler.parameters import bind

from . import engines, laws
from .cases import Case, Run
from .generator import Draft, drafts
from .test_cases import CASES
from .test_model import EXAMPLES, comparable, expected

WITH_RUNS = [case for case in CASES if case.runs and case.act]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def few(count: int) -> settings:
    return settings(
        max_examples=max(3, count),
        deadline=None,
        suppress_health_check=SLOW,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        database=None,
        print_blob=True,
    )


def changed(
    law: str, path: Path, checked: Checked, seed: int, environment: str | None = None
) -> tuple[Checked, dict[str, str]]:
    """Write a spec as a law changes it, and give it with the new names of its steps."""
    assert checked.pipeline
    dice = random.Random(seed)  # noqa: S311 # a seed makes the same spec again
    text = laws.LAWS[law](path.read_text(encoding="utf-8"), checked, dice)
    path.write_text(text, encoding="utf-8")
    again = engines.check(path, None if law == "resolved" else environment)
    assert again.pipeline, [one.message for one in again.diagnostics]
    names = laws.new_names(checked.pipeline) if law == "renamed" else {}
    return again, names


def named(trace: dict[str, Any], names: dict[str, str]) -> Any:
    """Give a trace with other names of its steps, and without what targets need not agree on."""
    steps = {names.get(name, name): one for name, one in trace["steps"].items()}
    return comparable({**trace, "steps": steps})


def modelled(checked: Checked, run: Run, names: dict[str, str]) -> Any:
    assert checked.pipeline
    answers = {names.get(name, name): one for name, one in run.answers.items()}
    job = engines.Job("job", checked.pipeline, checked, run.params, answers, run.secrets)
    (trace,) = engines.Modelled().run([job], Path())
    return trace


@pytest.mark.parametrize("law", laws.LAWS)
@pytest.mark.parametrize("case", WITH_RUNS, ids=lambda one: one.name)
def test_a_case_keeps_its_trace(case: Case, law: str, tmp_path: Path) -> None:
    run = next(iter(case.runs.values()))
    path = engines.prepare(case, tmp_path / "case", run.environment)
    before = engines.check(path, run.environment)
    try:
        wanted = modelled(before, run, {})
    except LookupError:
        pytest.skip("the model does not know what these programs do")
    after, names = changed(law, path, before, 7, run.environment)
    assert comparable(modelled(after, run, names)) == named(wanted, names)


@pytest.mark.parametrize("law", laws.LAWS)
def test_a_random_spec_keeps_its_trace(law: str) -> None:
    @few(EXAMPLES // 10)
    @given(drafts(), st.integers(0, 9))
    def check(draft: Draft, seed: int) -> None:
        with TemporaryDirectory() as folder:
            path = draft.write(Path(folder))
            before = engines.check(path)
            wanted = expected(before, draft.params)
            after, names = changed(law, path, before, seed)
            note(path.read_text(encoding="utf-8"))
            assert comparable(expected(after, draft.params)) == named(wanted, names)

    check()


class Ran:
    """Local runs of one random spec, which keep their state in one folder."""

    def __init__(self, draft: Draft, folder: Path) -> None:
        self.draft, self.folder = draft, folder
        self.checked = engines.check(draft.write(folder))

    def run(self, state: str, **how: Any) -> Any:
        pipeline = self.checked.pipeline
        assert pipeline, [one.message for one in self.checked.diagnostics]
        given: dict[str, Any] = {
            "jobs": 2,
            "grace": 0.5,
            "state": str(self.folder / state),
            "date": engines.DATE,
        }
        values = bind(pipeline.params, self.draft.params)
        options = local.Options(params=values, files=self.checked.files, **(given | how))
        return local.run(pipeline, options, Plain(StringIO()))

    def trace(self, state: str, **how: Any) -> Any:
        return comparable(self.run(state, **how).trace)


@few(EXAMPLES // 30)
@given(drafts())
def test_any_width_gives_the_same_trace(draft: Draft) -> None:
    with TemporaryDirectory() as folder:
        ran = Ran(draft, Path(folder))
        assert ran.trace("one", jobs=1) == ran.trace("eight", jobs=8)


@few(EXAMPLES // 30)
@given(drafts(), st.floats(0, 1))
def test_a_run_that_was_cut_off_goes_on_to_the_same_trace(draft: Draft, where: float) -> None:
    """The journal ends at any byte behind its first line, as a power cut leaves it."""
    with TemporaryDirectory() as folder:
        ran = Ran(draft, Path(folder))
        first = ran.run("state")
        journal = Path(first.folder, "journal.jsonl")
        data = journal.read_bytes()
        begun = data.index(b"\n") + 1
        journal.write_bytes(data[: begun + int(where * (len(data) - begun - 1))])
        again = ran.run("state")
        assert again.run == first.run
        assert comparable(again.trace) == comparable(first.trace)


def cached(draft: Draft) -> Draft:
    """Give a random spec whose steps with a program are all cached."""
    spec = yaml.safe_load(draft.files["spec.yaml"])
    for section in ("steps", "finally"):
        for step in spec.get(section, {}).values():
            if "command" in step:
                step["cache"] = True
    files = {**draft.files, "spec.yaml": yaml.safe_dump(spec, sort_keys=False)}
    return Draft(files, draft.params)


def without_attempts(trace: Any) -> Any:
    """Leave out what the cache may change: how often a program was started."""
    if isinstance(trace, dict):
        return {k: without_attempts(one) for k, one in trace.items() if k != "attempts"}
    return [without_attempts(one) for one in trace] if isinstance(trace, list) else trace


@few(EXAMPLES // 30)
@given(drafts())
def test_the_cache_gives_the_same_trace(draft: Draft) -> None:
    with TemporaryDirectory() as folder:
        plain = Ran(draft, Path(folder, "plain")).trace("state")
        ran = Ran(cached(draft), Path(folder, "cached"))
        assert ran.trace("state") == plain
        assert without_attempts(ran.trace("state", fresh=True)) == without_attempts(plain)
        assert ran.trace("state", fresh=True, cache=False) == plain
