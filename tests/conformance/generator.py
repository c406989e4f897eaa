"""Random legal specs whose programs do random things (see `act.sh`), for Hypothesis."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ACT = Path(__file__).with_name("act.sh").read_text(encoding="utf-8")
NAMES = ("a", "b", "not", "in", "end", "x1", "a_b", "run", "item", "steps", "last", "when")
TEXTS = ("", "x", "a b", "{{ 7*7 }}", "$(id)", "é\u2028", "-n", "'\"\\", "{{workflow.uid}}", "%s")
RULES = ("all_succeeded", "all_succeeded", "none_failed", "any_failed", "all_done")
KINDS = {"n": "int", "s": "string", "l": "list<int>", "f": "file", "d": "dir", "o": "int?"}
WRONG = {"n": "1.5", "l": "[1,]", "o": "x"}  # what breaks the contract of an output

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Draft:
    """A spec as files by path, with the params of a run."""

    files: dict[str, str]
    params: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Write it to a folder and give the path of the spec."""
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return folder / "spec.yaml"


@st.composite
def drafts(draw: Draw, name: str = "drafted", hangs: bool = False) -> Draft:
    """Make a spec of a few steps, perhaps with a component and `finally`."""
    graph = _Graph(draw, "params", hangs)
    files = {"act.sh": ACT}
    component = draw(st.integers(0, 2)) == 0
    if component:
        files["part.yaml"] = json.dumps(_component(draw, hangs), indent=1)
    steps = graph.steps(draw(st.integers(1, 6)), component)
    spec = {
        "pipec": 1,
        "name": name,
        "params": {
            "n": {"type": "int", "default": 3},
            "flag": {"type": "bool", "default": True},
            "xs": {"type": "list<int>", "default": [1, 2]},
        },
        "targets": {"argo": {"image": "busybox:1"}},
        "files": ["act.sh"],
        "steps": steps,
    }
    if draw(st.booleans()):
        spec["finally"] = graph.last(draw(st.integers(1, 2)))
    files["spec.yaml"] = json.dumps(spec, indent=1)
    params = {
        "n": st.sampled_from([0, 3, 7]),
        "flag": st.booleans(),
        "xs": st.lists(st.integers(0, 5), max_size=3),
    }
    given = {key: draw(kind) for key, kind in params.items() if draw(st.booleans())}
    return Draft(files, given)


def _component(draw: Draw, hangs: bool) -> dict[str, Any]:
    graph = _Graph(draw, "inputs", hangs)
    steps = graph.steps(draw(st.integers(1, 3)), False)
    ints = [ref for ref, kind in graph.outputs if kind == "int"]
    value = f"default({draw(st.sampled_from(ints))}, -1)" if ints else "inputs.n + 1"
    return {
        "pipec": 1,
        "component": "part",
        "inputs": {"n": "int", "flag": "bool", "xs": "list<int>"},
        "outputs": {"n": {"type": "int", "value": f"${{{{ {value} }}}}"}},
        "steps": steps,
    }


