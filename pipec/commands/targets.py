"""`pipec targets`: what each target can do, and since when."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from pipec import backends
from pipec.arguments import Options
from pipec.backends.capability import Capability
from pipec.compiler.features import FEATURES
from pipec.faults import DONE
from pipec.targets import Target, choose


def main(options: Options) -> int:
    """Print the table of all targets, or all that is known about one."""
    chosen = [choose(name) for name in ([options.t] if options.t else backends.names())]
    rows = [target.backend.capabilities(_version(target)) for target in chosen]
    if options.format == "json":
        tree = [_entry(target, row) for target, row in zip(chosen, rows, strict=True)]
        text = json.dumps({"targets": tree}, indent=2, ensure_ascii=False) + "\n"
    elif options.t:
        text = _about(chosen[0], rows[0])
    else:
        text = _table(chosen, rows)
    sys.stdout.write(text)
    return DONE


def _version(target: Target) -> str:
    return target.asked or target.backend.default_version


def _table(chosen: list[Target], rows: list[Mapping[str, Capability]]) -> str:
    heads = [f"{target.backend.name} {_version(target)}" for target in chosen]
    lines = [["", *heads]]
    for feature, about in FEATURES.items():
        lines.append([about.title.replace("`", ""), *(_cell(row[feature]) for row in rows)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads) + 1)]
    return "".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _cell(capability: Capability) -> str:
    since = f", since {capability.since}" if capability.since else ""
    return capability.support + since


def _about(target: Target, row: Mapping[str, Capability]) -> str:
    backend = target.backend
    known = ", ".join(backend.versions)
    lines = [f"{backend.title} {_version(target)} (pipec knows {known})", ""]
    width = max(len(about.title.replace("`", "")) for about in FEATURES.values())
    for feature, about in FEATURES.items():
        lines.append(f"{about.title.replace('`', ''):<{width}}  {_cell(row[feature])}")
        said = (row[feature].note, row[feature].way_out and f"instead: {row[feature].way_out}")
        lines += [f"{'':<{width}}    {one}" for one in said if one]
    return "\n".join(lines) + "\n"


def _entry(target: Target, row: Mapping[str, Capability]) -> dict[str, Any]:
    backend = target.backend
    features = [
        {
            "feature": feature,
            "title": about.title,
            "kind": about.kind,
            "support": row[feature].support,
            "since": row[feature].since,
            "note": row[feature].note,
            "way_out": row[feature].way_out,
        }
        for feature, about in FEATURES.items()
    ]
    return {
        "name": backend.name,
        "title": backend.title,
        "version": _version(target),
        "versions": list(backend.versions),
        "features": features,
    }
