"""`pipec lint` holds `targets.<engine>` against that engine's settings without a target too."""

import json
from pathlib import Path

import pytest

from pipec.__main__ import main

SPEC = "pipec: 1\nname: s\nsteps:\n  a: {{run: x{step}}}\n{more}"


@pytest.mark.parametrize(
    ("step", "more", "found"),
    [
        ("", "targets: {argo: {namspace: x}}\n", [("namspace", "namespace")]),
        ("", "targets: {airflow: {pol: x}}\n", [("pol", "pool")]),
        (", targets: {argo: {tolerration: x}}", "", [("tolerration", "tolerations")]),
        ("", "defaults: {targets: {argo: {afinity: {}}}}\n", [("afinity", "affinity")]),
        ("", 'targets: {argo: {version: "9.9"}}\n', [("9.9", "3.7")]),
        ("", "targets: {argo: {version: '3.6'}, airflow: {version: '1.9'}}\n", [("1.9", None)]),
        ("", "environments: {e: {targets: {argo: {imag: x}}}}\n", [("imag", "image")]),
        (
            "",
            "environments: {e: {steps: {a: {targets: {airflow: {qeue: x}}}}}}\n",
            [("qeue", "queue")],
        ),
        ("", "targets: {argo: {namespace: x, version: '3.7'}, airflow: {pool: y}}\n", []),
    ],
)
def test_settings(
    step: str,
    more: str,
    found: list[tuple[str, str | None]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SPEC.format(step=step, more=more))
    for words in ([], ["--target", "argo"], ["--all-envs"]):
        code = main(["lint", str(path), "--format", "json", *words])
        said = json.loads(capsys.readouterr().out)["diagnostics"]
        errors = [one for one in said if one["severity"] == "error"]
        assert code == bool(found)
        lines = path.read_text().split("\n")
        pointed = [lines[one["line"] - 1][one["column"] - 1 :] for one in errors]
        for text, (word, _) in zip(pointed, found, strict=True):
            assert text.lstrip("\"'").startswith(word)
        for one, (_, help) in zip(errors, found, strict=True):
            assert (help or "") in (one["help"] or "")
