"""Masks secrets in a stream of bytes, also where one is cut in two by a write."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

MASK = b"***"
_LINE = 4  # characters of the shortest line of a secret that is masked by itself
_CUT = 3  # bytes of the shortest beginning of a secret that is masked where a text was cut
_FILE = 1 << 20  # bytes of a file that are looked at
_ENDS = (b"...", "…".encode())


class Masker:
    """What to hide, made once for a run from the values of its secrets."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))

    def text(self, text: str) -> str:
        """Mask a whole text."""
        if not self._forms:
            return text
        return _text(self._mask(_bytes(text)))

    def message(self, text: str) -> str:
        """Mask a text that may have been cut, so that the beginning of a secret is left in it."""
        if not self._forms:
            return text
        data = _bytes(text)
        for end in _ENDS:
            parts = data.split(end)
            data = end.join([*map(self._without_beginning, parts[:-1]), parts[-1]])
        return _text(self._mask(data))

    def value(self, value: Any) -> Any:
        """Mask all texts and numbers in a value of JSON."""
        if not self._forms or value is None or isinstance(value, bool):
            return value
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(one) for key, one in value.items()}
        text = value if isinstance(value, str) else str(value)
        masked = self.text(text)
        return value if masked == text else masked

    def finds(self, path: str) -> bool:
        """Say whether a secret stands in the first MiB of a file, or it cannot be read."""
        if not self._forms:
            return False
        try:
            with open(path, "rb") as file:
                data = file.read(_FILE)
        except OSError:
            return True
        return any(form in data for form in self._forms)

    def stream(self) -> "Stream":
        return Stream(self)

    def split(self, data: bytes, covered: int = 0) -> tuple[bytes, bytes, int]:
        """Give what may be shown, masked, and the rest that may be the beginning of a secret.

        The first `covered` bytes stand under a mask that was shown already; the last of what is
        given says the same of the rest.
        """
        if not self._forms:
            return data, b"", 0
        cut = self._begun(data)
        shown: list[bytes] = []
        at = 0
        for start, end in self._found(data, covered):
            if start or not covered:  # else its mask was shown already
                if start >= cut:
                    break
                shown += [data[at:start], MASK]
            at = end
        shown.append(data[at:cut])
        return b"".join(shown), data[cut:], max(0, at - cut)

    def _mask(self, data: bytes) -> bytes:
        stream = self.stream()
        return stream.feed(data) + stream.end()

    def _found(self, data: bytes, covered: int) -> Iterator[tuple[int, int]]:
        """Give where secrets stand, in order; those that overlap as one."""
        spots = [(0, covered)] if covered else []
        for form in self._forms:
            at = data.find(form)
            while at >= 0:
                spots.append((at, at + len(form)))
                at = data.find(form, at + 1)
        spots.sort()
        first, last = -1, -1
        for start, end in spots:
            if start >= last:
                if last > 0:
                    yield first, last
                first, last = start, end
            else:
                last = max(last, end)
        if last > 0:
            yield first, last

    def _begun(self, data: bytes) -> int:
        """Give the first place where a secret may begin that the end of `data` cuts off."""
        first = len(data)
        for form in self._forms:
            at = data.find(form[:1], max(0, len(data) - len(form) + 1), first)
            while at >= 0:
                if form.startswith(data[at:]):
                    first = at
                    break
                at = data.find(form[:1], at + 1, first)
        return first

    def _without_beginning(self, data: bytes) -> bytes:
        """Mask the beginning of a secret at the end of a text that was cut there."""
        start = self._begun(data)
        return data if len(data) - start < _CUT else data[:start] + MASK


class Stream:
    """The masking of one stream. `feed` gives what may be shown so far, `end` the rest."""

    __slots__ = ("_covered", "_held", "_masker")

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = b""
        self._covered = 0

    def feed(self, data: bytes) -> bytes:
        data = self._held + data if self._held else data
        shown, self._held, self._covered = self._masker.split(data, self._covered)
        return shown

    def end(self) -> bytes:
        """Give what was held: the beginning of no secret, but there may be others inside it."""
        shown, _, _ = self._masker.split(self._held + b"\0", self._covered)  # no secret has a NUL
        self._held, self._covered = b"", 0
        return shown.removesuffix(b"\0")


def _forms(secret: str) -> set[bytes]:
    """Give a secret as it is, as it is written in JSON, in a shell and in a URL, and by lines."""
    from base64 import b64encode
    from urllib.parse import quote as in_url

    if not secret:
        return set()
    data = _bytes(secret)
    forms = {secret, secret.strip(), secret.replace("'", "'\\''")}
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= {in_url(data, safe=""), b64encode(data).decode()} if len(data) >= _LINE else set()
    if len(lines := secret.splitlines()) > 1:
        forms.update(line.strip() for line in lines if len(line.strip()) >= _LINE)
    return {_bytes(form) for form in forms if form}


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")
