"""What steps and runs end as, written by hand from the language page."""

from typing import Any

import pytest

# name: steps of a spec, what each of them and the run end as. Attempts are shown where they are
# not one for succeeded and failed, none for the others.
CASES: dict[str, tuple[str, str, str]] = {
    "all_succeeded after a success": (
        """
steps:
  a: {run: ":"}
  b: {needs: [a], run: ":"}
""",
        "a=succeeded b=succeeded",
        "succeeded",
    ),
    "all_succeeded after a failure, and after one that did not run": (
        """
steps:
  a: {run: exit 3}
  b: {needs: [a], run: ":"}
  c: {needs: [b], run: ":"}
""",
        "a=failed b=upstream_failed c=upstream_failed",
        "failed",
    ),
    "all_succeeded after a skip, and a failure wins over a skip": (
        """
steps:
  no: {when: false, run: ":"}
  bad: {run: exit 1}
  a: {needs: [no], run: ":"}
  b: {needs: [a], run: ":"}
  c: {needs: [no, bad], run: ":"}
""",
        "no=skipped bad=failed a=skipped b=skipped c=upstream_failed",
        "failed",
    ),
    "a skip alone leaves the run green": (
        "steps: {no: {when: false, run: exit 1}}",
        "no=skipped",
        "succeeded",
    ),
    "none_failed": (
        """
steps:
  no: {when: false, run: ":"}
  good: {run: ":"}
  bad: {run: exit 1}
  a: {needs: [no, good], trigger_rule: none_failed, run: ":"}
  b: {needs: [no, bad], trigger_rule: none_failed, run: ":"}
  c: {needs: [b], trigger_rule: none_failed, run: ":"}
""",
        "no=skipped good=succeeded bad=failed a=succeeded b=upstream_failed c=upstream_failed",
        "failed",
    ),
    "any_failed": (
        """
steps:
  no: {when: false, run: ":"}
  good: {run: ":"}
  bad: {run: exit 1}
  below: {needs: [bad], run: ":"}
  a: {needs: [good, bad], trigger_rule: any_failed, run: ":"}
  b: {needs: [good, no], trigger_rule: any_failed, run: ":"}
  c: {needs: [below], trigger_rule: any_failed, run: ":"}
""",
        (
            "no=skipped good=succeeded bad=failed below=upstream_failed a=succeeded b=skipped "
            "c=succeeded"
        ),
        "failed",
    ),
    "all_done": (
        """
steps:
  no: {when: false, run: ":"}
  bad: {run: exit 1}
  below: {needs: [bad], run: ":"}
  a: {needs: [no, bad, below], trigger_rule: all_done, run: ":"}
""",
        "no=skipped bad=failed below=upstream_failed a=succeeded",
        "failed",
    ),
    "the rule comes before `when`": (
        """
params: {go: {type: bool, default: false}}
steps:
  bad: {run: exit 1}
  a: {needs: [bad], when: params.go, run: ":"}
  b: {needs: [bad], trigger_rule: all_done, when: params.go, run: ":"}
""",
        "bad=failed a=upstream_failed b=skipped",
        "failed",
    ),
    "`when` on a value": (
        """
steps:
  a: {run: "echo 5 > $PIPEC_OUTPUTS/n", outputs: {n: int}}
  b: {when: steps.a.outputs.n > 4, run: ":"}
  c: {when: steps.a.outputs.n > 5, run: ":"}
""",
        "a=succeeded b=succeeded c=skipped",
        "succeeded",
    ),
    "what cannot be evaluated fails without an attempt": (
        """
params: {n: {type: int, default: 0}, none: {type: list<int>, default: []}}
steps:
  a: {when: 1 / params.n > 1, run: ":"}
  b: {for_each: "[1 // params.n]", run: ":"}
  c: {env: {X: "${{ min(params.none) }}"}, retry: 3, run: ":"}
  d: {inputs: {x: "${{ params.none[0] }}"}, run: ":"}
  e: {command: [echo, "${{ params.none[0] }}"]}
  f: {for_each: "[1, 0]", env: {X: "${{ 1 // item }}"}, run: ":"}
""",
        "a=failed/0 b=failed/0 c=failed/0 d=failed/0 e=failed/0 f=failed[succeeded][failed/0]",
        "failed",
    ),
    "fan-out: every instance runs, one that fails fails the step": (
        """
steps:
  a: {for_each: [0, 1, 0], env: {X: "${{ item }}"}, run: exit $X}
  b: {needs: [a], run: ":"}
""",
        "a=failed/3[succeeded][failed][succeeded] b=upstream_failed",
        "failed",
    ),
    "fan-out over nothing": (
        """
params: {none: {type: list<int>, default: []}}
steps:
  a: {for_each: params.none, run: ":"}
  b: {for_each: {x: params.none, y: [1, 2]}, run: ":"}
  c: {needs: [a], run: ":"}
  d: {needs: [a, b], trigger_rule: none_failed, run: ":"}
""",
        "a=skipped b=skipped c=skipped d=succeeded",
        "succeeded",
    ),
    "fan-out with retries of each": (
        """
steps:
  a:
    for_each: [0, 1, 2]
    retry: 3
    run: test $PIPEC_ATTEMPT -gt $PIPEC_ITEM_INDEX
""",
        "a=succeeded/6[succeeded][succeeded/2][succeeded/3]",
        "succeeded",
    ),
    "fan-out with `when`": (
        "steps: {a: {for_each: [1, 2], when: false, run: ':'}}",
        "a=skipped",
        "succeeded",
    ),
    "retries": (
        """
steps:
  ends_well: {retry: 3, run: test $PIPEC_ATTEMPT = 3}
  never: {retry: 3, run: exit 1}
  other_code: {retry: {attempts: 3, on: ["exit:5"]}, run: exit 4}
  this_code: {retry: {attempts: 3, on: ["exit:5"]}, run: exit 5}
  signal: {retry: {attempts: 2, on: ["exit:137"]}, run: kill -9 $$}
  any_code: {retry: {attempts: 2, on: [exit]}, run: exit 9}
  contract: {retry: {attempts: 2, on: [contract]}, run: ":", outputs: {x: int}}
  no_exit: {retry: {attempts: 2, on: [exit]}, run: ":", outputs: {x: int}}
  no_program: {retry: {attempts: 2, on: ["exit:127"]}, command: [there-is-no-such-program]}
  no_file: {retry: {attempts: 2, on: ["exit:127"]}, command: [./none]}
""",
        (
            "ends_well=succeeded/3 never=failed/3 other_code=failed this_code=failed/3 "
            "signal=failed/2 any_code=failed/2 contract=failed/2 no_exit=failed "
            "no_program=failed/2 no_file=failed/2"
        ),
        "failed",
    ),
    "timeouts": (
        """
steps:
  a: {timeout: 1s, run: sleep 60}
  b: {timeout: 1s, retry: {attempts: 2, on: [timeout]}, run: "[ $PIPEC_ATTEMPT = 2 ] || sleep 60"}
  c: {timeout: 1s, retry: {attempts: 2, on: [exit]}, run: sleep 60}
""",
        "a=failed b=succeeded/2 c=failed",
        "failed",
    ),
    "finally runs whatever happened, and sees it": (
        """
steps:
  good: {run: "echo 3 > $PIPEC_OUTPUTS/n", outputs: {n: int}}
  bad: {run: exit 1}
  below: {needs: [bad], run: "echo 3 > $PIPEC_OUTPUTS/n", outputs: {n: int}}
finally:
  a: {when: run.state == 'failed', run: ":"}
  b: {when: run.state == 'succeeded', run: ":"}
  c: {when: steps.bad.state == 'failed' and steps.below.state == 'upstream_failed', run: ":"}
  d: {when: steps.good.outputs.n == 3 and steps.below.outputs.n == null, run: ":"}
  e: {needs: [b], run: ":"}
""",
        (
            "good=succeeded bad=failed below=upstream_failed a=succeeded b=skipped c=succeeded "
            "d=succeeded e=skipped"
        ),
        "failed",
    ),
    "a failure in finally fails the run, and `run.state` is of the steps alone": (
        """
steps: {a: {run: ":"}}
finally:
  b: {run: exit 1}
  c: {needs: [b], trigger_rule: all_done, when: run.state == 'succeeded', run: ":"}
""",
        "a=succeeded b=failed c=succeeded",
        "failed",
    ),
    "a clean-up that succeeds does not turn the run green": (
        """
steps:
  a: {run: exit 1}
  b: {needs: [a], trigger_rule: any_failed, run: ":"}
""",
        "a=failed b=succeeded",
        "failed",
    ),
    "null of a skipped step under none_failed": (
        """
steps:
  a: {when: false, run: ":", outputs: {n: int}}
  b: {needs: [a], trigger_rule: none_failed, when: steps.a.outputs.n == null, run: ":"}
  c: {needs: [a], trigger_rule: none_failed, env: {N: "${{ default(steps.a.outputs.n, 7) }}"},
      run: test $N = 7}
  d: {needs: [a], trigger_rule: none_failed, inputs: {n: "${{ steps.a.outputs.n }}"},
      run: test ! -e $PIPEC_INPUTS/n}
""",
        "a=skipped b=succeeded c=succeeded d=succeeded",
        "succeeded",
    ),
    "null of a failed fan-out": (
        """
steps:
  a: {for_each: [0, 1], env: {X: "${{ item }}"}, run: "echo 1 > $PIPEC_OUTPUTS/n; exit $X",
      outputs: {n: int}}
  b: {trigger_rule: all_done, when: steps.a.outputs.n == null, run: ":"}
""",
        "a=failed/2[succeeded][failed] b=succeeded",
        "failed",
    ),
    "the run's timeout cancels, finally still runs": (
        """
timeout: 1s
steps:
  done: {run: ":"}
  a: {needs: [done], run: sleep 60}
  b: {needs: [a], run: ":"}
finally:
  z: {when: steps.a.state == 'cancelled' and run.state == 'failed', run: sleep 1.2}
""",
        "done=succeeded a=cancelled/1 b=cancelled z=succeeded",
        "failed",
    ),
    "finally retries also in a run that was stopped": (
        """
timeout: 1s
steps: {a: {run: sleep 60}}
finally: {z: {retry: 3, run: test $PIPEC_ATTEMPT = 3}}
""",
        "a=cancelled/1 z=succeeded/3",
        "failed",
    ),
    "no retry follows a cancellation": (
        """
timeout: 1s
steps: {a: {retry: {attempts: 3, delay: 60s}, run: exit 1}, b: {retry: 9, run: sleep 60}}
""",
        "a=cancelled/1 b=cancelled/1",
        "failed",
    ),
    "fail_fast": (
        """
fail_fast: true
steps:
  bad: {run: sleep 0.2; exit 1}
  slow: {retry: 5, run: sleep 60}
  below: {needs: [slow], run: ":"}
finally: {z: {run: ":"}}
""",
        "bad=failed slow=cancelled/1 below=cancelled z=succeeded",
        "failed",
    ),
    "a run without fail_fast goes on": (
        """
steps:
  bad: {run: exit 1}
  a: {run: sleep 0.1}
  b: {needs: [a], run: ":"}
""",
        "bad=failed a=succeeded b=succeeded",
        "failed",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_states(run: Any, name: str) -> None:
    spec, steps, state = CASES[name]
    ran = run(spec, jobs=4)
    assert ran.states() == steps
    assert ran.state == state
    assert ran.outcome.exit_code == (0 if state == "succeeded" else 1)


def test_a_step_that_does_not_run_says_why(run: Any) -> None:
    ran = run("""
steps:
  no: {when: false, run: ":"}
  bad: {run: exit 1}
  a: {needs: [no], run: ":"}
  b: {needs: [no, bad], run: ":"}
  c: {needs: [no], trigger_rule: any_failed, run: ":"}
""")
    for line in (
        "no skipped: `when` is false",
        'a skipped: "no" was skipped',
        'b upstream_failed: "bad" failed',
        "c skipped: no need of it failed",
    ):
        assert line in ran.said
