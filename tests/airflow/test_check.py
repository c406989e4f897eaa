"""What is refused for Airflow, what is warned of, and what the table of capabilities says."""

from pathlib import Path
from typing import Any

import pytest

from pipec.backends import load
from pipec.backends.airflow.foresight import constant_bytes
from pipec.backends.airflow.parameters import schema_of
from pipec.compiler.compilation import check_spec, check_target
from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.features import FEATURES


def findings(spec: str, version: str = "3.3") -> list[Diagnostic]:
    text = "pipec: 1\nname: p\n" + spec
    checked = check_spec("p.yaml", text.encode())
    assert checked.pipeline is not None, checked.diagnostics
    return check_target(checked, load("airflow"), version)


STEP = "steps:\n  a: {run: 'true'}\n"
NOTHING: list[tuple[str, str]] = []


@pytest.mark.parametrize(
    ("spec", "version", "expected"),
    [
        (STEP, "3.3", NOTHING),
        ("steps: {a: {image: x, run: 'true'}}", "3.3", [("unsupported", "image")]),
        (
            "steps: {a: {image: x, run: 'true'}}\ntargets: {airflow: {execution: worker}}",
            "3.3",
            NOTHING,
        ),
        (
            "steps:\n  a: {image: x, run: 'true', targets: {airflow: {execution: worker}}}\n",
            "3.3",
            NOTHING,
        ),
        ("steps: {a: {approve: 'Go?'}}", "3.1", NOTHING),
        ("steps: {a: {approve: 'Go?'}}", "2.11", [("unsupported", "approve")]),
        (STEP + "schedule: {cron: '0 3 * * *', overlap: allow}", "3.3", NOTHING),
        (
            STEP + "schedule: {cron: '0 3 * * *', overlap: replace}",
            "3.3",
            [("unsupported", "overlap")],
        ),
        (
            STEP + "schedule: {cron: '0 3 * * *', catchup: true}",
            "3.3",
            [("unsupported", "catchup")],
        ),
        (
            STEP + "schedule: {cron: '0 3 * * *', catchup: true}\n"
            "targets: {airflow: {start_date: 2026-01-31}}",
            "3.3",
            NOTHING,
        ),
        (STEP + "params: {n: {type: int}}", "3.3", NOTHING),
        (
            STEP + "params: {n: {type: int}}\nschedule: {cron: '0 3 * * *'}",
            "3.3",
            [("unsupported", "n")],
        ),
        ("steps: {a: {run: 'true', resources: {gpu: 1}}}", "3.3", [("unsupported", "gpu")]),
        ("steps: {a: {run: 'true', resources: {cpu: 1}}}", "3.3", [("ignored", "cpu")]),
        ("steps: {a: {run: 'true', cache: true}}", "3.3", [("ignored", "cache")]),
        ("fail_fast: true\n" + STEP, "3.3", [("ignored", "fail_fast")]),
        ("steps: {a: {run: 'true', retry: {attempts: 2, delay: 5s}}}", "3.3", NOTHING),
        (
            "steps: {a: {run: 'true', retry: {attempts: 2, delay: 5s, backoff: 3}}}",
            "3.1",
            [("approximate", "backoff")],
        ),
        (
            "steps: {a: {run: 'true', outputs: {f: file}}}",
            "3.3",
            [("artifacts-folder", "f")],
        ),
        (
            "targets: {airflow: {artifacts: /mnt/x}}\nsteps: {a: {run: x, outputs: {f: file}}}",
            "3.3",
            NOTHING,
        ),
        (STEP + "targets: {airflow: {artifacts: mnt}}", "3.3", [("wrong-type", "artifacts")]),
        (STEP + "targets: {airflow: {artifacts: 's3://c@b/f'}}", "3.3", NOTHING),
        (
            STEP + "targets: {airflow: {artifacts: 'http://b/f'}}",
            "3.3",
            [("wrong-type", "artifacts")],
        ),
        (STEP + "targets: {airflow: {poool: ml}}", "3.3", [("unknown-key", "poool")]),
        (STEP + "targets: {airflow: {email: a@b.c}}", "2.11", NOTHING),
        (STEP + "targets: {airflow: {email: a@b.c}}", "3.1", [("approximate", "email")]),
        (STEP + "targets: {airflow: {orientation: TB}}", "2.11", NOTHING),
        (STEP + "targets: {airflow: {orientation: XX}}", "2.11", [("wrong-type", "orientation")]),
        (STEP + "targets: {airflow: {default_args: [a]}}", "3.3", [("wrong-type", "default_args")]),
        (
            STEP + "targets: {airflow: {default_args: {poool: x, pool: [y], pool_slots: 2}}}",
            "3.3",
            [("unknown-key", "poool"), ("wrong-type", "pool")],
        ),
        (
            STEP + "targets: {airflow: {allowed_run_types: [scheduled]}}",
            "3.3",
            [("unsupported", "allowed_run_types")],
        ),
        (
            STEP + "max_parallel: 2\ntargets: {airflow: {max_active_tasks: 2}}",
            "3.3",
            [("unsupported", "max_active_tasks")],
        ),
        (
            STEP + "schedule: {cron: '0 3 * * *'}\ntargets: {airflow: {max_active_runs: 2}}",
            "3.3",
            [("unsupported", "max_active_runs")],
        ),
        (
            STEP + "schedule: {cron: '0 3 * * *', overlap: allow}\n"
            "targets: {airflow: {max_active_runs: 2}}",
            "3.3",
            NOTHING,
        ),
        (STEP + "targets: {airflow: {version: 3.0}}", "3.3", [("wrong-type", "version")]),
        (STEP + "targets: {airflow: {version: 3.1}}", "3.1", NOTHING),
        (
            STEP + "targets: {airflow: {priority_weight: ten}}",
            "3.3",
            [("wrong-type", "priority_weight")],
        ),
        (STEP + "targets: {airflow: {priority_weight: 10, pool: ml, tags: [a]}}", "3.3", NOTHING),
        (
            "steps: {a: {run: 'true', targets: {airflow: {artifacts: /x}}}}",
            "3.3",
            [("unknown-key", "artifacts")],
        ),
    ],
)
def test_findings(spec: str, version: str, expected: list[tuple[str, str]]) -> None:
    found = [(one.code, str(one.place.route[-1])) for one in findings(spec, version)]
    assert found == expected


