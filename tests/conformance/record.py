"""Run cases on engines, keep what came of them and make `docs/conformance.md` anew.

    python -m tests.conformance.record [--drafts N] [--stale] [--case NAME]... [ENGINE]...

Without an engine it only makes the page. It says what differs, and ends with 1 if anything does.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import cases, page, suite
from .cases import Case, Run
from .engines import Modelled
from .results import NOT_RUN, Results
from .suite import Suite

TOGETHER = 24  # runs in one start of an engine: what a crash of it costs at most


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, write, and say what differs."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("engines", nargs="*", metavar="ENGINE", help=", ".join(suite.NAMES))
    reader.add_argument("--drafts", type=int, default=0, metavar="N", help="random specs")
    reader.add_argument("--stale", action="store_true", help="only what has not passed so far")
    reader.add_argument("--case", action="append", metavar="NAME", help="only these")
    options = reader.parse_args(arguments)
    found = [one for one in cases.load() if not options.case or one.name in options.case]
    bad = 0
    for name in options.engines:
        chosen = [one for one in found if one.runs and not (options.stale and _is_fresh(name, one))]
        for batch in _batches(chosen):
            bad += _record(name, batch)
        if options.drafts:
            bad += _record_drafts(name, options.drafts)
    if not options.engines:
        page.write()
    return 1 if bad else 0


def _is_fresh(engine: str, case: Case) -> bool:
    words = {one[0] for one in Results.load().of(engine, case).values()}
    return not words & {NOT_RUN, "failed"}


def _batches(found: Sequence[Case]) -> Iterator[list[Case]]:
    batch: list[Case] = []
    for case in found:
        batch.append(case)
        if sum(len(one.runs) for one in batch) >= TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _record(name: str, batch: Sequence[Case]) -> int:
    """Run some cases, keep the outcomes, and give how many of them are bad."""
    engine = suite.engine_of(name)
    pairs: list[tuple[Case, Run]] = [(case, run) for case in batch for run in case.runs.values()]
    with TemporaryDirectory() as home:
        made = Suite(engine, Path(home))
        made.add_cases(pairs)
        made.run()
        outcomes = {(case.name, run.name): made.outcome(case, run) for case, run in pairs}
    version = engine.version()
    results = Results.load()  # late: another engine may be recorded meanwhile
    results.engine(name)["version"] = version
    bad = 0
    for case in batch:
        ours = {key: outcomes[case.name, key] for key in case.runs}
        results.put(name, case, {k: [one.word, one.said] for k, one in ours.items()})
        for key, one in ours.items():
            bad += one.word not in suite.KNOWN
            if one.word not in suite.KNOWN:
                print(f"{name}: {case.name} {key}: {one.said}", flush=True)
    results.save()
    page.write()
    print(f"{name}: {len(pairs)} runs of {len(batch)} cases", flush=True)
    return bad


def _record_drafts(name: str, count: int) -> int:
    first = random.SystemRandom().randrange(10**6)
    with TemporaryDirectory() as home:
        made = Suite(suite.engine_of(name), Path(home))
        made.add_drafts(suite.drafted(count, first), first)
        made.run()
        said = [(key, _differs(made, key)) for key in made.jobs]
    bad = [f"{name}: seed {first}, {key}: {one}" for key, one in said if one]
    print("\n".join(bad), flush=True)
    kept: dict[str, Any] = {"same": len(said) - len(bad), "refused": len(made.refused)}
    results = Results.load()
    results.engine(name)["drafts"] = {**kept, "different": len(bad)}
    results.save()
    page.write()
    return len(bad)


def _differs(made: Suite, key: str) -> str | None:
    job, trace = made.jobs[key], made.traces[key]
    (wanted,) = Modelled().run([job], made.home)
    return cases.same(Run.plain(job.params, wanted), trace) if "steps" in trace else str(trace)


if __name__ == "__main__":
    sys.exit(main())
