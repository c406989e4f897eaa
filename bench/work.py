"""The same work, written for each tool.

A chain of work for `lint` and `compile`: each step takes a number from the one before it in a
binary tree and makes one. Two hundred steps that do nothing for `run`.
"""

SCRIPT = 'echo "$((N + 1))" > "$PIPEC_OUTPUTS/number"'


def write_spec(name: str, steps: int) -> str:
    """Write a pipec spec in which step i reads a number of step (i - 1) // 2."""
    lines = ["pipec: 1", f"name: {name}", "description: Made for measuring.", "", "params:"]
    lines += ["  start: {type: int, default: 1, min: 0}", "", "defaults:"]
    lines += ["  timeout: 10m", "  retry: {attempts: 2, delay: 5s}", "", "steps:"]
    for index in range(steps):
        source = f"steps.step_{(index - 1) // 2}.outputs.number" if index else "params.start"
        lines += [
            f"  step_{index}:",
            "    env:",
            f'      N: "${{{{ {source} }}}}"',
            f"    run: {SCRIPT}",
            "    outputs: {number: int}",
        ]
    lines += ["", "targets:", '  argo: {image: "busybox:1"}']
    return "\n".join(lines) + "\n"


def write_hera(name: str, steps: int) -> str:
    """Write a Python program that makes the same WorkflowTemplate with Hera and prints it."""
    return f"""\
from hera.workflows import (
    DAG, Container, Env, Parameter, RetryStrategy, WorkflowTemplate, models,
)

with WorkflowTemplate(
    name={name!r}, entrypoint="main", arguments=[Parameter(name="start", value="1")]
) as template:
    leaves = [
        Container(
            name=f"step-{{index}}",
            image="busybox:1",
            command=["sh", "-e", "-c"],
            args=['echo "$((N + 1))" > /tmp/number'],
            env=[Env(name="N", value="{{{{inputs.parameters.n}}}}")],
            inputs=[Parameter(name="n")],
            outputs=[Parameter(name="number", value_from=models.ValueFrom(path="/tmp/number"))],
            active_deadline_seconds=600,
            retry_strategy=RetryStrategy(
                limit=1, retry_policy="Always", backoff=models.Backoff(duration="5", factor=1)
            ),
        )
        for index in range({steps})
    ]
    with DAG(name="main"):
        tasks = []
        for index, leaf in enumerate(leaves):
            if index:
                source = tasks[(index - 1) // 2]
                number = source.get_parameter("number")
                task = leaf(name=f"step-{{index}}", arguments={{"n": number}})
                source >> task
            else:
                start = "{{{{workflow.parameters.start}}}}"
                task = leaf(name="step-0", arguments={{"n": start}})
            tasks.append(task)

print(template.to_yaml())
"""


def write_noops(steps: int, cached: bool = False) -> str:
    """Write a pipec spec of steps that do nothing."""
    lines = ["pipec: 1", "name: noops"]
    lines += ["defaults:", "  cache: true"] if cached else []
    lines.append("steps:")
    for index in range(steps):
        lines += [f"  step_{index}:", '    run: ":"']
    return "\n".join(lines) + "\n"


def write_dodo(steps: int) -> str:
    """Write a dodo.py of tasks that do nothing."""
    return f"""\
def task_step():
    for index in range({steps}):
        yield {{"name": str(index), "actions": [["sh", "-e", "-c", ":"]]}}
"""


def write_makefile(steps: int) -> str:
    """Write a Makefile of targets that do nothing, each by a shell."""
    names = " ".join(f"step_{index}" for index in range(steps))
    return f"all: {names}\n.PHONY: all {names}\n{names}:\n\t@sh -e -c ':'\n"


def write_ninja(steps: int) -> str:
    """Write a build.ninja of targets that do nothing."""
    lines = ["rule noop", "  command = sh -e -c ':'"]
    lines += [f"build step_{index}: noop" for index in range(steps)]
    return "\n".join(lines) + "\n"


def write_snakefile(steps: int) -> str:
    """Write a Snakefile of rules that do nothing but leave the file that Snakemake asks for."""
    names = ", ".join(f'"step_{index}"' for index in range(steps))
    lines = ["rule all:", f"    input: {names}"]
    for index in range(steps):
        lines += [f"rule step_{index}:", f'    output: touch("step_{index}")', '    shell: ":"']
    return "\n".join(lines) + "\n"
