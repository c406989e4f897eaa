"""The one canonical layout of a spec. Meaning and comments stay: the text is read back.

What is a matter of taste stays as its author had it: block or flow style, line breaks in flow
values and long texts, one blank line where there were some.
"""

from collections.abc import Iterator

from pipec.compiler.format_nodes import Document, Node
from pipec.compiler.format_order import put_in_order
from pipec.compiler.format_printer import Printer
from pipec.compiler.format_scalars import header_comment
from pipec.compiler.format_tree import Builder
from pipec.compiler.source import Source, Tree, read


class FormatFault(Exception):  # noqa: N818 # not a user's error: pipec would have changed a meaning
    """The text made is not the same spec. Nothing may be written then."""


def format_text(source: Source) -> str:
    """Give the canonical text of a spec that was read without problems. Raises FormatFault."""
    document = Builder(source.text).build()
    put_in_order(document)
    made = Printer().print(document)
    if made != source.text:
        _prove(source, document, made)
    return made


def _prove(source: Source, document: Document, made: str) -> None:
    """Read a text that was made back: it must hold the same, and stay as it is."""
    again = read(source.path, made.encode("utf-8", "surrogatepass"))
    if again.problems or not same(source.tree, again.tree):
        raise FormatFault(f"the layout of {source.path} would change its meaning")
    other = Builder(again.text).build()
    if list(comments(document)) != list(comments(other)):
        raise FormatFault(f"the layout of {source.path} would lose a comment")
    if Printer().print(other) != made:
        raise FormatFault(f"the layout of {source.path} would not stay as it is")


def same(left: Tree, right: Tree) -> bool:
    """Say whether two trees hold the same texts, plain or quoted alike."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def comments(document: Document) -> Iterator[str]:
    """Give the text of every comment of a document, those of one value together."""
    yield from (line for line in document.prologue if "#" in line)
    yield from (one.text for one in document.above + document.below)
    yield from _below(document.root)


def _below(node: Node) -> Iterator[str]:
    if node.style in ("|", ">") and (comment := header_comment(node)):
        yield comment
    for one in node.lead + node.above + node.opening:
        yield one.text
    for entry in node.entries:
        for one in entry.before:
            yield one.text
        if entry.key:
            yield from _below(entry.key)
        yield from _below(entry.value)
    for one in node.after + node.trail if node.entries else node.trail + node.after:
        yield one.text
