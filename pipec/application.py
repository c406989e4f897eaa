"""The typer application, built from the table: help, completion, and the commands not in a hurry.

Typer only takes the line apart. What the texts mean, and what is said of wrong ones, is for
`arguments`, so both parsers give the same options and the same words.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import typer
import typer.main

from pipec.arguments import Options, parse, settle
from pipec.commandline import COMMANDS, Argument, Command, Option

USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__mro__[1])  # click's, wherever it is
HELP = {"help_option_names": ["-h", "--help"]}
TITLE = "Declarative pipelines: written once in YAML, run here, compiled to Argo and Airflow."


def read(command: Command, words: Sequence[str]) -> Options | None:
    """Read the words after a command's name, as `arguments.parse` does."""
    if any(word in ("-h", "--help") for word in words):
        return parse(command, words)
    try:
        given = call([command.name, *words])
    except USAGE_ERROR:
        return parse(command, words)
    return settle(command, given)


def call(words: Sequence[str]) -> Any:
    """Let typer answer a whole line: help, completion, or the texts given to a command."""
    return typer.main.get_command(_application()).main(
        list(words), prog_name="pipec", standalone_mode=False
    )


def _application() -> typer.Typer:
    application = typer.Typer(
        name="pipec",
        help=TITLE,
        context_settings=HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @application.callback()
    def _version(
        version: bool = typer.Option(False, "-V", "--version", help="Print the version."),
    ) -> None: ...

    for command in COMMANDS:
        if not command.later:
            application.command(command.name, help=command.help, context_settings=HELP)(
                _function(command)
            )
    return application


def _function(command: Command) -> Callable[..., dict[str, list[str]]]:
    """Make a function with the parameters of a command, which gives the texts of each."""

    def collect(**values: Any) -> dict[str, list[str]]:
        return {name: _texts(value) for name, value in values.items()}

    parameters = [_argument(one) for one in command.arguments]
    parameters += [_option(one) for one in command.options if not one.later]
    collect.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by typer
    collect.__annotations__ = {one.name: one.annotation for one in parameters}
    return collect


def _texts(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)]


def _parameter(name: str, many: bool, flag: bool, info: Any) -> inspect.Parameter:
    kind: Any = bool if flag else list[str] if many else str
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=info, annotation=kind)


def _argument(argument: Argument) -> inspect.Parameter:
    info = typer.Argument(
        ... if argument.required else None,
        help=argument.help,
        metavar=argument.metavar,
        show_default=False,
    )
    return _parameter(argument.name, argument.many, False, info)


def _option(option: Option) -> inspect.Parameter:
    words = option.choices or option.suggestions
    choices = [f"{one} (default)" if one == option.default else one for one in option.choices]
    info = typer.Option(
        ... if option.required else None if option.metavar else False,
        *option.flags,
        help=option.help + (f" One of {', '.join(choices)}." if choices else ""),
        metavar=option.metavar or None,
        show_default=False,
        autocompletion=_completion(words) if words else None,
    )
    return _parameter(option.name, option.many, not option.metavar, info)


def _completion(words: Iterable[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete
