"""`pipec resolve`: a spec after defaults and environment, with the origin of each value."""

import json
import sys
from typing import Any

from pipec import specs
from pipec.arguments import Options
from pipec.compiler.effective import Effective
from pipec.compiler.effective_text import text_of
from pipec.compiler.lowering.literals import infer
from pipec.compiler.source import Plain
from pipec.faults import DONE, PROBLEMS
from pipec.verdict import Verdict


def main(options: Options) -> int:
    """Print the effective form of a spec that has no error; what was found goes to stderr."""
    verdict = Verdict()
    checked = specs.check(specs.named(options.spec), options.env)
    verdict.add(checked)
    verdict.print(sys.stderr, options.color)
    if checked.pipeline is None:
        return PROBLEMS
    effective = Effective(checked)
    if options.format == "json":
        json.dump(_tree(effective, options.env), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(text_of(effective))
    return DONE


def _tree(effective: Effective, environment: str | None) -> dict[str, Any]:
    return {
        "path": effective.checked.path,
        "environment": environment,
        "spec": _read(effective.tree) | _params(effective),
        "components": {name: _read(one) for name, one in effective.components().items()},
        "origins": effective.origins(),
    }


def _params(effective: Effective) -> dict[str, Any]:
    """Give the params with values of their types."""
    pipeline = effective.checked.pipeline
    if pipeline is None or "params" not in effective.tree:
        return {}
    found = _read(effective.tree["params"])
    for name, param in pipeline.params.items():
        found[name] |= {"default": param.default} if param.has_default else {}
        found[name] |= {"enum": list(param.enum)} if param.enum is not None else {}
    return {"params": found}


def _read(tree: Any) -> Any:
    """Give plain scalars, which the language reads by their positions, as what they look like."""
    if isinstance(tree, dict):
        return {str(key): _read(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_read(value) for value in tree]
    return infer(tree)[0] if isinstance(tree, Plain) else tree
