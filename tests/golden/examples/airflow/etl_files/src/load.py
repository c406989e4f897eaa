"""Loads the orders into a new SQLite file. Money is kept in cents: SQLite has no decimals."""

import csv
import os
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

TABLE = """
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    region TEXT NOT NULL,
    product TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    cents INTEGER NOT NULL CHECK (cents > 0)
) STRICT
"""


def main() -> None:
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    with (inputs / "orders").open(encoding="utf-8", newline="") as file:
        rows = [
            (
                int(row["order"]),
                row["day"],
                row["region"],
                row["product"],
                int(row["quantity"]),
                int(Decimal(row["price"]) * 100),
            )
            for row in csv.DictReader(file)
        ]
    with closing(sqlite3.connect(outputs / "database")) as database, database:
        database.execute(TABLE)
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", rows)
    print(f"{len(rows)} orders loaded")


if __name__ == "__main__":
    main()
