"""Makes `docs/conformance.md` from the cases, the capability tables and `results.json`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipec.backends import load
from pipec.compiler.features import FEATURES

from . import cases
from .agreement import ELSEWHERE, capability, engine_for, features
from .cases import Case
from .results import NOT_RUN, Results

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "conformance.md"
HEADS = {
    "local": "local",
    "airflow@2.11": "Airflow 2.11",
    "airflow@3.3": "Airflow 3.3",
    "argo@3.7": "Argo 3.7",
}
INTRO = """\
# Conformance

The same spec gives the same step states, attempts and output values on every engine. This page
says where that was seen. It is made from `tests/conformance`: each case is a folder with a spec
and the trace that [the language](language.md) gives it, written by hand. What came of it on each
engine is kept in `tests/conformance/results.json`.

- **passed**: the engine's trace is the one of the case, value for value.
- **refused**: `compile` refuses the spec for this target, as the case says, and names a way out.
- **differs**: a known difference, with its reason [below](#known-differences).
- **unanswered**: an approval, which nobody answers in this way to run the engine.
- **not run**: the case is new, or has changed since the engine last ran it.
- **failed**: the trace is another one, a defect.

To make it anew:

    make conformance-page ENGINES="local airflow@2.11 airflow@3.3 argo@3.7"

It runs all cases on these engines and writes the page. `python -m tests.conformance.record` takes
less: only what did not pass so far (`--stale`), some cases (`--case NAME`), or, without an engine,
the page alone. Airflow is set up from PyPI on first use, Argo is the cluster of
`KUBECONFIG`. A result belongs to the files of its case, not to one state of pipec: CI runs all
cases locally and a spread of them on each engine; `PIPEC_CONFORMANCE=full` takes them all.
"""
FEATURES_SAID = """\
How many of the cases that use a feature passed; `no` and `partly` are what the tables of the
[targets](backends/) say of it.
"""
WRONG_SAID = "Each has one error, with this code at its place, before any target is asked.\n"


def write() -> None:
    """Make the page, and drop the results of what is no case any more."""
    found = cases.load()
    results = Results.load()
    results.forget(found)
    results.save()
    PATH.write_text(make(found, results), encoding="utf-8")


def make(found: Sequence[Case], results: Results) -> str:
    """Give the text of the page."""
    parts = [
        INTRO,
        "## The engines\n",
        _engines(found, results),
        "## Feature by feature\n",
        FEATURES_SAID,
        _features(found, results),
        "## Topic by topic\n",
        _topics(found, results),
        "## Refused\n",
        _refused(found),
        "## Known differences\n",
        _differences(found),
        "## Every case\n",
        _cases(found, results),
        "## Wrong specs\n",
        WRONG_SAID,
        _wrong(found),
    ]
    return "\n".join(parts)


def _engines(found: Sequence[Case], results: Results) -> str:
    """Give one row for each engine: what ran, and the sums."""
    rows = []
    for engine, head in HEADS.items():
        kept = results.found.get(engine, {})
        words = Counter(_word(results, engine, case) for case in found if case.runs)
        drafts = kept.get("drafts", {})
        random = f"{drafts['same']} the same, {drafts['different']} not" if drafts else NOT_RUN
        sums = _counted(words)
        rows.append((head, kept.get("version") or NOT_RUN, sums, random))
    table = _table(("", "what ran", "cases", "random specs, against the model"), rows)
    others = [f"{name} {version}" for name, version in _compiled_only()]
    said = f"Compiled and checked by its schema, but not run for this page: {', '.join(others)}.\n"
    return f"{table}\n{said}"


def _compiled_only() -> list[tuple[str, str]]:
    targets = {name: load(name).versions for name in ("airflow", "argo")}
    return [
        (name.capitalize(), version)
        for name, versions in targets.items()
        for version in versions
        if f"{name}@{version}" not in HEADS
    ]


def _word(results: Results, engine: str, case: Case) -> str:
    """Say in one word what came of all runs of a case: the worst of them."""
    words = {one[0] for one in results.of(engine, case).values()}
    worst = ("failed", NOT_RUN, "differs", "passed", "unanswered", "refused")
    return next(one for one in worst if one in words)


def _counted(words: Mapping[str, int]) -> str:
    order = ("passed", "refused", "differs", "unanswered", "failed", NOT_RUN)
    return ", ".join(f"{words[one]} {one}" for one in order if words.get(one))


def _features(found: Sequence[Case], results: Results) -> str:
    rows = []
    for feature, about in FEATURES.items():
        with_it = [one for one in found if feature in features(one)]
        cells = [_cell(feature, engine, with_it, results) for engine in HEADS]
        rows.append((about.title, *cells))
    return _table(("", *HEADS.values()), rows)


def _cell(feature: str, engine: str, with_it: Sequence[Case], results: Results) -> str:
    support = capability(engine, feature).support
    said = "" if support == "yes" else f"{support}: "
    words = Counter(_word(results, engine, one) for one in with_it)
    nothing = "no trace shows it" if feature in ELSEWHERE else "no case"
    return said + (_counted(words) or nothing)


def _topics(found: Sequence[Case], results: Results) -> str:
    rows = []
    for word in sorted({word for case in found for word in case.covers}):
        with_it = [one for one in found if word in one.covers]
        running = [one for one in with_it if one.runs]
        cells = [_counted(Counter(_word(results, e, one) for one in running)) for e in HEADS]
        rows.append((word.replace("_", " "), str(len(with_it)), *cells))
    return _table(("", "cases", *HEADS.values()), rows)


def _refused(found: Sequence[Case]) -> str:
    rows = [
        (_link(case), target, FEATURES[feature].title, _reason(target, feature))
        for case in found
        for target, feature in case.refuses.items()
    ]
    return _table(("case", "target", "for", "why"), rows) if rows else "None.\n"


def _reason(target: str, feature: str) -> str:
    one = capability(engine_for(target), feature)
    return ". Instead: ".join(said for said in (one.note, one.way_out) if said)


def _differences(found: Sequence[Case]) -> str:
    rows = [
        (_link(case), target, ", ".join(one["runs"]), one["because"])
        for case in found
        for target, one in case.differs.items()
    ]
    return _table(("case", "target", "runs", "why"), rows) if rows else "None.\n"


def _cases(found: Sequence[Case], results: Results) -> str:
    rows = []
    for case in found:
        if case.runs:
            cells = [_word(results, engine, case) for engine in HEADS]
            rows.append((_link(case), case.about, *cells))
    return _table(("case", "the language says", *HEADS.values()), rows)


def _wrong(found: Sequence[Case]) -> str:
    rows = [
        (_link(one), one.about, f"[`{one.refused['code']}`](rules/{one.refused['code']}.md)")
        for one in found
        if one.refused
    ]
    return _table(("case", "the language says", "code"), rows)


def _link(case: Case) -> str:
    return f"[{case.name}](../{case.folder.relative_to(ROOT).as_posix()}/)"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(one.replace("|", "\\|") for one in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