@pytest.mark.parametrize(
    ("version", "key", "help"),
    [
        ("3.3", "poool", 'did you mean "pool"?'),
        ("3.3", "retries", "say `retry` in the step"),
        ("3.3", "dag_id", "say `name` in the spec"),
        ("3.3", "execution_timeout", "say `timeout` in the step"),
        ("3.3", "scheduel", '"schedule" is written by pipec itself: say `schedule` in the spec'),
        ("3.3", "orientation", "the last that had it is 2.11"),
        ("3.1", "rerun_with_latest_version", "it came with 3.3"),
    ],
)
def test_help_for_keys(version: str, key: str, help: str) -> None:
    (found,) = findings(STEP + f"targets: {{airflow: {{{key}: x}}}}", version)
    assert (found.code, found.help) == ("unknown-key", help)


def test_a_setting_of_the_dag_is_none_of_a_step() -> None:
    (found,) = findings("steps: {a: {run: 'true', targets: {airflow: {tags: [x]}}}}")
    assert found.help == "it is one of the DAG: set it in `targets` of the pipeline"


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("on_failure_callback", ["a.b", "a.b_2.c", "[a.b, c.d]"], ["a", "a..b", "a.b()", "a.if"]),
        ("pool_slots", ["1", "12"], ["0", "'1'", "1.0", "true", "x", "9999999999"]),
        ("depends_on_past", ["true", "false"], ["'true'", "yes", "1"]),
        ("owner", ["x", "'1'", "1"], ["''", "[x]", "{}"]),
        ("end_date", ["2026-01-31", "2026-01-31T00:00:00Z"], ["2026-02-30", "x", "2026-01-31T1"]),
        ("executor_config", ["{a: {b: 1.5}}", "a.b"], ["a", "[a]"]),
        ("tags", ["[a]", "[]"], ["a", "[1, [2]]", f"[{'a' * 101}]"]),
        ("owner_links", ["{a: 'https://b'}", "{a: 'mailto:b@c'}"], ["{a: b}", "{a: 1}", "a"]),
        ("allowed_run_types", ["[manual]"], ["manual", "[manual, sometimes]"]),
        ("deadline", ["a.b", "[a.b]"], ["1h"]),
    ],
)
def test_values_of_native_settings(key: str, good: list[str], bad: list[str]) -> None:
    spec = STEP + f"targets: {{airflow: {{{key}: "
    assert [one for one in good if findings(spec + one + "}}")] == []
    found = {one: [d.code for d in findings(spec + one + "}}")] for one in bad}
    assert found == {one: ["wrong-type"] for one in bad}


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("uses: ./inner.yaml", NOTHING),
        ("uses: ./flat.yaml\n    for_each: [1]", NOTHING),
        ("uses: ./inner.yaml\n    for_each: [1]", [("unsupported", "for_each")]),
        ("uses: ./outer.yaml\n    for_each: [1]", [("unsupported", "for_each")]),
        (
            "uses: ./flat.yaml\n    for_each: [1]\n    max_parallel: 2",
            [("approximate", "max_parallel")],
        ),
    ],
)
def test_components(use: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    head = "pipec: 1\ncomponent: c\nsteps:\n"
    (tmp_path / "flat.yaml").write_text(head + "  a: {run: 'true'}\n")
    (tmp_path / "inner.yaml").write_text(head + "  a: {run: 'true', for_each: [1, 2]}\n")
    (tmp_path / "outer.yaml").write_text(head + "  a: {uses: ./inner.yaml}\n")
    (tmp_path / "p.yaml").write_text(f"pipec: 1\nname: p\nsteps:\n  u:\n    {use}\n")
    checked = check_spec(str(tmp_path / "p.yaml"))
    assert checked.pipeline is not None, checked.diagnostics
    found = check_target(checked, load("airflow"), "3.3")
    assert [(one.code, str(one.place.route[-1])) for one in found] == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("run: 'true'", None),
        ("env: {A: '${{ params.s }}'}\n    run: 'true'", None),
        ("env: {A: '${{ params.s }}', B: '${{ params.n }}'}\n    run: 'true'", None),
        ("env: {A: '${{ params.s }}', B: '${{ params.s }}'}\n    run: 'true'", 2 + 2 + 2 + 4),
        ("env: {A: 'é-${{ params.s }}', B: '${{ params.s }}'}\n    command: [x]", 3 + 1),
        ("command: [x, '${{ params.s }}${{ params.s }}', yy]", 3),
    ],
)
def test_bytes_that_do_not_count(step: str, expected: int | None) -> None:
    params = "params: {s: {type: string, default: x}, n: {type: int, default: 1}}\n"
    text = f"pipec: 1\nname: p\n{params}steps:\n  a:\n    {step}\n"
    checked = check_spec("p.yaml", text.encode())
    assert checked.pipeline is not None, checked.diagnostics
    assert constant_bytes(checked.pipeline.steps["a"]) == expected


