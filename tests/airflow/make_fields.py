"""Makes the table of native settings in `backends/airflow/fields.json` from real installations.

    python tests/airflow/make_fields.py

Each supported version of Airflow is installed as for the tests and asked for the signatures of
`DAG` and `BaseOperator`, whose arguments `@task` takes too. Every argument is then tried there: one
that has another name by now, or does nothing, is not in the table. `--print VERSION` shows what one
has.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "backends" / "airflow" / "fields.json"
PROBE = Path(__file__).with_name("probe_fields.py")
VERSIONS = ("2.11", "3.1", "3.3")  # oldest first


def probed(version: str) -> dict[str, dict[str, str]]:
    """Ask an installation for what may be set, and for its type in pipec's words."""
    # A script finds the modules beside it.
    from environment import environ, environment  # type: ignore[import-not-found]

    folder = environment(version)
    with tempfile.TemporaryDirectory() as home:
        given = environ(Path(home), Path(home) / "dags")
        done = subprocess.run(
            [folder / "bin" / "python", PROBE, Path(home) / "fields.json"],
            env=given,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"airflow {version}: {done.stderr[-4000:]}")
        found: dict[str, dict[str, str]] = json.loads((Path(home) / "fields.json").read_text())
    return found


def merged(tables: dict[str, dict[str, dict[str, str]]]) -> dict[str, dict[str, list[str]]]:
    """Give for each setting its type, the first and the last version that has it, and since when
    Airflow warns of it; empty where there is nothing to say. In the order of the newest."""
    made: dict[str, dict[str, list[str]]] = {}
    for level in ("dag", "task"):
        names = [name for version in reversed(VERSIONS) for name in tables[version][level]]
        made[level] = {name: _row(name, level, tables) for name in dict.fromkeys(names)}
    return made


def _row(name: str, level: str, tables: dict[str, dict[str, dict[str, str]]]) -> list[str]:
    having = [version for version in VERSIONS if name in tables[version][level]]
    newest = tables[having[-1]][level][name].rstrip("!")
    since = "" if having[0] == VERSIONS[0] else having[0]
    until = "" if having[-1] == VERSIONS[-1] else having[-1]
    warned = [version for version in having if tables[version][level][name].endswith("!")]
    return [newest, since, until, *warned[:1]]


def written(table: dict[str, dict[str, list[str]]]) -> str:
    """Write the table with one setting a line."""
    levels = []
    for level, rows in table.items():
        lines = ",\n".join(
            f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items()
        )
        levels.append(f"  {json.dumps(level)}: {{\n{lines}\n  }}")
    return "{\n" + ",\n".join(levels) + "\n}\n"


def table_of_all() -> str:
    """Give the text of the table, from all installations."""
    return written(merged({version: probed(version) for version in VERSIONS}))


def main(*arguments: Any) -> None:
    if arguments[:1] == ("--print",):
        print(json.dumps(probed(arguments[1]), indent=2))
    else:
        TABLE.write_text(table_of_all(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
