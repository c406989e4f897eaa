"""What holds for every input: `examine` raises where it does not, and says what came of it."""

import json
import re
from random import Random
from typing import Any

from pipec import backends
from pipec.compiler.compilation import Checked, check_rules, check_spec, check_target
from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.draw import FORMATS as DRAWINGS
from pipec.compiler.report import FORMATS, render
from pipec.compiler.source import Source, locate

PATH = "spec.yaml"
# Words of Python that no message needs; where the input holds one, a message may quote it.
PYTHON = re.compile(
    r"<class|object at 0x|NoneType|Traceback|OrderedDict|frozenset|_Dropped|Plain\(|\bdict\b"
    r"|\bNone\b|\bTrue\b|\bFalse\b|\bKeyError\b|\bstr\b object|did not find expected"
)
CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def examine(data: bytes, seed: int = 0) -> str:
    """Check a spec in every way there is. Gives `clean`, `compiled`, or the first code found."""
    checked = check_spec(PATH, data)
    found = [*checked.diagnostics, *check_rules(checked)]
    if _failed(checked.diagnostics):
        assert checked.pipeline is None
    elif checked.pipeline is None:
        tree = checked.sources[PATH].tree
        assert tree, "something came out, or an error"
        assert "component" in tree, "something came out, or an error"
    compiled = False
    if checked.pipeline is not None:
        for draw in DRAWINGS.values():
            draw(checked.pipeline)
        for name in backends.names():
            compiled |= _compile(checked, name, seed, found)
    for one in found:
        _examine_places(one, checked.sources)
    _examine_reports(found, checked, data)
    if _failed(checked.diagnostics):
        return found[0].code
    return "compiled" if compiled else "clean"


def _compile(checked: Checked, name: str, seed: int, found: list[Diagnostic]) -> bool:
    backend = backends.load(name)
    version = Random(seed).choice(backend.versions)  # noqa: S311 # test data, no secret
    said = check_target(checked, backend, version)
    found += said
    if _failed(said) or checked.pipeline is None:
        return False
    made = backend.emit(checked.pipeline, version, True)
    assert made, f"{name} makes files"
    assert made == backend.emit(checked.pipeline, version, True), f"{name} makes the same twice"
    for path, text in made.items():
        assert not path.startswith("/"), path
        assert ".." not in path.split("/"), path
        if path.endswith(".py") and path.count("/") == 0:
            compile(text, path, "exec")
    return True


def _failed(found: list[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in found)


def _examine_places(one: Diagnostic, sources: dict[str, Source]) -> None:
    for place in (one.place, *(note.place for note in one.notes)):
        if place is not None and place.path in sources:
            _examine_place(place, sources[place.path], one.code)


def _examine_place(place: Place, source: Source, code: str) -> None:
    at = locate(source, place)
    lines = source.text.count("\n") + 1
    assert 1 <= at.line <= at.end_line <= lines, (code, at, lines)
    assert 1 <= at.column <= len(source.line(at.line)) + 1, (code, at)
    assert 1 <= at.end_column <= len(source.line(at.end_line)) + 1, (code, at)
    assert (at.line, at.column) <= (at.end_line, at.end_column), (code, at)


def _examine_reports(found: list[Diagnostic], checked: Checked, data: bytes) -> None:
    said = {form: render(found, checked.sources, form) for form in FORMATS}
    shown = json.loads(said["json"])["diagnostics"]
    assert bool(shown) == bool(found)
    assert len(json.loads(said["sarif"])["runs"][0]["results"]) == len(shown)
    assert len(said["github"].splitlines()) == len(shown)
    for form in ("text", "github"):
        assert not CONTROL.search(said[form]), f"a raw character in the {form} report"
        said[form].encode()
    for one in shown:
        _examine_words(one, data)


def _examine_words(one: dict[str, Any], data: bytes) -> None:
    code = one["code"]
    assert CODE.fullmatch(code), code
    assert one["message"], code
    for said in (one["message"], one["help"] or "", *one["notes"]):
        assert said.isprintable(), f"a raw character in {said!r} [{code}]"
        assert code == "cycle" or len(said) < 1000, f"a long message [{code}]"  # it prints it whole
        for word in PYTHON.findall(said):
            assert word.encode() in data, f"a word of Python in {said!r} [{code}]"
