"""Makes the tables of native fields in `backends/argo/fields` from Argo's own JSON schemas.

    python tests/argo/make_fields.py 3.6=FILE 3.7=FILE 4.0=FILE

Each FILE is `api/jsonschema/schema.json` of a release (the Go module of Argo Workflows holds it:
`go mod download -json github.com/argoproj/argo-workflows/v3@v3.7.18`). 4.1, whose module cannot be
had yet, is 4.0 and what its release notes add.
"""

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "backends" / "argo" / "fields"
ARGO = "io.argoproj.workflow.v1alpha1."
# What pipec writes itself, or what would replace what it writes.
OWNED = {
    "spec": "activeDeadlineSeconds arguments entrypoint hooks onExit parallelism retryStrategy"
    " shutdown templateDefaults templates workflowTemplateRef",
    "step": "activeDeadlineSeconds container containerSet daemon dag data failFast http inputs"
    " memoize name outputs parallelism plugin resource retryStrategy script steps suspend timeout",
    "container": "args command env image name resources restartPolicy stdin stdinOnce"
    " terminationMessagePath terminationMessagePolicy tty workingDir",
}
ROOTS = {"spec": "WorkflowSpec", "step": "Template", "container": "io.k8s.api.core.v1.Container"}
SCALARS = {"string": "text", "integer": "int", "boolean": "bool", "number": "number"}
SPECIAL = {"IntOrString": "int-or-text", "Quantity": "quantity", "Item": "any", "Plugin": "any"}
SINCE_4_1: dict[str, dict[str, str]] = {
    "step": {"pendingTimeout": "text", "podResources": "@ResourceRequirements"},
    "S3Artifact": {"addressingStyle": "text"},
    "S3ArtifactRepository": {"addressingStyle": "text"},
    "HTTPArtifact": {"saveStreamViaFile": "bool"},
}


class Table:
    """The fields that are reachable from what people may set."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.definitions = definitions
        self.types: dict[str, Any] = {}
        self.named: dict[str, str] = {}

    def make(self) -> dict[str, Any]:
        made = {}
        for level, root in ROOTS.items():
            whole = self.definitions[root if "." in root else ARGO + root]
            owned = OWNED[level].split()
            made[level] = {
                name: self.type(given)
                for name, given in sorted(whole["properties"].items())
                if name not in owned
            }
        return made | {"types": dict(sorted(self.types.items()))}

    def type(self, given: dict[str, Any]) -> str:
        if "$ref" in given:
            return self.named_type(given["$ref"].removeprefix("#/definitions/"))
        match given.get("type"):
            case "array":
                return "list:" + self.type(given["items"])
            case "object" if "additionalProperties" in given:
                return "map:" + self.type(given["additionalProperties"])
            case "object" | None:
                return "any"
        return SCALARS[given["type"]]

    def named_type(self, name: str) -> str:
        short = name.rpartition(".")[2]
        if short in SPECIAL:
            return SPECIAL[short]
        definition = self.definitions[name]
        if "properties" not in definition:
            return self.type(definition)
        if self.named.setdefault(short, name) != name:
            short = short + "V1"  # Argo and Kubernetes have one of this name each
            self.named.setdefault(short, name)
        if short not in self.types:
            self.types[short] = {}
            self.types[short] = {
                field + ("!" if field in definition.get("required", []) else ""): self.type(one)
                for field, one in sorted(definition["properties"].items())
            }
        return f"@{short}"


def main() -> None:
    made = {}
    for word in sys.argv[1:]:
        version, _, path = word.partition("=")
        definitions = json.loads(Path(path).read_text(encoding="utf-8"))["definitions"]
        made[version] = Table(definitions).make()
    newest = json.loads(json.dumps(made["4.0"]))
    for place, fields in SINCE_4_1.items():
        newest.get(place, newest["types"].get(place, {})).update(fields)
    made["4.1"] = newest
    for version, table in made.items():
        text = json.dumps(table, separators=(",", ":"))
        (FOLDER / f"{version}.json").write_text(text.replace('},"', '},\n"') + "\n", "utf-8")


if __name__ == "__main__":
    main()
