"""What Argo cannot do is refused or warned about, where it stands and with the numbers."""

from pathlib import Path

import pytest

from pipec.backends import load
from pipec.backends.argo.schedule import cron
from pipec.compiler.compilation import check_spec, check_target
from pipec.compiler.features import FEATURES
from pipec.compiler.report import render

from .conftest import Compile, compile_spec

HEAD = "pipec: 1\nname: p\ndefaults: {image: 'i:1'}\n"


def said(text: str, version: str = "3.7") -> str:
    """Give what is said of a spec, as `path:line:column: severity: message [code]` lines."""
    checked = check_spec("p.yaml", text.encode())
    assert checked.pipeline, checked.diagnostics
    found = check_target(checked, load("argo"), version)
    shown = render(found, checked.sources, "text")
    return "\n".join(line for line in shown.splitlines() if line.startswith(("p.yaml", "  = help")))


CASES = [
    (
        "params: {f: {type: float}}\nsteps:\n  a: {run: x, env: {X: '${{round(params.f, 2)}}'}}\n",
        "3.7",
        """p.yaml:6:3: warning: step "a" takes values that Argo cannot compute: python:3.12-slim""",
    ),
    (
        "targets: {argo: {serviceAcountName: x}}\nsteps:\n  a: {run: x}\n",
        "3.7",
        'did you mean "serviceAccountName"?',
    ),
    (
        "targets: {argo: {artifacts: floppy}}\nsteps:\n  a: {run: x}\n",
        "3.7",
        '"floppy" is no artifact store that pipec knows',
    ),
    (
        "steps:\n  a: {run: x, targets: {argo: {tolerations: {a: b}}}}\n",
        "3.7",
        '"tolerations" must be a list',
    ),
    (
        "steps:\n  a: {run: x, retry: {attempts: 2, delay: 1s, backoff: 1.5}}\n",
        "3.7",
        "warning: argo takes whole numbers for backoff: 1.5 becomes 2",
    ),
    (
        "steps:\n  a: {run: x, retry: {attempts: 2, delay: 1s, max_delay: 5s}}\n",
        "3.6",
        "warning: argo 3.6 ignores `max_delay` of a retry",
    ),
    (
        "fail_fast: true\nsteps:\n  a: {run: x}\n",
        "3.7",
        "p.yaml:4:1: warning: argo 3.7 ignores `fail_fast`",
    ),
    (
        "schedule: {cron: '0 3 * * 1', catchup: true}\nsteps:\n  a: {run: x}\n",
        "3.7",
        "error: argo 3.7 cannot do `catchup: true` [unsupported]",
    ),
    (
        "params: {s: {type: 'string?', default: ''}}\nsteps:\n  a: {run: x}\n",
        "3.7",
        "argo cannot tell an empty text from none",
    ),
    (
        "steps:\n  s0: {run: x}\n"
        + "".join(f"  s{n}: {{run: x, needs: [s{n - 1}]}}\n" for n in range(1, 201)),
        "4.1",
        "argo 4.1 takes 200 tasks in a graph, and this makes 201",
    ),
    (
        "steps:\n  a:\n    run: x\n    env:\n"
        + "".join(f"      V{n}: {'v' * 60_000}\n" for n in range(3)),
        "3.7",
        'of step "a" are 180,001 bytes together, and argo takes 131,072',
    ),
    (
        "steps:\n" + "".join(f"  s{n}: {{run: {'x' * 60_000}}}\n" for n in range(18)),
        "3.7",
        "and Kubernetes takes about 1,000,000",
    ),
    (
        "labels: {team: 'a b'}\nsteps:\n  a: {run: x}\n",
        "3.7",
        'the label "team" is none of Kubernetes',
    ),
]


@pytest.mark.parametrize(("text", "version", "expected"), CASES, ids=[one[2][:50] for one in CASES])
def test_said(text: str, version: str, expected: str) -> None:
    assert expected in said(HEAD + text, version)


def test_files_are_held_to_a_config_map(tmp_path: Path) -> None:
    (tmp_path / "pipec.toml").touch()
    (tmp_path / "big").write_bytes(b"x" * 1_048_577)
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + "files: [big]\nsteps:\n  a: {run: x}\n")
    (found,) = compile_spec(path).errors
    assert found.code == "too-big"
    assert "and a ConfigMap holds 1,048,576" in found.message


def test_a_step_without_an_image_gets_one_and_a_word(spec: Compile) -> None:
    result = spec("pipec: 1\nname: p\nsteps:\n  a: {run: x}\n")
    (found,) = result.diagnostics
    assert (found.severity, found.code) == ("warning", "default-image")
    assert 'image: "python:3.12-slim"' in result.manifest


def test_what_has_no_program_needs_no_image(tmp_path: Path) -> None:
    (tmp_path / "pipec.toml").touch()
    (tmp_path / "two.yaml").write_text(
        "pipec: 1\ncomponent: two\nsteps:\n  a: {run: x}\n  b: {run: x}\n"
    )
    path = tmp_path / "p.yaml"
    path.write_text(
        "pipec: 1\nname: p\nsteps:\n"
        "  ok: {approve: Go on?}\n  u: {uses: ./two.yaml}\n  a: {run: x}\n"
    )
    found = compile_spec(path).diagnostics
    assert [one.message for one in found if one.code == "default-image"] == [
        f'step "{name}" has no image: argo runs it in python:3.12-slim'
        for name in ("a", "u.a", "u.b")
    ]


def test_201_tasks_are_fine_before_4(spec: Compile) -> None:
    text = HEAD + "steps:\n" + "".join(f"  s{n}: {{run: x}}\n" for n in range(201))
    assert not spec(text, "3.7").diagnostics


@pytest.mark.parametrize("version", load("argo").versions)
def test_every_feature_has_a_row(version: str) -> None:
    assert list(load("argo").capabilities(version)) == list(FEATURES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0 3 * * 1", "0 3 * * 1"),
        ("0 3 * * 7", "0 3 * * 0"),
        ("0 3 * * 5-7", "0 3 * * 5,6,0"),
        ("0 3 * * 1,7", "0 3 * * 1,0"),
        ("0 3 * * 0,7", "0 3 * * 0"),
        ("0 3 * * 1-7/2", "0 3 * * 1,3,5,0"),
        ("0 3 * * mon-fri", "0 3 * * mon-fri"),
        ("*/5 * 1,15 * *", "*/5 * 1,15 * *"),
    ],
)
def test_sunday_is_0(given: str, expected: str) -> None:
    assert cron(given) == expected
