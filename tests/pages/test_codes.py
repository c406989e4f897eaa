"""Every code that the sources can give has a page, and every page has a code in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pipec.compiler import pages
from pipec.compiler.report import docs_url
from pipec.compiler.rules import FOLDER_RULES, RULES

ROOT = Path(__file__).parents[2]
# The calls that make a diagnostic, or what becomes one; their first argument is its code.
FUNCTIONS = {"Diagnostic", "ExpressionError", "Words", "Stop"}  # the last two in compiler/
METHODS = {"error", "warning", "error_at_key", "error_at_own_key", "_error", "_missing"}
# First arguments that are no literal: the codes they can be, or none where they pass one on.
DYNAMIC: dict[tuple[str, str], set[str]] = {
    ("compiler/lowering/environments.py", "f'unknown-{word}'"): {"unknown-param", "unknown-step"},
    ("compiler/diagnostics.py", "code"): set(),
    ("compiler/lowering/drafts.py", "error.code"): set(),
    ("compiler/lowering/names.py", "code"): set(),
    ("compiler/schema_words.py", "code"): set(),
    ("compiler/source_slips.py", "words.code"): set(),
    ("compiler/source_tree.py", "code"): set(),
    ("compiler/source_tree.py", "stop.args"): set(),
}


def sources() -> dict[str, ast.Module]:
    paths = [path for folder in ("compiler", "backends") for path in (ROOT / folder).rglob("*.py")]
    trees = {path: path.read_text(encoding="utf-8") for path in sorted(paths)}
    return {path.relative_to(ROOT).as_posix(): ast.parse(text) for path, text in trees.items()}


def makers(path: str, tree: ast.Module) -> Iterator[ast.Call]:
    functions = FUNCTIONS if path.startswith("compiler/") else {"Diagnostic"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            made = node.func
            is_function = isinstance(made, ast.Name) and made.id in functions
            if is_function or (isinstance(made, ast.Attribute) and made.attr in METHODS):
                yield node


def returned(tree: ast.Module, function: str) -> list[ast.expr]:
    """Give the first parts of the tuples that a function of a module returns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            given = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            return [one.elts[0] for one in given if isinstance(one, ast.Tuple)]
    return []


def given() -> tuple[set[str], set[tuple[str, str]]]:
    """Give the codes in the sources, and the first arguments that are no literal."""
    codes: set[str] = set()
    dynamic: set[tuple[str, str]] = set()
    for path, tree in sources().items():
        for call in makers(path, tree):
            first = [call.args[0]]
            if isinstance(call.args[0], ast.Starred):
                made = call.args[0].value
                name = made.func if isinstance(made, ast.Call) else made
                first = returned(tree, ast.unparse(name)) or [made]
            for one in first:
                if isinstance(one, ast.Constant):
                    codes.add(str(one.value))
                else:
                    dynamic.add((path, ast.unparse(one)))
    return codes, dynamic


def test_every_code_has_a_page() -> None:
    codes, dynamic = given()
    assert dynamic <= DYNAMIC.keys()
    assert DYNAMIC.keys() <= dynamic
    assert sorted(codes.union(*DYNAMIC.values())) == pages.codes()


def test_codes_are_in_order() -> None:
    assert list(RULES) == sorted(RULES)
    assert list(FOLDER_RULES) == sorted(FOLDER_RULES)
    assert list(pages.WARNINGS) == sorted(pages.WARNINGS)
    assert set(pages.WARNINGS) <= set(pages.codes())


def test_every_address_leads_to_a_page() -> None:
    for code in pages.codes():
        folder, _, name = docs_url(code).partition("/blob/main/")[2].rpartition("/")
        assert (ROOT / folder / name).is_file()
