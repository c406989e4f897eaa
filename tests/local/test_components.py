"""Uses of components: one step outside, a graph inside."""

from pathlib import Path
from typing import Any

COMPONENT = """pipec: 1
component: fit
inputs: {model: string, fail: bool}
outputs: {auc: {type: float, value: "${{ steps.score.outputs.auc }}"}}
steps:
  train:
    env: {MODEL: "${{ inputs.model }}", STEP: "${{ run.id }}"}
    run: printf "$MODEL" > $PIPEC_OUTPUTS/m; test $PIPEC_STEP = fit.train
    outputs: {m: file}
  score:
    needs: [train]
    inputs: {m: "${{ steps.train.outputs.m }}"}
    env: {FAIL: "${{ inputs.fail }}"}
    run: wc -c < $PIPEC_INPUTS/m | tr -d ' ' > $PIPEC_OUTPUTS/auc; test $FAIL = false
    outputs: {auc: float}
  after: {needs: [score], run: ":"}
"""


def test_a_use_is_one_step_to_the_rest(run: Any, tmp_path: Path) -> None:
    (tmp_path / "fit.yaml").write_text(COMPONENT)
    ran = run("""
steps:
  fit: {uses: ./fit.yaml, with: {model: ridge, fail: false}}
  b: {env: {X: "${{ steps.fit.outputs.auc }}"}, run: test $X = 5.0}
""")
    assert ran.states() == "fit=succeeded/3 b=succeeded", ran.said
    fit = ran.steps["fit"]
    assert fit["outputs"] == {"auc": 5.0}
    assert {name: step["state"] for name, step in fit["steps"].items()} == {
        "train": "succeeded",
        "score": "succeeded",
        "after": "succeeded",
    }


def test_a_fan_out_of_a_use_runs_its_graph_for_each_item(run: Any, tmp_path: Path) -> None:
    (tmp_path / "fit.yaml").write_text(COMPONENT)
    ran = run("""
steps:
  fit:
    uses: ./fit.yaml
    for_each: {model: ["a", "bb", "ccc"]}
    max_parallel: 2
    with: {model: "${{ item.model }}", fail: "${{ item.model == 'bb' }}"}
  b: {needs: [fit], run: ":"}
finally:
  z: {when: steps.fit.outputs.auc == null, run: ":"}
""")
    assert ran.states() == (
        "fit=failed/8[succeeded/3][failed/2][succeeded/3] b=upstream_failed z=succeeded"
    ), ran.said
    instances = ran.steps["fit"]["instances"]
    assert [one["outputs"] for one in instances] == [{"auc": 1.0}, {"auc": None}, {"auc": 3.0}]
    assert [
        {name: step["state"] for name, step in one["steps"].items()} for one in instances[:2]
    ] == [
        {"train": "succeeded", "score": "succeeded", "after": "succeeded"},
        {"train": "succeeded", "score": "failed", "after": "upstream_failed"},
    ]
    assert "fit[1].score failed: exit 1" in ran.said


def test_a_use_that_does_not_start(run: Any, tmp_path: Path) -> None:
    (tmp_path / "fit.yaml").write_text(COMPONENT)
    ran = run("""
params: {none: {type: list<string>, default: []}}
steps:
  fit: {uses: ./fit.yaml, when: false, with: {model: ridge, fail: false}}
  no_value: {uses: ./fit.yaml, with: {model: "${{ params.none[0] }}", fail: false}}
""")
    assert ran.states() == "fit=skipped no_value=failed/0"
    assert "steps" not in ran.steps["fit"]


def test_a_use_in_finally(run: Any, tmp_path: Path) -> None:
    (tmp_path / "tell.yaml").write_text(
        "pipec: 1\ncomponent: tell\ninputs: {code: int}\nsteps:\n"
        "  a: {env: {CODE: '${{ inputs.code }}'}, run: test $CODE = 7}\n"
        "  b: {trigger_rule: none_failed, needs: [a], run: test $PIPEC_STEP = z.b}\n"
    )
    ran = run(
        """
steps: {a: {run: exit 1}}
finally:
  z: {uses: ./tell.yaml, when: run.state == 'failed', with: {code: "${{ 7 }}"}}
"""
    )
    assert ran.states() == "a=failed z=succeeded/2", ran.said


def test_a_use_is_cancelled_as_a_whole(run: Any, tmp_path: Path) -> None:
    (tmp_path / "slow.yaml").write_text(
        "pipec: 1\ncomponent: slow\nsteps:\n  a: {run: ':'}\n"
        "  b: {needs: [a], run: sleep 60}\n  c: {needs: [b], run: ':'}\n"
    )
    ran = run("timeout: 1s\nsteps: {u: {uses: ./slow.yaml}}\nfinally: {z: {run: ':'}}\n")
    assert ran.states() == "u=cancelled/2 z=succeeded"
    assert {name: step["state"] for name, step in ran.steps["u"]["steps"].items()} == {
        "a": "succeeded",
        "b": "cancelled",
        "c": "cancelled",
    }
