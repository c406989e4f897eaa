"""The page of a run as text: what is in it, what is never, and how large it gets."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.history.past import read

from .conftest import page_of, rich, wide


class Page(HTMLParser):
    """Takes a page apart: elements with attributes, and the text of all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.parts: list[str] = []
        self.inside: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.text = " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        tag = self.inside[-1] if self.inside else ""
        self.raw.get(tag, self.parts).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def page(run: Any) -> Page:
    return Page(page_of(run(rich())))


SAID = [
    "everything",
    "<i>Trains</i> & deploys",
    "failed 1",
    "1 of 3 instances failed",
    "`when` is false: steps.pick.outputs.a >= params.least, where",
    "where steps.pick.outputs.a is 0.9, params.least is 0.97",
    '"many" failed',
    "exit 7",
    "1347",
    "epoch loss",
    "30 more rows",
    "deep/a.txt",
    "<script>alert(1)</script>\\u202e & <b>",
    "</script><script>document.title=1</script> y",
    "a\\x1b[31mb\\x00",
    'a "limit" <b>',
    "100000",
    "pipec logs ",
]


def test_what_it_says(page: Page) -> None:
    assert [one for one in SAID if one not in page.text] == []


def test_it_needs_nothing_and_is_allowed_nothing(page: Page) -> None:
    """Nothing in it leads elsewhere, and its policy lets only its own style and script be used."""
    assert all(one["src"].startswith("data:image/") for one in page.all("img"))
    assert len(page.all("img")) == 2
    assert page.all("iframe") == page.all("object") == page.all("embed") == []
    leads = [one["href"] for tag in ("a", "link") for one in page.all(tag)]
    assert [one for one in leads if re.match("[a-z]+:", one) and one != "data:,"] == []
    named = {name for _, one in page.found for name in one}
    assert not [name for name in named if name.startswith("on") or name == "style"]
    policy = next(one["content"] for one in page.all("meta") if "http-equiv" in one)
    assert policy.startswith("default-src 'none'; img-src data:; ")
    for tag in ("style", "script"):
        (text,) = page.raw[tag]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert "@import" not in text
        assert "url(" not in text
        assert "http" not in text


def test_links_inside_lead_somewhere(page: Page) -> None:
    places = {one["id"] for _, one in page.found if "id" in one}
    leads = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
    assert "step-many-1" in leads
    assert leads - places == set()


def test_links_to_files_are_right(run: Any) -> None:
    past = run(rich())
    found = Page(page_of(past))
    files = [one["href"] for one in found.all("a") if not one["href"].startswith("#")]
    assert "outputs/files/table.csv" in files
    assert all((Path(past.folder.path) / one).exists() for one in files)


def test_secrets_are_not_in_it(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPEC_SECRET_DEPLOY_TOKEN", "hunter2hunter2")
    text = page_of(
        run("""
name: example
steps:
  a: {env: {T: {secret: deploy/token}}, run: "echo token $T; exit 1"}
""")
    )
    assert "token ***" in text
    assert "hunter2" not in text


def test_a_run_that_was_cut_off_at_any_place_has_a_page(run: Any) -> None:
    past = run(rich())
    journal = Path(past.folder.at("journal.jsonl"))
    lines = journal.read_bytes().splitlines(keepends=True)
    for count in range(1, len(lines), 3):
        journal.write_bytes(b"".join(lines[:count]))
        found = read(past.folder.path)
        assert found
        assert "unfinished" in page_of(found)


def test_without_outline_logs_and_outputs_there_is_still_a_page(run: Any) -> None:
    past = run(rich())
    subprocess.run(["rm", "-r", past.folder.at("outputs"), past.folder.at("logs")], check=True)
    assert "cannot be read: no such file" in page_of(read(past.folder.path) or past)
    Path(past.folder.at("outline.json")).write_text("[")
    assert "nothing is known of the steps" in page_of(read(past.folder.path) or past)


def test_300_steps_make_no_large_page(run: Any) -> None:
    text = page_of(run(wide(300), jobs=4))
    assert len(text) < 600_000
    assert text.count('class="step edge-succeeded"') == 300


def test_a_fan_out_over_thousands_is_told_in_short(run: Any) -> None:
    """Made by changing the journal of a small one: to run them takes its time."""
    past = run("""
name: example
steps:
  each: {for_each: [a, b], env: {I: "${{ item }}"}, run: 'test $I = a'}
""")
    step = past.steps[0]
    for index in range(2, 5000):
        one = type(step.parts[0])(f"each[{index}]", index, f"item {index}", "succeeded")
        one.tries = step.parts[0].tries
        step.parts.append(one)
    text = page_of(past)
    assert len(text) < 300_000
    assert "5,000 ×" in text
    assert "4,800 more instances" in text


def test_pictures_do_not_make_it_endless(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipec.backends.local.page.MOST", 30_000)
    past = run("""
name: example
steps:
  a:
    for_each: [1, 2, 3, 4, 5]
    python: |
      import os
      data = b"\\x89PNG\\r\\n\\x1a\\n" + os.urandom(9000)
      open(os.environ["PIPEC_OUTPUTS"] + "/p", "wb").write(data)
    outputs: {p: file}
""")
    text = page_of(past)
    assert text.count("data:image/png") == 2
    assert text.count("<em>left out, for the page would be too large</em>") == 3
    assert "Some outputs and logs were left out" in text


def test_the_command(run: Any, tmp_path: Path) -> None:
    past = run("name: example\nsteps: {a: {run: ':'}}\n")
    words = [sys.executable, "-m", "pipec", "report"]
    done = subprocess.run([*words, "last"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == f".pipec/runs/{past.run}/report.html\n"
    page = (tmp_path / done.stdout.strip()).read_text()
    assert page.startswith("<!doctype html>")
    done = subprocess.run([*words, "last", "-o", "-"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.startswith("<!doctype html>")
    assert list(tmp_path.glob("*.html")) == []
    subprocess.run([*words, past.run[-4:], "-o", "x.html"], cwd=tmp_path, check=True)
    assert (tmp_path / "x.html").read_text().startswith("<!doctype html>")
    words += ["last", "-o", "no/x"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('pipec: "no/x" cannot be written: ')


def test_a_started_run_does_not_load_the_template_engine() -> None:
    script = "import sys, pipec.backends.local, pipec.commands.run; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          env={**os.environ})  # fmt: skip
    assert done.stdout == "False\n"
