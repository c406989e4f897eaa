"""Durations and the like: from their text to numbers."""

import re

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")
_MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?")
_POWERS = {"k": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def seconds(text: str) -> int | None:
    """Give the seconds of a duration such as `1h30m`, or None when it is none."""
    match = _DURATION.fullmatch(text)
    if not match or not text or len(text) > 20:
        return None
    return sum(
        int(digits) * unit
        for digits, unit in zip(match.groups(), _UNITS.values(), strict=True)
        if digits
    )


def duration(whole: int) -> str:
    """Write seconds as a duration: `5400` is `1h30m`."""
    if whole == 0:
        return "0s"
    text = ""
    for unit, size in _UNITS.items():
        count, whole = divmod(whole, size)
        text += f"{count}{unit}" if count else ""
    return text


def memory(text: str) -> int | None:
    """Give the bytes of a size such as `4Gi`, or None when it is none."""
    match = _MEMORY.fullmatch(text)
    if not match:
        return None
    unit = match[2] or ""
    factor = (1024 if unit.endswith("i") else 1000) ** _POWERS.get(unit[:1].replace("K", "k"), 0)
    return int(float(match[1]) * factor)


def millicores(text: str) -> int | None:
    """Give the thousandths of a CPU of `2`, `0.5` or `500m`, or None when it is none."""
    if re.fullmatch(r"[0-9]+m", text):
        return int(text[:-1])
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return round(float(text) * 1000)
    return None
