"""What `act.sh` does, for the model: the same acts as a pure function."""

from pipec.compiler.model import Attempt, Copy, Ending, Written
from pipec.compiler.values import to_text


def play(attempt: Attempt) -> Ending:
    """Give what an attempt of `sh act.sh ACT...` does. Raises LookupError for other programs."""
    if attempt.argv[:2] != ("sh", "act.sh"):
        raise LookupError(attempt.step)
    acts = [(word.partition(":")[0], word.partition(":")[2]) for word in attempt.argv[2:]]
    told = dict(acts)
    if "only" not in told or told["only"] == str(attempt.index):
        if attempt.number <= int(told.get("hang", "0")):
            return Ending(timed_out=True)
        fails, _, code = told.get("fail", "0:1").partition(":")
        if attempt.number <= int(fails):
            return Ending(exit_code=int(code))
    written: dict[str, Written] = {}
    for what, rest in acts:
        name, _, value = rest.partition("=")
        if what == "put":
            written[name] = value
        elif what == "tree":
            written[name] = {"a": value.encode(), "sub/b": (value * 2).encode()}
        elif what == "text":
            written[name] = attempt.env.get(value) or ""
        elif what == "copy" and (given := attempt.inputs[value]) is not None:
            is_hash = isinstance(given, str) and given.startswith("sha256:")
            written[name] = Copy(given) if is_hash else to_text(given)
    return Ending(written=written)
