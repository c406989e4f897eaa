"""`pipec explain`: the page of one diagnostic, or the titles of all."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from pipec.arguments import Options
from pipec.compiler import pages
from pipec.compiler.pages import Example, Page
from pipec.compiler.report import docs_url
from pipec.faults import DONE, UsageError, suggestion
from pipec.verdict import in_colour

_BOLD, _RED, _GREEN, _DIM, _PLAIN = "\033[1m", "\033[31m", "\033[32m", "\033[2m", "\033[0m"


def main(options: Options) -> int:
    """Print a page as text or JSON, or without a code the list of them."""
    if options.code is None:
        text = _list(options.format)
    else:
        page = _page(options.code)
        if options.format == "json":
            text = _json(_entry(page))
        else:
            text = "\n".join(_lines(page, in_colour(options.color, sys.stdout))) + "\n"
    sys.stdout.write(text)
    return DONE


def _page(code: str) -> Page:
    """Load a page by its code, as it stands in a message or with its brackets."""
    try:
        return pages.load(code.strip("[]"))
    except KeyError:
        near = suggestion(code, pages.codes()) or "; `pipec explain` lists the codes"
        raise UsageError(f'there is no code "{code}"{near}') from None


def _list(format: str) -> str:
    found = [pages.load(code) for code in pages.codes()]
    if format == "json":
        keys = ("code", "severity", "title", "url")
        return _json({"codes": [{key: _entry(page)[key] for key in keys} for page in found]})
    width = max(len(page.code) for page in found)
    return "".join(f"{page.code:<{width}}  {page.title}\n" for page in found)


def _json(tree: dict[str, Any]) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def _entry(page: Page) -> dict[str, Any]:
    return {
        "code": page.code,
        "severity": page.severity,
        "title": page.title,
        "text": page.text,
        "wrong": page.wrong[-1].text,
        "right": page.right[-1].text,
        "see_also": list(page.see_also),
        "url": docs_url(page.code),
    }


def _lines(page: Page, colour: bool) -> Iterator[str]:
    """Give the lines of a page; `colour` stands for a terminal."""
    yield f"{_paint(page.title, _BOLD, colour)} [{page.code}, {page.severity}]"
    yield ""
    for line in page.text.split("\n"):
        yield re.sub("`([^`]+)`", rf"{_BOLD}\1{_PLAIN}", line) if colour else line
    for head, paint, examples in (
        ("Wrong", _RED, page.wrong),
        ("Right", _GREEN, page.right),
    ):
        for one in examples:
            yield ""
            yield _paint(pages.heading(head, one), paint, colour)
            yield ""
            yield from _indented(one)
    yield ""
    if page.see_also:
        yield f"See also {', '.join(page.see_also)}"
    yield _paint(docs_url(page.code), _DIM, colour)


def _indented(example: Example) -> Iterator[str]:
    return (f"    {line}".rstrip() for line in example.text.rstrip("\n").split("\n"))


def _paint(text: str, paint: str, colour: bool) -> str:
    return f"{paint}{text}{_PLAIN}" if colour else text
