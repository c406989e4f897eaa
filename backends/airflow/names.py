"""The Python names and task ids of steps. A step's own task id is always its name."""

import keyword
from collections.abc import Container

from pipec.compiler.ir import Approval, Group, Pipeline, Step
from pipec.compiler.records import dataclass

# What emitted code calls by its own name: no step's function or variable may hide it.
_BUILTINS = "dict float int isinstance iter len list max min next print range round set sorted str"
_LOCALS = "argv command dag env files inputs item one params script steps values"
_CONTEXT = """
conf conn context dag dag_run data_interval_end data_interval_start ds ds_nodash exception
execution_date expanded_ti_count inlet_events inlets logical_date macros map_index_template next_ds
next_ds_nodash next_execution_date outlet_events outlets params prev_data_interval_end_success
prev_data_interval_start_success prev_ds prev_ds_nodash prev_end_date_success prev_execution_date
prev_execution_date_success prev_start_date_success reason run_id start_date task task_instance
task_instance_key_str task_reschedule_count templates_dict test_mode ti tomorrow_ds
tomorrow_ds_nodash triggering_asset_events triggering_dataset_events try_number ts ts_nodash
ts_nodash_with_tz var yesterday_ds yesterday_ds_nodash
"""
_MODULES = """
airflow contextlib contextmanager datetime functools json literal mask_secret math os pathlib
pendulum quote re shutil signal subprocess sys task tempfile threading time timedelta timezone
get_current_context task_group urllib zoneinfo
"""
# What the function of a task group calls its own.
_INSIDE = frozenset(["ended", "item", "outputs", "start", "when"])
_FIXED = frozenset(
    f"{_BUILTINS} {_LOCALS} {_CONTEXT} {_MODULES} steps_ended pipeline_status".split()
) | frozenset(keyword.kwlist)


def reserved() -> frozenset[str]:
    """Give the names that nothing of a pipeline may have in the file."""
    return _FIXED | _INSIDE


@dataclass(frozen=True, slots=True)
class Names:
    """`function`, `variable` and `local` (in the bodies of others) of each step by its name;
    `extra` is the task before a step that makes its list or decides on it (`word` says which).

    Inside a component, `prefix` stands before all ids; `task` and `before` are ids with it. A use
    of a component is to others the task at its end: `end` there, made by `end_function`.
    """

    prefix: str
    task: dict[str, str]
    before: dict[str, str]
    word: dict[str, str]
    end: str
    end_function: str
    end_variable: str
    given_function: str
    given_variable: str
    function: dict[str, str]
    variable: dict[str, str]
    local: dict[str, str]
    extra: dict[str, str]
    extra_function: dict[str, str]
    extra_variable: dict[str, str]
    steps_ended: str
    pipeline_status: str


def unlike(label: str, steps: Container[str]) -> str:
    """Give a label of a task that no step of a component has."""
    return f"{label}_" if label in steps else label


def _end(use: Step) -> str:
    assert isinstance(use.body, Group)
    return unlike("outputs" if use.outputs else "ended", use.body.steps)


def give(
    pipeline: Pipeline,
    extras: dict[str, str],
    carried: frozenset[str],
    prefix: str = "",
    use: Step | None = None,
) -> Names:
    """Name everything; `extras` maps the steps with a task before them to what it is called."""
    steps = pipeline.all_steps
    reserved = _FIXED | carried | (_INSIDE if use else frozenset())
    taken = set(reserved)

    def unused(name: str) -> str:
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    extra = {
        step: f"{step}_{word}" if f"{step}_{word}" not in steps else f"{step}__{word}"
        for step, word in extras.items()
    }
    function = {step: unused(step) for step in steps}
    operators = {step for step, word in extras.items() if word == "start"}
    approvals = {name for name, step in steps.items() if isinstance(step.body, Approval)}
    extra_function = {step: unused(name) for step, name in extra.items()}
    end = _end(use) if use else ""
    return Names(
        prefix=prefix,
        task={
            name: f"{prefix}{name}.{_end(step)}" if isinstance(step.body, Group) else prefix + name
            for name, step in steps.items()
        },
        before={step: prefix + name for step, name in extra.items()},
        word=extras,
        end=end,
        end_function=end.rstrip("_"),
        end_variable=end and unused(f"{end}_done"),
        given_function="inputs",
        given_variable=unused("inputs_done") if use else "",
        function=function,
        # An operator's variable bears its task id, as reviewers of Airflow expect.
        variable={
            step: function[step] if step in approvals else unused(f"{step}_done") for step in steps
        },
        local={step: f"{step}_" if step in reserved else step for step in steps},
        extra=extra,
        extra_function=extra_function,
        extra_variable={
            step: extra_function[step] if step in operators else unused(f"{name}_done")
            for step, name in extra.items()
        },
        steps_ended="steps__ended" if "steps_ended" in steps else "steps_ended",
        pipeline_status="pipeline__status" if "pipeline_status" in steps else "pipeline_status",
    )
