"""Reads orders from a CSV file and sorts out the rows that cannot be right."""

import csv
import os
import sys
from datetime import date
from decimal import Decimal, DecimalException
from pathlib import Path

COLUMNS = ["order", "day", "region", "product", "quantity", "price"]


def find_fault(row: dict[str, str], seen: set[str]) -> str | None:
    """Say what is wrong with a row, or None."""
    if row["order"] in seen:
        return "the order is there already"
    empty = [name for name in COLUMNS if not row[name]]
    if empty:
        return f"no {empty[0]}"
    try:
        date.fromisoformat(row["day"])
        quantity, price = int(row["quantity"]), Decimal(row["price"])
    except (ValueError, DecimalException):
        return "day, quantity or price cannot be read"
    return None if quantity > 0 and price > 0 else "quantity and price must be above zero"


def main() -> None:
    outputs = Path(os.environ["PIPEC_OUTPUTS"])
    seen: set[str] = set()
    counts = {"orders": 0, "rejects": 0}
    with (
        Path(sys.argv[1]).open(encoding="utf-8", newline="") as source,
        (outputs / "orders").open("w", encoding="utf-8", newline="") as orders,
        (outputs / "rejects").open("w", encoding="utf-8", newline="") as rejects,
    ):
        good = csv.DictWriter(orders, COLUMNS, lineterminator="\n")
        bad = csv.DictWriter(rejects, [*COLUMNS, "fault"], lineterminator="\n")
        good.writeheader()
        bad.writeheader()
        for row in csv.DictReader(source):
            fault = find_fault(row, seen)
            seen.add(row["order"])
            if fault:
                bad.writerow(row | {"fault": fault})
                print(f"order {row['order']} rejected: {fault}")
            else:
                good.writerow(row)
            counts["rejects" if fault else "orders"] += 1
    (outputs / "kept").write_text(str(counts["orders"]))
    (outputs / "rejected").write_text(str(counts["rejects"]))
    print(f"{counts['orders']} orders kept, {counts['rejects']} rejected")


if __name__ == "__main__":
    main()
