"""`pipec clean`: throws old runs and cached results away."""

import json
import sys
from collections.abc import Callable

from pipec.arguments import Options
from pipec.compiler.lowering.quantities import memory, seconds
from pipec.faults import DONE, UsageError


def main(options: Options) -> int:
    """Throw away what the options name, and say what that freed."""
    from pipec.backends.local import RefusalError
    from pipec.backends.local.clean import Cleaned, Wish, clean
    from pipec.backends.local.history import find

    older = _read("--older-than", options.older_than, seconds, "7d or 12h")
    size = _read("--max-size", options.max_size, memory, "5Gi")
    if older is None and size is None and not options.all:
        raise UsageError("say what may go: --older-than 7d, --max-size 5Gi or --all")
    try:
        state = find.state(options.state)
        done: Cleaned = clean(state, Wish(older, size, options.all), options.dry_run)
    except RefusalError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from None
    if options.format == "json":
        names = ("runs", "results", "busy", "stuck", "freed", "left")
        found = {name: getattr(done, name) for name in names}
        sys.stdout.write(json.dumps({**found, "dry_run": options.dry_run}) + "\n")
        return DONE
    would = "would remove" if options.dry_run else "removed"
    for name in done.runs:
        sys.stdout.write(f"{would} run {name}\n")
    for name in done.busy:
        print(f"pipec: run {name} is going on and stays", file=sys.stderr)
    for text in done.stuck:
        print(f"pipec: cannot be removed: {text}", file=sys.stderr)
    print(
        f"{would} {len(done.runs)} runs and {done.results} cached results: {_size(done.freed)} "
        f"{'would be ' if options.dry_run else ''}freed, {_size(done.left)} left"
    )
    return DONE


def _read(
    option: str, text: str | None, read: Callable[[str], int | None], example: str
) -> int | None:
    if text is None:
        return None
    found = read(text)
    if found is None:
        raise UsageError(f'{option} takes such as {example}, not "{text}"')
    return found


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
