"""Both parsers read the same table, so they must read every line alike."""

import pytest

from pipec import application, arguments
from pipec.commandline import COMMANDS, NAMED
from pipec.faults import UsageError

# A command line, and what some of its options come to (or the start of what is said of it).
LINES: list[tuple[str, dict[str, object] | str]] = [
    ("lint", {"paths": [], "strict": False, "target": [], "format": "text"}),
    ("lint a.yaml b", {"paths": ["a.yaml", "b"]}),
    ("lint a.yaml --strict b", {"paths": ["a.yaml", "b"], "strict": True}),
    ("lint -", {"paths": ["-"]}),
    ("lint -- --strict", {"paths": ["--strict"], "strict": False}),
    ("lint --target argo@3.7 --target=airflow", {"target": ["argo@3.7", "airflow"]}),
    ("lint --format json --format=sarif", {"format": "sarif"}),
    ("lint --target --strict", {"target": ["--strict"], "strict": False}),
    ("lint --target= x", {"target": [""], "paths": ["x"]}),
    ("lint --format xml", '"--format" of "pipec lint" takes text, json, github, sarif, not "xml"'),
    ("lint --formt json", '"pipec lint" has no option "--formt"; did you mean "--format"?'),
    ("lint --strict=yes", 'the option "--strict" of "pipec lint" takes no value'),
    ("lint --target", 'the option "--target" of "pipec lint" needs T'),
    ("lint --fix a.yaml", {"fix": True, "paths": ["a.yaml"]}),
    ("run a.yaml --fresh", {"fresh": True, "retry": None}),
    ("lint -x", '"pipec lint" has no option "-x"'),
    ("lint -strict", '"pipec lint" has no option "-s"'),
    ("compile a.yaml --target argo", {"specs": ["a.yaml"], "target": "argo", "output": None}),
    ("compile --target argo -o out a b", {"output": "out", "specs": ["a", "b"]}),
    ("compile a --target argo -oout", {"output": "out"}),
    ("compile a --target argo -o=out", {"output": "=out"}),
    ("compile a --target argo --output=x=y", {"output": "x=y"}),
    ("compile a --target argo -o -", {"output": "-"}),
    ("compile a --target argo --check --diff", {"check": True, "diff": True}),
    ("compile a", '"pipec compile" needs --target T'),
    ("compile --target argo", '"pipec compile" needs SPEC'),
    ("run a.yaml -p n=1 -p m=2", {"spec": "a.yaml", "param": ["n=1", "m=2"]}),
    ("run a.yaml -pn=1 --param m=--x", {"param": ["n=1", "m=--x"]}),
    ("run a.yaml -j4", {"jobs": 4}),
    ("run a.yaml -j 0", '"--jobs" of "pipec run" takes a whole number from 1, not "0"'),
    ("run a.yaml -j -1", '"--jobs" of "pipec run" takes a whole number from 1, not "-1"'),
    ("run a.yaml -j ٣", '"--jobs" of "pipec run" takes a whole number from 1, not "٣"'),
    ("run", '"pipec run" needs SPEC'),
    ("run a b", '"b" is more than "pipec run" takes'),
    ("run a --retry 20261123-101502-7f3a", {"spec": "a", "retry": "20261123-101502-7f3a"}),
    ("run a --format json", {"format": "json", "jobs": None, "approve": []}),
    ("resolve a.yaml --env prod", {"spec": "a.yaml", "env": "prod", "format": "text"}),
    ("diff a b --format json", {"old": "a", "new": "b", "format": "json", "env": None}),
    ("diff a", '"pipec diff" needs NEW'),
    ("fmt", {"paths": [], "check": False, "diff": False, "specs_only": False}),
    ("fmt a.yaml - --check --diff", {"paths": ["a.yaml", "-"], "check": True, "diff": True}),
    ("graph a.yaml --format=dot", {"spec": "a.yaml", "format": "dot"}),
    ("graph -- -a.yaml", {"spec": "-a.yaml"}),
    ("targets", {"t": None}),
    ("targets argo --format json", {"t": "argo", "format": "json"}),
    ("targets a b", '"b" is more than "pipec targets" takes'),
    ("schema", {}),
    ("schema x", '"x" is more than "pipec schema" takes'),
]


def outcome(read: object, line: str) -> dict[str, object] | str:
    name, *words = line.split(" ")
    try:
        options = read(NAMED[name], words)  # type: ignore[operator] # either parser
    except UsageError as wrong:
        return str(wrong)
    return dict(vars(options))


@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_both_parsers_read_alike(line: str, expected: dict[str, object] | str) -> None:
    small = outcome(arguments.parse, line)
    assert small == outcome(application.read, line)
    if isinstance(expected, str):
        assert isinstance(small, str)
        assert small.startswith(expected)
    else:
        assert isinstance(small, dict)
        assert expected.items() <= small.items()
        # `application.read` asks the small parser about lines that typer refuses: not this one.
        application.call(line.split(" "))


@pytest.mark.parametrize("line", ["lint -h", "lint x --help", "graph -h", "run --bogus -h"])
def test_help_is_wanted(line: str) -> None:
    name, *words = line.split(" ")
    if "--bogus" in words:
        with pytest.raises(UsageError):
            arguments.parse(NAMED[name], words)
    else:
        assert arguments.parse(NAMED[name], words) is None
        assert application.read(NAMED[name], words) is None


def test_flags_together() -> None:
    command = NAMED["run"]._replace(
        options=(
            *NAMED["run"].options,
            NAMED["lint"].options[0]._replace(flags=("-a", "--all")),
            NAMED["lint"].options[0]._replace(flags=("-b", "--bare")),
        )
    )
    options = arguments.parse(command, ["-abj4", "x"])
    assert options is not None
    assert (options.all, options.bare, options.jobs, options.spec) == (True, True, 4, "x")


def test_names_are_unique() -> None:
    for command in COMMANDS:
        names = [one.name for one in command.arguments]
        names += [one.name for one in command.options]
        assert len(names) == len(set(names)), command.name
        flags = [flag for option in command.options for flag in option.flags]
        assert len(flags) == len(set(flags)), command.name


def test_an_option_takes_the_name_of_a_run_and_nothing_else() -> None:
    for line in ("--retry a.yaml", "a.yaml --retry", "--retry -j 2 a.yaml"):
        options = arguments.parse(NAMED["run"], line.split())
        assert options
        assert (options.spec, options.retry) == ("a.yaml", "")
