"""Check a tree against the JSON Schema of the language and read its scalars by their positions."""

from typing import Any

from pipec.compiler.diagnostics import Findings
from pipec.compiler.schema_nodes import schema
from pipec.compiler.schema_reader import Refused, reader
from pipec.compiler.source import Tree


def check(tree: Tree, path: str, findings: Findings) -> dict[str, Any] | None:
    """Give the tree with its scalars read, or None after an error for each thing that is wrong.

    Where the schema admits anything (defaults and enums of params, literal lists, `with`, native
    settings) the tree is handed on as it is. None stands where the plain word `null` removes.
    """
    try:
        found: dict[str, Any] = reader(schema())(tree)
    except Refused:
        from pipec.compiler.schema_explain import explain

        explain(tree, path, findings)
        return None
    return found
