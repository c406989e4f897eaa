"""What the commands print and exit with, on small specs."""

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipec.__main__ import main

GOOD = """\
pipec: 1
name: good
params: {rows: {type: int, default: 3}}
steps:
  first:
    run: echo 1 > "$PIPEC_OUTPUTS/n"
    outputs: {n: int}
  second:
    when: steps.first.outputs.n < params.rows
    for_each: [a, b]
    run: echo
  third:
    needs: [first]
    run: echo
finally:
  last: {run: echo}
environments:
  prod: {params: {rows: 5}}
  test: {params: {rows: 7}}
targets: {argo: {image: busybox:1}}
"""
BAD = GOOD.replace("outputs.n <", "outputs.m <").replace("needs: [first]", "needs: [frist]")
WARNING = GOOD.replace("name: good", "name: warned").replace(
    "    run: echo\nfinally",
    "    run: echo\n    retry: {attempts: 2, backoff: 3, delay: 1s}\nfinally",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("good", GOOD), ("bad", BAD), ("warned", WARNING)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


class Call:
    """One call of pipec inside this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str], *words: str) -> None:
        capfd.readouterr()
        self.code = main(words)
        sys.stdout.flush()
        self.out, self.err = capfd.readouterr()


# lint


def test_clean(capfd: pytest.CaptureFixture[str]) -> None:
    call = Call(capfd, "lint", "good.yaml")
    assert (call.code, call.out) == (0, "")
    assert call.err == "pipec: 1 spec checked: all fine\n"


def test_all_errors_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    call = Call(capfd, "lint", ".")
    assert call.code == 1
    assert "./bad.yaml:9:31: error: " in call.out
    assert './bad.yaml:13:13: error: there is no step "frist"' in call.out
    assert call.err == "pipec: 3 specs checked: 2 errors\n"


def test_nothing_to_check(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    call = Call(capfd, "lint", "empty")
    assert (call.code, call.out, call.err) == (0, "", "pipec: no spec found\n")


def test_the_rules_of_a_target(capfd: pytest.CaptureFixture[str]) -> None:
    assert Call(capfd, "lint", "warned.yaml").code == 0
    call = Call(capfd, "lint", "warned.yaml", "--target", "airflow@3.1")
    assert call.code == 0
    assert ": warning: " in call.out
    assert "1 warning" in call.err
    strict = Call(capfd, "lint", "warned.yaml", "--target", "airflow@3.1", "--strict")
    assert strict.code == 1
    assert ": warning: " not in strict.out
    assert "1 error" in strict.err


def test_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert json.loads(Call(capfd, "lint", "good.yaml", "--format", "json").out) == {
        "diagnostics": []
    }
    call = Call(capfd, "lint", "bad.yaml", "--format", "json")
    assert call.code == 1
    found = json.loads(call.out)["diagnostics"]
    assert [(one["path"], one["line"], one["column"]) for one in found] == [
        ("bad.yaml", 9, 31),
        ("bad.yaml", 13, 13),
    ]
    places = ["path", "line", "column", "end_line", "end_column"]
    keys = ["code", "severity", "message", *places, "notes", "help", "url"]
    assert all([key for key in one if key != "fix"] == keys for one in found)
    assert all(one["severity"] == "error" for one in found)


@pytest.mark.parametrize(("format", "said"), [("github", "::error "), ("sarif", '"version"')])
def test_other_formats(capfd: pytest.CaptureFixture[str], format: str, said: str) -> None:
    call = Call(capfd, "lint", "bad.yaml", "--format", format)
    assert call.code == 1
    assert said in call.out


def test_standard_input(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from pipec import specs

    for text, code in ((GOOD, 0), (BAD, 1)):
        specs._standard_input.cache_clear()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        call = Call(capfd, "lint", "-")
        assert call.code == code
        assert ("<stdin>:9:31: error" in call.out) is bool(code)


def test_environments(capfd: pytest.CaptureFixture[str]) -> None:
    assert Call(capfd, "lint", "good.yaml", "--env", "prod").code == 0
    Path("wrong.yaml").write_text(GOOD.replace("rows: 7", "rows: lots"))
    for words in ([], ["--env", "test"], ["--all-envs"]):
        call = Call(capfd, "lint", "wrong.yaml", *words)
        assert call.code == 1
        assert "wrong.yaml:19:25: error" in call.out
        assert call.out.count("error: ") == 1
    assert Call(capfd, "lint", "wrong.yaml", "--env", "prod").code == 0
    unknown = Call(capfd, "lint", "good.yaml", "--env", "prd")
    assert unknown.code == 1
    assert 'there is no environment "prd"' in unknown.out
    assert Call(capfd, "lint", "good.yaml", "--all-envs").code == 0


@pytest.mark.parametrize(
    ("color", "variables", "expected"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
    ],
)
def test_colour(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    color: str,
    variables: dict[str, str],
    expected: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in Call(capfd, "lint", "bad.yaml", "--color", color).out) is expected


# compile


def test_one_stream(capfd: pytest.CaptureFixture[str]) -> None:
    call = Call(capfd, "compile", "good.yaml", "--target", "argo")
    assert (call.code, call.err) == (0, "")
    assert "kind: WorkflowTemplate" in call.out
    two = Call(capfd, "compile", "good.yaml", "warned.yaml", "--target", "argo", "-o", "-")
    assert two.code == 0
    assert two.out.startswith(call.out)
    assert two.out.count("kind: WorkflowTemplate") == 2


def test_two_dag_files_are_no_stream(capfd: pytest.CaptureFixture[str]) -> None:
    call = Call(capfd, "compile", "good.yaml", "warned.yaml", "--target", "airflow")
    assert (call.code, call.out) == (2, "")
    assert "name a folder with -o" in call.err


@pytest.mark.parametrize("target", ["argo", "airflow"])
def test_drift(capfd: pytest.CaptureFixture[str], tmp_path: Path, target: str) -> None:
    words = ("compile", "good.yaml", "--target", target, "-o", "out")
    missing = Call(capfd, *words, "--check")
    assert missing.code == 1
    assert "is missing" in missing.out
    assert not (tmp_path / "out").exists()
    written = Call(capfd, *words)
    assert (written.code, written.out, written.err) == (0, "", "")
    for more in (("--check",), ("--diff",), ("--check", "--diff")):
        same = Call(capfd, *words, *more)
        assert (same.code, same.out, same.err) == (0, "", "")
    file = next(path for path in sorted((tmp_path / "out").iterdir()) if path.stem == "good")
    file.write_text(file.read_text().replace("echo", "echo hello", 1))
    changed = Call(capfd, *words, "--check")
    assert (changed.code, changed.out) == (1, f'"out/{file.name}" is not as its spec makes it\n')
    diff = Call(capfd, *words, "--diff")
    assert diff.code == 1
    assert diff.out.startswith(f"--- out/{file.name}\n+++ out/{file.name}\n@@ ")
    assert "echo hello" in file.read_text()


def test_what_a_renamed_pipeline_leaves(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("compile", "good.yaml", "--target", "argo", "-o", "out")
    assert Call(capfd, *words).code == 0
    (tmp_path / "good.yaml").write_text(GOOD.replace("name: good", "name: better"))
    written = Call(capfd, *words)
    assert written.code == 0
    assert written.err == (
        'pipec: "out/good.yaml" is made by pipec before, and no spec makes it any more\n'
    )
    assert Call(capfd, *words, "--check").code == 1
    (tmp_path / "out/good.yaml").unlink()
    assert Call(capfd, *words, "--check").code == 0


def test_nothing_is_written_beside_an_error(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = Call(capfd, "compile", "good.yaml", "bad.yaml", "--target", "argo", "-o", "out")
    assert (call.code, call.out) == (1, "")
    assert "bad.yaml:9:31: error" in call.err
    assert not (tmp_path / "out").exists()


def test_strict_compile(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("compile", "warned.yaml", "--target", "airflow@3.1", "-o", "out")
    assert Call(capfd, *words, "--strict").code == 1
    assert not (tmp_path / "out").exists()
    call = Call(capfd, *words)
    assert call.code == 0
    assert ": warning: " in call.err


def test_check_needs_a_folder(capfd: pytest.CaptureFixture[str]) -> None:
    for more in (("--check",), ("--diff", "-o", "-")):
        assert Call(capfd, "compile", "good.yaml", "--target", "argo", *more).code == 2


def test_two_specs_that_make_one_file(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text(GOOD.replace("default: 3", "default: 4"))
    call = Call(capfd, "compile", "good.yaml", "twin.yaml", "--target", "argo", "-o", "out")
    assert call.code == 2
    assert 'two of the specs make "good.yaml"' in call.err


def test_the_environment_is_compiled(capfd: pytest.CaptureFixture[str]) -> None:
    plain = Call(capfd, "compile", "good.yaml", "--target", "argo").out
    prod = Call(capfd, "compile", "good.yaml", "--target", "argo", "--env", "prod").out
    assert plain.replace('value: "3"', 'value: "5"') == prod != plain


# graph


def test_graph_as_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert Call(capfd, "graph", "good.yaml").out == (
        "good\n"
        "  first\n"
        "  second  after first [when, for_each]\n"
        "  third   after first\n"
        "finally\n"
        "  last\n"
    )


def test_graph_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    tree = json.loads(Call(capfd, "graph", "good.yaml", "--format", "json").out)
    assert [(one["name"], one["needs"], one["level"]) for one in tree["steps"]] == [
        ("first", [], 0),
        ("second", ["first"], 1),
        ("third", ["first"], 1),
    ]
    assert [one["name"] for one in tree["finally"]] == ["last"]


def test_graph_as_mermaid_and_dot(capfd: pytest.CaptureFixture[str]) -> None:
    mermaid = Call(capfd, "graph", "good.yaml", "--format", "mermaid").out
    assert mermaid.startswith("flowchart TD\n")
    assert "  s0 --> s1\n  s0 --> s2\n" in mermaid
    dot = Call(capfd, "graph", "good.yaml", "--format", "dot").out
    assert '  "first" -> "second";\n  "first" -> "third";\n' in dot
    assert dot.count("{") == dot.count("}") == 2


def test_graph_as_svg(capfd: pytest.CaptureFixture[str]) -> None:
    svg = Call(capfd, "graph", "good.yaml", "--format", "svg").out
    tree = ElementTree.fromstring(svg)  # noqa: S314 (made here)
    space = "{http://www.w3.org/2000/svg}"
    width, height = float(tree.attrib["width"]), float(tree.attrib["height"])
    boxes = [
        [float(one.attrib[name]) for name in ("x", "y", "width", "height")]
        for one in tree.iter(f"{space}rect")
    ]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    at = {
        one.text: (float(one.attrib["x"]), float(one.attrib["y"]))
        for one in tree.iter(f"{space}text")
    }
    assert at["first"][1] < at["second"][1] == at["third"][1] < at["finally"][1] < at["last"][1]
    assert at["second"][0] < at["third"][0]


def test_graph_of_a_bad_spec(capfd: pytest.CaptureFixture[str]) -> None:
    call = Call(capfd, "graph", "bad.yaml")
    assert (call.code, call.out) == (1, "")
    assert "bad.yaml:9:31: error" in call.err


# targets and schema


def test_targets(capfd: pytest.CaptureFixture[str]) -> None:
    from pipec.compiler.features import FEATURES

    table = Call(capfd, "targets").out.splitlines()
    assert table[0].split() == ["local", "argo", "3.7", "airflow", "3.3"]
    assert len(table) == len(FEATURES) + 1
    tree = json.loads(Call(capfd, "targets", "--format", "json").out)
    assert [target["name"] for target in tree["targets"]] == ["local", "argo", "airflow"]
    for target in tree["targets"]:
        assert [one["feature"] for one in target["features"]] == list(FEATURES)
        assert {one["support"] for one in target["features"]} <= {"yes", "partly", "no"}
    one = Call(capfd, "targets", "airflow@2.11", "--format", "json")
    assert json.loads(one.out)["targets"][0]["version"] == "2.11"
    assert Call(capfd, "targets", "local").out.startswith("This machine\n")
    about = Call(capfd, "targets", "airflow@2.11").out
    assert about.startswith("Apache Airflow 2.11 (pipec knows ")


def test_schema(capfd: pytest.CaptureFixture[str]) -> None:
    assert json.loads(Call(capfd, "schema").out)["$schema"].startswith("http")


@pytest.mark.parametrize("code", ["unused-param", "cycle"])
def test_explain(capfd: pytest.CaptureFixture[str], code: str) -> None:
    call = Call(capfd, "explain", code)
    assert (call.code, call.err) == (0, "")
    assert f"[{code}, " in call.out.split("\n")[0]
    assert "\nWrong:\n\n    pipec: 1\n" in call.out
    assert call.out == Call(capfd, "explain", f"[{code}]").out
    assert "\033[" not in call.out
    assert "\033[" in Call(capfd, "explain", code, "--color", "always").out
    wrong = Call(capfd, "explain", code[:-1])
    assert wrong.code == 2
    assert f'did you mean "{code}"?' in wrong.err


def test_explain_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    page = json.loads(Call(capfd, "explain", "cycle", "--format", "json").out)
    assert (page["code"], page["severity"]) == ("cycle", "error")
    assert page["url"].endswith("/docs/rules/cycle.md")
    assert all(page[key] for key in ("title", "text", "wrong", "right"))
    codes = json.loads(Call(capfd, "explain", "--format", "json").out)["codes"]
    assert len(codes) == Call(capfd, "explain").out.count("\n") > 80
    assert {key: page[key] for key in codes[0]} in codes