class _Graph:
    """Makes the steps of one graph. `given` is where its values come from: params or inputs."""

    def __init__(self, draw: Draw, given: str, hangs: bool) -> None:
        self.draw, self.given, self.hangs = draw, given, hangs
        self.names: list[str] = []
        self.outputs: list[tuple[str, str]] = []  # reference and type, as others see it
        self.in_finally = False
        self.above: list[str] = []

    def steps(self, count: int, component: bool) -> dict[str, Any]:
        return dict(self.step(component) for _ in range(count))

    def last(self, count: int) -> dict[str, Any]:
        """Make the `finally` steps."""
        self.in_finally = True
        self.above = list(self.names)
        return dict(self.step(False) for _ in range(count))

    def step(self, component: bool) -> tuple[str, dict[str, Any]]:
        draw = self.draw
        name = draw(st.sampled_from([one for one in NAMES if one not in self.names]))
        step: dict[str, Any] = {}
        peers = [one for one in self.names if one not in self.above]
        needs = [one for one in peers if draw(st.integers(0, 3)) == 0]
        rule = draw(st.sampled_from(RULES)) if needs else "all_succeeded"
        if needs:
            step["needs"] = needs
        if rule != "all_succeeded":
            step["trigger_rule"] = rule
        if draw(st.integers(0, 2)) == 0:
            step["when"] = self.condition(rule, needs)
        item = self.fan_out(step) if draw(st.integers(0, 2)) == 0 else None
        if component and draw(st.integers(0, 2)) == 0:
            kinds = self.use(step, item)
        else:
            kinds = self.program(step, item)
        self.names.append(name)
        many = "list<{}>" if "for_each" in step else "{}"
        self.outputs += [
            (f"steps.{name}.outputs.{key}", many.format(kind)) for key, kind in kinds.items()
        ]
        return name, step

    def condition(self, rule: str, needs: list[str]) -> Any:
        choices: list[Any] = [
            f"{self.given}.flag",
            f"{self.given}.n > 2",
            f"len({self.given}.xs) > 1",
            f"not {self.given}.flag or {self.given}.n in {self.given}.xs",
        ]
        for ref, kind in self.outputs:
            if kind in ("int", "int?"):
                choices.append(f"default({ref}, 0) > 1")
            elif kind == "list<int>":
                choices.append(f"len(default({ref}, [])) > 1")
        stated = needs if rule != "all_succeeded" else []
        if self.in_finally:
            stated = self.above
            choices += ["run.state == 'failed'", "run.state != 'failed'"]
        choices += [f"steps.{one}.state in ['failed', 'skipped']" for one in stated]
        return self.draw(st.sampled_from(choices))

    def fan_out(self, step: dict[str, Any]) -> str:
        """Make it a fan-out and give the type of its item."""
        lists: list[tuple[Any, str]] = [
            ([1, 2, 3], "int"),
            (["x", "a b", "$(id)"], "string"),
            (f"{self.given}.xs", "int"),
        ]
        for ref, kind in self.outputs:
            if kind in ("list<int>", "list<string>"):
                lists.append((f"default({ref}, [])", kind[5:-1]))
        first, kind = self.draw(st.sampled_from(lists))
        step["for_each"] = first
        if self.draw(st.integers(0, 3)) == 0:
            step["for_each"] = {"p": first, "q": self.draw(st.sampled_from(lists[:3]))[0]}
            kind = "product"
        if self.draw(st.booleans()):
            step["max_parallel"] = self.draw(st.integers(1, 2))
        return kind

    def use(self, step: dict[str, Any], item: str | None) -> dict[str, str]:
        numbers = ["params.n", "1"] + (["item"] if item == "int" else [])
        numbers += [f"default({ref}, 5)" for ref, kind in self.outputs if kind in ("int", "int?")]
        step["uses"] = "./part.yaml"
        step["with"] = {
            "n": f"${{{{ {self.draw(st.sampled_from(numbers))} }}}}",
            "flag": "${{ params.flag }}",
            "xs": self.draw(st.sampled_from(["${{ params.xs }}", [0], []])),
        }
        return {"n": "int"}

    def program(self, step: dict[str, Any], item: str | None) -> dict[str, str]:
        draw = self.draw
        acts: list[str] = []
        if draw(st.integers(0, 2)) == 0:
            acts.append(f"fail:{draw(st.integers(1, 3))}:{draw(st.sampled_from([1, 7, 143]))}")
        elif self.hangs and draw(st.integers(0, 30)) == 0:
            acts.append("hang:1")
            step["timeout"] = "1s"
        if item and draw(st.booleans()):
            acts.append(f"only:{draw(st.integers(0, 1))}")
        if draw(st.booleans()):
            on = draw(st.sampled_from([None, ["exit:7"], ["exit", "contract"], ["timeout"]]))
            step["retry"] = {"attempts": draw(st.integers(1, 3)), **({"on": on} if on else {})}
        inputs = {
            f"i{index}": ref
            for index, (ref, _) in enumerate(self.outputs)
            if draw(st.integers(0, 3)) == 0
        }
        env = self.environment(item)
        kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=3, unique=True))
        acts += [act for key in kinds if (act := self.act(key, inputs, env))]
        if inputs:
            step["inputs"] = {key: f"${{{{ {ref} }}}}" for key, ref in inputs.items()}
        if env:
            step["env"] = env
        step["command"] = ["sh", "act.sh", *acts]
        if kinds:
            step["outputs"] = {key: KINDS[key] for key in kinds}
        return {key: KINDS[key] for key in kinds}

    def environment(self, item: str | None) -> dict[str, str]:
        texts = [f"{self.given}.n + 1", f"str({self.given}.xs)", "pipeline.name"]
        texts += [f"default({ref}, -1)" for ref, kind in self.outputs if kind in ("int", "int?")]
        texts += [f"default({ref}, 'none')" for ref, kind in self.outputs if kind == "string"]
        if item in ("int", "string"):
            texts.append("item")
        elif item == "product":
            texts += ["item.p", "item.q"]
        chosen = self.draw(st.lists(st.sampled_from(texts), max_size=2))
        return {f"V{index}": f"<${{{{ {text} }}}}>" for index, text in enumerate(chosen)}

    def act(self, key: str, inputs: dict[str, str], env: dict[str, str]) -> str | None:
        """Give the act that writes an output, rightly or wrongly; None leaves it out."""
        draw = self.draw
        wrong = draw(st.integers(0, 11))
        if wrong == 0:
            return None
        if wrong == 1 and key in WRONG:
            return f"put:{key}={WRONG[key]}"
        kinds = dict(self.outputs)
        same = [name for name, ref in inputs.items() if kinds[ref] == KINDS[key]]
        if same and draw(st.booleans()):
            return f"copy:{key}={draw(st.sampled_from(same))}"
        if key == "s":
            if env and draw(st.booleans()):
                return f"text:s={draw(st.sampled_from(sorted(env)))}"
            return f"put:s={draw(st.sampled_from(TEXTS))}"
        if key == "l":
            return f"put:l={json.dumps(draw(st.lists(st.integers(0, 9), max_size=3)))}"
        if key in ("f", "d"):
            return f"{'put' if key == 'f' else 'tree'}:{key}={draw(st.sampled_from(TEXTS))}"
        return f"put:{key}={draw(st.integers(0, 4))}"
