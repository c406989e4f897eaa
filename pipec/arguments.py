"""The small parser: one command's part of a command line, read by the table.

It reads as typer does (a test compares them): options anywhere, `--name=value`, `-j4`, flags
together as in `-ab`, the last of a repeated option wins, everything after `--` is an argument.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from pipec.commandline import Command, Option
from pipec.faults import UsageError, suggestion

Options = SimpleNamespace


def parse(command: Command, words: Sequence[str]) -> Options | None:
    """Read the words after a command's name; None when help is wanted. Raises UsageError."""
    given: dict[str, list[str]] = {}
    rest: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            rest.extend(reversed(left))
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        flag, value = _split(word)
        if flag in ("-h", "--help"):
            return None
        option = _find(command, flag)
        if option.metavar:
            if value is None and option.alone is not None and not _is_run(left):
                value = option.alone
            value = _need(command, option, flag, left) if value is None else value
        elif value is not None and len(flag) > 2:
            raise UsageError(f'the option "{flag}" of "pipec {command.name}" takes no value')
        elif value is not None:
            left.append("-" + value)
        given.setdefault(option.name, []).append(value or "")
    return settle(command, given | _assign(command, rest))


def settle(command: Command, given: dict[str, list[str]]) -> Options:
    """Turn the texts given for each name into values: numbers, choices, defaults, what must be."""
    values: dict[str, Any] = {
        option.name: _value(command, option, given.get(option.name, []))
        for option in command.options
    }
    for argument in command.arguments:
        texts = given.get(argument.name, [])
        if argument.required and not texts:
            raise UsageError(f'"pipec {command.name}" needs {argument.metavar}')
        values[argument.name] = texts if argument.many else next(iter(texts), None)
    return Options(**values)


def _split(word: str) -> tuple[str, str | None]:
    """Split a word that begins with a dash into its flag and what is stuck to it."""
    if word.startswith("--"):
        flag, equals, text = word.partition("=")
        return flag, text if equals else None
    return word[:2], word[2:] or None


def _find(command: Command, flag: str) -> Option:
    for option in command.options:
        if flag in option.flags:
            if option.later:
                raise UsageError(f'the option "{flag}" of "pipec {command.name}" is not there yet')
            return option
    known = [one for option in command.options if not option.later for one in option.flags]
    near = suggestion(flag, [*known, "--help"])
    raise UsageError(f'"pipec {command.name}" has no option "{flag}"{near}')


def _is_run(left: list[str]) -> bool:
    """Say whether the next word is the name of a run, like `20261123-101502-7f3a`."""
    word = left[-1] if left else ""
    return len(word) == 20 and word[:8].isdigit() and word[8] == word[15] == "-"


def _need(command: Command, option: Option, flag: str, left: list[str]) -> str:
    if not left:
        raise UsageError(f'the option "{flag}" of "pipec {command.name}" needs {option.metavar}')
    return left.pop()


def _assign(command: Command, rest: list[str]) -> dict[str, list[str]]:
    """Share the arguments out among their names."""
    assigned: dict[str, list[str]] = {}
    for argument in command.arguments:
        taken = len(rest) if argument.many else 1
        assigned[argument.name], rest = rest[:taken], rest[taken:]
    if rest:
        raise UsageError(f'"{rest[0]}" is more than "pipec {command.name}" takes')
    return assigned


def _value(command: Command, option: Option, texts: list[str]) -> Any:
    if not option.metavar:
        return bool(texts)
    if option.required and not texts:
        raise UsageError(f'"pipec {command.name}" needs {option.flags[-1]} {option.metavar}')
    values = [_convert(command, option, text) for text in texts]
    if option.many:
        return values
    return values[-1] if values else option.default


def _convert(command: Command, option: Option, text: str) -> str | int:
    where = f'"{option.flags[-1]}" of "pipec {command.name}"'
    if option.choices and text not in option.choices:
        near = suggestion(text, option.choices)
        raise UsageError(f'{where} takes {", ".join(option.choices)}, not "{text}"{near}')
    if option.least is None:
        return text
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= option.least):
        raise UsageError(f'{where} takes a whole number from {option.least}, not "{text}"')
    return int(text)
