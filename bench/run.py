"""Measures lint, compile and run of pipec beside what people use today: `python bench/run.py`.

Prints one table and writes the same numbers to bench/results/latest.json.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from measuring import race
from races import PARTS, Race, make_races

HEAD = """\
| work | tool | time | of pipec's | processor | memory | goal |
|---|---|--:|--:|--:|--:|---|"""
RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pipec beside the tools of today.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each tool (default: 7)")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a goal is missed")
    args = parser.parse_args()
    if unknown := set(args.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")

    done: list[Race] = []
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="pipec-bench-") as folder:
        for one in make_races(Path(folder), tuple(args.parts or PARTS)):
            race(one.contestants, args.rounds)
            print("\n".join(_rows(one)), flush=True)
            done.append(one)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(_as_json(done, args.rounds), indent=2) + "\n")
    missed = [row for one in done for row in _rows(one) if row.endswith("missed |")]
    print(f"\n{os.cpu_count()} cores, medians of {args.rounds} runs, written to {RESULTS}")
    return 1 if missed and args.strict else 0


def _rows(one: Race) -> list[str]:
    """Give a race as rows of the table; `of pipec's` says how many times pipec's time it took."""
    first = one.contestants[0]
    rows = []
    for contestant in one.contestants:
        goal = next((goal for goal in one.goals if goal.rival == contestant.name), None)
        verdict = ""
        if goal:
            met = first.median <= goal.factor * contestant.median
            verdict = f"pipec at most {goal.factor:g} × this: {'met' if met else 'missed'}"
        cells = [
            f"{one.part}: {one.work}" if contestant is first else "",
            contestant.name,
            _duration(contestant.median),
            f"{contestant.median / first.median:.2f}",
            _duration(contestant.work),
            f"{contestant.megabytes:.0f} MB",
            verdict,
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _as_json(races: list[Race], rounds: int) -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rounds": rounds,
        "races": [
            {
                "part": one.part,
                "work": one.work,
                "tools": {
                    contestant.name: {
                        "seconds": contestant.seconds,
                        "median": contestant.median,
                        "processor_seconds": contestant.processor,
                        "megabytes": contestant.megabytes,
                    }
                    for contestant in one.contestants
                },
            }
            for one in races
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
