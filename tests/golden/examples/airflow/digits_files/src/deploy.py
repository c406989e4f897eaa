"""Writes the release record of a model, signed if there is a token to sign it with."""

import argparse
import hashlib
import hmac
import json
import os
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--accuracy", type=float, required=True)
    args = parser.parse_args()
    inputs, outputs = Path(os.environ["PIPEC_INPUTS"]), Path(os.environ["PIPEC_OUTPUTS"])
    token = os.environ.get("TOKEN")

    model = (inputs / "model").read_bytes()
    release = {
        "model": args.name,
        "accuracy": args.accuracy,
        "date": os.environ["PIPEC_RUN_DATE"],
        "run": os.environ["PIPEC_RUN_ID"],
        "sha256": hashlib.sha256(model).hexdigest(),
        "signature": hmac.digest(token.encode(), model, "sha256").hex() if token else None,
    }
    (outputs / "release").write_text(json.dumps(release, indent=2) + "\n")
    (outputs / "signed").write_text("true" if token else "false")
    print(f"released {args.name}, {'signed' if token else 'not signed: there is no token'}")


if __name__ == "__main__":
    main()
