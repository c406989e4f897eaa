"""The page of a run in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .chromium import PROGRAM, Browser
from .conftest import page_of, rich, wide

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed"),
]


Browse = Callable[[], Browser]


@pytest.fixture
def browse() -> Iterator[Browse]:
    """Give what starts a browser: after the run, which kills what its process has started."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Browser())


def write(past: Any, tmp_path: Path) -> str:
    path = tmp_path / "report.html"
    path.write_text(page_of(past), encoding="utf-8")
    return path.as_uri()


def is_open(browser: Browser, id: str) -> bool:
    return bool(browser.value(f"document.getElementById({id!r}).open"))


NEXT_FRAME = "new Promise(one => setTimeout(one, 100))"
SHOWN = "[...document.querySelectorAll('#steps > .step')].filter(one => !one.hidden).length"


def test_it_works(browse: Browse, run: Any, tmp_path: Path) -> None:
    url = write(run(rich()), tmp_path)
    browser = browse()
    browser.size(1280, 900)
    browser.open(url)
    assert browser.value("document.title").startswith("✗ everything · 2")
    assert browser.value("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    assert is_open(browser, "step-many")
    assert not is_open(browser, "step-files")
    browser.value("location.hash = 'step-files'")
    browser.call("Runtime.evaluate", expression=NEXT_FRAME, awaitPromise=True)
    assert is_open(browser, "step-files")
    assert browser.value(SHOWN) == 8
    for key in "/ma":
        browser.press(key)
    assert browser.value("document.getElementById('find').value") == "ma"
    assert browser.value(SHOWN) == 1
    browser.press("Escape")
    assert browser.value(SHOWN) == 8
    browser.value("document.getElementById('state').value = 'skipped'")
    browser.value("document.getElementById('state').dispatchEvent(new Event('change'))")
    assert browser.value(SHOWN) == 1
    expect_quiet(browser, url)


def expect_quiet(browser: Browser, url: str) -> None:
    """Expect no errors, no warnings, and nothing asked of a network."""
    loud = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    assert browser.told(*loud) == []
    asked = [one["request"]["url"] for one in browser.told("Network.requestWillBeSent")]
    assert {one.partition("#")[0] for one in asked if not one.startswith("data:")} <= {url}


def test_without_scripts_all_is_there(browse: Browse, run: Any, tmp_path: Path) -> None:
    url = write(run(rich()), tmp_path)
    browser = browse()
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url)
    assert browser.value("document.querySelector('.tools').hidden")
    assert browser.value("document.querySelectorAll('#steps > .step').length") == 8
    assert browser.value("document.querySelectorAll('.graph svg .box').length") >= 8
    assert browser.value("document.querySelectorAll('#timeline .bar').length") >= 8
    assert is_open(browser, "step-many")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_it_fits(browse: Browse, run: Any, tmp_path: Path, width: int, dark: bool) -> None:
    url = write(run(rich()), tmp_path)
    browser = browse()
    browser.size(width, 800)
    value = "dark" if dark else "light"
    browser.call("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": value}])  # fmt: skip
    browser.open(url)
    browser.value("document.getElementById('open').click()")
    assert browser.value("document.documentElement.scrollWidth") <= width
    colours = "['backgroundColor', 'color'].map(one => getComputedStyle(document.body)[one])"
    ground, ink = (sum(map(int, one[4:-1].split(","))) for one in browser.value(colours))
    assert (ground < ink) == dark
    assert abs(ground - ink) > 400


def test_300_steps(browse: Browse, run: Any, tmp_path: Path) -> None:
    url = write(run(wide(300), jobs=4), tmp_path)
    browser = browse()
    browser.size(1280, 900)
    browser.open(url)
    expect_quiet(browser, url)
    assert browser.value("document.querySelectorAll('.graph svg .box').length") == 300
    assert browser.value("document.documentElement.scrollWidth") <= 1280
    printed = browser.call("Page.printToPDF", printBackground=True)["data"]
    assert len(printed) > 10_000
