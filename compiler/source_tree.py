"""Build dicts, lists and text from YAML events, with every cap kept while they stream in.

Building from events instead of nodes is what keeps hostile files cheap: nothing is nested deeper,
counted higher or expanded further than the caps before it is refused. What an alias repeats is one
object that stands in the tree several times.
"""

import re
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipec.compiler.diagnostics import Diagnostic, Note, Place
from pipec.compiler.garbage import Uncollected
from pipec.compiler.source import Plain, Tree
from pipec.compiler.source_aliases import Anchors
from pipec.compiler.source_events import ERRORS, MAX_DEPTH, MAX_NODES, MAX_SCALAR, Stop, parse
from pipec.compiler.source_scan import comment_cuts, has_odd_escape
from pipec.compiler.values import quoted

MAX_PROBLEMS = 100  # in one file; a spec that has more is no spec
Span = tuple[int, int]
_ODD_KEYS = frozenset(("<<", ""))
_START = 'start it with "pipec: 1"'
_TAG_HELP = "leave the tag out: the position decides how a value is read"
_MERGE_HELP = (
    "write the keys out here; what many steps share stands in defaults, what is used "
    "several times in a component"
)


def _null(text: str, start: int, end: int) -> tuple[int, int]:
    """Find the escape that stands for NUL in a text in double quotes."""
    escapes = re.finditer(r"\\(0|x00|u0000|U00000000|.)", text[start:end], re.DOTALL)
    found = next((one for one in escapes if one[1].strip("xuU") and not one[1].strip("xuU0")), None)
    return (start + found.start(), start + found.end()) if found else (start, end)


class _Dropped:
    """The key of a value that cannot be kept; it is taken out again at the end."""


class _KeyOf:
    """Around the map on the stack while a list or map in the place of a key is read."""

    def __init__(self, owner: dict[Any, Tree]) -> None:
        self.owner = owner


