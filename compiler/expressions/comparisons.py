"""Which types may be compared, and how states are."""

from pipec.compiler.diagnostics import Fix
from pipec.compiler.expressions.errors import ExpressionError
from pipec.compiler.expressions.mismatches import json_error, mismatch, need_present, with_article
from pipec.compiler.expressions.nodes import Constant, Name, Node, Span, State
from pipec.compiler.ir import STEP_STATES
from pipec.compiler.spelling import slip, suggest
from pipec.compiler.types import NULL, STATE, STRING, union

_OTHER_WORDS = {  # what other tools call the states
    "success": "succeeded",
    "successful": "succeeded",
    "ok": "succeeded",
    "passed": "succeeded",
    "failure": "failed",
    "fail": "failed",
    "error": "failed",
    "skip": "skipped",
    "canceled": "cancelled",
    "aborted": "cancelled",
}
RUN_STATES = ("succeeded", "failed", "cancelled")


def check_equality(op: str, left: Node, right: Node, span: Span) -> None:
    for one, other in ((left, right), (right, left)):
        if one.type.kind == "null":
            if not (other.type.optional or other.type.kind in ("null", "json")):
                raise ExpressionError(
                    "never-null",
                    f"this is never null: it is {other.type}",
                    other.span,
                    "leave the comparison out",
                )
            return
    states = _states(left, right) or _states(right, left)
    if states:
        return
    if "json" in (left.type.kind, right.type.kind):
        one = left if left.type.kind == "json" else right
        raise json_error(op, one, right if one is left else left, span)
    both = union(left.type.required(), right.type.required())
    if both is None or both.is_artifact:
        raise mismatch(f"`{op}` cannot compare {left.type} with {right.type}", span, left, right)


def _states(state: Node, other: Node) -> bool:
    """Say whether a state is compared with a state or with one of the words for it."""
    if state.type != STATE:
        return False
    if other.type == STATE:
        return True
    if isinstance(other, Constant) and other.type == STRING:
        _state_word(state, other)
        return True
    return False


def _state_word(state: Node, word: Constant) -> None:
    words = STEP_STATES if not isinstance(state, State) or state.step else RUN_STATES
    if word.value not in words:
        found = _OTHER_WORDS.get(word.value) or suggest(word.value, words)
        if found is None and (near := suggest(word.value, _OTHER_WORDS)):
            found = _OTHER_WORDS[near]
        found = found if found in words else None
        fix = slip(word.value, found, words)
        if found and word.value in _OTHER_WORDS:
            fix = Fix(word.value, found)
        raise ExpressionError(
            "unknown-state",
            f'"{word.value}" is no state of a {"step" if len(words) > 3 else "run"}',
            word.span,
            (f'write "{found}"; ' if found else "") + f"the states are {', '.join(words)}",
            fix=fix,
        )


def check_membership(op: str, left: Node, right: Node, span: Span) -> None:
    need_present(right)
    container = right.type
    if container.kind == "list" and container.item:
        need_present(left)
        item = union(container.item, left.type)
        if container.item != NULL and (item is None or item.is_artifact or item.kind == "json"):
            raise mismatch(
                f"{with_article(left.type)} is never in a {container}", span, left, right
            )
    elif container.kind in ("map", "string"):
        need_present(left)
        if left.type.kind != "string":
            raise mismatch(
                f"{with_article(left.type)} is never in a {container}", span, left, right
            )
    elif container.kind == "json":
        raise json_error(op, right, left, span)
    else:
        raise mismatch(
            f"`{op}` looks into a list, a map or a text, not {container}", span, left, right
        )


def check_state_list(state: Node, words: tuple[Node, ...]) -> None:
    """Hold the items of a written list, which may be words, against the words for a state."""
    for one in words:
        if isinstance(one, Name):
            continue  # its type is that of the list's other items, which are checked
        if not _states(state, one):
            raise mismatch(f"a state is never {one.type}", one.span, state, one)


def check_ordering(op: str, left: Node, right: Node, span: Span) -> None:
    need_present(left)
    need_present(right)
    a, b = left.type, right.type
    if (a.is_number and b.is_number) or a.kind == b.kind == "string":
        return
    if "json" in (a.kind, b.kind):
        one = left if a.kind == "json" else right
        raise json_error(op, one, right if one is left else left, span)
    raise mismatch(f"`{op}` orders numbers, or strings, not {a} and {b}", span, left, right)
