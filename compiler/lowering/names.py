"""What the names in a step's expressions mean."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn

from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.functions import FUNCTIONS
from pipec.compiler.expressions.nodes import (
    Input,
    Item,
    Name,
    Node,
    Output,
    Param,
    Run,
    Span,
    State,
)
from pipec.compiler.ir import Param as ParamSpec
from pipec.compiler.ir import Step
from pipec.compiler.lowering.drafts import Draft
from pipec.compiler.lowering.foreign import instead
from pipec.compiler.readings import as_bool
from pipec.compiler.records import dataclass
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.types import STATE, STRING, Type

_HEADS = ("params", "steps", "item", "run", "pipeline", "inputs")
_RUN = ("id", "date", "day", "state")
# Why `item` cannot be used, and what to do.
NO_FAN_OUT = (
    '"item" is known only in a step with `for_each`',
    "give the step a `for_each`, or name the value itself",
)
IN_WHEN = (
    "`when` is decided once, before the list: it cannot use `item`",
    "look at the item in the program, or fan out over the right items alone",
)
IN_LIST = (
    "the lists of `for_each` cannot use `item`",
    "name the lists themselves: every combination of them is made",
)


class FollowOnError(Exception):
    """A name that leads to something already reported: nothing more is said."""


@dataclass(slots=True)
class StepNames:
    """The names that the expressions of one step may use, and where in it they stand.

    `params` and `steps` hold None for one that is wrong. `item` is None outside of the values of a
    fan-out, else its type, or that of each of its keys. `no_item` says why `item` cannot be used,
    and is None where its list is wrong. `inputs` are those of the component around the step.
    """

    step: Draft
    params: Mapping[str, ParamSpec | None]
    steps: Mapping[str, Step | None]
    drafts: Mapping[str, Draft]
    item: Type | Mapping[str, Type | None] | None = None
    inputs: Mapping[str, Type | None] | None = None
    no_item: tuple[str, str] | None = NO_FAN_OUT

    def resolve(self, name: Name) -> tuple[Node, int]:
        """Give the typed node of a name and how many of its parts it took."""
        match name.parts[0]:
            case "params":
                return self._param(name)
            case "item":
                return self._item(name)
            case "steps":
                return self._step(name)
            case "run":
                return self._run(name)
            case "pipeline":
                return self._pipeline(name)
            case "inputs":
                return self._input(name)
        return self._unknown(name)

    def _param(self, name: Name) -> tuple[Node, int]:
        if self.inputs is not None:
            raise ExpressionError(
                "not-here",
                "a component does not see the params of its caller",
                name.span,
                "declare an input, give it in `with`, and read `inputs.NAME`",
            )
        word, span = self._part(name, 1, "params.NAME", self.params)
        if word not in self.params:
            self._missing("unknown-param", f'there is no param "{word}"', word, span, self.params)
        param = self.params[word]
        if param is None:
            raise FollowOnError
        return Param(word, param.type, (name.span[0], span[1])), 2

    def _input(self, name: Name) -> tuple[Node, int]:
        if self.inputs is None:
            raise ExpressionError(
                "not-here",
                "`inputs` are known only in the expressions of a component",
                name.span,
                "in a step an input is a file: read $PIPEC_INPUTS/<name>",
            )
        word, span = self._part(name, 1, "inputs.NAME", self.inputs)
        if word not in self.inputs:
            message = f'"{word}" is not an input of the component'
            self._missing("unknown-input", message, word, span, self.inputs)
        type_ = self.inputs[word]
        if type_ is None:
            raise FollowOnError
        return Input(word, type_, (name.span[0], span[1])), 2

    def _item(self, name: Name) -> tuple[Node, int]:
        span = (name.span[0], name.ends[0])
        if self.item is None:
            if self.no_item is None:
                raise FollowOnError
            message, help = self.no_item
            raise ExpressionError("not-here", message, span, help)
        if isinstance(self.item, Type):
            return Item(None, self.item, span), 1
        keys = self.item
        word, span = self._part(name, 1, "item.KEY", keys)
        if word not in keys:
            self._missing("unknown-item", f'`for_each` has no key "{word}"', word, span, keys)
        type_ = keys[word]
        if type_ is None:
            raise FollowOnError
        return Item(word, type_, (name.span[0], span[1])), 2

    def _step(self, name: Name) -> tuple[Node, int]:
        word, span = self._part(name, 1, "steps.STEP.outputs.NAME", self._readable())
        self._check_readable(word, span, name.span)
        field, at = self._part(name, 2, f"steps.{word}.outputs.NAME", ("outputs", "state"))
        if field == "state":
            self._check_state(name)
            return State(word, STATE, (name.span[0], at[1])), 3
        if field != "outputs":
            outputs = self.drafts[word].outputs or {}
            help = f'write "steps.{word}.outputs.{field}"' if field in outputs else None
            self._missing(
                "unknown-name",
                f'a step has "outputs" and "state", not "{field}"',
                field,
                at,
                ("outputs", "state"),
                help,
            )
        return self._output(name, word)

    def _output(self, name: Name, step: str) -> tuple[Node, int]:
        outputs = self.drafts[step].outputs
        if outputs is None:
            raise FollowOnError
        word, at = self._part(name, 3, f"steps.{step}.outputs.NAME", outputs)
        if word not in outputs:
            message = f'"{word}" is not an output of step "{step}"'
            if word in ("parameters", "artifacts") and len(name.parts) > 4:
                help = f"write `steps.{step}.outputs.{name.parts[4]}`"
                raise ExpressionError("unknown-output", message, at, help)
            if not outputs:
                raise ExpressionError(
                    "unknown-output", message, at, f'"{step}" declares no outputs'
                )
            self._missing("unknown-output", message, word, at, outputs)
        found = self.steps.get(step)
        if found is None or word not in found.outputs:
            raise FollowOnError
        type_ = found.output_type(word)
        if self._may_be_null(found):
            type_ = type_.maybe()
        return Output(step, word, type_, (name.span[0], at[1])), 4

    def _may_be_null(self, step: Step) -> bool:
        if self.step.in_finally and not step.in_finally:
            return True
        rule = self.step.body.get("trigger_rule", "all_succeeded")
        return rule in ("any_failed", "all_done") or (rule == "none_failed" and step.may_skip)

    def _run(self, name: Name) -> tuple[Node, int]:
        word, at = self._part(name, 1, "run.id", _RUN)
        span = (name.span[0], at[1])
        if word == "state":
            if not self.step.in_finally:
                raise ExpressionError(
                    "not-here",
                    "`run.state` is known only in `finally`, when every step has ended",
                    span,
                    "in a step, `trigger_rule: any_failed` asks for the failure of its needs",
                )
            return State(None, STATE, span), 2
        if word not in _RUN:
            self._missing("unknown-name", f'a run has no "{word}"', word, at, _RUN)
        return Run(word, STRING, span), 2  # type: ignore[arg-type] # one of _RUN but "state"

    def _pipeline(self, name: Name) -> tuple[Node, int]:
        word, at = self._part(name, 1, "pipeline.name", ("name",))
        if word != "name":
            self._missing("unknown-name", f'a pipeline has no "{word}"', word, at, ("name",))
        return Run("pipeline", STRING, (name.span[0], at[1])), 2

    def _unknown(self, name: Name) -> NoReturn:
        word = name.parts[0]
        span = (name.span[0], name.ends[0])
        help = fix = None
        if word in FUNCTIONS:
            help = f"it is a function: `{FUNCTIONS[word].signature}`"
        elif word in self.params:
            help = f'did you mean "params.{word}"?'
        elif word in self.drafts:
            help = f'did you mean "steps.{word}.outputs..."?'
        elif isinstance(self.item, Mapping) and word in self.item:
            help = f'did you mean "item.{word}"?'
        elif found := instead(name.parts):
            help = found
        elif near := suggest(word, _HEADS):
            help = f'did you mean "{near}"?'
            fix = slip(word, near, _HEADS)
        elif len(name.parts) == 1 and (bool_ := as_bool(word)):
            help = f"write `{bool_}`; a text stands in quotes: '{word}'"
        elif len(name.parts) == 1:
            help = f"a text stands in quotes: '{word}'"
        else:
            help = f"names begin with {', '.join(_HEADS)}"
        raise ExpressionError("unknown-name", f'"{word}" is not known here', span, help, fix=fix)

    def _readable(self) -> Iterator[str]:
        for one, draft in self.drafts.items():
            if (self.step.in_finally or not draft.in_finally) and one != self.step.name:
                yield one

    def _no_step(self) -> str | None:
        words = ", ".join([*self._readable()][:8])
        if self.inputs is not None:
            own = f"its own are {words}" if words else "it has none of its own"
            return f"a component sees no steps of its caller ({own}): declare an input"
        return f"known here: {words}" if words else "the step can only read others, and is alone"

    def _check_readable(self, word: str, span: Span, whole: Span) -> None:
        if word not in self.drafts:
            known = self._readable()
            near = suggest(word, known)
            raise ExpressionError(
                "unknown-step",
                f'there is no step "{word}"',
                span,
                f'did you mean "{near}"?' if near else self._no_step(),
                fix=slip(word, near, known),
            )
        if self.drafts[word].in_finally and not self.step.in_finally:
            raise ExpressionError(
                "needs-finally",
                f'"{word}" stands in `finally`, which no step can read',
                whole,
                "`finally` starts when every step has ended",
            )

    def _check_state(self, name: Name) -> None:
        rule = self.step.body.get("trigger_rule", "all_succeeded")
        if rule == "all_succeeded" and not self.step.in_finally:
            raise ExpressionError(
                "not-here",
                "the state of a step is known only under another `trigger_rule` than the default",
                (name.span[0], name.ends[2]),
                "under `all_succeeded` it is always succeeded; set `trigger_rule: all_done`, say",
            )

    def _part(self, name: Name, position: int, form: str, known: Iterable[str]) -> tuple[str, Span]:
        if len(name.parts) <= position:
            words = ", ".join(list(known)[:8])
            raise ExpressionError(
                "incomplete-name",
                f'"{".".join(name.parts)}" is no value: write `{form}`',
                name.span,
                f"known here: {words}" if words else None,
            )
        word = name.parts[position]
        return word, (name.ends[position] - len(word), name.ends[position])

    def _missing(
        self,
        code: str,
        message: str,
        word: str,
        span: Span,
        known: Iterable[str],
        help: str | None = None,
    ) -> NoReturn:
        words = list(known)
        near = suggest(word, words)
        fix = slip(word, near, words) if help is None else None
        if help is None and near:
            help = f'did you mean "{near}"?'
        elif help is None and words:
            help = f"known here: {', '.join(words[:8])}"
        raise ExpressionError(code, message, span, help, fix=fix)
