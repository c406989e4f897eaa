"""Fits one model and measures it on the rows that it has not seen."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

MODELS: dict[str, Callable[[int], ClassifierMixin]] = {
    "logistic": lambda seed: make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=1000, random_state=seed)
    ),
    "forest": lambda seed: RandomForestClassifier(n_estimators=200, random_state=seed),
    "neighbours": lambda _: KNeighborsClassifier(n_neighbors=3),
    "svm": lambda seed: SVC(C=10, gamma=0.001, random_state=seed),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--seed", type=int, required=True)
    args = parser.parse_args()
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])

    data = np.load(inputs / "data")
    model = MODELS[args.model](args.seed)
    model.fit(data["train_x"], data["train_y"])
    accuracy = model.score(data["test_x"], data["test_y"])

    joblib.dump(model, outputs / "fitted")
    (outputs / "accuracy").write_text(str(accuracy))
    print(f"{args.model}: {accuracy:.2%} of {len(data['test_y'])} pictures read correctly")


if __name__ == "__main__":
    main()
