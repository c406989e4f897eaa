"""Inputs by chance: specs changed as text, as trees and in their expressions, and plain bytes."""

import re
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from pipec.compiler.compilation import check_spec

from . import corpus
from .expressions import broken

_TOKEN = re.compile(rb"\$\{\{|\}\}|[A-Za-z_][\w-]*|\d+|\s+|[^\w\s]", re.ASCII)
_LINES = re.compile(rb"[^\n]*\n|[^\n]+\Z")
TRICKS = [one.encode() for one in corpus.WORDS["tricks"]]
SCALARS = [*corpus.WORDS["scalars"], "a" * 5000]


@cache
def _texts() -> list[bytes]:
    return corpus.texts()


@cache
def _trees() -> list[dict[str, Any]]:
    return corpus.trees(_texts())


@cache
def _sound() -> list[dict[str, Any]]:
    """Give the pipelines among them that have no error, but for files that are not here."""
    kept = [{key: one[key] for key in one if key != "files"} for one in _trees() if "name" in one]
    return [one for one in kept if check_spec("spec.yaml", _dumped(one).encode()).pipeline]


@cache
def _words() -> list[str]:
    return corpus.words()


def make(seed: int) -> bytes:
    """Make the input of a seed, at most 64 KB."""
    chance = Random(seed)  # noqa: S311 # test data, no secret
    way = chance.random()
    if way < 0.5:
        data = as_tree(chance)
        if chance.random() < 0.1:
            data = as_text(chance, data)
    elif way < 0.9:
        data = as_text(chance, chance.choice(_texts()))
    else:
        data = as_bytes(chance)
    return data[: corpus.MOST]


