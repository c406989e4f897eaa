"""Steps in real podman containers, in an image made here from the machine's own busybox."""

import io
import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

IMAGE = "localhost/pipec-test:busybox"
HEAD = f'defaults: {{image: "{IMAGE}"}}\n'
_PROGRAMS = [
    "sh",
    "cat",
    "ls",
    "env",
    "id",
    "sleep",
    "cp",
    "echo",
    "true",
    "pwd",
    "mkdir",
    "touch",
    "wc",
    "stat",
]
# what podman needs where it runs inside another container or sandbox
TAMED = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
"""


def podman(*words: str, data: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["podman", *words], input=data, capture_output=True, check=False)


def works() -> bool:
    return podman("run", "--rm", IMAGE, "true").returncode == 0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make the image, and find settings that podman runs with here."""
    busybox = shutil.which("busybox")
    if not shutil.which("podman") or not busybox:
        pytest.skip("podman and a static busybox are not installed")
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(busybox, "bin/busybox")
        for name in [
            "sh",
            "cat",
            "ls",
            "env",
            "id",
            "sleep",
            "cp",
            "echo",
            "true",
            "pwd",
            "mkdir",
            "touch",
            "wc",
            "stat",
        ]:
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        for name in ("tmp", "home/app"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o777
            tar.addfile(folder)
    made = podman("import", "--change", "WORKDIR /home/app", "-", IMAGE, data=data.getvalue())
    if made.returncode:
        pytest.skip(f"podman cannot make an image here: {made.stderr.decode()[-200:]}")
    before = os.environ.get("CONTAINERS_CONF")
    if not works():
        conf = tmp_path_factory.mktemp("podman") / "containers.conf"
        conf.write_text(TAMED)
        os.environ["CONTAINERS_CONF"] = str(conf)
    if not works():
        said = podman("run", "--rm", IMAGE, "true").stderr.decode()
        pytest.skip(f"podman cannot run a container here: {said[-200:]}")
    yield
    os.environ.pop("CONTAINERS_CONF", None)
    if before is not None:
        os.environ["CONTAINERS_CONF"] = before


pytestmark = [pytest.mark.usefixtures("machine"), pytest.mark.xdist_group("podman")]


def left(folder: Path) -> str:
    form = ["--format", "{{.Names}} {{.Status}}"]
    state = folder / ".pipec"
    return podman("ps", "-a", "--filter", f"label=pipec.state={state}", *form).stdout.decode()


CONTRACT = """
steps:
  make:
    env: {M: "one\\ntwo 'x' $y", S: {secret: a/b}, O: {secret: a/c, optional: true}, PATH: /bin}
    run: |
      pwd; echo "$M"; test "$S" = hunter2hunter2; test -z "${O+set}"; test -z "${OF_THE_CALLER+set}"
      echo data > $PIPEC_OUTPUTS/f; mkdir $PIPEC_OUTPUTS/d; echo x > $PIPEC_OUTPUTS/d/x
      echo page > page.html; echo "$PIPEC_STEP $PIPEC_ATTEMPT" > $PIPEC_OUTPUTS/told
    outputs: {f: file, d: dir, told: string, page: {type: file, path: page.html}}
  use:
    for_each: [p, q]
    inputs: {f: "${{ steps.make.outputs.f }}", v: "${{ item }}"}
    run: cat $PIPEC_INPUTS/f $PIPEC_INPUTS/v; echo $PIPEC_ITEM_INDEX > $PIPEC_OUTPUTS/i
    outputs: {i: int}
  argv: {command: [/bin/echo, "a b", "", "$HOME", "[x]"]}
  fails: {run: exit 7}
  broken: {run: ":", outputs: {n: int}}
  nothing: {command: [no-such-program]}
"""


def test_the_contract(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "x")
    ran = run(HEAD + CONTRACT, secrets={"a": {"b": "hunter2hunter2"}}, containers="podman")
    steps = ran.steps
    assert steps["make"]["state"] == "succeeded", ran.said
    assert steps["make"]["outputs"]["told"] == "make 1"
    assert "make | /home/app\n" in ran.said
    assert "make | two 'x' $y\n" in ran.said
    kept = Path(ran.outcome.folder, "outputs", "make")
    assert (kept / "page.html").read_text() == "page\n"
    assert (kept / "f").stat().st_uid == os.getuid()
    assert steps["use"]["outputs"]["i"] == [0, 1]
    assert ran.log("use-1.1.log") == b"data\nq"
    assert ran.log("argv.1.log") == b"a b  $HOME [x]\n"
    assert steps["fails"]["exit_code"] == 7
    assert 'output "n": there is nothing at $PIPEC_OUTPUTS/n' in ran.said
    assert steps["nothing"]["exit_code"] == 127
    assert "images are not used" not in ran.said
    assert left(tmp_path) == ""


def test_files_and_workdir(run: Any, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "tool.sh").write_text("pwd; ls; echo 4 > here.txt")
    ran = run(
        f"""
files: [src/]
{HEAD}
steps:
  a: {{run: sh src/tool.sh; cat here.txt, outputs: {{h: {{type: int, path: here.txt}}}}}}
  b: {{workdir: src, run: sh tool.sh, outputs: {{h: {{type: file, path: here.txt}}}}}}
""",
        containers="podman",
    )
    assert ran.states() == "a=succeeded b=succeeded", ran.said
    assert ran.log("a.1.log") == b"/pipec/work\nsrc\n4\n"
    assert ran.log("b.1.log") == b"/pipec/work/src\ntool.sh\n"
    assert ran.steps["a"]["outputs"]["h"] == 4


def test_a_timeout_ends_the_whole_container(run: Any, tmp_path: Path) -> None:
    ran = run(
        HEAD + "steps: {a: {timeout: 2s, run: \"trap '' TERM; sleep 77 & sleep 77\"}}",
        containers="podman",
    )
    assert ran.steps["a"]["state"] == "failed"
    assert "timeout after 2 s" in ran.said
    assert left(tmp_path) == ""


LONG = HEAD + "steps: {a: {run: 'touch $PIPEC_OUTPUTS/up; sleep 78; sleep 78'}}"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_containers_end_with_the_runner(start: Any, tmp_path: Path, number: int) -> None:
    process: subprocess.Popen[str] = start(LONG, "--containers", "podman")
    end = time.monotonic() + 30
    while not list(tmp_path.glob(".pipec/runs/*/attempts/*/outputs/up")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    assert left(tmp_path)
    process.send_signal(number)
    process.wait(30)
    end = time.monotonic() + 20
    while (still := left(tmp_path)) and time.monotonic() < end:
        time.sleep(0.2)
    assert still == ""


def test_secrets_are_not_in_the_command(tmp_path: Path) -> None:
    from pipec.backends.local.containers import Containers
    from pipec.backends.local.launch import Launch
    from pipec.compiler.compilation import check_spec

    spec = tmp_path / "s.yaml"
    step = "a: {env: {S: {secret: a/b}, M: x}, run: ':'}"
    spec.write_text(f"pipec: 1\nname: x\n{HEAD}steps: {{{step}}}\n")
    checked = check_spec(str(spec)).pipeline
    assert checked
    one = Containers("podman", str(tmp_path / "state/runs/r"), {b"PATH": b"/usr/bin"}, True)
    launch = Launch(["sh", "-c", ":"], {"S": "hunter2", "M": "x"}, [])
    _, argv, env = one.command(checked.steps["a"], launch, '/x/a,b"c', {"PIPEC_STEP": "a"})
    one.close()
    assert "hunter2" not in " ".join(argv)
    assert env[b"S"] == b"hunter2"
    assert 'type=bind,"source=/x/a,b""c/work",target=/pipec/work' in argv


def test_an_image_that_cannot_be_had_fails_its_step_alone(run: Any) -> None:
    spec = f"""
steps:
  a: {{image: "localhost/no-such-image:1", run: ":"}}
  b: {{image: "{IMAGE}", run: ":"}}
"""
    ran = run(spec, containers="podman")
    assert ran.states() == "a=failed b=succeeded"
    assert ran.steps["a"]["exit_code"] == 125


def test_a_result_counts_for_its_image_by_content(run: Any) -> None:
    spec = HEAD + "steps: {a: {cache: true, run: ':'}}"
    assert run(spec).steps["a"]["cached"] is False
    assert run(spec, containers="podman").steps["a"]["cached"] is False
    assert run(spec, containers="podman").steps["a"]["cached"] is True
    assert run(spec).steps["a"]["cached"] is True


def test_what_cannot_be_is_refused(start: Any) -> None:
    gpu = HEAD + "steps: {a: {resources: {gpu: 1}, run: ':'}}"
    _, said = (process := start(gpu, "--containers", "podman")).communicate(timeout=30)
    assert process.returncode == 2
    assert '"a" asks for a GPU' in said
    process = start(HEAD + "steps: {a: {run: ':'}}", "--containers", "podman", env={"PATH": "/no"})
    _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert 'there is no "podman" on PATH' in json.dumps(said).replace('\\"', '"')
