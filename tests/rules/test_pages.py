"""Every rule's page: its wrong example shows it, its right one does not."""

import re

import pytest

from pipec.compiler.compilation import check_spec
from pipec.compiler.rules import RULES, findings, load

BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def codes(text: str) -> list[str]:
    checked = check_spec("example.yaml", text.encode())
    assert checked.pipeline is not None, checked.diagnostics
    return [one.code for one in findings(checked.pipeline)]


@pytest.mark.parametrize("code", RULES)
def test_page(code: str) -> None:
    page = load(code).__doc__ or ""
    wrong, right = BLOCK.findall(page)
    assert set(codes(wrong)) == {code}
    assert codes(right) == []
    title = page.partition("\n")[0]
    assert title.endswith(".")
    assert len(title) < 80


def test_rules_are_in_order() -> None:
    assert list(RULES) == sorted(RULES)
