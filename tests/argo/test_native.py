"""Native fields: each is checked against its version's schema, and reaches the manifest."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipec.backends import load
from pipec.backends.argo.native import table

from .cluster import Cluster
from .conftest import compile_spec
from .test_checks import said
from .tools import argolint

VERSIONS = load("argo").versions
HEAD = "pipec: 1\nname: native\ndefaults: {image: 'pipec.test/busybox:1'}\n"
SPEC = (
    HEAD
    + """\
labels: {team: growth}
params: {n: {type: int, default: 1}}
schedule: {cron: "0 3 * * 1", timezone: Europe/Paris}
steps:
  a:
    run: echo hello
    labels: {kind: light}
    targets:
      argo:
        metadata: {labels: {more: "1"}, annotations: {note: "true"}}
        affinity:
          podAntiAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 10, podAffinityTerm: {topologyKey: kubernetes.io/hostname}}
        tolerations: [{key: gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 30}]
        container:
          imagePullPolicy: IfNotPresent
          securityContext: {allowPrivilegeEscalation: false}
          volumeMounts: [{name: scratch, mountPath: /scratch}]
  each:
    for_each: [1, 2]
    env: {N: "${{ item }}"}
    run: echo "$N"
    outputs: {}
targets:
  argo:
    rbac: true
    workflow: true
    serviceAccountName: native-runner
    volumes: [{name: scratch, emptyDir: {sizeLimit: 64Mi}}]
    podMetadata: {labels: {cost: "42"}}
    workflowMetadata: {annotations: {by: growth}}
    imagePullSecrets: [{name: registry}]
    securityContext: {runAsUser: 0}
    podGC: {strategy: OnPodSuccess}
    ttlStrategy: {secondsAfterCompletion: 86400}
    synchronization: {mutexes: [{name: one}]}
    metrics:
      prometheus:
      - {name: runs, help: "How many", counter: {value: "1"}}
