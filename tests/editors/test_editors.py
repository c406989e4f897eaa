"""What an editor shows for specs, from our schema, in the server that editors really use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import SCHEMA, NotInstalledError, Server

ROOT = Path(__file__).parents[2]
HEAD = "pipec: 1\nname: a\n"
STEP = f"{HEAD}steps:\n  a:\n    run: x\n"
_BLOCK = re.compile(r"^```yaml spec[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPECS = sorted((ROOT / "examples" / "pipelines").glob("*/*.yaml"))
PROJECT = ROOT / "tests" / "determinism" / "project"
SPECS += [ROOT / "tests" / "argo" / "specs" / "churn.yaml", PROJECT / "whole.yaml"]
SPECS += [PROJECT / "local.yaml", *sorted((PROJECT / "components").glob("*.yaml"))]
BLOCKS = [
    (page.name, text)
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    for text in _BLOCK.findall(page.read_text(encoding="utf-8"))
]
SHARED = Path("/work/shared/design/language.md")

# A mistake, the line and the first column that are marked, and words of what is said.
MISTAKES = [
    ("pipec: 2\nname: a\nsteps: {a: {run: x}}\n", 1, 8, "must be 1"),
    ("pipec: 1\nname: A b\nsteps: {a: {run: x}}\n", 2, 7, "lower-case letters"),
    ("pipec: 1\nname: a\n", 1, 1, '"steps"'),
    (f"{STEP}    comand: [x]\n", 6, 5, "comand is not allowed"),
    (f"{STEP}    command: [x]\n", 5, 5, "only one"),
    (f"{HEAD}steps:\n  a: {{approve: x, image: y}}\n", 4, 19, "does not go with `approve`"),
    (f"{HEAD}steps:\n  a: {{uses: x, image: y}}\n", 4, 16, "does not go with `uses`"),
    (f"{STEP}    retry: {{attempts: three}}\n", 6, 23, "integer"),
    (f"{STEP}    retry: {{attemps: 3}}\n", 6, 13, "attemps is not allowed"),
    (f"{STEP}    timeout: 5 minutes\n", 6, 14, "30s, 5m, 1h30m"),
    (f"{STEP}    resources: {{memory: 4GB}}\n", 6, 25, "512Mi"),
    (f"{STEP}    trigger_rule: all_success\n", 6, 19, "all_succeeded"),
    (f"{STEP}    env: {{A-B: 1}}\n", 6, 11, "name of a variable"),
    (f"{STEP}    env: {{T: {{secret: a}}}}\n", 6, 23, "name/key"),
    (f"{STEP}    needs: b\n", 6, 12, "array"),
    (f"{STEP}  B: {{run: x}}\n", 6, 3, "lower-case letters"),
    (f"{STEP}  a: {{run: x}}\n", 6, 3, "unique"),
    (f"{STEP}schedule: {{timezone: UTC}}\n", 6, 1, '"cron"'),
    (f'{STEP}schedule: {{cron: "* * * * *", overlap: maybe}}\n', 6, 40, '"forbid"'),
    (f"{STEP}params: {{p: {{default: 1}}}}\n", 6, 10, '"type"'),
    (f"{STEP}params: {{p: {{type: int, minimum: 1}}}}\n", 6, 25, "minimum is not allowed"),
    (f"{STEP}environments: {{prod: {{steps: {{a: {{run: y}}}}}}}}\n", 6, 35, "run is not allowed"),
    (f"{STEP}defaults: {{run: x}}\n", 6, 12, "run is not allowed"),
    ("pipec: 1\ncomponent: c\nsteps: {a: {run: x}}\nname: c\n", 4, 1, "name is not allowed"),
]
# A place (`@`), what must be offered there, and what must not.
OFFERED = [
    ("@", "pipec name component steps params", "run attempts"),
    (f"{HEAD}@", "steps params defaults files finally schedule environments targets", "run needs"),
    (f"{HEAD}ste@", "steps", ""),
    (f"{HEAD}steps:\n  a:\n    @", "run command python uses approve needs for_each when", "params"),
    (f"{STEP}    @", "env image outputs retry timeout resources trigger_rule", "run schedule"),
    (f"{STEP}    retry:\n      @", "attempts delay backoff max_delay on", "run"),
    (f"{STEP}    resources:\n      @", "cpu memory gpu gpu_type", "run"),
    (f"{STEP}    trigger_rule: @", "all_succeeded none_failed any_failed all_done", ""),
    (f"{HEAD}params:\n  p:\n    @", "type default enum min max pattern", "run"),
    (f"{HEAD}params:\n  p:\n    type: @", "string int float bool json list<string>", "file"),
    (f"{STEP}    outputs:\n      n: @", "file dir int float", ""),
    (f"{HEAD}schedule:\n  @", "cron timezone overlap catchup", "steps"),
    (f"{HEAD}schedule:\n  overlap: @", "forbid allow replace", ""),
    (f"{HEAD}targets:\n  @", "argo airflow", ""),
    (f"{HEAD}environments:\n  prod:\n    @", "params defaults steps schedule targets", "files"),
    ("pipec: 1\ncomponent: a\n@", "inputs outputs run command python steps", "params schedule"),
]
# A word of the spec of the language, and words of what is shown over it.
SHOWN = [
    ("retry", "How often to try"),
    ("for_each", "once for each item"),
    ("max_parallel", "at the same time"),
    ("backoff", "delay"),
    ("cron", "Five fields"),
    ("overlap", "forbid"),
    ("secret", "in no file and no log"),
    ("finally", "when every other step has ended"),
    ("environments", "never the graph"),
    ("min: 1", "smallest"),
    ("argo: {version", "Argo Workflows"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        with Server() as found:
            yield found
    except NotInstalledError as why:
        pytest.skip(str(why))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_right_spec_has_no_mark(server: Server, spec: Path) -> None:
    assert server.open(spec.read_text(encoding="utf-8")).messages == []


@pytest.mark.parametrize(("page", "text"), BLOCKS, ids=[page for page, _ in BLOCKS])
def test_a_spec_of_the_docs_has_no_mark(
    server: Server, page: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / "pipec.schema.json").write_bytes(SCHEMA.read_bytes())
    assert server.open(text, tmp_path).messages == []


def test_the_schema_that_the_first_line_names(tmp_path: Path) -> None:
    (tmp_path / "pipec.schema.json").write_bytes(SCHEMA.read_bytes())
    named = "# yaml-language-server: $schema=pipec.schema.json\n"
    try:
        with Server(mapped=False) as server:
            wrong = f"{STEP}    comand: x\n"
            assert server.open(wrong, tmp_path).messages == []
            ((line, _),) = server.open(named + wrong, tmp_path).messages
            assert line == 7
    except NotInstalledError as why:
        pytest.skip(str(why))


@pytest.mark.skipif(not SHARED.exists(), reason=f"there is no {SHARED} here")
def test_the_spec_that_the_language_is_shown_by(server: Server) -> None:
    text = SHARED.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert "churn" in text
    assert server.open(text).messages == []


@pytest.mark.parametrize(("text", "line", "column", "said"), MISTAKES)
def test_a_mistake_is_marked(server: Server, text: str, line: int, column: int, said: str) -> None:
    (found,) = server.open(text).found
    start = found["range"]["start"]
    assert (start["line"] + 1, start["character"] + 1) == (line, column)
    assert said in found["message"]


@pytest.mark.parametrize(("text", "wanted", "unwanted"), OFFERED)
def test_what_is_offered(server: Server, text: str, wanted: str, unwanted: str) -> None:
    offered = server.open(text.replace("@", "")).completions(text.index("@"))
    assert not set(wanted.split()) - offered.keys()
    assert not set(unwanted.split()) & offered.keys()


def test_what_is_offered_is_described(server: Server) -> None:
    offered = server.open(f"{STEP}    \n").completions(len(STEP) + 4)
    described = [one for one in offered.values() if one.get("documentation")]
    assert len(described) > 15


@pytest.mark.parametrize(("word", "said"), SHOWN)
def test_what_is_shown_over_a_word(server: Server, word: str, said: str) -> None:
    spec = ROOT / "tests" / "determinism" / "project" / "whole.yaml"
    assert said in server.open(spec.read_text(encoding="utf-8")).hover(word).replace("\\_", "_")
