"""Every command and option of pipec, as data: read by `arguments` (fast) and by `application`."""

from keyword import iskeyword
from typing import NamedTuple


class Option(NamedTuple):
    """An option. Without `metavar` it is a flag.

    With `many` it may be repeated and gives a list. `least` makes it a whole number. `alone` is the
    value where none follows: then only the name of a run is taken for one. `later` is one
    that pipec knows and does not have yet.
    """

    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    least: int | None = None
    alone: str | None = None
    many: bool = False
    required: bool = False
    later: bool = False

    @property
    def name(self) -> str:
        """Give the attribute that holds it: of `--clean-env`, `clean_env`; of `--from`, `from_`."""
        name = self.flags[-1].lstrip("-").replace("-", "_")
        return name + "_" if iskeyword(name) else name


class Argument(NamedTuple):
    """What stands on the line without a dash. With `many` it takes all that is left."""

    metavar: str
    help: str
    many: bool = False
    required: bool = True

    @property
    def name(self) -> str:
        return self.metavar.lower() + ("s" if self.many else "")


class Command(NamedTuple):
    """A command. `pipec.commands.<name>` has its `main(options) -> exit code`.

    `fast` ones are parsed without typer.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    fast: bool = False
    later: bool = False


_STRICT = Option(("--strict",), "Make warnings errors.")
_ENVIRONMENT = Option(("--env",), "Apply this environment of the spec.", "E")
_COLOR = Option(
    ("--color",), "When to print in colour.", "WHEN", "auto", ("auto", "always", "never")
)
_SPECS_ONLY = Option(("--specs-only",), "Leave out files whose first key is not pipec.")
_SPEC = Argument("SPEC", 'A pipeline; "-" is standard input.')
_PATHS = Argument("PATH", 'Specs, or folders that hold them; "-" is standard input.', True, False)
_TARGETS = ("argo", "airflow")
_RUN = Argument("RUN", 'A run: "last", its name, or how that begins or ends.')
_STATE = Option(
    ("--state",), "Where runs are kept; default: .pipec here or in a folder above.", "DIR"
)
_TEXT_OR_JSON = Option(("--format",), "How to print.", "F", "text", ("text", "json"))

COMMANDS: tuple[Command, ...] = (
    Command(
        "init",
        "Make a small working project.",
        (Argument("DIR", "Where; default: here.", required=False),),
        later=True,
    ),
    Command(
        "lint",
        "Check specs.",
        (_PATHS,),
        (
            _STRICT,
            Option(
                ("--target",),
                "Add the rules of a target, as argo or argo@3.7; repeatable.",
                "T",
                suggestions=_TARGETS,
                many=True,
            ),
            Option(
                ("--format",),
                "How to print what is found.",
                "F",
                "text",
                ("text", "json", "github", "sarif"),
            ),
            _SPECS_ONLY,
            _ENVIRONMENT,
            Option(("--all-envs",), "Say what rules and targets say of each environment too."),
            _COLOR,
            Option(("--fix",), "Repair first what can be repaired for certain."),
        ),
        fast=True,
    ),
    Command(
        "compile",
        "Print or write the files of a target.",
        (Argument("SPEC", 'Pipelines; "-" is standard input.', many=True),),
        (
            Option(
                ("--target",),
                "For what, as argo or argo@3.7.",
                "T",
                suggestions=_TARGETS,
                required=True,
            ),
            Option(("-o", "--output"), "Write the files to this folder.", "DIR"),
            Option(("--check",), "Write nothing; exit 1 where the folder differs."),
            Option(("--diff",), "Write nothing; show how the folder differs, and exit 1 if so."),
            _STRICT,
            _ENVIRONMENT,
            _COLOR,
        ),
        fast=True,
    ),
    Command(
        "run",
        "Run a pipeline here. This executes what the spec says.",
        (_SPEC,),
        (
            Option(("-p", "--param"), "Set a param; repeatable.", "NAME=VALUE", many=True),
            Option(("--params",), "Read params from a YAML or JSON file.", "FILE"),
            _ENVIRONMENT,
            Option(("-j", "--jobs"), "Run so many steps at once.", "N", least=1),
            Option(("--state",), "Keep runs here; default: .pipec beside the spec.", "DIR"),
            Option(("--date",), "The scheduled time, as 2026-11-23T02:00:00Z.", "TIME"),
            Option(("--secrets",), "Read secrets from this file.", "FILE"),
            Option(("--approve",), "Say yes to an approval; repeatable.", "STEP", many=True),
            Option(("--deny",), "Say no to an approval; repeatable.", "STEP", many=True),
            Option(("--trace",), "Write what every step came to, as JSON.", "FILE"),
            _TEXT_OR_JSON,
            _COLOR,
            Option(("--explain",), "Say of each step why it runs or does not."),
            Option(("--no-cache",), "Take nothing from the cache; results go there all the same."),
            Option(("--fresh",), "Start anew, though the last run did not finish."),
            Option(
                ("--retry",),
                "Go on with the last run, or this one: what failed runs again.",
                "RUN",
                alone="",
            ),
            Option(("--from",), "Run this step and what follows it, on the last run.", "STEP"),
            Option(("--only",), "Run this step alone, on the results of the last run.", "STEP"),
            Option(("--base",), "Take results from this run, not the last.", "RUN"),
            Option(("--clean-env",), "Keep the caller's environment from programs."),
            Option(("--cpus",), "Processors that steps share; default: all.", "N"),
            Option(("--memory",), "Memory that steps share, as 8Gi; default: all.", "SIZE"),
            Option(("--gpus",), "GPUs that steps share; default: all there are.", "N", least=0),
            Option(("--dry-run",), "Run nothing; say what would run, and why."),
            Option(
                ("--containers",),
                "Run steps in their images.",
                "TOOL",
                choices=("podman", "docker"),
            ),
        ),
        fast=True,
    ),
    Command(
        "runs",
        "List past runs, the latest first.",
        (),
        (
            Option(("-n", "--limit"), "Only so many.", "N", least=1),
            _STATE,
            _TEXT_OR_JSON,
        ),
        fast=True,
    ),
    Command(
        "logs",
        "Print what the steps of a run printed.",
        (
            _RUN,
            Argument("STEP", "One of its steps, as train, train[1] or train.fit.", required=False),
        ),
        (
            Option(("-f", "--follow"), "Go on while the run does."),
            Option(("-n", "--lines"), "Only the last lines of each log.", "N", least=1),
            Option(("--attempt",), "Only this attempt.", "N", least=1),
            _STATE,
        ),
        fast=True,
    ),
    Command(
        "report",
        "Make an HTML page of a run.",
        (_RUN,),
        (
            Option(
                ("-o", "--output"),
                'Where to write it; "-" is standard output; default: report.html of the run.',
                "FILE",
            ),
            _STATE,
        ),
        fast=True,
    ),
    Command(
        "clean",
        "Throw old runs and cached results away. The last run of each kind stays.",
        (),
        (
            Option(("--older-than",), "What was last used so long ago, as 7d.", "AGE"),
            Option(("--max-size",), "The oldest, until the rest is as small, as 5Gi.", "SIZE"),
            Option(("--all",), "All of it, the last runs too, but for what is going on."),
            Option(("--dry-run",), "Throw nothing away; say what would go."),
            _STATE,
            _TEXT_OR_JSON,
        ),
        fast=True,
    ),
    Command("test", "Run the scenarios beside specs.", (_PATHS,), later=True),
    Command(
        "graph",
        "Draw the steps and what they wait for.",
        (_SPEC,),
        (
            Option(
                ("--format",),
                "How to draw.",
                "F",
                "text",
                ("text", "mermaid", "dot", "svg", "json"),
            ),
            _ENVIRONMENT,
            _COLOR,
        ),
    ),
    Command(
        "trace",
        "Print the trace of a run that ended on Argo.",
        (
            _SPEC,
            Argument("WORKFLOW", 'Its Workflow as JSON, as kubectl get -o json has it; "-".'),
        ),
        (
            Option(
                ("--artifacts",), "Hash files of this folder, where the store's objects lie.", "DIR"
            ),
            _ENVIRONMENT,
            _COLOR,
        ),
    ),
    Command(
        "resolve",
        "Print a spec after components, defaults and environment.",
        (_SPEC,),
        (_ENVIRONMENT, _TEXT_OR_JSON, _COLOR),
    ),
    Command(
        "diff",
        "Say what changed in meaning between two specs.",
        (Argument("OLD", "A spec."), Argument("NEW", "A spec.")),
        (_ENVIRONMENT, _TEXT_OR_JSON, _COLOR),
    ),
    Command(
        "fmt",
        "Lay specs out in the one canonical way.",
        (_PATHS,),
        (
            Option(("--check",), "Write nothing; name what would change, and exit 1 if so."),
            Option(("--diff",), "Write nothing; show what would change, and exit 1 if so."),
            _SPECS_ONLY,
            _COLOR,
        ),
        fast=True,
    ),
    Command(
        "explain",
        "Print the page of one diagnostic.",
        (Argument("CODE", "As in [code]; default: list all codes.", required=False),),
        (_TEXT_OR_JSON, _COLOR),
    ),
    Command(
        "targets",
        "Print what each target can do, and since when.",
        (Argument("T", "Only this target, as argo or argo@3.7.", required=False),),
        (_TEXT_OR_JSON,),
    ),
    Command("schema", "Print the JSON Schema of a spec."),
)

NAMED: dict[str, Command] = {command.name: command for command in COMMANDS}
