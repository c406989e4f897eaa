"""The local target: runs a pipeline here, with real processes and no engine."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipec.backends.local import approval, choice, store, trace, wanted
from pipec.backends.local.artifacts import copy_file, hash_files
from pipec.backends.local.budget import Budget, Machine
from pipec.backends.local.cache.key import read_files
from pipec.backends.local.cache.place import CachePlace
from pipec.backends.local.containers import DEFAULT, Containers
from pipec.backends.local.earlier import JOURNAL, Earlier
from pipec.backends.local.history import outline
from pipec.backends.local.journal import Journal, JournalError
from pipec.backends.local.launch import base_environment
from pipec.backends.local.machine import processors
from pipec.backends.local.masking import Masker
from pipec.backends.local.part import Settled, cut, settle
from pipec.backends.local.plan import Plan
from pipec.backends.local.progress import Context
from pipec.backends.local.refusal import HeldError, RefusalError
from pipec.backends.local.report import End, Reporter, Start
from pipec.backends.local.runner import Runner
from pipec.backends.local.wanted import Given, Options, programs
from pipec.compiler.ir import Approval, Pipeline, RunState
from pipec.compiler.records import dataclass

__all__ = ["HeldError", "Options", "Outcome", "RefusalError", "run"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. `signal` is the one that a person stopped it with; `trouble` is why the
    machine did not let it go on."""

    state: RunState
    run: str
    folder: str
    trace: dict[str, Any]
    signal: int | None = None
    trouble: str | None = None

    @property
    def exit_code(self) -> int:
        if self.signal is not None:
            return 128 + self.signal
        return 0 if self.state == "succeeded" and not self.trouble else 1


def run(pipeline: Pipeline, options: Options, reporter: Reporter) -> Outcome:
    """Run a checked pipeline. Raises RefusalError and HeldError before anything is started."""
    given = wanted.settle(pipeline, options)
    part = options.part
    if part:
        pipeline = cut(pipeline, part)
    state = store.open_state(options.state or os.path.join(pipeline.folder, ".pipec"))
    identity = store.identity(
        pipeline.path, options.environment, options.params, options.date or ""
    )
    lock = store.Lock(state, identity, reporter.said)
    try:
        earlier = choice.choose(
            state, identity, lock, options.fresh, options.retry, part, reporter.said
        )
        settled: Mapping[str, Settled] = {}
        base = None
        if part:
            base = earlier.head["part"]["base"] if earlier else part.base or lock.last
            settled = settle(pipeline, part, state, base)
        approval.check(pipeline, options.answers, earlier.answers if earlier else ())
        if earlier:
            folder = earlier.folder
            given = given.at(earlier.head["date"], pipeline)
            choice.clear(folder)
        else:
            folder = store.new_run(state)
        lock.name(folder.run, whole=part is None)
        head = {"identity": identity, "part": {**part.head(), "base": base} if part else None}
        return _run(pipeline, options, reporter, given, folder, lock, head, earlier, settled)
    finally:
        lock.release()


def _run(
    pipeline: Pipeline,
    options: Options,
    reporter: Reporter,
    given: Given,
    folder: store.RunFolder,
    lock: store.Lock,
    head: Mapping[str, Any],
    earlier: Earlier | None,
    settled: Mapping[str, Settled],
) -> Outcome:
    began = time.monotonic()
    names = {"id": folder.run, "date": given.date, "day": given.day, "pipeline": pipeline.name}
    files = _snapshot(options.files, folder)
    base = base_environment(options.clean_env)
    containers = None
    if options.containers:
        containers = Containers(options.containers, folder.path, base, bool(files))
    where = containers.content if containers else lambda _: "host"
    cache = _open_cache(pipeline, options, folder, files, names, where)
    plan = Plan(
        pipeline,
        Context(options.params, names, masker=Masker(given.secrets.values())),
        folder,
        options.jobs or processors(),
        options.grace,
        given.secrets,
        options.answers,
        base,
        files,
        hash_files(files),
        lock.descriptor,
        [place for place in (earlier, cache) if place],
        earlier,
        cache,
        options.explain,
        given.machine,
        containers,
        settled,
    )
    journal = _begin_journal(pipeline, options, given, folder, head, earlier)
    runner = Runner(plan, journal, reporter)
    reporter.started(Start(pipeline.name, folder.run, folder.path, runner.frames, plan.jobs))
    if word := _of_images(pipeline, containers):
        reporter.said(word)
    if big := _too_big(pipeline, given.machine):
        reporter.said(big)
    try:
        state = runner.run()
    finally:
        if cache:
            cache.close()
        if containers:
            containers.close()
    finished = runner.is_finished()
    # the trace first: a run that was cut off here is continued, and writes it anew
    found = trace.build(pipeline.name, folder.run, state, runner.frames)
    untraced = _write_trace(found, folder.at("trace.json"), options.trace)
    unwritten = _end_journal(journal, state, finished)
    trouble = untraced or unwritten or runner.phase.trouble
    if trouble and trouble != runner.phase.trouble:
        reporter.said(trouble)
    hint = f"logs are in {folder.at('logs')}" if state != "succeeded" else None
    took = time.monotonic() - began
    reporter.ended(End(folder.run, state, took, runner.frames, hint, finished))
    stopped_by = runner.phase.signal if state == "cancelled" else None
    return Outcome(state, folder.run, folder.path, found, stopped_by, trouble)


