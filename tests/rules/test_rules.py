"""Rules at their edges: the case that shows a rule, and one close to it that does not."""

from pathlib import Path

import pytest

from pipec.compiler.compilation import check_folder, check_spec
from pipec.compiler.rules import findings
from pipec.compiler.rules.allowed import without_allowed

CASES = [
    ("steps:\n  a: {when: true, run: x}\n", []),
    ("steps:\n  a: {when: false, run: x}\n", []),
    ("steps:\n  a: {when: not true, run: x}\n", ["never-runs"]),
    ("steps:\n  a: {for_each: [], run: x}\n", ["never-runs"]),
    ("steps:\n  a: {image: 'reg:5000/app', run: x}\n", ["floating-image"]),
    ("steps:\n  a: {image: 'reg:5000/app:1', run: x}\n", []),
    ("steps:\n  a: {image: 'app@sha256:abc', run: x}\n", []),
    ("steps:\n  a: {image: 'app:latest', run: x}\n", ["floating-image"]),
    ("timeout: 1h\nsteps:\n  a: {run: x}\nfinally:\n  z: {timeout: 2h, run: x}\n", []),
    ("steps:\n  a: {retry: {attempts: 1, delay: 5s}, run: x}\n", ["deaf-retry"]),
    ("steps:\n  a: {retry: {attempts: 2, backoff: 2}, run: x}\n", ["deaf-retry"]),
    ("steps:\n  a: {retry: {attempts: 2, delay: 9s, max_delay: 5s}, run: x}\n", ["deaf-retry"]),
    ("steps:\n  a: {retry: {attempts: 2, on: [contract]}, run: x}\n", ["deaf-retry"]),
    ("steps:\n  a: {for_each: [1, 2], max_parallel: 2, run: x}\n", ["idle-setting"]),
    ("steps:\n  a: {for_each: [1, 2, 3], max_parallel: 2, run: x}\n", []),
    ("steps:\n  a: {run: 'echo a | sort'}\n", []),
    ("steps:\n  a: {run: 'x || y'}\n", []),
    ('steps:\n  a: {run: x "a | b"}\n'.replace("''", "'"), []),
    ("steps:\n  a: {run: 'x | y'}\n", ["lost-error"]),
    ("steps:\n  a: {run: 'set -o pipefail; x | y'}\n", []),
    ("steps:\n  a: {run: 'case x in a|b) ;; esac'}\n", []),
    ("steps:\n  a:\n    run: |\n      cat <<END\n      a | b\n      END\n", []),
    ("steps:\n  a: {env: {N: 'a b'}, run: 'x=$N; echo \"$N\"'}\n", []),
    ("steps:\n  a: {env: {N: 'a b'}, run: 'echo $N ${N}'}\n", ["unquoted-variable"] * 2),
    ("steps:\n  a: {env: {N: '${{ 1 + 1 }}'}, run: 'echo $N'}\n", []),
    ("steps:\n  a: {run: 'echo $HOME'}\n", []),
    ("steps:\n  a: {env: {API_KEY: x}, run: x}\n", ["secret-literal"]),
    ("steps:\n  a: {env: {API_KEY: ''}, run: x}\n", []),
    ("steps:\n  a: {command: [x, AKIAABCDEFGHIJKLMNOP]}\n", ["secret-literal"]),
    ("steps:\n  a: {run: x}\nschedule: {cron: '30 2 * * *', timezone: UTC}\n", []),
    ("steps:\n  a: {run: x}\nschedule: {cron: '*/5 * * * *', timezone: Europe/Paris}\n", []),
    ("steps:\n  a: {run: x}\nschedule: {cron: '30 1 * * *', timezone: America/New_York}\n",
     ["shifted-schedule"]),
    ("steps:\n  a: {run: x}\nschedule: {cron: '30 2 * * 3', timezone: Europe/Paris}\n", []),
    ("steps:\n  a: {run: x}\nschedule: {cron: '30 2 * * *', timezone: Asia/Tokyo}\n", []),
]  # fmt: skip


def codes(text: str) -> list[str]:
    checked = check_spec("example.yaml", f"pipec: 1\nname: example\n{text}".encode())
    assert checked.pipeline is not None, checked.diagnostics
    found = without_allowed(findings(checked.pipeline), checked.sources)
    return [one.code for one in found]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_case(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("  # pipec: allow floating-image because the base team pins it", True),
        ("  # pipec: allow never-runs, floating-image because of x", True),
        ("  # pipec: allow floating-image", False),
        ("  # pipec: allow never-runs because of x", False),
    ],
)
def test_allowed_beside_the_line(comment: str, silent: bool) -> None:
    assert (codes(f"steps:\n  a:\n    image: app{comment}\n    run: x\n") == []) is silent


def test_allowed_on_the_line_above() -> None:
    above = "    # pipec: allow floating-image because it is built here\n"
    assert codes(f"steps:\n  a:\n{above}    image: app\n    run: x\n") == []


COMPONENT = "pipec: 1\ncomponent: {0}\nrun: x\n"
USING = "pipec: 1\n{0}\nsteps:\n  a: {{uses: {1}}}\n"
PLAIN = "pipec: 1\nname: s\nsteps:\n  a: {run: x}\n"


@pytest.mark.parametrize(
    ("files", "named", "unused"),
    [
        ({"s.yaml": PLAIN, "c.yaml": COMPONENT.format("c")}, [], ["c.yaml"]),
        ({"s.yaml": USING.format("name: s", "./c.yaml"), "c.yaml": COMPONENT.format("c")}, [], []),
        (
            {
                "p/s.yaml": USING.format("name: s", "../c/c.yaml"),
                "c/c.yaml": USING.format("component: c", "./d.yaml"),
                "c/d.yaml": COMPONENT.format("d"),
            },
            [],
            [],
        ),
        # one mistake: what only an unused one uses goes with it
        (
            {
                "s.yaml": PLAIN,
                "c.yaml": USING.format("component: c", "./d.yaml"),
                "d.yaml": COMPONENT.format("d"),
            },
            [],
            ["c.yaml"],
        ),
        ({"c.yaml": COMPONENT.format("c")}, [], []),
        ({"s.yaml": PLAIN, "c.yaml": COMPONENT.format("c")}, ["c.yaml"], []),
        ({"s.yaml": PLAIN + "    nedds: [b]\n", "c.yaml": COMPONENT.format("c")}, [], []),
        (
            {
                "s.yaml": PLAIN,
                "c.yaml": "pipec: 1\n"
                "component: c  # pipec: allow unused-component because of x\nrun: x\n",
            },
            [],
            [],
        ),
    ],
)
def test_unused_component(
    tmp_path: Path, files: dict[str, str], named: list[str], unused: list[str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    linted = [check_spec(str(tmp_path / name)) for name in files]
    found = check_folder(linted, [str(tmp_path / name) for name in named])
    assert [one.place.path for one in found] == [str(tmp_path / name) for name in unused]
    assert {one.code for one in found} <= {"unused-component"}