"""
)


def objects(version: str = "3.7", text: str = SPEC) -> dict[str, Any]:
    result = compile_spec(text, version)
    assert not result.errors, result.errors
    return {one["kind"]: one for one in yaml.safe_load_all(result.manifest)}


def test_native_fields_reach_the_manifest() -> None:
    spec = objects()["WorkflowTemplate"]["spec"]
    (a,) = [one for one in spec["templates"] if one["name"] == "a"]
    assert a["metadata"] == {
        "labels": {"kind": "light", "more": "1"},
        "annotations": {"pipec.dev/source": "spec.yaml:8", "note": "true"},
    }
    (toleration,) = a["tolerations"]
    assert toleration == {
        "key": "gpu",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 30,
    }
    assert a["container"]["securityContext"] == {"allowPrivilegeEscalation": False}
    mounts = [one["mountPath"] for one in a["container"]["volumeMounts"]]
    assert mounts == ["/pipec", "/pipec/etc", "/scratch"]
    assert [one["name"] for one in spec["volumes"]] == ["pipec", "files", "scratch"]
    assert spec["podMetadata"] == {"labels": {"cost": "42"}}
    assert spec["workflowMetadata"] == {
        "annotations": {"by": "growth"},
        "labels": {"pipec.dev/pipeline": "native", "team": "growth"},
    }
    assert spec["ttlStrategy"] == {"secondsAfterCompletion": 86400}


def test_rights_and_a_run_are_made_on_request() -> None:
    made = objects()
    assert list(made)[:3] == ["ServiceAccount", "Role", "RoleBinding"]
    assert made["RoleBinding"]["subjects"] == [{"kind": "ServiceAccount", "name": "native-runner"}]
    assert made["Role"]["rules"] == [
        {
            "apiGroups": ["argoproj.io"],
            "resources": ["workflowtaskresults"],
            "verbs": ["create", "patch"],
        }
    ]
    run = made["Workflow"]
    assert run["spec"] == {"workflowTemplateRef": {"name": "native"}}
    assert (
        run["metadata"]["name"]
        != objects(text=SPEC.replace("hello", "bye"))["Workflow"]["metadata"]["name"]
    )
    assert "Workflow" not in objects(text=HEAD + "steps: {a: {run: x}}\n")


@pytest.mark.parametrize("version", VERSIONS)
def test_argo_validates_native_fields(version: str, tmp_path: Path) -> None:
    path = tmp_path / "native.yaml"
    path.write_text(compile_spec(SPEC, version).manifest, encoding="utf-8")
    words = [argolint(), *(["-v4"] if version.startswith("4") else []), str(path)]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


STEP, SPECWIDE = (
    "steps:\n  a: {{run: x, targets: {{argo: {}}}}}\n",
    "steps: {{a: {{run: x}}}}\ntargets: {{argo: {}}}\n",
)


@pytest.mark.parametrize(
    ("form", "given", "version", "expected"),
    [
        (
            STEP,
            "{tolerations: [{key: a, opertor: Exists}]}",
            "3.7",
            (
                'p.yaml:5:55: error: "opertor" is no field of "tolerations[0]" in argo 3.7'
                " [unknown-key]\n"
                '  = help: did you mean "operator"?'
            ),
        ),
        (
            STEP,
            "{tolerations: [{tolerationSeconds: soon}]}",
            "3.7",
            '"tolerations[0].tolerationSeconds" must be a whole number',
        ),
        (
            STEP,
            "{tolerations: [{tolerationSeconds: '30'}]}",
            "3.7",
            '"tolerations[0].tolerationSeconds" must be a whole number',
        ),
        (STEP, "{nodeSelector: [a]}", "3.7", '"nodeSelector" must be a map'),
        (
            STEP,
            "{retryStrategy: {limit: 3}}",
            "3.7",
            "itself [unknown-key]\n  = help: say `retry` in the step",
        ),
        (STEP, "{container: {command: [sh]}}", "3.7", '"command" is written by pipec itself'),
        (
            STEP,
            "{container: {volumeMounts: [{name: a, mountPath: /pipec/in}]}}",
            "3.7",
            '"/pipec/in" is where pipec keeps inputs and outputs',
        ),
        (
            STEP,
            "{container: {volumeMounts: [{name: a}]}}",
            "3.7",
            '"container.volumeMounts[0]" of argo 3.7 needs "mountPath"',
        ),
        (
            SPECWIDE,
            "{volumes: [{name: files, emptyDir: {}}]}",
            "3.7",
            'a volume "files" is made by pipec itself',
        ),
        (
            SPECWIDE,
            "{workflowMetadata: {labels: {pipec.dev/pipeline: x}}}",
            "3.7",
            'the label "pipec.dev/pipeline" is written by pipec itself',
        ),
        (
            SPECWIDE,
            "{synchronization: {mutex: {name: a}}}",
            "4.0",
            (
                '"mutex" is no field of "synchronization" in argo 4.0 [unknown-key]\n'
                '  = help: did you mean "mutexes"?'
            ),
        ),
        (STEP, "{pendingTimeout: 5m}", "4.0", '"pendingTimeout" is not a setting of argo 4.0'),
        (STEP, "{annotations: {a: b}}", "3.6", '"annotations" is not a setting of argo 3.6'),
        (SPECWIDE, "{rbac: maybe}", "3.7", '"rbac" must be true or false'),
    ],
)
def test_refused(form: str, given: str, version: str, expected: str) -> None:
    assert expected in said(HEAD + form.format(given), version)


@pytest.mark.parametrize(
    ("form", "given", "version"),
    [
        (STEP, "{pendingTimeout: 5m}", "4.1"),
        (STEP, "{annotations: {a: b}}", "3.7"),
        (SPECWIDE, "{synchronization: {mutex: {name: a}}}", "3.7"),
        (SPECWIDE, "{artifactRepositoryRef: {configMap: repositories, key: gcs}}", "3.7"),
        (SPECWIDE, "{volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}", "3.6"),
    ],
)
def test_taken(form: str, given: str, version: str) -> None:
    assert "error" not in said(HEAD + form.format(given), version)


def test_a_run_needs_a_value_for_each_param() -> None:
    text = (
        HEAD + "params: {n: {type: int}}\nsteps: {a: {run: x}}\ntargets: {argo: {workflow: true}}\n"
    )
    assert 'has no value for the param "n"' in said(text)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tables_are_small_and_whole(version: str) -> None:
    """Every type that a table names is there."""
    made = table(version)
    named = [field for level in ("spec", "step", "container") for field in made[level].values()]
    named += [field for fields in made["types"].values() for field in fields.values()]
    known = {"text", "int", "number", "bool", "int-or-text", "quantity", "any"}
    for one in named:
        last = one.rpartition(":")[2]
        assert last in known or last[1:] in made["types"], one
    path = Path(__file__).parents[2] / "backends" / "argo" / "fields" / f"{version}.json"
    assert path.stat().st_size < 30_000


HERA = """
import sys, yaml
import hera.shared._pydantic as base
base.APIBaseModel.model_config["extra"] = "forbid"
from hera.workflows import models
for one in yaml.safe_load_all(sys.stdin):
    model = getattr(models, one["kind"], None)
    if model:
        model.model_validate(one)
        print(one["kind"])
"""


@pytest.mark.parametrize("version", ["4.0", "4.1"])
def test_heras_strict_models_take_the_manifests(version: str) -> None:
    pytest.importorskip("hera", reason="hera is not installed (the extra dev holds it)")
    here = Path(__file__).parent
    specs = [*sorted((here / "runs").glob("*.yaml")), *sorted((here / "specs").glob("*.yaml"))]
    given: list[str | Path] = [SPEC, *specs]
    manifests = [compile_spec(one, version).manifest for one in given]
    run = subprocess.run(
        [sys.executable, "-c", HERA],
        input="\n---\n".join(manifests),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.count("WorkflowTemplate") == len(manifests)


@pytest.mark.cluster
def test_applied_twice_nothing_differs() -> None:
    """As GitOps tools do it: server-side apply, and a diff that is empty."""
    kubeconfig = os.environ.get("KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no cluster: KUBECONFIG is not set")
    cluster = Cluster(kubeconfig)
    manifest = compile_spec(SPEC, "3.7").manifest
    cluster.apply(manifest)
    try:
        again = cluster.apply(manifest)
        assert again.count("serverside-applied") == len(objects())
        name = objects()["Workflow"]["metadata"]["name"]
        status = cluster.result(name)["status"]
        assert status["phase"] == "Succeeded", status.get("message")
        _same(cluster, manifest)
    finally:
        cluster.kubectl("delete", "-f", "-", "--wait=false", "--ignore-not-found", stdin=manifest)


def _same(cluster: Cluster, manifest: str) -> None:
    """Fail where the objects differ from a manifest; the controller may still write a status."""
    for left in reversed(range(5)):
        try:
            cluster.kubectl("diff", "--server-side", "--force-conflicts", "-f", "-", stdin=manifest)
        except AssertionError:
            if not left:
                raise
            time.sleep(2)
        else:
            return
