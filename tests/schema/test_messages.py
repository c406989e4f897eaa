"""Wrong specs, each with the one error it gives: code, the words it points at, message, help."""

from textwrap import dedent

import pytest

from pipec.compiler.diagnostics import Diagnostic, Findings, Place
from pipec.compiler.schema import check
from pipec.compiler.source import Source, locate, read


def checked(text: str) -> tuple[Source, list[Diagnostic]]:
    source = read("spec.yaml", dedent(text).encode())
    assert not source.problems
    findings = Findings()
    tree = check(source.tree, "spec.yaml", findings)
    assert (tree is None) == bool(findings.found)
    return source, findings.found


def pointed(source: Source, place: Place) -> str:
    region = locate(source, place)
    lines = source.text.split("\n")[region.line - 1 : region.end_line]
    lines[-1] = lines[-1][: region.end_column - 1]
    lines[0] = lines[0][region.column - 1 :]
    return "\n".join(lines)


TOP = "pipec: 1\nname: a\nsteps: {s: {run: x}}\n"
STEP = "pipec: 1\nname: a\nsteps:\n  s: "
RULE = (
    "a name is lower-case letters and digits in words joined by single underscores, "
    "begins with a letter and has at most 40 characters"
)
DURATION = "a duration is whole numbers with units, largest first, like 30s, 5m, 1h30m or 2d"
SIZE = "a size is a whole number with the unit Ki, Mi, Gi or Ti, like 512Mi or 4Gi"
CAUSE = "a cause is exit, exit:N with N from 1 to 255, timeout, contract or lost"
REFERENCE = "a secret is written name/key, of letters, digits, hyphens, dots and underscores"
TRIGGERS = '"trigger_rule" must be "all_succeeded", "none_failed", "any_failed" or "all_done"'
PIPELINE_RULE = (
    "a name of a pipeline is lower-case letters and digits in words joined by single hyphens "
    "or underscores, begins with a letter and has at most 40 characters"
)
CASES: dict[str, tuple[str, str, str, str, str | None]] = {
    # what people bring from other tools
    "another tool's file": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}",
        *("missing-key", "apiVersion", '"pipec" is missing: this is no spec of pipec'),
        "begin the file with pipec: 1",
    ),
    "machines": (
        STEP + "{run: x, runs-on: ubuntu-latest}",
        *("unknown-key", "runs-on", '"runs-on" is not a key of a step'),
        'a step names an "image", and a target its own machines under "targets"',
    ),
    "arguments beside the command": (
        STEP + "{command: [python3], args: [load.py]}",
        *("unknown-key", "args", '"args" is not a key of a step'),
        'arguments stand in "command", after the program: command: [python3, load.py]',
    ),
    "a secret of Kubernetes": (
        STEP + "{run: x, env: {A: {secretKeyRef: {name: a, key: b}}}}",
        *("unknown-key", "secretKeyRef", '"secretKeyRef" is not a key of a value'),
        'did you mean "secret"?',
    ),
    "a param by its default": (
        TOP + "params: {rows: 3}",
        *("wrong-type", "3", '"rows" must be a map, found "3"'),
        "write {type: int, default: 3}",
    ),
    "a param by a text": (
        TOP + 'params: {city: "a: b"}',
        *("wrong-type", '"a: b"', '"city" must be a map, found the text "a: b"'),
        'write {type: string, default: "a: b"}',
    ),
    "a cron alone": (
        TOP + 'schedule: "0 3 * * *"',
        *("wrong-type", '"0 3 * * *"', '"schedule" must be a map, found the text "0 3 * * *"'),
        'write {cron: "0 3 * * *"}',
    ),
    "a step beside the steps": (
        TOP + "t: {run: x}",
        *("unknown-key", "t", '"t" is not a key of a pipeline'),
        'it looks like a step: indent it below "steps"',
    ),
    "steps indented too little": (
        "pipec: 1\nname: a\nsteps:\ns:\n  run: x\nt:\n  run: x",
        *("no-value", "steps", '"steps" has no value'),
        "indent what belongs to it deeper than the key",
    ),
    "a step indented too little": (
        "pipec: 1\nname: a\nsteps:\n  s:\n  run: x\n  t: {run: x}",
        *("no-value", "s", '"s" has no value'),
        "indent what belongs to it deeper than the key",
    ),
    "resources indented too little": (
        "pipec: 1\nname: a\nsteps:\n  s:\n    run: x\n    resources:\n    cpu: 2\n    memory: 4Gi",
        *("no-value", "resources", '"resources" has no value'),
        "indent what belongs to it deeper than the key; to remove it, write null",
    ),
    # unknown keys
    "typo at the top": (
        TOP + "lables: {a: b}",
        *("unknown-key", "lables", '"lables" is not a key of a pipeline', 'did you mean "labels"?'),
    ),
    "typo for a required key": (
        "pipec: 1\nname: a\nstep: {s: {run: x}}",
        *("unknown-key", "step", '"step" is not a key of a pipeline', 'did you mean "steps"?'),
    ),
    "typo for a body": (
        STEP + "{comand: [x]}",
        *("unknown-key", "comand", '"comand" is not a key of a step', 'did you mean "command"?'),
    ),
    "retries": (
        STEP + "{run: x, retries: 3}",
        *("unknown-key", "retries", '"retries" is not a key of a step', 'did you mean "retry"?'),
    ),
    "depends_on": (
        STEP + "{run: x, depends_on: [a]}",
        *("unknown-key", "depends_on", '"depends_on" is not a key of a step'),
        'did you mean "needs"?',
    ),
    "dependencies": (
        STEP + "{run: x, dependencies: [a]}",
        *("unknown-key", "dependencies", '"dependencies" is not a key of a step'),
        'did you mean "needs"?',
    ),
    "dependsOn": (
        STEP + "{run: x, dependsOn: [a]}",
        *("unknown-key", "dependsOn", '"dependsOn" is not a key of a step'),
        'did you mean "needs"?',
    ),
    "if": (
        STEP + "{run: x, if: true}",
        *("unknown-key", "if", '"if" is not a key of a step', 'did you mean "when"?'),
    ),
    "foreach": (
        STEP + "{run: x, foreach: [a]}",
        *("unknown-key", "foreach", '"foreach" is not a key of a step', 'did you mean "for_each"?'),
    ),
    "matrix": (
        STEP + "{run: x, matrix: [a]}",
        *("unknown-key", "matrix", '"matrix" is not a key of a step', 'did you mean "for_each"?'),
    ),
    "cmd": (
        STEP + "{cmd: [x]}",
        *("unknown-key", "cmd", '"cmd" is not a key of a step', 'did you mean "command"?'),
    ),
    "script": (
        STEP + "{script: x}",
        *("unknown-key", "script", '"script" is not a key of a step', 'did you mean "run"?'),
    ),
    "environment": (
        STEP + "{run: x, environment: {A: b}}",
        *("unknown-key", "environment", '"environment" is not a key of a step'),
        'did you mean "env"?',
    ),
    "environment at the top": (
        TOP + "environment: {}",
        *("unknown-key", "environment", '"environment" is not a key of a pipeline'),
        'did you mean "environments"?',
    ),
    "key of another place": (
        STEP + "{run: x, cpu: 2}",
        *("unknown-key", "cpu", '"cpu" is not a key of a step', 'it is a key of "resources"'),
    ),
    "key of a step at the top": (
        TOP + "when: true",
        *("unknown-key", "when", '"when" is not a key of a pipeline', "it is a key of a step"),
    ),
    "slip for a key of another place": (
        TOP + "depends_on: [b]",
        *("unknown-key", "depends_on", '"depends_on" is not a key of a pipeline'),
        '"needs" is a key of a step',
    ),
    "key that is like none": (
        STEP + "{run: x, cache: {colour: red}}",
        *("unknown-key", "colour", '"colour" is not a key of "cache"'),
        'its keys are "ttl" and "key"',
    ),
    "key of a step in an environment": (
        TOP + "environments: {e: {steps: {s: {needs: [a]}}}}",
        *("unknown-key", "needs", '"needs" is not a key of a step in an environment'),
        "an environment changes values, never the graph: set it in the step itself",
    ),
    "params in a component": (
        "pipec: 1\ncomponent: a\nparams: {}\nrun: x",
        *("unknown-key", "params", '"params" is not a key of a component of one program'),
        'a component takes "inputs", which the caller gives in "with"',
    ),
    # missing keys
    "no name": (
        "pipec: 1\nsteps: {s: {run: x}}",
        *("missing-key", "pipec", '"name" is missing'),
        "name the pipeline: name: my-pipeline",
    ),
    "no version": (
        "name: a\nsteps: {s: {run: x}}",
        *("missing-key", "name", '"pipec" is missing'),
        "begin the file with pipec: 1",
    ),
    "no type": (
        TOP + "params: {n: {default: 1}}",
        *("missing-key", "n", '"type" is missing in "n"'),
        "say what it is: type: string, int, float, bool, json, list<T> or map<T>",
    ),
    "no cron": (
        TOP + "schedule: {timezone: UTC}",
        *("missing-key", "schedule", '"cron" is missing in "schedule"'),
        'say when: cron: "0 3 * * *" is at three every night',
    ),
    "no value of an output": (
        "pipec: 1\ncomponent: a\noutputs: {n: {type: int}}\nsteps: {s: {run: x}}",
        *(
            "missing-key",
            "n",
            '"value" is missing in "n"',
            'say where it comes from: value: "${{ steps.STEP.outputs.NAME }}"',
        ),
    ),
    # wrong kinds
    "text for a list": (
        STEP + "{run: x, needs: prepare}",
        *("wrong-type", "prepare", '"needs" must be a list, found "prepare"', "write [prepare]"),
    ),
    "text for a command": (
        STEP + "{command: echo hi}",
        *("wrong-type", "echo hi", '"command" must be a list, found "echo hi"'),
        'write a list, the program first, or use "run" for a shell script',
    ),
    "list for a map": (
        "pipec: 1\nname: a\nsteps: [{run: x}]",
        *("wrong-type", "[{run: x}]", '"steps" must be a map, found a list'),
        "write a map: each name as a key, what belongs to it below",
    ),
    "list for a script": (
        STEP + "{run: [a, b]}",
        *("wrong-type", "[a, b]", '"run" must be text, found a list'),
        'write the lines below "|"; for a program with arguments use "command"',
    ),
    "map for text": (
        TOP + "owner: {team: a}",
        *("wrong-type", "{team: a}", '"owner" must be text, found a map', "write growth-ml, say"),
    ),
    "map in a list": (
        STEP + "{command: [a, {b: c}]}",
        *(
            "wrong-type",
            "{b: c}",
            'item 2 of "command" must be text, found a map',
            'a colon and a space make a map: put the text in quotes: "b: c"',
        ),
    ),
    "text for a param": (
        TOP + "params: {n: int}",
        *("wrong-type", "int", '"n" must be a map, found "int"', "write {type: int}"),
    ),
    "yes for a bool": (
        TOP + "fail_fast: yes",
        *("wrong-type", "yes", '"fail_fast" must be true or false, found "yes"', "write true"),
    ),
    "leading zero": (
        TOP + "max_parallel: 0777",
        *("wrong-type", "0777", '"max_parallel" must be a whole number, found "0777"'),
        "numbers are decimal without leading zeros: write 777",
    ),
    "hexadecimal": (
        TOP + "max_parallel: 0x1F",
        *("wrong-type", "0x1F", '"max_parallel" must be a whole number, found "0x1F"'),
        "numbers are decimal here: write 31",
    ),
    "infinity": (
        TOP + "params: {n: {type: float, max: .inf}}",
        *("wrong-type", ".inf", '"max" must be a number, found ".inf"'),
        "a float is a finite number",
    ),
    "number in quotes": (
        TOP + 'max_parallel: "3"',
        *("wrong-type", '"3"', '"max_parallel" must be a whole number, found the text "3"'),
        "write 3 without quotes",
    ),
    "tilde": (
        STEP + "{run: x, retry: ~}",
        *("wrong-type", "~", '"retry" must be a whole number or a map, found "~"'),
        "to remove the value, write null",
    ),
    "65 bits": (
        TOP + "max_parallel: 9223372036854775808",
        *("wrong-type", "9223372036854775808"),
        '"max_parallel" must be a whole number, found "9223372036854775808"',
        "the largest is 9223372036854775807; a float is larger, or a text",
    ),
    "nothing for text": (
        STEP + "{run: x, env: {A: }}",
        *("no-value", "A", '"A" has no value', 'for an empty text, write ""'),
    ),
    "nothing for a map": (
        "pipec: 1\nname: a\nsteps:\n  s:",
        "no-value",
        "s",
        '"s" has no value',
        "indent what belongs to it deeper than the key",
    ),
    "nothing that null removes": (
        STEP + "{run: x, retry: }",
        *("no-value", "retry", '"retry" has no value'),
        "indent what belongs to it deeper than the key; to remove it, write null",
    ),
    # words, numbers, forms
    "unknown word": (
        STEP + "{run: x, needs: [a], trigger_rule: all_dne}",
        *("unknown-word", "all_dne"),
        f'{TRIGGERS}, found "all_dne"',
        'did you mean "all_done"?',
    ),
    "word of another tool": (
        STEP + "{run: x, needs: [a], trigger_rule: one_failed}",
        *("unknown-word", "one_failed"),
        f'{TRIGGERS}, found "one_failed"',
        'did you mean "any_failed"?',
    ),
    "too small": (
        STEP + "{run: x, retry: 0}",
        *("out-of-range", "0", '"retry" must be at least 1, found 0', "write 3, say"),
    ),
    "no time": (
        STEP + "{run: x, timeout: 0s}",
        *(
            "out-of-range",
            "0s",
            '"timeout" must be more than 0, found 0s',
            "leave the key out where there is no limit",
        ),
    ),
    "no processor": (
        STEP + "{run: x, resources: {cpu: 0.0}}",
        *(
            "out-of-range",
            "0.0",
            '"cpu" must be more than 0, found 0.0',
            "leave the key out where there is no limit",
        ),
    ),
    "duration without a unit": (
        TOP + "timeout: 30",
        *("bad-value", "30", f'"timeout" cannot be "30": {DURATION}'),
        "a duration has a unit: write 30s for seconds",
    ),
    "duration in words": (
        TOP + "timeout: 5 minutes",
        *("bad-value", "5 minutes", f'"timeout" cannot be "5 minutes": {DURATION}', "write 5m"),
    ),
    "duration with a line break": (
        TOP + 'timeout: "5m\\n"',
        *("bad-value", '"5m\\n"', f'"timeout" cannot be "5m\\n": {DURATION}', "write 5m"),
    ),
    "decimal size": (
        STEP + "{run: x, resources: {memory: 4GB}}",
        *("bad-value", "4GB", f'"memory" cannot be "4GB": {SIZE}', "write 4Gi"),
    ),
    "wrong cause": (
        STEP + "{run: x, retry: {attempts: 2, on: [exit, exit:300]}}",
        *("bad-value", "exit:300"),
        f'item 2 of "on" cannot be "exit:300": {CAUSE}',
        "write exit, exit:75, timeout or contract, say",
    ),
    "wrong secret": (
        STEP + "{run: x, env: {A: {secret: token}}}",
        *("bad-value", "token"),
        f'"secret" cannot be "token": {REFERENCE}',
        "write deploy/token, say",
    ),
    "empty text": (
        STEP + '{run: x, image: ""}',
        *("empty", '""', '"image" is empty', "write python:3.12-slim, say"),
    ),
    "no steps": (
        "pipec: 1\nname: a\nsteps: {}",
        "empty",
        "steps",
        '"steps" is empty',
        "add a step",
    ),
    "empty command": (
        STEP + "{command: []}",
        *("empty", "command", '"command" is empty', "name the program first: [python3, load.py]"),
    ),
    "twice": (
        STEP + "{run: x, needs: [a, b, a]}",
        *("duplicate-item", "a", '"a" stands twice in "needs"', "take one of the two out"),
    ),
    # names
    "name of a step": (
        "pipec: 1\nname: a\nsteps: {loadData: {run: x}}",
        *("bad-name", "loadData", '"loadData" is not a name', f"{RULE}: write load_data"),
    ),
    "name of a pipeline": (
        "pipec: 1\nname: My Pipeline\nsteps: {s: {run: x}}",
        *("bad-name", "My Pipeline", '"My Pipeline" is not a name'),
        f"{PIPELINE_RULE}: write my-pipeline",
    ),
    "long name": (
        "pipec: 1\nname: a\nsteps: {" + "a" * 41 + ": {run: x}}",
        *("bad-name", "a" * 41, f'"{"a" * 37}..." is not a name', RULE),
    ),
    "name of an output": (
        STEP + "{run: x, outputs: {a__b: int}}",
        *("bad-name", "a__b", '"a__b" is not a name', f"{RULE}: write a_b"),
    ),
    "name of a variable": (
        STEP + "{run: x, env: {A-B: c}}",
        *("bad-name", "A-B", '"A-B" is not a name of a variable'),
        "the name of a variable is letters, digits and underscores and does not begin with a digit",
    ),
    "name of ours": (
        STEP + "{run: x, env: {PIPEC_STEP: c}}",
        *("reserved-name", "PIPEC_STEP"),
        '"PIPEC_STEP" cannot be set: names that begin with "PIPEC_" are pipec\'s own',
        "choose another name",
    ),
    # bodies
    "two bodies": (
        STEP + "{env: {A: b}, run: x, command: [y]}",
        *("two-bodies", "command", 'a step has one body, and "command" comes after "run"'),
        "keep one of the two, or make it two steps",
    ),
    "two bodies that take other keys": (
        STEP + "{approve: x, image: y, uses: z}",
        *("two-bodies", "uses", 'a step has one body, and "uses" comes after "approve"'),
        "keep one of the two, or make it two steps",
    ),
    "no body": (
        STEP + "{shell: bash}",
        *("no-body", "s", '"s" says nothing to run'),
        'it needs one of "run", "command", "python", "uses" or "approve"',
    ),
    "no body of a component": (
        "pipec: 1\ncomponent: a",
        *("no-body", "pipec", "the component says nothing to run"),
        'it needs one of "run", "command", "python" or "steps"',
    ),
    "shell of a command": (
        STEP + "{command: [x], shell: bash}",
        *("misplaced-key", "shell", '"shell" does not go with "command"', 'it goes with "run"'),
    ),
    "with without uses": (
        STEP + "{run: x, with: {a: b}}",
        *(
            "misplaced-key",
            "with",
            '"with" does not go with "run"',
            'it goes with "uses"; a program takes "inputs"',
        ),
    ),
    "image of an approval": (
        STEP + "{approve: ok, image: x}",
        *("misplaced-key", "image", '"image" does not go with "approve"'),
        'a step with "approve" takes "needs", "when", "trigger_rule" and "description" only',
    ),
    "env of a component": (
        STEP + "{uses: ./x.yaml, env: {A: b}}",
        *("misplaced-key", "env", '"env" does not go with "uses"'),
        "set it in the steps of the component",
    ),
    "body beside the steps of a component": (
        "pipec: 1\ncomponent: a\nrun: x\nsteps: {s: {run: x}}",
        *("two-bodies", "steps", 'a component has one body, and "steps" comes after "run"'),
        "keep one of the two, or make it two steps",
    ),
    "steps beside the body of a component": (
        "pipec: 1\ncomponent: a\nsteps: {s: {run: x}}\npython: x",
        *("two-bodies", "python", 'a component has one body, and "python" comes after "steps"'),
        "keep one of the two, or make it two steps",
    ),
    "image beside the steps of a component": (
        "pipec: 1\ncomponent: a\nimage: x\nsteps: {s: {run: x}}",
        *("misplaced-key", "image", '"image" does not go with "steps"', "set it in the steps"),
    ),
    # the version
    "other version": (
        "pipec: 2\nname: A\nstages: []",
        *("unknown-version", "2"),
        "version 2 of the language is not known, this pipec reads version 1",
        "write pipec: 1, or use the pipec that the file was written for",
    ),
    "version in quotes": (
        'pipec: "1"\nname: a\nsteps: {s: {run: x}}',
        *("wrong-type", '"1"', '"pipec" must be a whole number, found the text "1"'),
        "write 1 without quotes",
    ),
}


