"""Paths in a spec: relative, with `/`, and inside of where they belong."""

from pipec.compiler.diagnostics import Findings, Place


def check_inside(text: str, place: Place, where: str, findings: Findings) -> bool:
    """Refuse a path that is absolute or leaves the folder it is relative to."""
    parts = text.split("/")
    if text.startswith(("/", "~")) or "\\" in text or ":" in parts[0]:
        findings.error(
            "bad-path",
            f'"{text}" is not a path inside {where}',
            place,
            "write a relative path with `/`",
        )
        return False
    if ".." in parts or not any(part not in ("", ".") for part in parts):
        help = "leave the `..` out" if ".." in parts else "name something in it"
        findings.error("bad-path", f'"{text}" is not a path inside {where}', place, help)
        return False
    return True
