# Made by pipec from pods.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_8004fae0 import (
    checked_values,
    in_pod,
    items,
    kubernetes_secret,
    optional,
    pod_step,
    run_program,
    skip_unless,
    skip_unless_succeeded,
    state_of,
    text,
    whole,
)

FILES = Path(__file__).parent / "pods_files"
ARTIFACTS = Path("/tmp/pipec-artifacts")

with DAG(
    dag_id="pods",
    schedule=None,
    default_args={"retries": 0},
    params={
        "words": Param(
            ["$(HOME) {{ x }}", "b.sh", "$é$$", "", "a\n\n"],
            type="array",
            items={"type": "string"},
        ),
    },
):

    @task
    def shout_items(params=None):
        return items({"word": params["words"]})

    @pod_step(
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:8"},
        hostnetwork=True,
        labels={"team": "data"},
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def shout(item):
        """pods.yaml:8"""
        return in_pod(
            ["sh", "-e", "-c", 'sh pods/tool.sh "$WORD" > "$PIPEC_OUTPUTS/loud"\n'],
            env={"WORD": item["word"]},
            outputs={"loud": "string"},
            code=FILES,
        )

    @pod_step(
        retries=2,
        retry_delay=timedelta(0),
        execution_timeout=timedelta(minutes=5),
        image="pipec.test/busybox:1",
        container_resources={
            "requests": {"cpu": "50m", "memory": "32Mi"},
            "limits": {"memory": "32Mi"},
        },
        annotations={"pipec.dev/source": "pods.yaml:15"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def flaky():
        """Ends with 75 once, then well.

        pods.yaml:15
        """
        script = (
            'if [ "$PIPEC_ATTEMPT" -lt 2 ]; then exit 75; fi\n'
            'echo "$PIPEC_ATTEMPT" > "$PIPEC_OUTPUTS/n"\n'
            'printf \'{"a": [1, 2.50]}\' > "$PIPEC_OUTPUTS/j"\n'
            'mkdir -p "$PIPEC_OUTPUTS/box/in" && echo "$PIPEC_STEP" > '
            '"$PIPEC_OUTPUTS/box/in/side"\n'
            "echo here > here.txt\n"
        )
        return in_pod(
            ["sh", "-e", "-c", script],
            env={"TOKEN": kubernetes_secret("deploy", "token", optional=True)},
            outputs={
                "n": "int",
                "j": "json",
                "none": "string?",
                "box": "dir",
                "here": ["file", "here.txt"],
            },
            retry_on=["exit:75"],
            code=FILES,
            workdir="pods",
            store=ARTIFACTS,
        )

    @pod_step(
        retries=1,
        retry_delay=timedelta(0),
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:29"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def wrong():
        """pods.yaml:29"""
        return in_pod(["sh", "-e", "-c", "exit 3"], retry_on=["exit:75"], code=FILES)

    @pod_step(
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:32"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def broken():
        """pods.yaml:32"""
        return in_pod(
            ["sh", "-e", "-c", 'echo many > "$PIPEC_OUTPUTS/n"'],
            outputs={"n": "int"},
            code=FILES,
        )

    @pod_step(
        execution_timeout=timedelta(seconds=15),
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:35"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def slow():
        """pods.yaml:35"""
        return in_pod(["sh", "-e", "-c", "sleep 600"], code=FILES)

    @pod_step(
        trigger_rule="all_done",
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:38"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def seen(flaky):
        """pods.yaml:38"""
        skip_unless(state_of("wrong") == "failed", "steps.wrong.state == 'failed'")
        with checked_values():
            env = {"N": text(whole((flaky["n"] if flaky else 0) + 1))}
        script = (
            'cat "$PIPEC_INPUTS/box/in/side" "$PIPEC_INPUTS/here" > '
            '"$PIPEC_OUTPUTS/t"; printf %s "$N" >> "$PIPEC_OUTPUTS/t"'
        )
        return in_pod(
            ["sh", "-e", "-c", script],
            env=env,
            files={
                "box": optional(None, flaky, "box"),
                "here": optional(None, flaky, "here"),
            },
            outputs={"t": "string"},
            code=FILES,
        )

    @task
    def join(shout):
        """pods.yaml:46"""
        shout = shout[:]
        return run_program(
            ["sh", "-e", "-c", 'cat "$PIPEC_INPUTS/all" > "$PIPEC_OUTPUTS/all"'],
            values={"all": [one["loud"] for one in shout]},
            outputs={"all": "string"},
            code=FILES,
        )

    @pod_step(
        trigger_rule="none_failed",
        image="pipec.test/busybox:1",
        annotations={"pipec.dev/source": "pods.yaml:51"},
        hostnetwork=True,
        namespace="argo",
        pod_template_dict={
            "spec": {
                "volumes": [
                    {
                        "name": "artifacts",
                        "hostPath": {
                            "path": "/tmp/pipec-artifacts",
                            "type": "DirectoryOrCreate",
                        },
                    },
                ],
                "containers": [
                    {
                        "name": "base",
                        "volumeMounts": [
                            {"name": "artifacts", "mountPath": "/tmp/pipec-artifacts"},
                        ],
                    },
                ],
            },
        },
        startup_timeout_seconds=600,
    )
    def read(join, shout, params=None):
        """pods.yaml:51"""
        skip_unless_succeeded("join", "shout")
        shout = shout[:]
        with checked_values():
            command = [
                "sh",
                "-c",
                (
                    'cat "$PIPEC_INPUTS/all" "$PIPEC_INPUTS/many" > '
                    '"$PIPEC_OUTPUTS/x"; printf %s "$1" >> "$PIPEC_OUTPUTS/x"'
                ),
                "sh",
                "$(PIPEC_STEP) " + params["words"][2],
            ]
        return in_pod(
            command,
            values={"all": join["all"], "many": [one["loud"] for one in shout]},
            outputs={"x": "string"},
            code=FILES,
        )

    shout_items_done = shout_items()
    shout_done = shout.expand(item=shout_items_done)
    flaky_done = flaky()
    wrong_done = wrong()
    broken_done = broken()
    slow_done = slow()
    seen_done = seen(flaky_done)
    join_done = join(shout_done)
    read_done = read(join_done, shout_done)
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    wrong_done >> seen_done
    [
        flaky_done,
        wrong_done,
        broken_done,
        slow_done,
        seen_done,
        read_done,
    ] >> pipeline_status
