"""Picks the most accurate model, and counts which digits it takes for which."""

import json
import os
import shutil
from pathlib import Path

import joblib
import numpy as np
from sklearn.metrics import confusion_matrix


def main() -> None:
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    names: list[str] = json.loads((inputs / "names").read_text())
    accuracies: list[float] = json.loads((inputs / "accuracies").read_text())

    best = accuracies.index(max(accuracies))
    file = inputs / "fitted" / str(best)
    data = np.load(inputs / "data")
    guesses = joblib.load(file).predict(data["test_x"])

    shutil.copyfile(file, outputs / "best")
    (outputs / "name").write_text(names[best])
    (outputs / "accuracy").write_text(str(accuracies[best]))
    (outputs / "scores").write_text(json.dumps(dict(zip(names, accuracies, strict=True))))
    (outputs / "confusion").write_text(
        json.dumps(confusion_matrix(data["test_y"], guesses).tolist())
    )
    print(f"the best of {len(names)} is {names[best]}: {accuracies[best]:.2%}")


if __name__ == "__main__":
    main()
