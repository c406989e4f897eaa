"""Prints a laid out text anew: two spaces a level, one line break where the author had some."""

from pipec.compiler.format_comments import Comments
from pipec.compiler.format_nodes import Document, Entry, Node
from pipec.compiler.format_scalars import MAX_KEY, block_lines, header_comment, key_text, lines

STEP = 2  # spaces a level
WIDTH = 100  # a text that was put below its key stays there when it would pass this


class Printer:
    """One printing of one text."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line = ""
        self.kept = False  # what was printed last keeps every blank line after it
        self.margin = 0  # where the line starts that the flow values stand in

    def print(self, document: Document) -> str:
        self.done += document.prologue
        root = document.root
        self._own(document.above, 0, first=True)
        if root.flow:
            self._flow_root(root)
        else:
            if root.anchor:
                self.line = root.anchor
                self._end(root.lead)
            self._block(root, 0)
        self._own(document.below, 0)
        return "\n".join(self.done) + "\n"

    def _flow_root(self, root: Node) -> None:
        self.line = f"{root.anchor} " if root.anchor else ""
        if root.lead or root.above:
            self._end(root.lead)
            self._own(root.above, 0)
        self._flow(root)
        self._end(root.trail)

    def _block(self, node: Node, indent: int, compact: bool = False) -> None:
        """Print a block collection; a compact one goes on in the line that a dash began."""
        first = True
        for entry in node.entries:
            if not (first and compact):
                self._own(entry.before, indent, first)
                if entry.blank and not (first and not entry.before):
                    self._blank()
                self.line = " " * indent
            first = False
            if entry.key is None:
                self.line += "-"
            else:
                self._key(entry.key, indent)
            self._value(entry, indent)
        self._own(node.after, indent)

    def _key(self, key: Node, indent: int) -> None:
        text = key_text(key)
        if len(text) <= MAX_KEY:
            self.line += text + ":"
            return
        self.line += "? " + text
        self._end(())
        self.line = " " * indent + ":"

    def _value(self, entry: Entry, indent: int) -> None:
        node = entry.value
        self.margin = indent if entry.key else indent + STEP
        if node.anchor:
            self.line += " " + node.anchor
        if node.flow:
            self._below_or_beside(node, indent, False)
            self._flow(node)
            self._end(node.trail)
        elif node.kind in ("map", "list"):
            self._collection(entry, node, indent)
        elif node.style in ("|", ">"):
            self._block_scalar(node, indent)
        elif not node.raw:
            self._end(node.lead + node.trail)
            self._own(node.above, indent + STEP)
            self._own(node.after, indent + STEP)
        else:
            self._scalar(node, indent)

    def _collection(self, entry: Entry, node: Node, indent: int) -> None:
        plain = not node.anchor and not node.lead and not node.entries[0].before
        if entry.key is None and plain:
            self.line += " "
            self._block(node, indent + STEP, compact=True)
        else:
            self._end(node.lead)
            self._block(node, indent + STEP)

    def _scalar(self, node: Node, indent: int) -> None:
        texts = lines(node, indent + STEP)
        wide = len(self.line) + 1 + len(texts[0]) > WIDTH
        self._below_or_beside(node, indent, node.below and (len(texts) > 1 or wide))
        self._texts(texts)
        self._end(node.trail)

    def _below_or_beside(self, node: Node, indent: int, below: bool) -> None:
        """Go to where a value starts: beside its key, or below that and the comments after it."""
        if below or node.lead or node.above:
            self._end(node.lead)
            self._own(node.above, indent + STEP)
            self.line = " " * (indent + STEP)
        else:
            self.line += " "

    def _texts(self, texts: list[str]) -> None:
        self.line += texts[0]
        for text in texts[1:]:
            self.done.append(self.line)
            self.line = text

    def _block_scalar(self, node: Node, indent: int) -> None:
        header, *content = block_lines(node, indent + STEP)
        self._below_or_beside(node, indent, False)
        comment = header_comment(node)
        self.line += header + (f"  {comment}" if comment else "")
        self._end(())
        self.done += content
        self.kept = "+" in header

    def _flow(self, node: Node) -> None:
        """Print a collection in braces or brackets, line breaks where the author had them."""
        margin = self.margin
        self.line += "[" if node.kind == "list" else "{"
        waiting = node.opening
        for number, entry in enumerate(node.entries):
            if waiting or entry.before or entry.newline:
                self._end(waiting)
                self._own(entry.before, margin + STEP, first=number == 0)
                if entry.blank and (number or entry.before):
                    self._blank()
                self.line = " " * (margin + STEP)
                self.margin = margin + STEP
            elif number:
                self.line += " "
            self._flow_entry(entry)
            ends = number == len(node.entries) - 1
            self.line += "," if not ends or (node.comma and node.broken) else ""
            waiting = entry.value.trail
            if not entry.value.raw and entry.value.kind == "scalar":
                waiting = entry.value.lead + entry.value.above + waiting
        if waiting or node.after or (node.broken and node.entries):
            self._end(waiting)
            self._own(node.after, margin + STEP)
            self.line = " " * margin
        self.line += "]" if node.kind == "list" else "}"
        self.margin = margin

    def _flow_entry(self, entry: Entry) -> None:
        node = entry.value
        empty = node.kind == "scalar" and not node.raw
        if entry.key:
            text = key_text(entry.key)
            self.line += ("? " if len(text) > MAX_KEY else "") + text
            if empty and not node.anchor:
                self.line = self.line.rstrip()
                return
            self.line += ": "
        if node.anchor:
            self.line += node.anchor + ("" if empty else " ")
        if empty:
            return
        if node.lead or node.above:
            self._end(node.lead)
            self._own(node.above, self.margin + 2 * STEP)
            self.line = " " * (self.margin + 2 * STEP)
        if node.flow:
            self._flow(node)
        else:
            self._texts(lines(node, self.margin + STEP))

    def _end(self, comments: Comments) -> None:
        """End the line, with comments at its end."""
        line = self.line.rstrip() if comments or not self.line.strip() else self.line
        line = line.rstrip(" ")
        if comments:
            first, *rest = comments
            column = len(line) + 2
            self.done.append(f"{line}  {first.text}")
            self.done += [" " * column + one.text for one in rest]
        else:
            self.done.append(line)
        self.line, self.kept = "", False

    def _own(self, comments: Comments, indent: int, first: bool = False) -> None:
        """Print comments in lines of their own; above the `first` one there is no blank line."""
        for one in comments:
            if one.blank and not first:
                self._blank()
            first = False
            self.done.append(" " * indent + one.text)
            self.kept = False

    def _blank(self) -> None:
        if not self.kept and self.done:
            self.done.append("")