def _of_images(pipeline: Pipeline, containers: Containers | None) -> str | None:
    """Say what becomes of images, where that is not what the spec says."""
    steps = [one for one in programs(pipeline.all_steps) if not isinstance(one.body, Approval)]
    if containers is None:
        some = any(one.image for one in steps)
        return "images are not used here: programs run on this machine" if some else None
    none = [one.name for one in steps if one.image is None]
    shown = ", ".join(none[:5]) + (", ..." if len(none) > 5 else "")
    return f"steps without an image run in {DEFAULT}: {shown}" if none else None


def _too_big(pipeline: Pipeline, machine: Machine) -> str | None:
    """Name the steps that ask for more than there is."""
    budget = Budget(machine)
    steps = programs(pipeline.all_steps)
    names = [one.name for one in steps if budget.need(one.resources).alone]
    if not names:
        return None
    has = f"{machine.cpu / 1000:g} processors, {machine.memory / 2**30:.1f} GiB"
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f"there are {has} and {len(machine.gpus)} GPUs; what asks for more runs alone: {shown}"


def _snapshot(files: Mapping[str, Path], folder: store.RunFolder) -> dict[str, str]:
    """Copy the pipeline's files as they are now: every attempt of the run sees the same."""
    state = os.path.dirname(os.path.dirname(folder.path)) + os.sep
    copied: dict[str, str] = {}
    try:
        for path, found in files.items():
            source = os.path.abspath(found)
            if source.startswith(state):  # what runs keep is not what they run
                continue
            copied[path] = target = folder.at("files", path)
            os.makedirs(os.path.dirname(target), 0o700, exist_ok=True)
            copy_file(source, target, 0o700 if os.stat(source).st_mode & 0o100 else 0o600)
    except OSError as error:
        raise RefusalError(f"the files of the pipeline cannot be copied: {error}") from None
    return copied


def _open_cache(
    pipeline: Pipeline,
    options: Options,
    folder: store.RunFolder,
    files: Mapping[str, str],
    run: Mapping[str, str],
    where: Callable[[str | None], str],
) -> CachePlace | None:
    """Give the cache of a run; None if no step has one. Raises RefusalError."""
    if not any(step.cache for step in programs(pipeline.all_steps)):
        return None

    try:
        read = read_files(files)
    except OSError as error:
        raise RefusalError(f"the files of the pipeline cannot be read: {error}") from None
    return CachePlace(
        state=os.path.dirname(os.path.dirname(folder.path)),
        spec=os.path.realpath(pipeline.path),
        folder=folder,
        files=read,
        run=run,
        where=where,
        reading=options.cache,
    )


def _begin_journal(
    pipeline: Pipeline,
    options: Options,
    given: Given,
    folder: store.RunFolder,
    head: Mapping[str, Any],
    earlier: Earlier | None,
) -> Journal:
    try:
        if earlier:
            journal = Journal(folder.at(JOURNAL), earlier.count, earlier.length)
            retry = options.retry is not None
            journal.append({"event": "continued", "retry": retry, "time": round(time.time(), 3)})
            journal.sync()
            outline.write(folder.at(outline.FILE), pipeline)
            return journal
        journal = Journal(folder.at(JOURNAL))
        journal.append(
            {
                "event": "run",
                "version": 1,
                "run": folder.run,
                **head,
                "pipeline": pipeline.name,
                "spec": os.path.realpath(pipeline.path),
                "environment": options.environment,
                "params": dict(options.params),
                "date": given.date,
                "time": round(time.time(), 3),
            }
        )
        journal.sync()
        outline.write(folder.at(outline.FILE), pipeline)
    except (JournalError, OSError) as error:
        raise RefusalError(f"the journal cannot be written: {error}") from None
    return journal


def _end_journal(journal: Journal, state: RunState, finished: bool) -> str | None:
    """Write how the run ended. Gives what went wrong with that."""
    try:
        journal.append(
            {
                "event": "end",
                "state": state,
                "finished": finished,
                "time": round(time.time(), 3),
            }
        )
        journal.sync()
        journal.close()
    except (JournalError, OSError) as error:
        return f"the journal cannot be written: {error}"
    return None


def _write_trace(found: dict[str, Any], *paths: str | None) -> str | None:
    """Write the trace to each path that is one. Gives what went wrong with that."""
    data = trace.encode(found)
    for path in paths:
        try:
            if path == "-":
                os.write(1, data)
            elif path is not None:
                store.write_whole(path, data)
        except OSError as error:
            return f"the trace {path} cannot be written: {error.strerror}"
    return None
