"""Runs a SQL script on a copy of the database, and writes the table of sales as Markdown."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def main() -> None:
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    shutil.copyfile(inputs / "database", outputs / "database")
    with closing(sqlite3.connect(outputs / "database")) as database:
        database.executescript(Path(sys.argv[1]).read_text(encoding="utf-8"))
        rows = database.execute(
            "SELECT region, orders, cents FROM sales ORDER BY region"
        ).fetchall()
    lines = ["| region | orders | revenue |", "|---|---|---|"]
    lines += [f"| {region} | {orders} | {cents / 100:.2f} |" for region, orders, cents in rows]
    (outputs / "sales").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
