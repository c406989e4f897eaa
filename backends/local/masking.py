"""Masks secrets in a stream of bytes, also where one is cut in two by a write."""

import json
import re
from collections.abc import Iterable

MASK = b"***"


class Masker:
    """What to hide, made once for a run from the values of its secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        # the longest first, so that one inside another does not uncover the rest of it
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile(b"|".join(map(re.escape, self._forms))) if forms else None

    def text(self, text: str) -> str:
        """Mask a whole text."""
        if self._pattern is None:
            return text
        masked = self._pattern.sub(MASK, text.encode(errors="surrogateescape"))
        return masked.decode(errors="surrogateescape")

    def stream(self) -> "Stream":
        return Stream(self)

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        """Give what may be shown, masked, and the rest that may be the beginning of a secret."""
        if self._pattern is None:
            return data, b""
        begun = self._begun(data)
        shown: list[bytes] = []
        start = 0
        for match in self._pattern.finditer(data):
            held = next((at for at in begun if start <= at <= match.start()), None)
            if held is not None:
                break
            shown += [data[start : match.start()], MASK]
            start = match.end()
        else:
            held = next((at for at in begun if start <= at), len(data))
        return b"".join([*shown, data[start:held]]), data[held:]

    def _begun(self, data: bytes) -> list[int]:
        """Give where a secret may begin that the end of `data` cuts off, in order."""
        found = set()
        for form in self._forms:
            at = data.find(form[:1], max(0, len(data) - len(form) + 1))
            while at >= 0:
                if form.startswith(data[at:]):
                    found.add(at)
                at = data.find(form[:1], at + 1)
        return sorted(found)


class Stream:
    """The masking of one stream. `feed` gives what may be shown so far, `end` the rest."""

    __slots__ = ("_held", "_masker")

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        shown, self._held = self._masker.split(self._held + data if self._held else data)
        return shown

    def end(self) -> bytes:
        held, self._held = self._held, b""
        pattern = self._masker._pattern
        return pattern.sub(MASK, held) if pattern and held else held


def _forms(secret: str) -> set[bytes]:
    """Give a secret as it is, as a JSON string and line by line."""
    forms = {secret, secret.strip(), json.dumps(secret)[1:-1]}
    if len(lines := secret.split("\n")) > 1:
        forms.update(line.strip() for line in lines if len(line.strip()) >= 8)
    return {form.encode(errors="surrogateescape") for form in forms if form}
