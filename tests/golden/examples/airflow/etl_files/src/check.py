"""Checks the result: a query in sql/checks that finds rows has found something wrong."""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def main() -> None:
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    kept, rejected = int(os.environ["KEPT"]), int(os.environ["REJECTED"])
    at_most = float(os.environ["MAX_REJECTED"])
    faults: list[str] = []
    if rejected > at_most * (kept + rejected):
        faults.append(f"{rejected} of {kept + rejected} rows are bad, that is above {at_most:.0%}")
    with closing(sqlite3.connect(inputs / "database")) as database:
        for query in sorted(Path(sys.argv[1]).glob("*.sql")):
            found = database.execute(query.read_text(encoding="utf-8")).fetchall()
            print(f"{query.stem}: {found or 'ok'}")
            faults += [f"{query.stem}: {row}" for row in found]
        (cents,) = database.execute("SELECT coalesce(sum(cents), 0) FROM sales").fetchone()
    (outputs / "revenue").write_text(str(cents / 100))
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
