"""Splits scikit-learn's digits into rows to train on and rows to test on."""

import argparse
import os
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--test-share", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    args = parser.parse_args()
    outputs = Path(os.environ["PIPEC_OUTPUTS"])

    digits = load_digits()
    train_x, test_x, train_y, test_y = train_test_split(
        digits.data,
        digits.target,
        test_size=args.test_share,
        random_state=args.seed,
        stratify=digits.target,
    )
    with (outputs / "data").open("wb") as file:
        np.savez(file, train_x=train_x, train_y=train_y, test_x=test_x, test_y=test_y)
    (outputs / "train_rows").write_text(str(len(train_y)))
    (outputs / "test_rows").write_text(str(len(test_y)))
    print(f"{len(train_y)} pictures to train on, {len(test_y)} to test on")


if __name__ == "__main__":
    main()
