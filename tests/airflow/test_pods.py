"""What a pod is given and what is taken from it: the entry script run here, as a kubelet would."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.airflow import backend, carried
from pipec.backends.python.pieces import VALUES
from pipec.compiler.compilation import check_spec

from .hostile import TEXTS

HELPER = Path(carried.__file__).with_name("helper")


class TaskFailedError(Exception):
    """Stands for the exception of Airflow that ends a task for good."""


class Ti:
    dag_id, task_id, run_id, try_number, map_index = "dag", "step", "manual__2026+00:00", 1, -1
    pushed: dict[str, Any]

    def __init__(self) -> None:
        self.pushed = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


@pytest.fixture
def helper() -> dict[str, Any]:
    """Load what DAG files carry, with the names of Airflow that are used here."""
    ti = Ti()
    names: dict[str, Any] = {
        "AirflowFailException": TaskFailedError,
        "AirflowTaskTimeout": TimeoutError,
        "DecoratedOperator": type("DecoratedOperator", (), {}),
        "KubernetesPodOperator": type("KubernetesPodOperator", (), {}),
        "get_current_context": lambda: {"ti": ti},
        "ti": ti,
    }
    for file in (VALUES, HELPER / "items.py", HELPER / "program.py", HELPER / "pods.py"):
        exec(compile(file.read_text(), file.name, "exec"), names)  # noqa: S102 # our own text
    names["run_date"] = lambda: "2026-01-31T00:00:00Z"
    ti_task = type("Task", (), {"get_closest_mapped_task_group": lambda _: None})
    ti.task = ti_task()  # type: ignore[attr-defined]
    return names


def expanded(text: str, env: dict[str, str]) -> str:
    """Expand `$(X)` and `$$` as a kubelet does, with its fault for what is not ASCII."""

    def one(found: re.Match[str]) -> str:
        what = found[0]
        if what == "$$":
            return "$"
        if what.startswith("$("):
            return env.get(what[2:-1], what) if what.endswith(")") else what
        return "$" + what[1:].encode().decode("latin-1")

    return re.sub(r"\$\$|\$\([^)]*\)?|\$[^\x00-\x7f]", one, text)


def run(helper: dict[str, Any], root: Path, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a pod's program here, below a folder; give what it left and what was given."""
    made = helper["in_pod"](**given)
    options, env = helper["pod_options"](made)
    as_it_is = helper["as_it_is"]
    seen: dict[str, str] = {}
    for name, value in env.items():
        seen[name] = expanded(as_it_is(value), seen)
    options = [one.replace("=/pipec/", f"={root}/pipec/") for one in options]
    words = [expanded(as_it_is(one), seen) for one in [*options, "--", *made["command"]]]
    for folder in ("pipec", "airflow/xcom"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    entry = expanded(as_it_is(helper["ENTRY"]), seen)
    entry = entry.replace("/pipec/", f"{root}/pipec/").replace("/airflow/", f"{root}/airflow/")
    done = subprocess.run(
        ["sh", "-c", entry, "pipec", *words],
        env={"PATH": os.environ["PATH"], **seen},
        cwd=root,
        capture_output=True,
    )
    left = root / "airflow" / "xcom" / "return.json"
    assert left.exists(), done.stderr
    found = json.loads(left.read_text())
    assert found["exit_code"] == done.returncode
    return found, made


def outputs(helper: dict[str, Any], root: Path, **given: Any) -> dict[str, Any]:
    found, made = run(helper, root, **given)
    assert found["exit_code"] == 0
    (root / "read").mkdir()
    back: dict[str, Any] = helper["pod_outputs"](root / "read", found, made)
    return back


@pytest.mark.parametrize("text", TEXTS)
def test_texts_arrive_byte_for_byte(helper: dict[str, Any], tmp_path: Path, text: str) -> None:
    script = (
        f'printf "%s:" "$1" "$X" > {tmp_path}/told; cat {tmp_path}/pipec/in/v >> {tmp_path}/told'
    )
    run(
        helper,
        tmp_path,
        command=["sh", "-c", script, "sh", text],
        env={"X": text},
        values={"v": text},
    )
    assert (tmp_path / "told").read_bytes() == f"{text}:{text}:{text}".encode()


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("string", b"a\n", "a"),
        ("string", b'{{ "q" }}\n\n', '{{ "q" }}\n'),
        ("int", b"-7\n", -7),
        ("bool", b"true", True),
        ("float", b"1e3\n", "1000.0"),
        ("json", b'{"a": [1, 2.50]}', '{"a":[1,2.5]}'),
        ("list<int>", b"[1, 2]\n", "[1,2]"),
    ],
)
def test_outputs_are_typed(
    helper: dict[str, Any], tmp_path: Path, kind: str, written: bytes, kept: Any
) -> None:
    (tmp_path / "made").write_bytes(written)
    command = ["cp", str(tmp_path / "made"), f"{tmp_path}/pipec/out/x"]
    found = outputs(helper, tmp_path, command=command, outputs={"x": kind, "absent": f"{kind}?"})
    assert found == {"x": kept, "absent": None}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"abc", "expected int"),
        (None, "no such file"),
        (b"1" * 70_000, "expected int"),
        (b"1" * 2_000_000, "longer than 65,536 bytes"),
    ],
)
def test_a_broken_contract_fails(
    helper: dict[str, Any], tmp_path: Path, written: bytes | None, message: str
) -> None:
    (tmp_path / "made").write_bytes(written or b"")
    command = ["cp", str(tmp_path / "made"), f"{tmp_path}/pipec/out/x"] if written else ["true"]
    found, made = run(helper, tmp_path, command=command, outputs={"x": "int"})
    (tmp_path / "read").mkdir()
    ended = {None: RuntimeError, "contract": RuntimeError, "exit": TaskFailedError}
    for on, error in ended.items():
        retry_on = [on] if on else None
        with pytest.raises(error, match=message):
            helper["pod_outputs"](tmp_path / "read", found, {**made, "retry_on": retry_on})


