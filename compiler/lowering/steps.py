"""The second reading of a step: expressions checked, everything typed."""

import re
from collections.abc import Mapping
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.expressions.check import as_bool, check, check_text
from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.nodes import Constant, Node
from pipec.compiler.ir import (
    Approval,
    Body,
    Cache,
    Command,
    ForEach,
    Output,
    Param,
    Python,
    Resources,
    Retry,
    Secret,
    Shell,
    Step,
)
from pipec.compiler.lowering.drafts import Draft, LiteralList, report
from pipec.compiler.lowering.literals import LiteralError, infer
from pipec.compiler.lowering.names import FollowOnError, StepNames
from pipec.compiler.lowering.params import lower_type
from pipec.compiler.lowering.paths import check_inside
from pipec.compiler.lowering.quantities import memory, millicores, seconds
from pipec.compiler.types import BOOL, STRING, Type
from pipec.compiler.values import MAX_TEXT

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
            outputs=self._outputs(),
            image=self._constant("image"),
            workdir=self._workdir(),
            resources=self._resources(),
            timeout=self._duration("timeout"),
            retry=self._retry(),
            cache=self._cache(),
            description=self.body.get("description"),
            labels=self.body.get("labels", {}),
            targets=self.body.get("targets", {}),
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
        self.names.no_item = "`when` is decided once, before the list: it cannot use `item`"
        node = self.check(self.draft.when, place)
        if node is None or node.type == BOOL:
            return node
        help = as_bool(node.type)
        if node.type.optional:
            help = "say what to use instead: `default(x, false)`"
        self.findings.error(
            "type-mismatch",
            f"`when` is a bool, and this is {node.type}",
            place.part(*node.span),
            help,
        )
        return None

    def for_each(self) -> ForEach | None:
        """Give the checked lists, and let the values of the step use `item`."""
        self.names.no_item = '"item" is known only in a step with `for_each`'
        if "for_each" not in self.body:
            return None
        self.names.no_item = "the lists of `for_each` cannot use `item`"
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
                self._text(node, at("command", index)) for index, node in enumerate(self.draft.argv)
            ]
            return Command(tuple(node for node in argv if node is not None))
        if "run" in body:
            shell = body.get("shell", "sh")
            return Shell(self._script("run"), _SHELLS.get(shell) or tuple(shell.split()))
        if "python" in body:
            return Python(self._script("python"))
        return Approval(self._constant("approve") or "")

    def _script(self, key: str) -> str:
        text: str = self.body[key]
        place = self.draft.place.at(key)
        for match in re.finditer(r"(?<!\$)\$\{\{(.*?)\}\}", text, re.DOTALL):
            words = re.findall(r"[A-Za-z0-9_]+", match[1]) or ["value"]
            name = words[-1].upper() if not words[-1][0].isdigit() else "VALUE"
            reads = f'os.environ["{name}"]' if key == "python" else f'"${name}"'
            self.findings.error(
                "expression-in-script",
                f"values are never pasted into a script: `{key}` holds no expressions",
                place.part(*match.span()),
                f'add `env: {{{name}: "{match[0]}"}}` and read {reads}',
            )
        if len(text.encode()) > MAX_TEXT:
            self.findings.error(
                "too-big",
                f"an inline script has at most {MAX_TEXT:,} bytes",
                self.draft.place.of_key(key),
                "put it into a file and list that in `files`",
            )
        return text.replace("$${{", "${{")

    def _constant(self, key: str) -> str | None:
        text: str | None = self.body.get(key)
        at = text.find("${{") if text else -1
        if text and at >= 0:
            self.findings.error(
                "expression-not-here",
                f"`{key}` is a constant: it holds no expressions",
                self.draft.place.at(key).part(at, len(text)),
                "`environments` change constants for one environment",
            )
        return text

    def _workdir(self) -> str | None:
        text = self._constant("workdir")
        if text is not None:
            check_inside(text, self.draft.place.at("workdir"), "the working folder", self.findings)
        return text

    def _inputs(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for name, raw in self.draft.inputs.items():
            place = self.draft.place.at("inputs", name)
            node = self.check(raw, place)
            if node is None:
                continue
            if node.type.kind == "null":
                self.findings.error(
                    "type-mismatch", "null alone is no input", place.part(*node.span)
                )
            elif self._fits(node, place):
                found[name] = node
        return found

    def _env(self) -> dict[str, Node | Secret]:
        found: dict[str, Node | Secret] = {}
        for name, raw in self.body.get("env", {}).items():
            place = self.draft.place.at("env", name)
            value = (
                self._secret(raw, place)
                if isinstance(raw, dict)
                else self._text(self.draft.env[name], place)
            )
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

    def _outputs(self) -> dict[str, Output]:
        found: dict[str, Output] = {}
        for name, raw in self.body.get("outputs", {}).items():
            place = self.draft.place.at("outputs", name)
            full = isinstance(raw, dict)
            text = raw["type"] if full else raw
            type_ = lower_type(text, place.at("type") if full else place, self.findings)
            path = raw.get("path") if full else None
            if path is not None:
                check_inside(path, place.at("path"), "the working folder", self.findings)
            if type_:
                found[name] = Output(name, type_, path, place)
        return found

    def _resources(self) -> Resources:
        raw = self.body.get("resources", {})
        place = self.draft.place.at("resources")
        for key, measure, form in (
            ("cpu", millicores, "`2`, `0.5` or `500m`"),
            ("memory", memory, "`512Mi` or `4Gi`"),
        ):
            if key in raw and not measure(raw[key]):
                self.findings.error(
                    "bad-value",
                    f'"{raw[key]}" is no amount of {key}',
                    place.at(key),
                    f"write {form}",
                )
        return Resources(raw.get("cpu"), raw.get("memory"), raw.get("gpu"), raw.get("gpu_type"))

    def _duration(self, *route: str, least: int = 1) -> int | None:
        raw: Any = self.body
        for key in route:
            raw = raw.get(key) if isinstance(raw, dict) else None
        return duration_of(raw, self.draft.place.at(*route), self.findings, least)

    def _retry(self) -> Retry:
        raw = self.body.get("retry")
        if raw is None:
            return Retry(1)
        if not isinstance(raw, dict):
            return Retry(raw)
        if "attempts" not in raw:
            self.findings.error(
                "missing-key",
                '"attempts" is missing in "retry"',
                self.draft.place.of_key("retry"),
                "add how many tries there are in all: `attempts: 3`",
            )
        on = raw.get("on")
        return Retry(
            raw.get("attempts", 1),
            self._duration("retry", "delay", least=0) or 0,
            float(raw.get("backoff", 1)),
            self._duration("retry", "max_delay", least=0),
            None if on is None else tuple(on),
        )

    def _cache(self) -> Cache | None:
        raw = self.body.get("cache")
        if isinstance(raw, dict):
            return Cache(self._duration("cache", "ttl"), raw.get("key"))
        return Cache() if raw else None

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
        return not (isinstance(node, Constant) and node.value)


def duration_of(text: str | None, place: Place, findings: Findings, least: int) -> int | None:
    """Give the seconds of a duration, at least `least`, or None with a finding."""
    if text is None:
        return None
    found = seconds(text)
    if found is None:
        findings.error(
            "bad-value", f'"{text}" is no duration', place, "write `30s`, `5m`, `1h30m` or `2d`"
        )
    elif not least <= found <= 10 * 365 * 86_400:
        limit = "at least a second" if found < least else "at most ten years, 3650d"
        findings.error("out-of-range", f'"{place.route[-1]}" must be {limit}, found {text}', place)
    else:
        return found
    return None
