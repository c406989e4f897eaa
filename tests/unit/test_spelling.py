"""The word that is suggested where one is not known."""

import pytest

from pipec.compiler.spelling import suggest

TOP = (
    "pipec name description owner labels params defaults files steps finally schedule timeout"
    " max_parallel fail_fast targets environments"
)
STEP = (
    "run command python uses approve needs inputs outputs env image workdir resources timeout retry"
    " cache description labels targets for_each max_parallel trigger_rule when with shell"
)


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("row", "raw rows", "rows"),
        ("rows", "raws row", "row"),
        ("step", "stop steps", "steps"),
        ("data", "date datas", "datas"),
        ("pick", "prick picks pack", "picks"),
        ("models", "modals model", "model"),
        ("retries", STEP, "retry"),
        ("input", STEP, "inputs"),
        ("output", STEP, "outputs"),
        ("need", STEP, "needs"),
        ("label", STEP, "labels"),
        ("lable", STEP, "labels"),
        ("param", TOP, "params"),
        ("parm", TOP, "params"),
        ("file", TOP, "files"),
        ("default", TOP, "defaults"),
        ("environment", TOP, "environments"),
        ("enviroment", TOP, "environments"),
        ("auc", "aud acu", "acu"),
        ("form", "farm from forms", "forms"),
        ("comand", STEP, "command"),
        ("commadn", STEP, "command"),
        ("imgae", STEP, "image"),
        ("wehn", STEP, "when"),
        ("wiht", STEP, "with"),
        ("scheduel", TOP, "schedule"),
        ("finaly", TOP, "finally"),
        ("timout", STEP, "timeout"),
        ("time_out", STEP, "timeout"),
        ("forEach", STEP, "for_each"),
        ("for-each", STEP, "for_each"),
        ("maxParallel", STEP, "max_parallel"),
        ("triger_rule", STEP, "trigger_rule"),
        ("trigger", STEP, "trigger_rule"),
        ("desc", STEP, "description"),
        ("cach", STEP, "cache"),
        ("work_dir", STEP, "workdir"),
        ("treshold", "threshold", "threshold"),
        ("threshhold", "threshold", "threshold"),
        ("lenght", "length width", "length"),
        ("datta", "data date", "data"),
        ("load_data", "load_date load_datas", "load_datas"),
        ("script", STEP, None),
        ("depends_on", STEP, None),
        ("x", "y z", None),
        ("a", "ab", None),
        ("load", "loaders loading", None),
        ("zebra", TOP, None),
    ],
)
def test_suggestion(word: str, known: str, expected: str | None) -> None:
    assert suggest(word, known.split()) == expected
