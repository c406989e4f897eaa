# Made by pipec from rules.yaml. Change that file and compile again.

import json
import sys
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, task

# Airflow puts the dags folder on the path, not its sub-folders.
sys.path.append(str(Path(__file__).parent))
from _pipec_9c97be56 import (
    checked_values,
    items,
    limited,
    outputs_of,
    run_program,
    run_state,
    skip_unless,
    skip_unless_failed,
    skip_unless_succeeded,
    state_of,
    text,
    whole,
)

with DAG(
    dag_id="rules",
    schedule=None,
    default_args={"retries": 0},
    params={"go": Param(False, type="boolean")},
):

    @task
    def good():
        """rules.yaml:7"""
        return run_program(
            ["sh", "-e", "-c", 'printf 1 > "$PIPEC_OUTPUTS/n"'], outputs={"n": "int"}
        )

    @task
    def listed():
        """rules.yaml:8"""
        return run_program(["sh", "-e", "-c", "true"], outputs={"all": "list<int>"})

    @task
    def fine():
        """rules.yaml:9"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def bad():
        """rules.yaml:10"""
        return run_program(["sh", "-e", "-c", "exit 3"])

    @task
    def worse():
        """rules.yaml:11"""
        return run_program(["sh", "-e", "-c", "exit 4"])

    @task
    def off(params=None):
        """rules.yaml:12"""
        skip_unless(params["go"], "params.go")
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def out(params=None):
        """rules.yaml:13"""
        skip_unless(params["go"], "params.go")
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def above():
        """rules.yaml:14"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def as_ss():
        """rules.yaml:15"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def as_sf():
        """rules.yaml:16"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def as_sk():
        """rules.yaml:17"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def as_fk():
        """rules.yaml:18"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def as_kf():
        """rules.yaml:19"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def as_kk():
        """rules.yaml:20"""
        skip_unless_succeeded("off", "out")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def as_uk():
        """rules.yaml:21"""
        skip_unless_succeeded("off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_ss():
        """rules.yaml:22"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_sf():
        """rules.yaml:23"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_sk():
        """rules.yaml:24"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_fk():
        """rules.yaml:25"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_kk():
        """rules.yaml:26"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def nf_uk():
        """rules.yaml:27"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def af_ss():
        """rules.yaml:28"""
        skip_unless_failed("good", "fine")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def af_sf():
        """rules.yaml:29"""
        skip_unless_failed("good", "bad")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def af_sk():
        """rules.yaml:30"""
        skip_unless_failed("good", "off")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def af_ff():
        """rules.yaml:31"""
        skip_unless_failed("bad", "worse")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def af_su():
        """rules.yaml:32"""
        skip_unless_failed("good", "above")
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def ad_sf():
        """rules.yaml:33"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def ad_uk():
        """rules.yaml:34"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def cascade():
        """rules.yaml:35"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def after_skipped_rule():
        """rules.yaml:36"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def fan_items():
        skip_unless_succeeded("off")
        return items([1, 2])

    @task
    def fan(item):
        """rules.yaml:37"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="none_failed")
    def fan_lenient_items():
        return items([1, 2])

    @task
    def fan_lenient(item):
        """rules.yaml:38"""
        return run_program(["sh", "-e", "-c", "true"])

    @task
    def fan_bad(item):
        """rules.yaml:39"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def fan_rescue_items():
        skip_unless_failed("bad")
        return items([1, 2])

    @task
    def fan_rescue(item):
        """rules.yaml:40"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def tidy():
        """rules.yaml:42"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$STATE $UP $OFF" > "$PIPEC_OUTPUTS/line"'],
            env={"STATE": run_state(), "UP": state_of("above"), "OFF": state_of("off")},
            outputs={"line": "string"},
        )

    @task(trigger_rule="all_done")
    def twice_items():
        return items([1, 2])

    @task
    def twice(item):
        """rules.yaml:46"""
        good = outputs_of("good")
        with checked_values():
            env = {"N": text(whole(item + (good["n"] if good else 40)))}
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$N" > "$PIPEC_OUTPUTS/n"'],
            env=env,
            outputs={"n": "int"},
        )

    @task(trigger_rule="all_done")
    def many_items(listed):
        skip_unless(run_state() == "failed", "run.state == 'failed'")
        return items(json.loads(listed["all"]) if listed else [7])

    @task
    def many(item):
        """rules.yaml:51"""
        return run_program(
            ["sh", "-e", "-c", 'printf %s "$N" > "$PIPEC_OUTPUTS/n"'],
            env={"N": text(item)},
            outputs={"n": "int"},
        )

    @task
    def count(many):
        """rules.yaml:57"""
        many = many[:]
        with checked_values():
            values = {"all": limited([one["n"] for one in many] + [0])}
        return run_program(
            ["sh", "-e", "-c", 'cat "$PIPEC_INPUTS/all" > "$PIPEC_OUTPUTS/all"'],
            values=values,
            outputs={"all": "string"},
        )

    @task(trigger_rule="all_done")
    def broken():
        """rules.yaml:61"""
        return run_program(["sh", "-e", "-c", "exit 9"])

    @task
    def after_broken():
        """rules.yaml:62"""
        return run_program(["sh", "-e", "-c", "true"])

    @task(trigger_rule="all_done")
    def mended():
        """rules.yaml:63"""
        skip_unless_failed("broken")
        return run_program(["sh", "-e", "-c", "true"])

    good_done = good()
    fine_done = fine()
    bad_done = bad()
    worse_done = worse()
    off_done = off()
    out_done = out()
    listed_done = listed()
    above_done = above()
    as_ss_done = as_ss()
    as_sf_done = as_sf()
    as_sk_done = as_sk()
    as_fk_done = as_fk()
    as_kf_done = as_kf()
    as_kk_done = as_kk()
    nf_ss_done = nf_ss()
    nf_sf_done = nf_sf()
    nf_sk_done = nf_sk()
    nf_fk_done = nf_fk()
    nf_kk_done = nf_kk()
    af_ss_done = af_ss()
    af_sf_done = af_sf()
    af_sk_done = af_sk()
    af_ff_done = af_ff()
    ad_sf_done = ad_sf()
    fan_items_done = fan_items()
    fan_done = fan.expand(item=fan_items_done)
    fan_lenient_items_done = fan_lenient_items()
    fan_lenient_done = fan_lenient.expand(item=fan_lenient_items_done)
    fan_bad_done = fan_bad.expand(item=[1, 2])
    fan_rescue_items_done = fan_rescue_items()
    fan_rescue_done = fan_rescue.expand(item=fan_rescue_items_done)
    as_uk_done = as_uk()
    nf_uk_done = nf_uk()
    af_su_done = af_su()
    ad_uk_done = ad_uk()
    cascade_done = cascade()
    after_skipped_rule_done = after_skipped_rule()
    tidy_done = tidy()
    twice_items_done = twice_items()
    twice_done = twice.expand(item=twice_items_done)
    many_items_done = many_items(listed_done)
    many_done = many.expand(item=many_items_done)
    broken_done = broken()
    count_done = count(many_done)
    after_broken_done = after_broken()
    mended_done = mended()
    steps_ended = EmptyOperator(task_id="steps_ended", trigger_rule="all_done")
    pipeline_status = EmptyOperator(
        task_id="pipeline_status", trigger_rule="none_failed"
    )
    bad_done >> listed_done
    bad_done >> above_done
    [good_done, fine_done] >> as_ss_done
    [good_done, bad_done] >> as_sf_done
    [good_done, off_done] >> as_sk_done
    [bad_done, off_done] >> as_fk_done
    [off_done, bad_done] >> as_kf_done
    [off_done, out_done] >> as_kk_done
    [good_done, fine_done] >> nf_ss_done
    [good_done, bad_done] >> nf_sf_done
    [good_done, off_done] >> nf_sk_done
    [bad_done, off_done] >> nf_fk_done
    [off_done, out_done] >> nf_kk_done
    [good_done, fine_done] >> af_ss_done
    [good_done, bad_done] >> af_sf_done
    [good_done, off_done] >> af_sk_done
    [bad_done, worse_done] >> af_ff_done
    [good_done, bad_done] >> ad_sf_done
    [good_done, off_done] >> fan_items_done
    [good_done, off_done] >> fan_lenient_items_done
    bad_done >> fan_bad_done
    bad_done >> fan_rescue_items_done
    [above_done, off_done] >> as_uk_done
    [above_done, off_done] >> nf_uk_done
    [good_done, above_done] >> af_su_done
    [above_done, off_done] >> ad_uk_done
    as_sk_done >> cascade_done
    af_ss_done >> after_skipped_rule_done
    broken_done >> after_broken_done
    broken_done >> mended_done
    [
        listed_done,
        out_done,
        as_ss_done,
        as_sf_done,
        as_fk_done,
        as_kf_done,
        as_kk_done,
        as_uk_done,
        nf_ss_done,
        nf_sf_done,
        nf_sk_done,
        nf_fk_done,
        nf_kk_done,
        nf_uk_done,
        af_sf_done,
        af_sk_done,
        af_ff_done,
        af_su_done,
        ad_sf_done,
        ad_uk_done,
        cascade_done,
        after_skipped_rule_done,
        fan_done,
        fan_lenient_done,
        fan_bad_done,
        fan_rescue_done,
    ] >> steps_ended
    steps_ended >> tidy_done
    steps_ended >> twice_items_done
    steps_ended >> many_items_done
    steps_ended >> broken_done
    [
        listed_done,
        worse_done,
        as_ss_done,
        as_sf_done,
        as_fk_done,
        as_kf_done,
        as_kk_done,
        as_uk_done,
        nf_ss_done,
        nf_sf_done,
        nf_sk_done,
        nf_fk_done,
        nf_kk_done,
        nf_uk_done,
        af_sf_done,
        af_sk_done,
        af_ff_done,
        af_su_done,
        ad_sf_done,
        ad_uk_done,
        cascade_done,
        after_skipped_rule_done,
        fan_done,
        fan_lenient_done,
        fan_bad_done,
        fan_rescue_done,
        tidy_done,
        twice_done,
        count_done,
        after_broken_done,
        mended_done,
    ] >> pipeline_status
