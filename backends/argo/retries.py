"""`retry` as a retryStrategy."""

from typing import Any

from pipec.backends.argo.writer import Flow, Folded, Quoted
from pipec.compiler.ir import Retry

_TIMEOUT = "lastRetry.message contains 'longer than the specified deadline'"
_CONTRACT = "lastRetry.message contains ': pipec: step '"
_STARTED = "!(lastRetry.message contains ': pipec: cannot start step ')"
_LOST = "lastRetry.status == 'Error'"


def retry_strategy(retry: Retry, version: str, may_not_start: bool = False) -> dict[str, Any]:
    """Give the retryStrategy of a step that may run more than once.

    `may_not_start` says that a value of an item may be missing, which no retry helps.
    """
    made: dict[str, Any] = {"limit": Quoted(str(retry.attempts - 1)), "retryPolicy": "Always"}
    if retry.delay:
        backoff: dict[str, Any] = {"duration": Quoted(f"{retry.delay}s")}
        if retry.backoff != 1:
            backoff["factor"] = Quoted(str(max(1, round(retry.backoff))))
        if retry.max_delay is not None and version != "3.6":
            backoff["cap"] = Quoted(f"{retry.max_delay}s")
        made["backoff"] = Flow(backoff)
    causes = " || ".join(_cause(cause) for cause in retry.on or ())
    if may_not_start:
        causes = f"{_STARTED} && ({causes})" if causes else _STARTED
    if causes:
        made["expression"] = Folded(causes)
    return made if "expression" in made else Flow(made)


def _cause(cause: str) -> str:
    if cause == "timeout":
        return f"({_TIMEOUT})"
    if cause == "contract":
        return f"({_CONTRACT})"
    if cause == "lost":
        return f"({_LOST})"
    code = cause.partition(":")[2]
    test = f"asInt(lastRetry.exitCode) == {code}" if code else "lastRetry.status == 'Failed'"
    others = f" && !({_TIMEOUT})"
    if not code or code == "70":
        others += f" && !({_CONTRACT})"
    return f"({test}{others})"