def test_files_and_folders_pass_through_a_shared_folder(
    helper: dict[str, Any], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    script = f"cd {tmp_path}/pipec/out; echo a > f; mkdir -p d/e; echo b > d/e/g; ln -s ../f d/l"
    kinds = {"f": "file", "d": "dir", "none": "file?"}
    command = ["sh", "-c", script]
    found = outputs(helper, tmp_path, command=command, outputs=kinds, store=store)
    assert found["none"] is None
    assert Path(found["f"]).read_text() == "a\n"
    assert ":" not in found["f"].removeprefix(str(tmp_path))
    assert (Path(found["d"]) / "e" / "g").read_text() == "b\n"
    assert (Path(found["d"]) / "l").read_text() == "a\n"
    assert not (Path(found["d"]) / "l").is_symlink()
    again = tmp_path / "again"
    script = f'cat "$0/one" "$0/many/0/e/g" "$0/many/2" > {tmp_path}/told; ls "$0/many"'
    files = {"one": found["f"], "many": [found["d"], None, found["f"]]}
    run(helper, again, command=["sh", "-c", script, f"{again}/pipec/in"], files=files)
    assert (tmp_path / "told").read_text() == "a\nb\na\n"


@pytest.mark.parametrize("script", ["ln -s nowhere d/l", "rmdir d; echo > d"])
def test_a_folder_that_cannot_be_copied(
    helper: dict[str, Any], tmp_path: Path, script: str
) -> None:
    command = ["sh", "-c", f"cd {tmp_path}/pipec/out; mkdir d; {script}"]
    found, made = run(
        helper, tmp_path, command=command, outputs={"d": "dir"}, store=tmp_path / "store"
    )
    (tmp_path / "read").mkdir()
    with pytest.raises(TaskFailedError, match='output "d": the program made no such dir'):
        helper["pod_outputs"](tmp_path / "read", found, {**made, "retry_on": ["exit"]})


@pytest.mark.parametrize("as_texts", [True, False])
def test_the_pipelines_files_stand_where_the_program_starts(
    helper: dict[str, Any], tmp_path: Path, as_texts: bool
) -> None:
    code: Any = {"src/run.sh": "echo $0 > told\n", "empty": "", "big": "é" * 100_000}
    if not as_texts:
        for path, text in code.items():
            (tmp_path / "code" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "code" / path).write_text(text)
        code = tmp_path / "code"
    kinds = {"told": ["string", "told"]}
    found = outputs(
        helper, tmp_path, command=["sh", "run.sh"], code=code, workdir="src", outputs=kinds
    )
    assert found == {"told": "run.sh"}
    assert (tmp_path / "pipec" / "work" / "big").read_text() == "é" * 100_000
    assert (tmp_path / "pipec" / "work" / "empty").read_bytes() == b""


def test_too_many_files_are_refused(helper: dict[str, Any]) -> None:
    with pytest.raises(TaskFailedError, match="524,288"):
        list(helper["code_pieces"]({"a": "x" * 524_289}))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 75"], 75),
        (["sh", "-c", "kill -9 $$"], 137),
        (["/no/such/program"], 127),
        (["sh", "-c", '[ -z "${X+set}" ] && [ -z "$(cat)" ] && [ -z "${PIPEC_IN_v+set}" ]'], 0),
    ],
)
def test_exit_codes(helper: dict[str, Any], tmp_path: Path, command: list[str], code: int) -> None:
    env = {"X": None, "PATH": os.environ["PATH"]}
    found, _ = run(helper, tmp_path, command=command, env=env, values={"v": "1"})
    assert found["exit_code"] == code


