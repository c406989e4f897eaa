"""The canonical order of the keys of a spec and of a step, where nothing hinders the move."""

from pipec.compiler.format_nodes import Document, Entry, Node

_HOW = ("image", "workdir", "resources", "timeout", "retry", "cache")
_BODY = ("shell", "run", "command", "python", "approve")
STEP = (
    *("description", "labels", "uses", "with", "needs", "trigger_rule", "when"),
    *("for_each", "max_parallel", "inputs", "env", *_BODY, "outputs", *_HOW, "targets"),
)
PIPELINE = (
    *("pipec", "name", "description", "owner", "labels", "params", "defaults", "files"),
    *("timeout", "max_parallel", "fail_fast", "steps", "finally"),
    *("schedule", "environments", "targets"),
)
COMPONENT = (
    *("pipec", "component", "description", "labels", "inputs", "env", *_BODY, "steps"),
    *("outputs", *_HOW, "targets"),
)


def put_in_order(document: Document) -> None:
    """Put the keys of the spec and of its steps in order; a map with anything odd stays."""
    root = document.root
    if document.anchors or root.flow:
        return
    keys = [entry.key.value for entry in root.entries if entry.key]
    for section in root.entries:
        if section.key and section.key.value in ("steps", "finally"):
            for step in section.value.entries:
                if step.value.kind == "map" and not step.value.flow:
                    _sort(step.value, STEP)
    _sort(root, COMPONENT if "component" in keys else PIPELINE)


def _sort(node: Node, order: tuple[str, ...]) -> None:
    rank = {key: number for number, key in enumerate(order)}
    entries = node.entries
    if not all(entry.key and entry.key.value in rank for entry in entries):
        return
    wanted = sorted(entries, key=lambda one: rank[one.key.value] if one.key else 0)
    if wanted == entries or not _may_move(node, wanted[0]):
        return
    first = entries[0]
    first.blank = first is not wanted[0] and any(_is_apart(one) for one in entries[1:])
    node.entries = wanted


def _may_move(node: Node, first: Entry) -> bool:
    """Say whether each comment among the entries stands right above the one it speaks of.

    `first` is the one that would come first; what stands above it may speak of all.
    """
    if node.after or (node.entries[0].before and node.entries[0] is not first):
        return False
    return not any(
        one.before and (one.blank or any(comment.blank for comment in one.before[1:]))
        for one in node.entries
        if one is not first or one is not node.entries[0]
    )


def _is_apart(entry: Entry) -> bool:
    return entry.before[0].blank if entry.before else entry.blank
