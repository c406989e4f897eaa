"""Writes one HTML page about the run, also when half of it failed: report.html."""

import argparse
import base64
import html
import io
import json
import os
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>digits: {state}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td, th {{ text-align: left; padding: .2rem 1.5rem .2rem 0 }}
img {{ max-width: 100% }}
</style>
<h1>digits: {state}</h1>
<p>Run {run} of {date}. {summary}</p>
<table><tr><th>step</th><th>state</th></tr>{steps}</table>
{picture}
</html>
"""


def read_input(name: str) -> Any:
    """Give the value of an input, or None if there is none."""
    file = Path(os.environ["PIPEC_INPUTS"]) / name
    return json.loads(file.read_text()) if file.exists() else None


def draw(scores: dict[str, float], confusion: list[list[int]], best: str, threshold: float) -> str:
    """Draw accuracies and confusion matrix side by side, as an <img> that holds its picture."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    colours = ["tab:green" if name == best else "tab:blue" for name in scores]
    bars = left.barh(list(scores), list(scores.values()), color=colours)
    left.bar_label(bars, fmt="%.3f", padding=3)
    left.axvline(threshold, color="tab:red", linestyle="--", label=f"threshold {threshold}")
    left.set(title="Accuracy", xlim=(min(*scores.values(), threshold) - 0.05, 1.02))
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.06), frameon=False)
    right.imshow(confusion, cmap="Greens")
    right.set(title=f"What {best} reads", xlabel="read as", ylabel="written")
    right.set(xticks=range(len(confusion)), yticks=range(len(confusion)))
    half = max(map(max, confusion)) / 2
    for row, counts in enumerate(confusion):
        for column, count in enumerate(counts):
            if count:
                colour = "white" if count > half else "black"
                right.text(column, row, str(count), ha="center", va="center", color=colour)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    picture = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="accuracies and confusion matrix" src="data:image/png;base64,{picture}">'


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True)
    parser.add_argument("--best", required=True)
    parser.add_argument("--trained-on", type=int, required=True)
    parser.add_argument("--tested-on", type=int, required=True)
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("steps", nargs="+", metavar="STEP=STATE")
    args = parser.parse_args()

    scores, confusion = read_input("scores"), read_input("confusion")
    if scores and confusion:
        picture = draw(scores, confusion, args.best, args.threshold)
        summary = (
            f"{len(scores)} models were trained on {args.trained_on} pictures and tested on "
            f"{args.tested_on}; the best is {args.best} with {scores[args.best]:.2%}."
        )
    else:
        picture, summary = "", "No model was picked."
    rows = [html.escape(step).split("=", 1) for step in args.steps]
    page = PAGE.format(
        state=html.escape(args.run),
        run=html.escape(os.environ["PIPEC_RUN_ID"]),
        date=html.escape(os.environ["PIPEC_RUN_DATE"]),
        summary=html.escape(summary),
        steps="".join(f"<tr><td>{name}</td><td>{state}</td></tr>" for name, state in rows),
        picture=picture,
    )
    Path("report.html").write_text(page, encoding="utf-8")
    print(f"the run {args.run}. {summary}")


if __name__ == "__main__":
    main()