SPEC = """
pipec: 1
name: one
steps:
  fit:
    image: {image}
    run: echo hello > "$PIPEC_OUTPUTS/x"
    outputs: {{x: {kind}}}
    resources: {resources}
  read: {{inputs: {{x: "${{{{ steps.fit.outputs.x }}}}"}}, run: "true"}}
targets: {{airflow: {native}}}
"""
FOLDER = "/mnt/artifacts"
MOUNTED = (
    "{spec: {volumes: [{name: a, hostPath: {path: /a}}], containers: [{name: base,"
    " volumeMounts: [{name: a, mountPath: /mnt}]}]}}"
)


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({}, "unsupported", "only where it is told how"),
        ({"native": "{execution: worker}"}, None, None),
        ({"native": "{execution: docker}"}, "wrong-type", "`kubernetes`, which runs"),
        ({"native": "{execution: kubernetes}"}, None, None),
        ({"native": "{execution: kubernetes}", "image": "null"}, None, None),
        ({"native": "{execution: worker, artifacts: s3://c@b/f}", "kind": "file"}, None, None),
        ({"native": "{execution: worker, artifacts: 's3://k:p@b/f'}"}, "wrong-type", "password"),
        ({"native": "{execution: worker, artifacts: https://b/f}"}, "wrong-type", "can write to"),
        ({"native": "{execution: worker, artifacts: a/b}"}, "wrong-type", "an absolute path"),
        (
            {"native": "{execution: kubernetes, artifacts: s3://c@b/f}", "kind": "file"},
            "unsupported",
            "without a volume",
        ),
        ({"native": "{execution: worker}", "resources": "{cpu: 2}"}, "ignored", "`cpu`"),
        ({"native": "{execution: worker}", "resources": "{gpu: 1}"}, "unsupported", "`gpu`"),
        ({"native": "{execution: kubernetes}", "resources": "{cpu: 2, gpu: 1}"}, None, None),
        ({"native": "{execution: kubernetes, kubernetes: 3}"}, "wrong-type", "a map"),
        (
            {"native": "{execution: kubernetes, kubernetes: {namespac: a}}"},
            "unknown-key",
            '"namespac" is not',
        ),
        (
            {"native": "{execution: kubernetes, kubernetes: {env_vars: {a: b}}}"},
            "unknown-key",
            "by pipec itself",
        ),
        (
            {"native": "{execution: kubernetes, kubernetes: {hostnetwork: maybe}}"},
            "wrong-type",
            "true or false",
        ),
        (
            {"native": "{execution: kubernetes, kubernetes: {pod_template_dict: {spec: 1}}}"},
            "wrong-type",
            "as Kubernetes says it",
        ),
        (
            {"native": f"{{execution: kubernetes, artifacts: {FOLDER}}}", "kind": "file"},
            "unsupported",
            "without a volume",
        ),
        (
            {
                "native": f"{{execution: kubernetes, artifacts: {FOLDER},"
                f" kubernetes: {{pod_template_dict: {MOUNTED}}}}}",
                "kind": "file",
            },
            None,
            None,
        ),
    ],
)
def test_what_is_refused(
    tmp_path: Path, changed: dict[str, str], code: str | None, said: str | None
) -> None:
    usual = {"image": "busybox", "kind": "string", "resources": "{}", "native": "{}"}
    (tmp_path / "one.yaml").write_text(SPEC.format(**usual | changed))
    found = check_spec(str(tmp_path / "one.yaml"))
    assert found.pipeline is not None, found.diagnostics
    told = [(one.code, one.message) for one in backend().check(found.pipeline, "3.3")]
    if code is None or said is None:
        assert told == []
    else:
        assert (told[0][0], len(told)) == (code, 1), told
        assert said in told[0][1]
