"""Approvals: answered on the command line, else by a person at the terminal, one at a time."""

import os
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping

from pipec.backends.local.loop import Loop
from pipec.backends.local.progress import Instance
from pipec.backends.local.refusal import RefusalError
from pipec.backends.local.report import Reporter
from pipec.compiler.ir import Approval, Group, Pipeline, Step

_STDIN = 0


def check(
    pipeline: Pipeline,
    answers: Mapping[str, bool],
    answered: Collection[str],
    asking: bool = True,
) -> None:
    """Raise RefusalError where an answer is for no approval or, if `asking`, one cannot be asked.

    `answered` are the labels of those that were, before the run was cut off.
    """
    asked = set(_asked(pipeline.all_steps, ""))
    problems = [f'"{name}" is not a step with `approve`' for name in answers if name not in asked]
    if asking and not sys.stdin.isatty():
        problems += [
            f'nobody can be asked to approve "{name}": there is no terminal; '
            f"say --approve {name} or --deny {name}"
            for name in sorted(asked - set(answers) - set(answered))
        ]
    if problems:
        raise RefusalError(*problems)


class Desk:
    """Gets an answer for each approval that comes up."""

    def __init__(
        self,
        loop: Loop,
        reporter: Reporter,
        answers: Mapping[str, bool],
        on_answer: Callable[[Instance, bool], None],
    ) -> None:
        self._loop, self._reporter = loop, reporter
        self._answers, self._on_answer = answers, on_answer
        self._queue: deque[Instance] = deque()
        self._typed = b""

    def ask(self, instance: Instance) -> None:
        given = self._answers.get(instance.run.name)
        if given is not None:
            self._on_answer(instance, given)
            return
        self._queue.append(instance)
        if len(self._queue) == 1:
            self._loop.watch(_STDIN, self._read)
            self._show()

    def close(self) -> None:
        """Ask no more."""
        if self._queue:
            self._queue.clear()
            self._loop.forget(_STDIN)

    def _show(self) -> None:
        body = self._queue[0].run.step.body
        assert isinstance(body, Approval)
        self._reporter.asks(self._queue[0], body.text)

    def _read(self) -> None:
        data = os.read(_STDIN, 4096)
        self._typed += data
        while self._queue and (b"\n" in self._typed or not data):
            line, _, self._typed = self._typed.partition(b"\n")
            word = line.decode(errors="replace").strip().lower()
            if word in ("y", "yes"):
                self._decide(True)
            elif word in ("n", "no") or not data:  # the end of the input is no yes
                self._decide(False)
            else:
                self._show()

    def _decide(self, answer: bool) -> None:
        instance = self._queue.popleft()
        if not self._queue:
            self._loop.forget(_STDIN)
        else:
            self._show()
        self._on_answer(instance, answer)


def _asked(steps: Mapping[str, Step], prefix: str) -> Iterator[str]:
    for name, step in steps.items():
        if isinstance(step.body, Approval):
            yield prefix + name
        elif isinstance(step.body, Group):
            yield from _asked(step.body.steps, f"{prefix}{name}.")
