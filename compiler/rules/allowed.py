"""Silencing a finding beside the line it stands in: `# pipec: allow CODE because REASON`."""

import re
from collections.abc import Iterable, Mapping

from pipec.compiler.diagnostics import Diagnostic
from pipec.compiler.source import Source, locate

_ALLOW = re.compile(r"#\s*pipec:\s*allow\s+([a-z-]+(?:\s*,\s*[a-z-]+)*)\s*(?:because\s+)?(.*)$")


def without_allowed(found: Iterable[Diagnostic], sources: Mapping[str, Source]) -> list[Diagnostic]:
    """Give the warnings that no comment allows; errors are never silenced.

    A comment counts on the line of the finding and on the line before it, when nothing else
    stands there. One without a reason does not count.
    """
    return [one for one in found if one.severity == "error" or not _is_allowed(one, sources)]


def _is_allowed(one: Diagnostic, sources: Mapping[str, Source]) -> bool:
    source = sources.get(one.place.path)
    if source is None or "pipec:" not in source.text:
        return False
    number = locate(source, one.place).line
    above = source.line(number - 1)
    lines = [source.line(number), above if above.lstrip().startswith("#") else ""]
    for line in lines:
        match = _ALLOW.search(line)
        if match and match[2].strip() and one.code in re.split(r"\s*,\s*", match[1]):
            return True
    return False
