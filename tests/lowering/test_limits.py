"""Limits on what stands in a spec: the largest that is taken, and one byte more."""

import pytest

from pipec.compiler.compilation import check_spec
from pipec.compiler.source import locate
from pipec.compiler.values import MAX_TEXT

FORMS = {
    "run": "run: {text}",
    "python": "python: {text}",
    "env": "run: x, env: {{A: {text}}}",
    "command": "command: [{text}]",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sign", ["a", "é"])
def test_a_text(form: str, sign: str) -> None:
    fits = sign * (MAX_TEXT // len(sign.encode()))
    assert found(form, fits) == []
    (code, line, column) = found(form, fits + "a")[0]
    assert (code, line) == ("too-big", 4)
    pointed = f"  a: {{{FORMS[form].format(text=fits + 'a')}}}"[column - 1 :]
    assert pointed.startswith((form, "A", sign))


def found(form: str, text: str) -> list[tuple[str, int, int]]:
    step = FORMS[form].format(text=text)
    checked = check_spec("x.yaml", f"pipec: 1\nname: x\nsteps:\n  a: {{{step}}}\n".encode())
    places = [locate(checked.sources["x.yaml"], one.place) for one in checked.diagnostics]
    return [
        (one.code, at.line, at.column) for one, at in zip(checked.diagnostics, places, strict=True)
    ]
