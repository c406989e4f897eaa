"""What steps gave, as the page shows it: values, pictures, tables, texts, lists of files."""

import base64
import csv
import json
import os
from typing import Any
from urllib.parse import quote

from pipec.backends.local.page.budget import Budget
from pipec.backends.local.page.words import clean, size
from pipec.backends.local.store import RunFolder
from pipec.compiler.values import to_json

_HEAD = 65_536  # bytes looked at to know what a file is
_PICTURE = 2 << 20  # bytes of the largest picture shown
_JSON = 1 << 20  # bytes of the largest JSON file read
_TEXT = 4_000  # characters shown of a text
_LINES = 40
_VALUE = 1_000  # characters shown of a value
_ROWS, _COLUMNS, _CELL = 20, 12, 80
_FILES, _PICTURES = 40, 12  # of a folder
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
View = dict[str, Any]


def shown(value: Any) -> str:
    """Write a value for people, cut where it is long."""
    text = clean(value if isinstance(value, str) else to_json(value))
    return text if len(text) <= _VALUE else f"{text[:_VALUE]}… ({len(text):,} characters)"


class Values:
    """Makes views of outputs. Links are relative to the folder `base`; None for no links."""

    def __init__(self, folder: RunFolder, base: str | None, budget: Budget) -> None:
        self.folder, self._base, self.budget = folder, base, budget

    def view(self, name: str, type: str, value: Any, kept: tuple[str, int] | None) -> View:
        """Give the view of one output: its `kind` says what else is in it."""
        found: View = {"name": name, "type": type, "path": None, "link": None, "kind": "value"}
        if kept is None:
            return found | self._value(value)
        path = os.path.join(self.folder.path, kept[0])  # of an earlier run: its whole path
        found |= {"path": os.path.abspath(path), "size": size(kept[1]), "link": self._link(path)}
        try:
            return found | (self._folder(path) if os.path.isdir(path) else self.file(path))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return found | {"kind": "note", "text": f"cannot be read: {reason}"}

    def _link(self, path: str) -> str | None:
        if self._base is None:
            return None
        relative = os.path.relpath(path, self._base)
        return quote(relative, errors="surrogateescape") if not relative.startswith("..") else None

    def _value(self, value: Any) -> View:
        table = _table_of(value)
        if table and self.budget.take(_weight(table)):
            return {"kind": "table", **table}
        text = shown(value)
        if not self.budget.take(len(text)):
            return _nothing()
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"kind": "number" if number else "value", "text": text}

    def file(self, path: str) -> View:
        """Give the view of a file by what is in it."""
        with open(path, "rb") as file:
            head = file.read(_HEAD)
        whole = os.path.getsize(path)
        kind = _picture(head)
        if kind and whole <= _PICTURE:
            return self._picture(path, kind, whole)
        text = _decode(head, whole > len(head))
        if text is None:
            return {"kind": "note", "text": "no text" if whole else "empty"}
        table = _table(path, text, whole)
        if table and self.budget.take(_weight(table)):
            return {"kind": "table", **table}
        lines = clean(text)[:_TEXT].split("\n")[:_LINES]
        part = "\n".join(lines).rstrip("\n")
        if not self.budget.take(len(part)):
            return _nothing()
        return {"kind": "text", "text": part, "cut": len(part.encode()) + 2 < whole}

    def _picture(self, path: str, kind: str, whole: int) -> View:
        if not self.budget.take(whole * 4 // 3):
            return _nothing()
        with open(path, "rb") as file:
            data = base64.b64encode(file.read(_PICTURE)).decode()
        return {"kind": "picture", "source": f"data:{kind};base64,{data}"}

    def _folder(self, path: str) -> View:
        files: list[tuple[str, str]] = []
        pictures: list[View] = []
        count = 0
        for at, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                count += 1
                one = os.path.join(at, name)
                inside = clean(os.path.relpath(one, path))
                if len(files) < _FILES:
                    files.append((inside, size(os.path.getsize(one))))
                if len(pictures) < _PICTURES and count <= 10 * _FILES:
                    view = self.file(one) if _is_picture(one) else {}
                    pictures += [{"name": inside, **view}] if view.get("kind") == "picture" else []
        return {"kind": "folder", "files": files, "more": count - len(files), "pictures": pictures}


def _nothing() -> View:
    return {"kind": "note", "text": "left out, for the page would be too large"}


def _is_picture(path: str) -> bool:
    with open(path, "rb") as file:
        return _picture(file.read(1024)) is not None


def _picture(head: bytes) -> str | None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--")) and b"<svg" in head):
        return "image/svg+xml"
    return None


def _decode(head: bytes, is_cut: bool) -> str | None:
    if b"\0" in head or not head:
        return None
    for end in range(len(head), max(0, len(head) - 4 if is_cut else len(head)) - 1, -1):
        try:
            return head[:end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return None


def _table(path: str, text: str, whole: int) -> View | None:
    start = text.lstrip()[:1]
    if start in ("[", "{"):
        return _json_table(path, whole)
    lines = text.splitlines()[: _ROWS + 2]
    separator = "\t" if "\t" in lines[0] else "," if "," in lines[0] else None
    if separator is None or len(lines) < 2:
        return None
    named = path.endswith((".csv", ".tsv"))
    rows = list(csv.reader(lines[: _ROWS + 1], delimiter=separator))
    if len({len(row) for row in rows}) > 1 and not named:
        return None
    if "\n" in text[-1:] or whole <= _HEAD:
        count: int | None = max(0, text.count("\n") + (not text.endswith("\n")) - 1)
    else:
        count = None
    return _lay_out(rows[0], rows[1:], count if whole <= _HEAD else None)


def _json_table(path: str, whole: int) -> View | None:
    if whole > _JSON:
        return None
    try:
        with open(path, encoding="utf-8-sig") as file:
            return _table_of(json.load(file))
    except (ValueError, RecursionError):
        return None


def _table_of(value: Any) -> View | None:
    """Make a table of a list of maps, or of a map of plain values."""
    if isinstance(value, dict) and 0 < len(value) <= _ROWS * 2:
        if any(isinstance(one, dict | list) for one in value.values()):
            return None
        return _lay_out(["", ""], list(value.items()), len(value))
    if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
        return None
    keys = list(dict.fromkeys(key for one in value[:_ROWS] for key in one))
    rows = [[one.get(key) for key in keys] for one in value[:_ROWS]]
    return _lay_out(keys, rows, len(value))


def _lay_out(head: Any, rows: Any, count: int | None) -> View:
    """`more_rows` is None where nobody knows how many there are."""
    body = [[_cell(cell) for cell in row[:_COLUMNS]] for row in rows[: _ROWS * 2]]
    return {
        "head": [_cell(cell)["text"] for cell in head[:_COLUMNS]],
        "rows": body,
        "more_rows": None if count is None else max(0, count - len(body)),
        "more_columns": max(0, len(head) - _COLUMNS),
    }


def _cell(value: Any) -> View:
    text = clean("" if value is None else value if isinstance(value, str) else to_json(value))
    try:
        number = bool(text) and float(text) is not None
    except ValueError:
        number = False
    return {"text": text if len(text) <= _CELL else text[: _CELL - 1] + "…", "number": number}


def _weight(table: View) -> int:
    return sum(len(cell["text"]) + 20 for row in table["rows"] for cell in row)
