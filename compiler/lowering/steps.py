"""The second reading of a step: expressions checked, everything typed."""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.expressions.check import check, check_text
from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.mismatches import as_bool
from pipec.compiler.expressions.nodes import Binary, Constant, ListOf, Node
from pipec.compiler.ir import (
    Approval,
    Body,
    Command,
    ForEach,
    Param,
    Python,
    Secret,
    Shell,
    Step,
)
from pipec.compiler.lowering.constants import lower_constant
from pipec.compiler.lowering.drafts import Draft, LiteralList, report
from pipec.compiler.lowering.literals import LiteralError, infer
from pipec.compiler.lowering.names import (
    IN_LIST,
    IN_WHEN,
    NO_FAN_OUT,
    FollowOnError,
    StepNames,
)
from pipec.compiler.lowering.settings import (
    lower_cache,
    lower_duration,
    lower_outputs,
    lower_resources,
    lower_retry,
    lower_script,
    lower_workdir,
)
from pipec.compiler.types import BOOL, STRING, Type
from pipec.compiler.values import MAX_TEXT, quoted

_SHELLS = {"sh": ("sh", "-e"), "bash": ("bash", "-eo", "pipefail")}
_SECRET = re.compile(r"([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)/([-._a-zA-Z0-9]+)")


class StepLowering:
    """Makes the IR of one step; what is wrong goes to the findings, and then `step` gives None."""

    def __init__(
        self,
        draft: Draft,
        needs: tuple[str, ...],
        params: Mapping[str, Param | None],
        steps: Mapping[str, Step | None],
        drafts: Mapping[str, Draft],
        findings: Findings,
        inputs: Mapping[str, Type | None] | None = None,
    ) -> None:
        self.draft, self.body, self.needs, self.findings = draft, draft.body, needs, findings
        self.steps = steps
        self.names = StepNames(draft, params, steps, drafts, inputs=inputs)
        self.params = params
        self.broken = draft.broken

    def step(self) -> Step | None:
        """Give the step, or None when something of it is wrong."""
        before = len(self.findings.found)
        when, for_each = self.condition(), self.for_each()
        step = Step(
            name=self.draft.name,
            body=self._program(),
            place=self.draft.place,
            needs=self.needs,
            trigger_rule=self.body.get("trigger_rule", "all_succeeded"),
            when=when,
            for_each=for_each,
            max_parallel=self.body.get("max_parallel"),
            inputs=self._inputs(),
            env=self._env(),
            outputs=lower_outputs(self.body, self.draft.place, self.findings),
            image=self._image(),
            workdir=lower_workdir(self.body, self.draft.place, self.findings),
            resources=lower_resources(self.body, self.draft.place, self.findings),
            timeout=lower_duration(self.body, self.draft.place, self.findings, "timeout"),
            retry=lower_retry(self.body, self.draft.place, self.findings),
            cache=lower_cache(self.body, self.draft.place, self.findings),
            description=lower_constant(self.body, self.draft.place, self.findings, "description"),
            labels=lower_constant(self.body, self.draft.place, self.findings, "labels") or {},
            targets={k: v for k, v in self.body.get("targets", {}).items() if v is not None},
            in_finally=self.draft.in_finally,
            may_skip=self.may_skip(when, for_each),
        )
        broken = self.broken or len(self.findings.found) > before
        self.draft.broken = broken
        return step

    def check(self, node: Node | None, place: Place) -> Node | None:
        """Give a checked expression, or None with what is wrong reported."""
        if node is None:
            return None
        try:
            return check(node, self.names)
        except ExpressionError as error:
            report(error, place, self.findings)
        except FollowOnError:
            pass
        self.broken = True
        return None

    def condition(self) -> Node | None:
        """Give the checked `when`, or None."""
        place = self.draft.place.at("when")
        self.names.no_item = IN_WHEN
        node = self.check(self.draft.when, place)
        if node is None or node.type == BOOL:
            return node
        constant = isinstance(node, Constant)
        help = "write true or false, without quotes" if constant else as_bool(node.type)
        if node.type.optional:
            help = "say what to use instead: `default(x, false)`"
        self.findings.error(
            "type-mismatch",
            f"`when` is a bool, and this is {node.type}",
            place.part(*node.span),
            help or "write true or false, or a comparison",
        )
        return None

    def for_each(self) -> ForEach | None:
        """Give the checked lists, and let the values of the step use `item`."""
        self.names.no_item = NO_FAN_OUT
        if "for_each" not in self.body:
            return None
        self.names.no_item = IN_LIST
        keys = self.draft.keys
        where = self.draft.place.at("for_each")
        lists: list[Node | None] = []
        for key, one in zip(keys or (None,), self.draft.lists, strict=True):
            place = where if key is None else where.at(key)
            lists.append(self._list(one, place))
        if keys is None:
            found = lists[0].type.item if lists[0] else None
            self.names.item = found
            if found is None:
                self.names.no_item = None
                self.broken = True
        else:
            self.names.item = {
                key: one.type.item if one else None for key, one in zip(keys, lists, strict=True)
            }
        whole = [one for one in lists if one is not None]
        if len(whole) < len(lists):
            self.broken = True
            return None
        return ForEach(keys, tuple(whole), where)

    def _list(self, raw: Any, place: Place) -> Node | None:
        if isinstance(raw, LiteralList):
            return self._literal_list(raw)
        node = self.check(raw, place)
        if node is None:
            return None
        if node.type.kind == "list" and not node.type.optional:
            return node
        help = None
        if node.type.optional:
            help = "it may be null: say what to use instead, `default(x, [])`"
        elif node.type.kind == "json":
            help = "declare it as a list, `list<json>` say"
        elif node.type.kind in ("map", "state", "null"):
            help = "give it a list: `[a, b]`, or one of a param or an output"
        else:
            help = f"make it a list: `[...]`, or declare it as `list<{node.type}>`"
        self.findings.error(
            "type-mismatch",
            f"`for_each` goes over a list, and this is {node.type}",
            place.part(*node.span),
            help,
        )
        return None

    def _literal_list(self, raw: LiteralList) -> Node | None:
        for index, one in enumerate(raw.raw):
            if isinstance(one, str) and "${{" in one:
                self.findings.error(
                    "expression-not-here",
                    "the items of a YAML list are literal text",
                    raw.place.at(index),
                    "write the whole list as one expression: `for_each: \"[params.a, 'b']\"`",
                )
                return None
        try:
            value, type_ = infer(raw.raw)
        except LiteralError as error:
            self.findings.error("bad-value", error.message, raw.place.at(*error.route), error.help)
            return None
        return Constant(value, type_)

    def _program(self) -> Body:
        body, at = self.body, self.draft.place.at
        if "command" in body:
            argv = [
                node if _is_short(node) else self._text(node, at("command", index))
                for index, node in enumerate(self.draft.argv)
            ]
            return Command(tuple(node for node in argv if node is not None))
        if "run" in body:
            shell = lower_constant(body, self.draft.place, self.findings, "shell") or "sh"
            return Shell(
                lower_script(self.body, self.draft.place, self.findings, "run"),
                _SHELLS.get(shell) or tuple(shell.split()),
            )
        if "python" in body:
            return Python(lower_script(self.body, self.draft.place, self.findings, "python"))
        return Approval(lower_constant(self.body, self.draft.place, self.findings, "approve") or "")

    def _image(self) -> str | None:
        image: str | None = lower_constant(self.body, self.draft.place, self.findings, "image")
        if image and "${{" not in image and re.search(r"\s", image):
            fixed = re.sub(r"\s+", ":" if ":" not in image else "", image.strip())
            self.findings.error(
                "bad-value",
                f"{quoted(image)} is no name of an image: it holds a space",
                self.draft.place.at("image"),
                f"write {fixed}",
            )
        return image

    def _inputs(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for name, raw in self.draft.inputs.items():
            if _is_short(raw):
                found[name] = raw
                continue
            place = self.draft.place.at("inputs", name)
            node = self.check(raw, place)
            if node is None:
                continue
            if node.type.kind == "null":
                self.findings.error(
                    "type-mismatch",
                    "null alone is no input",
                    place.part(*node.span),
                    "leave the input out, or give it a value",
                )
            elif self._fits(node, place):
                found[name] = node
        return found

    def _env(self) -> dict[str, Node | Secret]:
        found: dict[str, Node | Secret] = {}
        for name, raw in self.body.get("env", {}).items():
            node = self.draft.env.get(name)
            if _is_short(node):
                found[name] = node
                continue
            place = self.draft.place.at("env", name)
            value = self._secret(raw, place) if isinstance(raw, dict) else self._text(node, place)
            if value is not None:
                found[name] = value
        return found

    def _secret(self, raw: dict[str, Any], place: Place) -> Secret | None:
        match = _SECRET.fullmatch(raw["secret"])
        if not match:
            self.findings.error(
                "bad-value",
                "a secret is named `name/key`",
                place.at("secret"),
                "the name is that of a Kubernetes Secret: lower-case letters, digits, `-` and `.`",
            )
            return None
        return Secret(match[1], match[2], raw.get("optional", False), place)

    def _text(self, raw: Node | None, place: Place) -> Node | None:
        node = self.check(raw, place)
        if node is None:
            return None
        try:
            check_text(node)
        except ExpressionError as error:
            report(error, place, self.findings)
            return None
        return node if self._fits(node, place) else None

    def _fits(self, node: Node, place: Place) -> bool:
        if not isinstance(node, Constant) or node.type != STRING:
            return True
        if len(node.value) <= MAX_TEXT and len(node.value.encode()) <= MAX_TEXT:
            return True
        self.findings.error(
            "too-big",
            f"a value has at most {MAX_TEXT:,} bytes",
            place.of_key(),
            "put it into a file and list that in `files`",
        )
        return False

    def may_skip(self, when: Node | None, for_each: ForEach | None) -> bool:
        """Say whether the step may end as `skipped`."""
        if "when" in self.body and not (isinstance(when, Constant) and when.value is True):
            return True
        if for_each and any(self._may_be_empty(one) for one in for_each.lists):
            return True
        rule = self.body.get("trigger_rule", "all_succeeded")
        if rule == "any_failed":
            return True
        above = (self.steps.get(need) for need in self.needs)
        return rule == "all_succeeded" and any(one is not None and one.may_skip for one in above)

    def _may_be_empty(self, node: Node) -> bool:
        """Say whether a list may have no items: not one that is written out, even in part."""
        if isinstance(node, Binary) and node.op == "+":
            return self._may_be_empty(node.left) and self._may_be_empty(node.right)
        if isinstance(node, ListOf):
            return not node.items
        return not (isinstance(node, Constant) and node.value)


def _is_short(node: Node | None) -> TypeGuard[Constant]:
    """Say whether a node is a text that fits anywhere: nothing of it needs a look."""
    return type(node) is Constant and node.type is STRING and len(node.value) <= MAX_TEXT // 4