@pytest.mark.parametrize("version", load("airflow").versions)
def test_every_feature_has_a_row(version: str) -> None:
    rows = load("airflow").capabilities(version)
    assert set(rows) == set(FEATURES)
    refused = [row for name, row in rows.items() if FEATURES[name].kind == "requirement"]
    assert all(row.way_out for row in refused if row.support == "no")


@pytest.mark.parametrize(
    ("param", "good", "bad"),
    [
        ("{type: string, default: '1', pattern: '\\d+'}", ["12"], ["١", "1\n", ""]),
        ("{type: string, default: 'é', pattern: '\\W'}", ["é", "-"], ["a"]),
        ("{type: int, default: 1}", [2**63 - 1, -(2**63)], [2**63, "1"]),
        ("{type: list<int>, default: []}", [[2**63 - 1]], [[2**63]]),
        ("{type: int, default: 1, min: 1}", [2**63 - 1], [0, 2**63]),
        ("{type: 'int?'}", [None, 1], [2**63]),
    ],
)
def test_params_hold_what_they_say(param: str, good: list[Any], bad: list[Any]) -> None:
    import jsonschema

    text = f'pipec: 1\nname: p\nparams: {{p: {param}}}\nsteps: {{a: {{run: "true"}}}}\n'
    checked = check_spec("p.yaml", text.encode())
    assert checked.pipeline is not None, checked.diagnostics
    schema = jsonschema.Draft7Validator(schema_of(checked.pipeline.params["p"]))
    assert all(schema.is_valid(one) for one in good)
    assert not any(schema.is_valid(one) for one in bad)
