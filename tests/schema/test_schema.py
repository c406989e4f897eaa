"""The schema file itself: valid, documented at every key, and understood in full by the reader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from pipec import schemas
from pipec.compiler.diagnostics import Findings
from pipec.compiler.schema import check
from pipec.compiler.schema_nodes import children, removes, types
from pipec.compiler.schema_reader import KNOWN
from pipec.compiler.source import read

LANGUAGE = Path(__file__).parents[2] / "docs" / "language.md"
ANNOTATIONS = {"$ref", "title", "description", "examples"}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    yield node
    for one in children(node):
        yield from nodes(one)


ALL = list(nodes(schemas.load()))


def test_it_is_a_json_schema() -> None:
    Draft7Validator.check_schema(schemas.load())


def test_the_text_is_what_is_loaded() -> None:
    assert '"$id": "urn:pipec:schema:pipeline:v1"' in schemas.text()
    assert schemas.load() == schemas.load() is not schemas.load()


def test_every_key_has_a_title_and_a_description() -> None:
    keys = [(key, part) for node in ALL for key, part in node.get("properties", {}).items()]
    assert len(keys) > 100
    assert not [key for key, part in keys if not {"title", "description"} <= part.keys()]


def test_every_description_is_a_sentence() -> None:
    assert not [
        node["description"] for node in ALL if not node.get("description", ".").endswith(".")
    ]


def test_every_keyword_is_one_that_the_reader_knows() -> None:
    assert not {key for node in ALL for key in node} - KNOWN


def test_a_reference_has_nothing_beside_it_that_draft_7_would_skip() -> None:
    assert not [node for node in ALL if "$ref" in node and node.keys() - ANNOTATIONS]


def test_null_is_admitted_as_text_or_to_remove() -> None:
    for node in ALL:
        assert not removes(node) or "null" in types(node)
        assert (
            "null" not in types(node) or removes(node) or {"string", "number"} <= set(types(node))
        )


def test_a_choice_between_maps_is_one_key_of_several() -> None:
    for node in ALL:
        for one in node.get("oneOf", ()):
            assert one.keys() == {"required"}
            assert len(one["required"]) == 1


def test_lists_without_repetition_hold_texts() -> None:
    for node in ALL:
        if node.get("uniqueItems"):
            assert "string" in types(node["items"])


def test_the_spec_of_the_language_page_fits() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").split("```yaml spec\n")[1].split("```")[0]
    findings = Findings()
    assert check(read("churn.yaml", text.encode()).tree, "churn.yaml", findings)
    assert not findings.found
