# Made by pipec from ends.yaml. Change that file and compile again.

import sys
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    checked_values,
    items,
    run_program,
    run_state,
    skip_unless,
    skip_unless_failed,
    skip_unless_succeeded,
    state_of,
    text,
)

with DAG(
    dag_id="ends",
    schedule=None,
    default_args={"retries": 0},
    params={
        "go": Param(False, type="boolean"),
        "none": Param(
            [],
            type="array",
            items={
                "type": "integer",
                "minimum": -9223372036854775808,
                "maximum": 9223372036854775807,
            },
        ),
    },
):

    @task
    def ok():
        """ends.yaml:6"""
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def bad():
        """ends.yaml:7"""
        return run_program(["sh", "-e", "-c", "exit 9"])

    @task
    def skip(params=None):
        """ends.yaml:8"""
        skip_unless(params["go"], "params.go")
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def e_items(params=None):
        return items(params["none"])

    @task
    def e(item):
        """ends.yaml:9"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(retries=1, retry_delay=timedelta(0))
    def fan_bad(item):
        """ends.yaml:10"""
        return run_program(
            ["sh", "-e", "-c", 'test "$I" != 1'],
            env={"I": text(item)},
            retry_on=["exit:1"],
        )

    @task
    def fan_uf(item):
        """ends.yaml:11"""
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def fan_sk(item):
        """ends.yaml:12"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def all_done_fan_items():
        return items([1, 2])

    @task
    def all_done_fan(item):
        """ends.yaml:13"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def s1():
        """ends.yaml:14"""
        return run_program(
            ["sh", "-e", "-c", 'printf "%s" "$S" > "$PIPEC_OUTPUTS/s"'],
            env={"S": state_of("fan_bad") + " " + state_of("e", "e_items")},
            outputs={"s": "string"},
        )

    @task(trigger_rule="all_done")
    def s2():
        """ends.yaml:15"""
        return run_program(
            ["sh", "-e", "-c", 'printf "%s" "$S" > "$PIPEC_OUTPUTS/s"'],
            env={"S": state_of("fan_uf") + " " + state_of("fan_sk")},
            outputs={"s": "string"},
        )

    @task(trigger_rule="all_done")
    def w1():
        """ends.yaml:16"""
        skip_unless_failed("ok", "bad")
        skip_unless(
            state_of("bad") == "failed" and state_of("ok") != "failed",
            "steps.bad.state == 'failed' and steps.ok.state != 'failed'",
        )
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def w2():
        """ends.yaml:17"""
        skip_unless(state_of("ok") == "failed", "steps.ok.state == 'failed'")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def w3():
        """ends.yaml:18"""
        skip_unless(state_of("w1") == "succeeded", "steps.w1.state == 'succeeded'")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def nf_e():
        """ends.yaml:19"""
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def as_e():
        """ends.yaml:20"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def af_e():
        """ends.yaml:21"""
        skip_unless_failed("e", "ok")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def chain1():
        """ends.yaml:22"""
        skip_unless_succeeded("as_e")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def chain2():
        """ends.yaml:23"""
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def uf2():
        """ends.yaml:24"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def uf3():
        """ends.yaml:25"""
        skip_unless_succeeded("skip")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def af3():
        """ends.yaml:26"""
        skip_unless_failed("uf3")
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def bad_when(params=None):
        """ends.yaml:27"""
        with checked_values():
            skip_unless(params["none"][0] == 1, "params.none[0] == 1")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="all_done")
    def after_bw():
        """ends.yaml:28"""
        skip_unless_failed("bad_when")
        return run_program(
            ["sh", "-e", "-c", 'printf "%s" "$S" > "$PIPEC_OUTPUTS/s"'],
            env={"S": state_of("bad_when")},
            outputs={"s": "string"},
        )

    @task(trigger_rule="all_done")
    def f1():
        """ends.yaml:30"""
        return run_program(
            ["sh", "-e", "-c", 'printf "%s" "$S" > "$PIPEC_OUTPUTS/s"'],
            env={"S": run_state()},
            outputs={"s": "string"},
        )

    @task
    def f2():
        """ends.yaml:31"""
        skip_unless(run_state() == "succeeded", "run.state == 'succeeded'")
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def f3():
        """ends.yaml:32"""
        return run_program(["sh", "-e", "-c", "exit 3"])

    @task(trigger_rule="all_done")
    def f4():
        """ends.yaml:33"""
        skip_unless_failed("f3")
        return run_program(
            ["sh", "-e", "-c", 'printf "%s" "$S" > "$PIPEC_OUTPUTS/s"'],
            env={"S": state_of("f3") + " " + state_of("skip") + " " + state_of("w3")},
            outputs={"s": "string"},
        )

    @task(trigger_rule="all_done")
    def f5_items(params=None):
        return items(params["none"])

    @task
    def f5(item):
        """ends.yaml:34"""
        return run_program(["sh", "-e", "-c", ":"])

    @task(trigger_rule="none_failed")
    def f6():
        """ends.yaml:35"""
        return run_program(["sh", "-e", "-c", ":"])

    @task
    def f7():
        """ends.yaml:36"""
        return run_program(["sh", "-e", "-c", ":"])

    ok_done = ok()
    bad_done = bad()
    skip_done = skip()
    e_items_done = e_items()
    e_done = e.expand(item=e_items_done)
    fan_bad_done = fan_bad.expand(item=[0, 1, 2])
    bad_when_done = bad_when()
    fan_uf_done = fan_uf.expand(item=[1, 2])
    fan_sk_done = fan_sk.expand(item=[1, 2])
    s1_done = s1()
    w1_done = w1()
    w2_done = w2()
    nf_e_done = nf_e()
    as_e_done = as_e()
    af_e_done = af_e()
    after_bw_done = after_bw()
    all_done_fan_items_done = all_done_fan_items()
    all_done_fan_done = all_done_fan.expand(item=all_done_fan_items_done)
    s2_done = s2()
    w3_done = w3()
    chain1_done = chain1()
    uf2_done = uf2()
    chain2_done = chain2()
    uf3_done = uf3()
    af3_done = af3()
    f1_done = f1()
    f5_items_done = f5_items()
    f5_done = f5.expand(item=f5_items_done)
    f2_done = f2()
    f3_done = f3()
    f6_done = f6()
    f4_done = f4()
    f7_done = f7()
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    bad_done >> fan_uf_done
    skip_done >> fan_sk_done
    [fan_bad_done, e_done] >> s1_done
    [ok_done, bad_done] >> w1_done
    [ok_done, bad_done] >> w2_done
    [e_done, skip_done] >> nf_e_done
    e_done >> as_e_done
    [e_done, ok_done] >> af_e_done
    bad_when_done >> after_bw_done
    [fan_bad_done, fan_sk_done] >> all_done_fan_items_done
    [fan_uf_done, fan_sk_done] >> s2_done
    [w2_done, w1_done] >> w3_done
    [nf_e_done, as_e_done] >> chain1_done
    fan_uf_done >> uf2_done
    chain1_done >> chain2_done
    [uf2_done, skip_done] >> uf3_done
    uf3_done >> af3_done
    f1_done >> f2_done
    f2_done >> f3_done
    [f5_done, f2_done] >> f6_done
    f3_done >> f4_done
    f3_done >> f7_done
    [
        all_done_fan_done,
        s1_done,
        s2_done,
        w1_done,
        w2_done,
        w3_done,
        nf_e_done,
        as_e_done,
        af_e_done,
        chain2_done,
        uf2_done,
        af3_done,
        after_bw_done,
    ] >> steps_ended
    steps_ended >> f1_done
    steps_ended >> f5_items_done
    [
        ok_done,
        fan_bad_done,
        fan_sk_done,
        all_done_fan_done,
        s1_done,
        s2_done,
        w3_done,
        af_e_done,
        chain1_done,
        chain2_done,
        uf3_done,
        af3_done,
        bad_when_done,
        after_bw_done,
        f4_done,
        f6_done,
        f7_done,
    ] >> pipeline_status
