"""The model and the local runner give the same trace for random specs with random outcomes.

PIPEC_CONFORMANCE_EXAMPLES says how many (default 100); `make conformance` takes 1,000.
"""

import json
import os
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings

from pipec.backends import local
from pipec.backends.local.report.plain import Plain
from pipec.compiler.compilation import Checked, check_spec
from pipec.compiler.model import Model
from pipec.compiler.parameters import bind

from .acts import play
from .generator import Draft, drafts

EXAMPLES = int(os.environ.get("PIPEC_CONFORMANCE_EXAMPLES", "100"))
DATE = "2026-11-23T02:00:00Z"


def comparable(trace: Any) -> Any:
    """Leave out of a trace what targets need not agree on."""
    if isinstance(trace, dict):
        left_out = ("run", "cached", "exit_code")
        return {key: comparable(one) for key, one in trace.items() if key not in left_out}
    return [comparable(one) for one in trace] if isinstance(trace, list) else trace


def expected(checked: Checked, params: dict[str, Any]) -> Any:
    assert checked.pipeline
    pipeline = checked.pipeline
    run = {"id": "r", "date": DATE, "day": DATE[:10], "pipeline": pipeline.name}
    return Model(play).trace(pipeline, bind(pipeline.params, params), run)


def found(checked: Checked, params: dict[str, Any], state: Path) -> Any:
    assert checked.pipeline
    values = bind(checked.pipeline.params, params)
    how = local.Options(params=values, files=checked.files, state=str(state), jobs=2, grace=0.5)
    return local.run(checked.pipeline, how, Plain(StringIO())).trace


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
    phases=[Phase.generate, Phase.shrink],
    database=None,
    print_blob=True,
)
@given(drafts())
def test_a_local_run_is_as_the_model_says(draft: Draft) -> None:
    with TemporaryDirectory() as folder:
        checked = check_spec(str(draft.write(Path(folder))))
        for path, text in draft.files.items():
            if path != "act.sh":
                note(f"{path}: {text}")
        note(f"params: {json.dumps(draft.params)}")
        assert checked.pipeline, [one.message for one in checked.diagnostics]
        made = found(checked, draft.params, Path(folder, "state"))
        wanted = expected(checked, draft.params)
        assert comparable(made) == comparable(wanted)
