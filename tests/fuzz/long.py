"""Try inputs by chance, as many as told: `python tests/fuzz/long.py --inputs 100000`.

Each chunk runs in a process of its own with a cap on memory, so that a crash of the parser or a
hang shows as such. An input is too slow above half a second of CPU time, as long as it is at most
64 KB; only this mode judges that. Exit code 1 if anything was found.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
_mutation: Any = import_module("fuzz.mutation")
_oracle: Any = import_module("fuzz.oracle")
_place: Any = import_module("fuzz.place")

CHUNK = 1000
MEMORY = 1024**3  # bytes of address space
HANG = 60  # seconds of CPU time for one input
SLOW = 0.5  # seconds of CPU time


def main() -> int:
    """Read the command line, run the chunks, and say what was found."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--inputs", type=int, default=20_000, metavar="N")
    reader.add_argument("--first", type=int, default=0, metavar="SEED")
    reader.add_argument("--show", type=int, metavar="SEED", help="write one input to stdout")
    options = reader.parse_args()
    if options.show is not None:
        sys.stdout.buffer.write(_mutation.make(options.show))
        return 0
    came: Counter[str] = Counter()
    found: list[str] = []
    start, last = time.monotonic(), options.first + options.inputs
    with tempfile.TemporaryDirectory() as folder:
        _place.lay_out(Path(folder))
        os.chdir(folder)
        seed = options.first
        while seed < last:
            for line in _run(seed, min(seed + CHUNK, last)):
                number, what = line.split(" ", 1)
                seed = int(number) + 1
                came[what.split(" ")[0]] += 1
                if what.startswith("!"):
                    found.append(line)
                    print(line, flush=True)
            print(f"... {seed:,} after {time.monotonic() - start:.0f} s", flush=True)
    print(f"{sum(came.values()):,} inputs came to {len(came)} different ends:")
    print(", ".join(f"{what} {count}" for what, count in came.most_common()))
    print(f"{len(found)} of them broke something")
    return bool(found)


def _run(first: int, last: int) -> Iterator[str]:
    """Give a line for each seed that was tried; a chunk that dies ends with the seed it died at."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _try(first, last, writing)
        os._exit(0)
    os.close(writing)
    seed = first
    with os.fdopen(reading) as lines:
        for line in lines:
            yield line.rstrip("\n")
            seed = int(line.split(" ")[0]) + 1
    _, status = os.waitpid(child, 0)
    if seed < last:
        ended = os.waitstatus_to_exitcode(status)
        said = f"signal {signal.Signals(-ended).name}" if ended < 0 else f"exit {ended}"
        yield f"{seed} !died {said}"


def _try(first: int, last: int, writing: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    for seed in range(first, last):
        data = _mutation.make(seed)
        start = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(start) + HANG, most))
        try:
            said = _oracle.examine(data, seed)
        except Exception as problem:
            at = traceback.extract_tb(problem.__traceback__)[-1]
            where = f"{Path(at.filename).name}:{at.lineno}"
            said = f"!broken {type(problem).__name__} at {where}: {str(problem)[:200]}"
        took = time.process_time() - start
        if took > SLOW and said[0] != "!":
            said = f"!slow {took:.2f} s for {len(data):,} bytes, which came to {said}"
        os.write(writing, f"{seed} {' '.join(said.splitlines())}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    sys.exit(main())
