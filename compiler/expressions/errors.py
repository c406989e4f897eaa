"""What can be wrong with an expression, before and while it is evaluated."""

from pipec.compiler.diagnostics import Fix

NEVER_CLOSED = "this string is never closed"


class ExpressionError(Exception):
    """An expression that is wrong as written.

    `start` and `end` are the wrong characters of the scalar's decoded text; `notes` are texts with
    the characters that each is about; `fix` repairs those of the span.
    """

    def __init__(
        self,
        code: str,
        message: str,
        span: tuple[int, int],
        help: str | None = None,
        notes: tuple[tuple[str, tuple[int, int]], ...] = (),
        fix: Fix | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.span = code, message, span
        self.help, self.notes, self.fix = help, notes, fix


class EvaluationError(Exception):
    """An expression that has no value this time: it fails the step whose value it is."""
