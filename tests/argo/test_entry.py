"""The entry script: what a program is given, and what becomes of what it leaves."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pipec.backends.argo.configmap import entry
from pipec.compiler.types import parse_type
from pipec.compiler.values import ValueSyntaxError, from_text, to_json

KNOWN = (["dash"], ["bash", "--posix"], ["busybox", "sh"])
SHELLS = [shell for shell in KNOWN if shutil.which(shell[0])] or [["sh"]]


class Pod:
    """A folder that stands for what is mounted at /pipec."""

    def __init__(self, home: Path, shell: list[str]) -> None:
        self.home, self.shell = home, shell
        self.script = home / "entry"
        text = entry().decode().replace("/pipec/", f"{home}/")
        text = text.replace("/dev/termination-log", "/dev/null")
        self.script.write_text(text, encoding="utf-8")

    def run(
        self, options: list[str], program: list[str], env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        shutil.rmtree(self.home / ".ret", ignore_errors=True)
        shutil.rmtree(self.home / "ret", ignore_errors=True)
        return subprocess.run(
            [*self.shell, str(self.script), "-s", "s", *options, "--", *program],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", **(env or {})},
            capture_output=True,
            check=False,
            cwd=self.home,
        )

    def made(self, name: str) -> bytes | None:
        path = self.home / "ret" / name
        return path.read_bytes() if path.exists() else None


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def pod(request: pytest.FixtureRequest, tmp_path: Path) -> Pod:
    return Pod(tmp_path, request.param)


def encoded(text: str) -> str:
    return "base64:" + base64.b64encode(text.encode()).decode()


def decoded(text: str) -> str:
    return base64.b64decode(text[7:]).decode() if text.startswith("base64:") else text


TEXTS = [
    "plain",
    "two words",
    "",
    " ",
    "{{workflow.name}}",
    "$$",
    "$(X)",
    "$X `id` $(id) \\ \" '",
    "ends\n",
    "ends twice\n\n",
    "\r\n",
    "\x1b[31m",
    "é 😀 \u2028",
    "base64:e3s=",
    "-n",
    "x" * 5000,
    "*",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_arrives_and_leaves_unchanged(pod: Pod, text: str) -> None:
    script = '{ printf %s "$1$A"; cat "$PIPEC_INPUTS/i"; echo; } >"$PIPEC_OUTPUTS/o"'
    done = pod.run(
        ["-i", "i:string", "-e", "A", "-o", "o:string"],
        ["sh", "-c", script, "sh", encoded(text)],
        {"A": encoded(text), "PIPEC_IN_i": encoded(text)},
    )
    assert done.returncode == 0, done.stderr
    made = (pod.made("o") or b"").decode()
    back = decoded(made)
    assert back == text * 3
    harmful = any(one in back for one in ("{{", "$$", "$(", "\n", "\r", "\x1b", "😀", "base64:"))
    assert made.startswith("base64:") == (harmful or not back or len(back) > 4096)


VALUES = [
    (
        "int",
        [
            "0",
            "-0",
            "7",
            "-7",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "1.0",
            "007",
            "+1",
            "",
            " 5",
            "abc",
            "5\n",
            "5\r\n",
            "5\n\n",
            "1e3",
        ],
    ),
    (
        "float",
        [
            "0.50",
            "1",
            "-0.0",
            "1e20",
            "1E-5",
            "1e16",
            "1e15",
            "123456789.125",
            "0.1",
            "5e-324",
            "1e400",
            ".5",
            "5.",
            "nan",
            "0x1p3",
            "0.30000000000000004",
            "1e22",
        ],
    ),
    ("bool", ["true", "false", "True", "1", "true\n", ""]),
    (
        "json",
        [
            '{"a": 1.50, "b": [true, null, "x\\u00e9\\n\\/"]}',
            "[]",
            "{}",
            '"x"',
            "1",
            "1.0",
            "true",
            '{"a":1,"a":2}',
            '{"a":{"x":1},"b":{"x":2}}',
            "[1,]",
            "{",
            "",
            "01",
            '"\\ud800"',
            '"\\ud83d\\ude00"',
            "9223372036854775808",
            "[-0.0, -0, 2.50, 1E2, 0.0001, 0.00001, 1.5e-6, 0.000001, 1e-7, 5e-324]",
            "[1e15, 1e16, 123456789012345678, 9007199254740993, 1e20, 1e21]",
            "-1.7976931348623157e308",
            "100000000000000000000",
            "100000000000000000001",
            '{"a": [1.0, {"b": -3e2}]}',
            "1e400",
            "[1] x",
            '"\\u0000"',
        ],
    ),
    ("list<int>", ["[1, 2]", "[]", "[1.0]", '["1"]', "[9007199254740993]", "{}", "[1,2"]),
    ("list<float>", ["[1, 2.50]", "[null]"]),
    ("list<string>", ['["a", "b\\tc", "\\u003c"]', "[1]"]),
    ("list<bool>", ["[true,false]"]),
    ("map<int>", ['{"a": 1}', '{"a": 1.5}', "[]"]),
    ("list<list<int>>", ["[[1],[2, 3]]", "[1]"]),
    ("list<int?>", ["[1,null]"]),
]


@pytest.mark.parametrize(("type", "text"), [(t, text) for t, texts in VALUES for text in texts])
def test_outputs_are_read_as_everywhere(pod: Pod, type: str, text: str) -> None:
    script = 'printf %s "$1" >"$PIPEC_OUTPUTS/o"'
    done = pod.run(["-o", f"o:{type}"], ["sh", "-c", script, "sh", encoded(text)])
    try:
        kind = parse_type(type)
    except ValueError:
        kind = None  # a list with absent items only comes from fan-out
    chomped = text
    if text.endswith("\n") and kind and kind.is_scalar:
        chomped = text.removesuffix("\n").removesuffix("\r")
    try:
        value = from_text(kind, chomped) if kind else json.loads(text)
    except ValueSyntaxError:
        assert done.returncode == 70, pod.made("o")
        assert b"pipec: step s: output o is not " in done.stderr
        assert pod.made("o") is None
        return
    assert done.returncode == 0, done.stderr
    assert decoded((pod.made("o") or b"").decode()) == to_json(value)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("float", "0.50", "0.5"),
        ("int", "3", "3"),
        ("list<string>", ' ["a" , "b"]', '["a","b"]'),
        ("json", '"te\\nxt\\n"', "te\nxt\n"),
        ("json", '{"a": 1}', '{"a":1}'),
        ("float:--x=", "--x=1", "--x=1.0"),
    ],
)
def test_what_a_person_typed_becomes_canonical(
    pod: Pod, kind: str, given: str, expected: str
) -> None:
    program = ["sh", "-c", 'printf "%s\\n" "$A|$1" >"$PIPEC_OUTPUTS/o"', "sh", encoded(given)]
    done = pod.run(["-e", f"A:{kind}", "-a", f"5:{kind}", "-o", "o:string"], program, {"A": given})
    assert done.returncode == 0, done.stderr
    assert decoded((pod.made("o") or b"").decode()) == f"{expected}|{expected}"


@pytest.mark.parametrize(
    ("options", "env", "program", "code", "words"),
    [
        ([], {}, ["sh", "-c", "exit 3"], 3, b""),
        ([], {}, ["no-such-program"], 127, b""),
        ([], {}, ["sh", "-c", "kill -9 $$"], 137, b""),
        (["-o", "x:int"], {}, ["true"], 70, b"output x is missing"),
        (
            ["-o", "x:file"],
            {},
            ["sh", "-c", 'mkdir "$PIPEC_OUTPUTS/x"'],
            70,
            b"output x is no file",
        ),
        (["-o", "x:dir"], {}, ["sh", "-c", 'echo >"$PIPEC_OUTPUTS/x"'], 70, b"output x is no dir"),
        (
            ["-o", "x:string"],
            {},
            ["sh", "-c", "printf '\\377' >\"$PIPEC_OUTPUTS/x\""],
            70,
            b"not Unicode",
        ),
        (
            ["-o", "x:string"],
            {},
            ["sh", "-c", 'head -c 65537 /dev/zero | tr "\\0" a >"$PIPEC_OUTPUTS/x"'],
            70,
            b"64 KiB",
        ),
        (["-e", "A"], {"A": "{{=1/0}}"}, ["true"], 70, b"Argo left an expression as it stands"),
        (["-i", "a:int"], {"PIPEC_IN_a": "x"}, ["true"], 70, b"input a is not int: x"),
        ([], {}, ["echo", "{{=nope}}"], 70, b"Argo left an expression"),
        (["-w", "nowhere"], {}, ["true"], 70, b"working folder"),
    ],
)
def test_what_fails(
    pod: Pod, options: list[str], env: dict[str, str], program: list[str], code: int, words: bytes
) -> None:
    done = pod.run(options, program, env)
    assert done.returncode == code
    assert words in done.stderr
    assert not (pod.home / "ret").exists()


def test_nothing_is_kept_of_a_broken_contract(pod: Pod) -> None:
    script = 'cd "$PIPEC_OUTPUTS"; echo 1 >a; echo f >f'
    done = pod.run(["-o", "a:int", "-o", "f:file", "-o", "z:int"], ["sh", "-c", script])
    assert done.returncode == 70
    assert pod.made("a") is pod.made("f") is None


def test_absent_values(pod: Pod) -> None:
    done = pod.run(
        ["-i", "a:int?", "-i", "b:string?", "-o", "x:int?", "-o", "y:file?"],
        ["sh", "-c", 'ls "$PIPEC_INPUTS"'],
        {"PIPEC_IN_a": "", "PIPEC_IN_b": "base64:"},
    )
    assert (done.returncode, done.stdout) == (0, b"b\n")
    assert (pod.made("x"), pod.made("y")) == (b"", None)


def test_the_environment_is_the_programs_own(pod: Pod) -> None:
    own = {"name": "n", "text": "t", "path": "p", "type": "y", "code": "c"}
    own["PATH"] = "/nowhere:/usr/bin:/bin"
    done = pod.run([], ["env"], own)
    given = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
    assert {key: given.get(key) for key in own} == own
    assert {key for key in given if key.startswith("PIPEC_")} == {
        "PIPEC_INPUTS",
        "PIPEC_OUTPUTS",
        "PIPEC_STEP",
        "PIPEC_ATTEMPT",
    }


def test_where_a_program_stands(pod: Pod) -> None:
    assert pod.run([], ["pwd"]).stdout.decode() == f"{pod.home}\n"
    (pod.home / "etc" / "files" / "src").mkdir(parents=True)
    (pod.home / "etc" / "files" / "src" / "a.txt").write_text("a")
    (pod.home / "etc" / "scripts").mkdir()
    script = 'printf "%s:%s\\n" "$0" "$PWD"; cat a.txt; read x || echo empty\n\n'
    (pod.home / "etc" / "scripts" / "s").write_text(script)
    done = pod.run(["-w", "src", "-f", "scripts/s", "-o", "o:file=a.txt"], ["sh", "-e", "-c"])
    assert done.stdout.decode() == f"sh:{pod.home}/work/src\naempty\n"
    assert pod.made("o") == b"a"


def test_links_are_followed(pod: Pod) -> None:
    script = 'cd "$PIPEC_OUTPUTS"; mkdir d; echo x >f; ln -s ../f d/x; ln -s f l'
    done = pod.run(["-o", "d:dir", "-o", "l:file"], ["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    assert not (pod.home / "ret" / "d" / "x").is_symlink()
    assert (
        (pod.home / "ret" / "d" / "x").read_text() == (pod.home / "ret" / "l").read_text() == "x\n"
    )


def test_json_of_an_item_is_encoded(pod: Pod) -> None:
    program = ["sh", "-c", 'echo "{\\"a\\": 1}" >"$PIPEC_OUTPUTS/o"']
    assert pod.run(["-o", "o:json"], program).returncode == 0
    assert pod.made("o") == b'{"a":1}'
    assert pod.run(["-o", "o:json"], program, {"PIPEC_ITEM_INDEX": "0"}).returncode == 0
    assert (pod.made("o") or b"").decode() == encoded('{"a":1}')
