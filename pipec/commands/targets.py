"""`pipec targets`: what each target can do, and since when."""

import json
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipec import backends
from pipec.arguments import Options
from pipec.backends.capability import Capability
from pipec.compiler.features import FEATURES
from pipec.faults import DONE
from pipec.targets import choose

LOCAL = "local"


class Column(NamedTuple):
    """A target in one version of its engine; the local runner has none."""

    name: str
    title: str
    version: str | None
    versions: tuple[str, ...]
    row: Mapping[str, Capability]

    @property
    def head(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


def main(options: Options) -> int:
    """Print the table of all targets, or all that is known about one."""
    names = [options.t] if options.t else [LOCAL, *backends.names()]
    columns = [_column(name) for name in names]
    if options.format == "json":
        tree = {"targets": [_entry(column) for column in columns]}
        text = json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
    else:
        text = _about(columns[0]) if options.t else _table(columns)
    sys.stdout.write(text)
    return DONE


def _column(name: str) -> Column:
    if name == LOCAL:
        from pipec.backends.local.capabilities import CAPABILITIES

        return Column(LOCAL, "This machine", None, (), CAPABILITIES)
    backend, asked = choose(name)
    version = asked or backend.default_version
    row = backend.capabilities(version)
    return Column(backend.name, backend.title, version, backend.versions, row)


def _table(columns: list[Column]) -> str:
    lines = [["", *(column.head for column in columns)]]
    for feature in FEATURES:
        lines.append([_title(feature), *(_cell(column.row[feature]) for column in columns)])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _title(feature: str) -> str:
    return FEATURES[feature].title.replace("`", "")


def _cell(capability: Capability) -> str:
    since = f", since {capability.since}" if capability.since else ""
    return capability.support + since


def _about(column: Column) -> str:
    known = f" (pipec knows {', '.join(column.versions)})" if column.versions else ""
    lines = [f"{column.title} {column.version or ''}".rstrip() + known, ""]
    width = max(len(_title(feature)) for feature in FEATURES)
    for feature in FEATURES:
        can = column.row[feature]
        lines.append(f"{_title(feature):<{width}}  {_cell(can)}")
        said = (can.note, can.way_out and f"instead: {can.way_out}")
        lines += [f"{'':<{width}}    {one}" for one in said if one]
    return "\n".join(lines) + "\n"


def _entry(column: Column) -> dict[str, Any]:
    features = [
        {
            "feature": feature,
            "title": about.title,
            "kind": about.kind,
            "support": column.row[feature].support,
            "since": column.row[feature].since,
            "note": column.row[feature].note,
            "way_out": column.row[feature].way_out,
        }
        for feature, about in FEATURES.items()
    ]
    return {
        "name": column.name,
        "title": column.title,
        "version": column.version,
        "versions": list(column.versions),
        "features": features,
    }