@pytest.mark.parametrize(("text", "code", "words", "message", "help"), CASES.values(), ids=CASES)
def test_one_error_for_one_mistake(
    text: str, code: str, words: str, message: str, help: str | None
) -> None:
    source, found = checked(text)
    assert [(one.code, one.message, one.help) for one in found] == [(code, message, help)]
    assert pointed(source, found[0].place).strip() == words


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("0777", "YAML 1.1 reads 0777 as 511, YAML 1.2 as 777"),
        ("0o17", "YAML 1.1 reads 0o17 as text, YAML 1.2 as 15"),
        ("0x1F", "YAML reads 0x1F as 31, pipec as text"),
        ("yes", "YAML 1.1 reads yes as true, YAML 1.2 as text"),
        (".inf", "YAML reads .inf as infinity, pipec as text"),
        ("~", "YAML reads ~ as null, pipec as text"),
        ("1:30", "YAML 1.1 reads 1:30 as 90, YAML 1.2 as text"),
        ("1_000", "YAML 1.1 reads 1_000 as 1000, YAML 1.2 as text"),
        ("three", None),
    ],
)
def test_both_readings_of_a_plain_word_are_shown(text: str, note: str | None) -> None:
    _, found = checked(TOP + f"max_parallel: {text}")
    assert [one.text for one in found[0].notes] == ([note] if note else [])


def test_all_mistakes_of_a_file_are_found_at_once() -> None:
    _, found = checked("""\
        pipec: 1
        name: Churn
        timeout: 30
        params: {rows: int}
        steps:
          a: {run: x, retry: {atempts: 3, backoff: 0.5}}
          b: {comand: [x], env: [A=b]}
    """)
    assert [one.code for one in found] == [
        *("bad-name", "bad-value", "wrong-type", "unknown-key", "out-of-range"),
        *("unknown-key", "wrong-type"),
    ]


def test_a_file_full_of_mistakes_ends_in_one_word_about_the_rest() -> None:
    steps = "".join(f"  s{index}: {{}}\n" for index in range(1500))
    _, found = checked("pipec: 1\nname: a\nsteps:\n" + steps)
    assert len(found) == 501
    assert found[-1].code == "too-many-problems"


def test_the_other_key_of_a_pair_is_a_note() -> None:
    source, found = checked(STEP + "{run: x, command: [y]}")
    place = found[0].notes[0].place
    assert place
    assert pointed(source, place) == "run"