def as_bytes(chance: Random) -> bytes:
    """Make bytes of no meaning, or of signs that mean something somewhere."""
    size = chance.choice((1, 10, 100, 3000, 20_000))
    if chance.random() < 0.4:
        return chance.randbytes(size)
    tail = chance.choice((b"", b"pipec: 1\n", b"pipec: 1\nname: a\nsteps:\n  a: {run: x}\n"))
    return tail + b"".join(chance.choices([*TRICKS, b"a", b"\n", b"\n  ", b": "], k=size // 3))


def as_text(chance: Random, data: bytes) -> bytes:
    """Change the text of a spec in one to six places."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        data = chance.choice(_TEXT_WAYS)(chance, data)[: 2 * corpus.MOST]
    return data


def _flip(chance: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        if changed:
            at = chance.randrange(len(changed))
            least, most = (0, 256) if chance.random() < 0.1 else (32, 127)
            new = bytes(chance.choices(range(least, most), k=chance.randint(0, 2)))
            changed[at : at + chance.randint(0, 2)] = new
    return bytes(changed)


def _insert(chance: Random, data: bytes) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(TRICKS) * chance.choice((1, 1, 1, 2, 70, 2000)) + data[at:]


def _tokens(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    if len(tokens) < 2:
        return data
    one, two = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    what = chance.randrange(4)
    if what == 0:
        tokens[one], tokens[two] = tokens[two], tokens[one]
    elif what == 1:
        tokens[one] = chance.choice(_TOKEN.findall(chance.choice(_texts())) or [b""])
    elif what == 2:
        tokens[one] = b""
    else:
        tokens[one] *= chance.choice((2, 3, 100, 9000))
    return b"".join(tokens)


def _lines(chance: Random, data: bytes) -> bytes:
    lines = _LINES.findall(data)
    if not lines:
        return data
    one, two = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
    what = chance.randrange(7)
    if what == 0:
        lines[one:one] = lines[one : two + 1][:50]
    elif what == 1:
        del lines[one : one + chance.randint(1, 4)]
    elif what == 2:
        lines[one], lines[two] = lines[two], lines[one]
    elif what == 3:
        lines[one] = b" " * chance.randint(1, 8) + lines[one]
    elif what == 4:
        lines[one] = lines[one].lstrip(b" ")
    elif what == 5:
        lines[one:one] = [chance.choice(_LINES.findall(chance.choice(_texts())) or [b""])]
    else:
        lines[one] = lines[one].replace(b"\n", chance.choice((b"\r\n", b"\r", b" \n", b"")))
    return b"".join(lines)


def _rename(chance: Random, data: bytes) -> bytes:
    keys = list(re.finditer(rb"[\w-]+(?=:)", data))
    if not keys:
        return data
    at = chance.choice(keys)
    word = (
        chance.choice(_words()) if chance.random() < 0.7 else _slip(chance, at[0].decode("latin-1"))
    )
    return data[: at.start()] + word.encode() + data[at.end() :]


def _express(chance: Random, data: bytes) -> bytes:
    found = list(
        re.finditer(rb"(?<=\$\{\{)[^}\n]*(?=\}\})|(?<=when: )[^\n]*|(?<=for_each: )[^\n]*", data)
    )
    if not found:
        return data
    at = chance.choice(found)
    return data[: at.start()] + broken(chance).encode(errors="replace") + data[at.end() :]


_TEXT_WAYS = (_flip, _insert, _tokens, _tokens, _lines, _lines, _rename, _rename, _express)


def as_tree(chance: Random) -> bytes:
    """Change the tree of a spec in one to eight places, and write it as YAML again."""
    if chance.random() < 0.2:
        tree = deepcopy(chance.choice(_sound()))
        _fill(chance, tree)
    else:
        tree = deepcopy(chance.choice(_trees()))
        for _ in range(chance.choice((1, 1, 2, 2, 3, 8))):
            holder, key = chance.choice(_places(tree))
            _change(chance, holder, key)
    text = _dumped(tree, chance.choice((80, 10_000)), chance.choice((None, None, True, False)))
    return text.encode("utf-8", "replace")


def _dumped(tree: dict[str, Any], width: int = 80, flow: bool | None = None) -> str:
    made: str = yaml.dump(
        tree,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=width,
        default_flow_style=flow,
    )
    return made


class _Dumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes every text plain that can be, so that `1` comes back as it was read."""

    def __init__(self, stream: Any, **options: Any) -> None:
        flow, sort = options.pop("default_flow_style"), options.pop("sort_keys")
        kept = {name: options[name] for name in ("allow_unicode", "width")}
        Emitter.__init__(self, stream, **kept)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, default_flow_style=flow, sort_keys=sort)
        BaseResolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:
        return not isinstance(data, dict | list) or not data


def _text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value.rstrip("\n") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pending, seen = [tree], set()
    while pending and len(found) < 5000:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        pairs = list(one.items() if isinstance(one, dict) else enumerate(one))
        for key, value in pairs:
            found.append((one, key))
            if isinstance(value, dict | list):
                pending.append(value)
    return found or [({"pipec": "1"}, "pipec")]


def _change(chance: Random, holder: Any, key: Any) -> None:
    what = chance.randrange(12)
    value = holder[key]
    if what <= 2:
        holder[key] = chance.choice(SCALARS)
    elif what == 3:
        holder[key] = f"${{{{ {broken(chance)} }}}}" if chance.random() < 0.6 else broken(chance)
    elif what == 4:
        other, name = chance.choice(_places(chance.choice(_trees())))
        holder[key] = deepcopy(other[name])
    elif what == 5 and isinstance(holder, dict):
        del holder[key]
        holder[chance.choice(_words()) if chance.random() < 0.6 else _slip(chance, str(key))] = (
            value
        )
    elif what == 6:
        holder[key] = chance.choice(([], {}, [value], {"a": value}, [value] * 3, [[value]], ""))
    elif what == 7:
        for _ in range(chance.choice((1, 5, 30, 62, 70))):
            value = [value] if chance.random() < 0.5 else {"a": value}
        holder[key] = value
    elif what == 8 and isinstance(value, str):
        holder[key] = value * chance.choice((2, 50, 3000)) if len(value) < 40 else value + "x"
    elif what == 9 and isinstance(holder, dict):
        del holder[key]
    elif what == 10 and isinstance(holder, dict):
        holder[chance.choice(_words())] = value if chance.random() < 0.5 else chance.choice(SCALARS)
    else:
        _add_step(chance, holder, key)


def _fill(chance: Random, tree: dict[str, Any]) -> None:
    """Put any text where any text is right, so that what is left is compiled."""
    steps = [one for name in ("steps", "finally") for one in _maps(tree.get(name))]
    for step in [one for one in steps if "uses" not in one and "approve" not in one]:
        for _ in range(chance.randint(0, 2)):
            text = "".join(chance.choices(SCALARS, k=chance.randint(1, 3)))
            where = chance.choice(("env", "description", "labels", "run", "command", "python"))
            if where in ("env", "labels") and isinstance(step.get(where, {}), dict):
                step.setdefault(where, {})["NEW"] = text.replace("${{", "$${{")
            elif where == "command" and isinstance(step.get(where), list):
                step[where].append(text.replace("${{", "$${{"))
            elif where == "description" or where in step:
                step[where] = text.replace("${{", "") or "x"


def _maps(tree: Any) -> list[dict[str, Any]]:
    return [one for one in tree.values() if isinstance(one, dict)] if isinstance(tree, dict) else []


def _add_step(chance: Random, holder: Any, key: Any) -> None:
    """Give a step to a map: names and needs that are there, are not, or go in circles."""
    value = holder[key]
    names = [*(value if isinstance(value, dict) else ()), "a", "prepare", "nope", "in", "item"][:40]
    step = {
        "run": chance.choice(("x", "echo $A", "")),
        "needs": chance.choices(names, k=chance.randint(0, 3)),
        "when": broken(chance),
    }
    if isinstance(value, dict):
        for name in list(step)[: chance.randint(0, 2)]:
            del step[name]
        value[chance.choice(names)] = step
    elif isinstance(value, list):
        value.append(chance.choice(SCALARS))
    else:
        holder[key] = _slip(chance, str(value))


def _slip(chance: Random, word: str) -> str:
    at = chance.randint(0, max(len(word) - 1, 0))
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice("aeio_-9éA. ") + word[at:],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            word.upper(),
            word + "s",
        )
    )
