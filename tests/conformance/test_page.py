"""The published page: made from the last results, in agreement with cases and capability tables."""

import pytest

from pipec.backends.capability import Capability
from pipec.compiler.features import FEATURES

from . import agreement, cases, page
from .results import Results, digest
from .test_cases import CASES

ANEW = "make it anew: .venv/bin/python -m tests.conformance.record"


def test_the_page_is_as_the_results_say() -> None:
    assert page.PATH.read_text(encoding="utf-8") == page.make(CASES, Results.load()), ANEW


def test_cases_tables_and_results_agree() -> None:
    assert not agreement.disagreements(CASES, Results.load())


def test_every_feature_has_a_case_or_a_place() -> None:
    found = {feature for case in CASES for feature in agreement.features(case)}
    assert FEATURES.keys() - found - agreement.ELSEWHERE.keys() <= agreement.GAPS


@pytest.mark.parametrize("feature", agreement.ELSEWHERE)
def test_what_no_trace_shows_is_tested_elsewhere(feature: str) -> None:
    path, word = agreement.ELSEWHERE[feature]
    assert word in (page.ROOT / path).read_text(encoding="utf-8")


def test_every_topic_has_a_case() -> None:
    topics = {word for case in CASES for word in case.covers}
    assert topics <= cases.COVERS
    assert cases.COVERS - topics <= agreement.TOPIC_GAPS


def test_a_refused_case_that_the_table_can_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = [one for one in CASES if one.refuses]
    assert refused
    monkeypatch.setattr(agreement, "capability", lambda *_: Capability("yes"))
    said = agreement.disagreements(refused, Results({}))
    assert len(said) == sum(len(one.refuses) for one in refused)


def test_a_case_that_ran_though_the_table_cannot_is_seen() -> None:
    case = next(one for one in CASES if "airflow@2.11" in one.refuses)
    results = Results({})
    assert not agreement.disagreements([case], results)
    results.put("airflow@2.11", case, {name: ["passed", ""] for name in case.runs})
    assert len(agreement.disagreements([case], results)) == 1


def test_a_result_counts_for_the_case_as_it_was() -> None:
    case = CASES[0]
    results = Results({})
    results.put("local", case, {name: ["passed", ""] for name in case.runs})
    assert {one[0] for one in results.of("local", case).values()} == {"passed"}
    results.engine("local")["cases"][case.name]["files"] = digest(case)[::-1]
    assert {one[0] for one in results.of("local", case).values()} == {"not run"}
