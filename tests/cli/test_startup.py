"""What a clean lint may load: its start decides how it feels. Times are measured in bench/."""

import subprocess
import sys
from pathlib import Path

import pytest

# Slow to import, and needed by no accepted spec. Of Python's own: what only `typer` would bring.
KEPT_OUT = ["click", "jinja2", "jsonschema", "networkx", "pydantic", "rich", "typer"]
STEPS = 20


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Give a clean spec that uses most of what specs use."""
    lines = ["pipec: 1", "name: clean", "params: {rows: {type: int, default: 10}}", "steps:"]
    lines += ["  step_0:", "    run: echo", "    outputs: {n: int, data: file}"]
    for number in range(1, STEPS):
        before = f"steps.step_{number - 1}.outputs"
        lines += [
            f"  step_{number}:",
            f"    when: {before}.n < params.rows",
            f"    inputs: {{data: '${{{{ {before}.data }}}}'}}",
            f"    env: {{N: '${{{{ {before}.n + 1 }}}}'}}",
            '    command: [python3, work.py, "--rows=${{ params.rows }}"]',
            "    retry: {attempts: 2, delay: 1s}",
            "    timeout: 10m",
            "    outputs: {n: int, data: file}",
        ]
    path = tmp_path / "clean.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("words", [["lint"], ["lint", "--strict"]])
def test_what_a_clean_lint_loads(spec: Path, words: list[str]) -> None:
    script = (
        "import sys; from pipec.__main__ import main\n"
        f"code = main([*{words!r}, {str(spec)!r}])\n"
        "print(code, *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=60
    )
    code, *modules = done.stdout.split()
    assert code == "0", done.stderr
    assert "pipec.compiler.ir" in modules
    assert [name for name in KEPT_OUT if name in modules] == []
    assert [name for name in modules if name.startswith("pipec.backends")] == []


def test_import_pipec_loads_nothing_else_of_it() -> None:
    script = "import sys, pipec; print(*(one for one in sys.modules if one.startswith('pipec')))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["pipec"]
