"""`pipec run`: runs a pipeline on this machine."""

import sys
from typing import TYPE_CHECKING

from pipec import specs
from pipec.arguments import Options
from pipec.commandline import NAMED
from pipec.compiler.ir import Pipeline
from pipec.compiler.values import Value
from pipec.faults import DONE, PROBLEMS, WRONG_USE, UsageError
from pipec.verdict import Verdict, in_colour

if TYPE_CHECKING:
    from pipec.backends import local
    from pipec.backends.local import report
    from pipec.backends.local.part import Part

HELD = 75
_ONCE = ("fresh", "retry", "from_", "only", "base", "dry_run", "explain")


def main(options: Options) -> int:
    """Check the spec, run it, and give what the run came to as an exit code."""
    _expect_one_way(options)
    checked = specs.check(specs.named(options.spec), options.env)
    verdict = Verdict()
    verdict.add(checked)
    verdict.print(sys.stderr, options.color)
    if checked.pipeline is None:
        return PROBLEMS
    from pipec.backends import local
    from pipec.backends.local import given, report
    from pipec.compiler.parameters import ParamError

    colour = in_colour(options.color, sys.stderr)
    try:
        how = local.Options(
            params=_params(options, checked.pipeline),
            files=checked.files,
            environment=options.env,
            jobs=options.jobs,
            state=options.state,
            date=options.date,
            secrets=given.read_secrets(options.secrets) if options.secrets else None,
            answers=_answers(options),
            trace=options.trace,
            explain=options.explain,
            cache=not options.no_cache,
            cpus=options.cpus,
            memory=options.memory,
            gpus=options.gpus,
            clean_env=options.clean_env,
            containers=options.containers,
            fresh=options.fresh,
            part=_part(options),
            retry=options.retry,
        )
        if options.dry_run:
            return _foresee(checked.pipeline, how, options.format)
        return local.run(
            checked.pipeline, how, report.choose(options.format, colour, _commands(options))
        ).exit_code
    except (ParamError, local.RefusalError) as error:
        return _refuse(*error.problems)
    except local.HeldError as error:
        print(f"pipec: the same run is going on already: {error}", file=sys.stderr)
        return HELD


def _foresee(pipeline: Pipeline, how: "local.Options", format: str) -> int:
    """Print what would run; nothing is started, and nothing written."""
    from pipec.backends.local.foresight import foresee
    from pipec.backends.local.report import foreseen

    found = foresee(pipeline, how)
    show = foreseen.as_json if format == "json" else foreseen.as_text
    sys.stdout.write(show(found))
    return DONE


def _expect_one_way(options: Options) -> None:
    """Raise UsageError for options that contradict each other."""
    if options.fresh and options.retry is not None:
        raise UsageError('"--fresh" starts anew and "--retry" goes on: only one of them')
    parts = [one for one in (options.from_, options.only) if one is not None]
    if len(parts) == 2:
        raise UsageError('"--from" and "--only" are two ways to run a part: only one of them')
    if parts and options.retry is not None:
        raise UsageError('"--retry" goes on with a whole run: not with "--from" or "--only"')
    if options.base is not None and not parts:
        raise UsageError('"--base" goes with "--from" or "--only"')


def _part(options: Options) -> "Part | None":
    from pipec.backends.local.part import Part

    if options.only is not None:
        return Part(options.only, True, options.base)
    return Part(options.from_, False, options.base) if options.from_ is not None else None


def _params(options: Options, pipeline: Pipeline) -> dict[str, Value]:
    from pipec.backends.local.given import read_params
    from pipec.compiler.parameters import ParamError, bind, from_option

    found = read_params(options.params, pipeline.params) if options.params else {}
    problems: list[str] = []
    for text in options.param:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f'"-p" takes NAME=VALUE, not "{text}"')
        try:
            found[name] = from_option(pipeline.params, name, value)
        except ParamError as error:
            problems += error.problems
    if problems:
        raise ParamError(problems)
    return bind(pipeline.params, found)


def _answers(options: Options) -> dict[str, bool]:
    both = sorted(set(options.approve) & set(options.deny))
    if both:
        raise UsageError(f'"{both[0]}" is both approved and denied')
    return dict.fromkeys(options.approve, True) | dict.fromkeys(options.deny, False)


def _refuse(*problems: str) -> int:
    for problem in problems:
        print(f"pipec: {problem}", file=sys.stderr)
    return WRONG_USE


def _commands(options: Options) -> "report.Commands":
    """Give what a person may type afterwards."""
    from pathlib import Path

    from pipec.backends.local.report import Commands

    state = options.state or str(Path(options.spec).parent / ".pipec")
    return Commands(None if options.spec == specs.STDIN else _again(options), state)


def _again(options: Options) -> str:
    """Write the command again, without what was meant for this time alone."""
    import shlex

    words = ["pipec", "run", options.spec]
    for option in NAMED["run"].options:
        value = getattr(options, option.name)
        if option.later or option.name in _ONCE or not value or value == option.default:
            continue
        for text in value if option.many else [value]:
            words += [option.flags[-1], str(text)] if option.metavar else [option.flags[-1]]
    return shlex.join(words)
