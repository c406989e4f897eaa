"""Steps in pods on a real Kubernetes: the trace of `airflow dags test` is that of a local run.

It needs KUBECONFIG of a one-node cluster that shares /tmp with this machine and has the image
pipec.test/busybox:1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import environment, plans
from .test_real import checked, comparable, emit

SPEC = Path(__file__).parent / "pod_specs" / "pods.yaml"
pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("PIPEC_PODS") or not os.environ.get("KUBECONFIG"),
        reason="PIPEC_PODS=1 and KUBECONFIG say to run pods on a cluster",
    ),
]


@pytest.mark.parametrize("version", ["3.3", "2.11"])
def test_pods_give_what_a_local_run_gives(version: str, tmp_path: Path) -> None:
    pipeline = checked(SPEC)
    (tmp_path / "dags").mkdir()
    emit(pipeline, version, tmp_path / "dags")
    extra = {
        "in_cluster": False,
        "kube_config_path": os.environ["KUBECONFIG"],
        "xcom_sidecar_container_image": "pipec.test/busybox:1",
    }
    connection = json.dumps({"conn_type": "kubernetes", "extra": extra})
    job = {"dag_id": pipeline.name, "plan": plans.plan_of(pipeline, version)}
    found = environment.run(
        version,
        tmp_path / "dags",
        [job],
        tmp_path / "home",
        AIRFLOW_CONN_KUBERNETES_DEFAULT=connection,
    )
    command = [sys.executable, "-m", "pipec", "run", str(SPEC), "--state", str(tmp_path / "state")]
    subprocess.run([*command, "--trace", str(tmp_path / "trace.json")], capture_output=True)
    trace = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    assert comparable(found[0]) == comparable(trace)
