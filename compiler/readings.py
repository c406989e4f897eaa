"""What the two versions of YAML make of a plain scalar, for messages that show both readings."""

import re

_OLD_BOOLS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
NULLS = ("", "~", "null", "Null", "NULL")


def describe(text: str) -> str | None:
    """Say how YAML reads a plain scalar that is none of pipec's, or None where it is just text."""
    old, new = _old(text), _new(text)
    if old == new:
        return None if old is None else f"YAML reads {text} as {old}, pipec as text"
    return f"YAML 1.1 reads {text} as {old or 'text'}, YAML 1.2 as {new or 'text'}"


def as_bool(text: str) -> str | None:
    """Give `true` or `false` for a plain word that some YAML reads as one, else None."""
    read = _old(text)
    return read if read in ("true", "false") else None


def _shared(text: str) -> str | None:
    if text in NULLS:
        return "null"
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower()
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)", text):
        return "minus infinity" if text.startswith("-") else "infinity"
    if text in (".nan", ".NaN", ".NAN"):
        return "no number"
    if re.fullmatch(r"0x[0-9a-fA-F]{1,16}", text):
        return str(int(text, 16))
    return None


def _old(text: str) -> str | None:
    shared = _shared(text)
    if shared:
        return shared
    if text.lower() in _OLD_BOOLS and text in (text.lower(), text.upper(), text.capitalize()):
        return _OLD_BOOLS[text.lower()]
    bare = text.replace("_", "")
    if re.fullmatch(r"[-+]?0[0-7]{1,20}", bare):
        return str(int(bare, 8))
    if re.fullmatch(r"[-+]?0b[01]{1,64}", bare):
        return str(int(bare, 2))
    if re.fullmatch(r"[-+]?[1-9][0-9]{0,8}(:[0-5]?[0-9]){1,4}", bare):
        return str(_sexagesimal(bare))
    return (
        _decimal(bare)
        if re.fullmatch(r"[-+]?([1-9][0-9]{0,18}|0)|[-+]?[0-9]{1,18}\.[0-9]*", bare)
        else None
    )


def _new(text: str) -> str | None:
    shared = _shared(text)
    if shared:
        return shared
    if re.fullmatch(r"0o[0-7]{1,21}", text):
        return str(int(text[2:], 8))
    if re.fullmatch(r"[-+]?[0-9]{1,19}", text):
        return str(int(text))
    number = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"
    if len(text) <= 40 and re.fullmatch(number, text):
        return _decimal(text)
    return None


def _decimal(text: str) -> str:
    return str(float(text)) if "." in text or "e" in text.lower() else str(int(text))


def _sexagesimal(text: str) -> int:
    value = 0
    for part in text.lstrip("+-").split(":"):
        value = value * 60 + int(part)
    return -value if text.startswith("-") else value