class TreeReader:
    """One reading of one text. `read` gives the tree, or None where there is none to go on with."""

    def __init__(self, path: str, text: str, problems: list[Diagnostic]) -> None:
        self.path, self.text, self.problems = path, text, problems
        self.anchors = Anchors(text)
        self.dropped: list[tuple[dict[Any, Tree], _Dropped]] = []
        self.cuts = comment_cuts(text)
        self.watched = bool(self.cuts) or has_odd_escape(text)

    def read(self) -> dict[str, Tree] | None:
        try:
            with Uncollected():
                root = self._read()
        except Stop as stop:
            self._error(*stop.args)
            return None
        except ERRORS as error:
            from pipec.compiler.source_slips import explain

            self.problems.append(explain(self.path, self.text, error))
            return None
        for owner, key in self.dropped:
            owner.pop(key, None)
        return root

    def _read(self) -> dict[str, Tree]:
        """Read the one document. It is one long loop on purpose: calls would cost most here."""
        next_event = parse(self.text).get_event
        root = self._root(next_event)
        here: Any = root
        in_map, key = True, None
        stack: list[Any] = []
        nodes, watched = 1, self.watched
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                nodes += 1
                if watched or nodes > MAX_NODES or len(value) > MAX_SCALAR:
                    self._inspect(event, nodes)
                if in_map and key is None:
                    if value in here or value in _ODD_KEYS or event.tag or event.anchor:
                        value = self._odd_key(event, here, stack)
                    key = value
                    continue
                if not event.style:
                    value = Plain(value)
                if event.tag or event.anchor:
                    self._property(event, value)
                if in_map:
                    here[key] = value
                    key = None
                else:
                    here.append(value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                nodes += 1
                if event.tag or event.anchor:
                    self._property(event, value)
                if nodes > MAX_NODES or len(stack) + 2 > MAX_DEPTH:
                    raise Stop(*_too_much(event, nodes))
                if not in_map:
                    here.append(value)
                    stack.append(here)
                elif key is None:
                    self._key_problem(event, value)
                    stack.append(_KeyOf(here))
                else:
                    here[key] = value
                    stack.append(here)
                here, in_map, key = value, kind is MappingStartEvent, None
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if not stack:
                    break
                here, key = stack.pop(), None
                if type(here) is _KeyOf:
                    here = here.owner
                    key = self._drop(here)
                in_map = type(here) is dict
            else:
                value = self.anchors.expand(event, stack, here, nodes)
                if in_map and key is None:
                    key = self._alias_key(event, value, here, stack)
                elif in_map:
                    here[key] = value
                    key = None
                else:
                    here.append(value)
        self._end(next_event)
        return root

    def _root(self, next_event: Any) -> dict[str, Tree]:
        """Go to the top of the document, which must be a map."""
        root: dict[str, Tree] = {}
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is MappingStartEvent:
                if event.tag or event.anchor:
                    self._property(event, root)
                return root
            if kind is AliasEvent:
                self.anchors.expand(event, [], root, 0)
            if kind is SequenceStartEvent:
                raise Stop("not-a-map", "a spec is a map, this is a list", *_at(event), _START)
            if kind is ScalarEvent:
                if event.value or event.style:
                    raise Stop(*_text_at_top(event))
                break
        raise Stop("empty-file", "the file is empty", 0, 0, _START)

    def _end(self, next_event: Any) -> None:
        while (event := next_event()) is not None:
            if type(event) is DocumentStartEvent:
                start = _at(event)[0]
                way_out = "a spec is one document: put this one in a file of its own"
                self._error(
                    "several-documents", "a second document starts here", start, start + 3, way_out
                )
                return

    def _error(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        way_out: str,
        notes: tuple[Note, ...] = (),
    ) -> None:
        place = Place(self.path, span=(start, end))
        self.problems.append(Diagnostic(code, message, place, "error", way_out, notes))
        if len(self.problems) == MAX_PROBLEMS:
            message = f"the file has {MAX_PROBLEMS} problems and more; it was not read further"
            raise Stop("too-many-problems", message, start, end, "solve those first")

    def _inspect(self, event: Any, nodes: int) -> None:
        """Look closer at a scalar of a text in which something is suspicious."""
        value, start, end = event.value, *_at(event)
        if nodes > MAX_NODES:
            raise Stop(*_too_much(event, nodes))
        if len(value) > MAX_SCALAR:
            way_out = "put it in a file that travels with the pipeline, named under files"
            raise Stop("too-big", "one text is longer than 1 MB", start, start + 1, way_out)
        if "\0" in value:
            way_out = "take the escape out: no text in a spec holds NUL"
            start, end = _null(self.text, start, end)
            self._error("raw-character", "this text holds the character NUL", start, end, way_out)
        if any("\ud800" <= char <= "\udfff" for char in value):
            message = "this escape is no Unicode character"
            raise Stop("yaml-syntax", message, start, end, "write the character itself")
        cut = self.cuts.get(end)
        if cut and not event.style and start <= cut[0]:
            from pipec.compiler.source_fault import quoted_line

            way_out = quoted_line(self.text, start)
            message = 'a "#" after a space starts a comment, which cuts this expression'
            self._error("cut-expression", message, cut[1], cut[1] + 1, way_out)

    def _property(self, event: Any, value: Tree) -> None:
        """Take an anchor, refuse a tag."""
        if event.anchor:
            self.anchors.values[event.anchor] = value
        if event.tag:
            start = self.text.find("!", event.start_mark.index)
            stops = ">\n" if self.text.startswith("!<", start) else " \n\t,[]{}"
            end = start + 1
            while end < len(self.text) and self.text[end] not in stops:
                end += 1
            end += self.text.startswith(">", end)
            message = f"tags such as {quoted(self.text[start:end])} are not used here"
            self._error("yaml-tag", message, start, end, _TAG_HELP)

    def _odd_key(self, event: Any, here: dict[Any, Tree], stack: list[Any]) -> str | _Dropped:
        """Look closer at a key that has an anchor or a tag, is no word, or stands twice."""
        key, at = str(event.value), _at(event)
        if event.tag or event.anchor:
            self._property(event, key)
        if not event.style and key == "<<":
            self._error("merge-key", 'merge keys ("<<") are not used here', *at, _MERGE_HELP)
            return self._drop(here)
        if not event.style and not key:
            colon = (at[0], at[0] + 1)
            self._error("key-not-text", "a key is missing here", *colon, "write key: value")
            return self._drop(here)
        return self._once(key, at, here, stack)

    def _alias_key(
        self, event: Any, value: Tree, here: dict[Any, Tree], stack: list[Any]
    ) -> str | _Dropped:
        if isinstance(value, str):
            return self._once(str(value), _at(event), here, stack)
        self._key_problem(event, value)
        return self._drop(here)

    def _once(self, key: str, at: Span, here: dict[Any, Tree], stack: list[Any]) -> str | _Dropped:
        if key not in here:
            return key
        notes = (Note("first written", first),) if (first := self._place(key, stack)) else ()
        message = f"the key {quoted(key)} stands twice in this map"
        self._error("duplicate-key", message, *at, "take one of the two out", notes)
        return self._drop(here)

    def _key_problem(self, event: Any, value: Tree) -> None:
        start = event.start_mark.index
        kind = "list" if isinstance(value, list) else "map"
        message = f"a key is a text, this is a {kind}"
        way_out = "write key: value"
        if self.text.startswith("{{", start - 1):
            start, way_out = start - 1, "braces start a map: put a text with braces in quotes"
        self._error("key-not-text", message, start, start + 1, way_out)

    def _drop(self, owner: dict[Any, Tree]) -> _Dropped:
        key = _Dropped()
        self.dropped.append((owner, key))
        return key

    def _place(self, key: str, stack: list[Any]) -> Place | None:
        """Give the place of a key already in the map that is being read."""
        route: list[str | int] = []
        for one in stack:
            if type(one) is list:
                route.append(len(one) - 1)
                continue
            last = next(reversed(one)) if type(one) is dict else None
            if not isinstance(last, str):
                return None  # inside something that is dropped, where no route leads
            route.append(last)
        return Place(self.path, (*route, key), key=True)


def _at(event: Any) -> Span:
    return event.start_mark.index, event.end_mark.index


def _text_at_top(event: Any) -> tuple[str, str, int, int, str]:
    start, end = _at(event)
    word, colon, rest = str(event.value).partition("\n")[0].partition(":")
    if not event.style and colon and rest and " " not in word:
        message = "a space is missing after the colon"
        return "yaml-syntax", message, start, start + len(word) + 1, "write key: value"
    return "not-a-map", "a spec is a map, this is a text", start, end, _START


def _too_much(event: Any, nodes: int) -> tuple[str, str, int, int, str]:
    start = event.start_mark.index
    if nodes > MAX_NODES:
        message = f"the file has more than {MAX_NODES:,} values"
        return (
            "too-big",
            message,
            start,
            start + 1,
            "split the pipeline, or keep the data in a file",
        )
    message = f"this is nested more than {MAX_DEPTH} levels deep"
    return "too-deep", message, start, start + 1, "nest less, or write the value as a text"
