"""`when: x == 'a #b'`: an expression without braces that a comment cuts in the middle."""

import re
from collections.abc import Mapping

from pipec.compiler.diagnostics import Diagnostic, Place
from pipec.compiler.expressions.errors import NEVER_CLOSED
from pipec.compiler.source import Source


def cut_by_a_comment(one: Diagnostic, sources: Mapping[str, Source]) -> Diagnostic:
    """Point at the comment where it is why a text in an expression is never closed."""
    if one.code != "expression-syntax" or one.message != NEVER_CLOSED:
        return one
    source = sources.get(one.place.path)
    node = source.marks.node(Place(one.place.path, one.place.route)) if source else None
    if source is None or node is None or node.style:
        return one
    comment = re.match(r"[ \t]+#", source.text[node.end :])
    if not comment:
        return one
    from pipec.compiler.source_fault import quoted_line

    at = node.end + comment.end() - 1
    return Diagnostic(
        "cut-expression",
        'a "#" after a space starts a comment, which cuts this expression',
        Place(one.place.path, span=(at, at + 1)),
        help=quoted_line(source.text, node.start),
    )
