"""The settings of a step that hold no expressions: programs, outputs, resources, retry, cache."""

import re
from typing import Any

from pipec.compiler.diagnostics import Findings, Place
from pipec.compiler.ir import Cache, Output, Resources, Retry
from pipec.compiler.lowering.constants import constant, lower_constant
from pipec.compiler.lowering.params import lower_type
from pipec.compiler.lowering.paths import check_inside
from pipec.compiler.lowering.quantities import memory, millicores, seconds
from pipec.compiler.values import MAX_TEXT

Raw = dict[str, Any]


def lower_script(body: Raw, place: Place, findings: Findings, key: str) -> str:
    """Give an inline script; it holds no expressions."""
    text: str = body[key]
    for match in re.finditer(r"(?<!\$)\$\{\{(.*?)\}\}", text, re.DOTALL):
        words = re.findall(r"[A-Za-z0-9_]+", match[1]) or ["value"]
        name = words[-1].upper() if not words[-1][0].isdigit() else "VALUE"
        reads = f'os.environ["{name}"]' if key == "python" else f'"${name}"'
        findings.error(
            "expression-in-script",
            f"values are never pasted into a script: `{key}` holds no expressions",
            place.at(key).part(*match.span()),
            f'add `env: {{{name}: "{match[0]}"}}` and read {reads}',
        )
    if len(text.encode()) > MAX_TEXT:
        findings.error(
            "too-big",
            f"an inline script has at most {MAX_TEXT:,} bytes",
            place.of_key(key),
            "put it into a file and list that in `files`",
        )
    return text.replace("$${{", "${{")


def lower_workdir(body: Raw, place: Place, findings: Findings) -> str | None:
    """Give the folder that a program starts in, or None for the working folder."""
    text: str | None = lower_constant(body, place, findings, "workdir")
    if text is not None:
        check_inside(text, place.at("workdir"), "the working folder", findings)
    return text


def lower_outputs(body: Raw, place: Place, findings: Findings) -> dict[str, Output]:
    """Give the declared outputs of a step by name."""
    found: dict[str, Output] = {}
    for name, raw in body.get("outputs", {}).items():
        at = place.at("outputs", name)
        full = isinstance(raw, dict)
        text = raw["type"] if full else raw
        type_ = lower_type(text, at.at("type") if full else at, findings)
        path = raw.get("path") if full else None
        if path is not None:
            constant(path, at.at("path"), findings, "path")
            check_inside(path, at.at("path"), "the working folder", findings)
        if type_:
            found[name] = Output(name, type_, path, at)
    return found


def lower_resources(body: Raw, place: Place, findings: Findings) -> Resources:
    """Give what a step asks for."""
    raw = body.get("resources", {})
    at = place.at("resources")
    for key, measure, form in (
        ("cpu", millicores, "`2`, `0.5` or `500m`"),
        ("memory", memory, "`512Mi` or `4Gi`"),
    ):
        if key in raw and not measure(raw[key]):
            findings.error(
                "bad-value",
                f'"{raw[key]}" is no amount of {key}',
                at.at(key),
                f"write {form}",
            )
    if raw.get("gpu_type") is not None and not raw.get("gpu"):
        findings.error(
            "missing-key",
            '"gpu" is missing in "resources"',
            at.of_key(),
            "say how many: `gpu: 1`",
        )
    constant(raw.get("gpu_type"), at.at("gpu_type"), findings, "gpu_type")
    return Resources(raw.get("cpu"), raw.get("memory"), raw.get("gpu"), raw.get("gpu_type"))


def lower_duration(
    body: Raw, place: Place, findings: Findings, *route: str, least: int = 1
) -> int | None:
    """Give the seconds of the duration at a route of a step, or None."""
    raw: Any = body
    for key in route:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return duration_of(raw, place.at(*route), findings, least)


def lower_retry(body: Raw, place: Place, findings: Findings) -> Retry:
    """Give how often and when a step is tried again."""
    raw = body.get("retry")
    if raw is None:
        return Retry(1)
    if not isinstance(raw, dict):
        return Retry(raw)
    if "attempts" not in raw:
        findings.error(
            "missing-key",
            '"attempts" is missing in "retry"',
            place.of_key("retry"),
            "add how many tries there are in all: `attempts: 3`",
        )
    on = raw.get("on")
    return Retry(
        raw.get("attempts", 1),
        lower_duration(body, place, findings, "retry", "delay", least=0) or 0,
        float(raw.get("backoff", 1)),
        lower_duration(body, place, findings, "retry", "max_delay", least=0),
        None if on is None else tuple(on),
    )


def lower_cache(body: Raw, place: Place, findings: Findings) -> Cache | None:
    """Give how the results of a step are kept, or None."""
    raw = body.get("cache")
    if isinstance(raw, dict):
        key = lower_constant(raw, place.at("cache"), findings, "key")
        return Cache(lower_duration(body, place, findings, "cache", "ttl"), key)
    return Cache() if raw else None


def duration_of(text: str | None, place: Place, findings: Findings, least: int) -> int | None:
    """Give the seconds of a duration, at least `least`, or None with a finding."""
    if text is None:
        return None
    found = seconds(text)
    if found is None:
        findings.error(
            "bad-value", f'"{text}" is no duration', place, "write `30s`, `5m`, `1h30m` or `2d`"
        )
    elif not least <= found <= 10 * 365 * 86_400:
        limit = "at least a second" if found < least else "at most ten years, 3650d"
        message = f'"{place.route[-1]}" must be {limit}, found {text}'
        findings.error("out-of-range", message, place, "leave the key out where there is no limit")
    else:
        return found
    return None
