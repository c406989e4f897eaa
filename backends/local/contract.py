"""Reads what a program wrote to `$PIPEC_OUTPUTS` and holds it to what the step declares."""

import os
import stat

from pipec.backends.local.artifacts import UnfitError, describe, is_inside, keep
from pipec.compiler.ir import Output, Step
from pipec.compiler.types import Type
from pipec.compiler.values import MAX_TEXT, Value, ValueSyntaxError, from_text, to_text

_MOST = 16 * MAX_TEXT  # bytes read of one value: JSON may be written with spaces and escapes


class BrokenContractError(Exception):
    """An output is missing or wrong. The text names it and what was found."""


def read_outputs(step: Step, written: str, folder: str, own: str, kept: str) -> dict[str, Value]:
    """Read the outputs of a program that ended well. Raises BrokenContractError.

    `written` is `$PIPEC_OUTPUTS`, `folder` where the program stood. Files and folders are put into
    the folder `kept`, made if there are any: moved from below `own`, copied from elsewhere.
    """
    read: dict[str, Value] = {}
    # several at a `path` may be one inside the other: values are read first, files are copied
    move = sum(output.path is not None for output in step.outputs.values()) < 2
    for output in sorted(step.outputs.values(), key=lambda one: one.type.is_artifact):
        path = os.path.join(written, output.name)
        if output.path is not None:
            path = os.path.join(folder, output.path)
        try:
            read[output.name] = _read(output, path, own, kept, move)
        except (FileNotFoundError, NotADirectoryError):
            if not output.type.optional:
                raise _missing(output, written) from None
            read[output.name] = None
        except PermissionError:
            raise _broken(output, "what is there cannot be read") from None
        except UnfitError as error:
            raise _broken(output, f"expected a {_noun(output.type)}, found {error}") from None
        except ValueSyntaxError as error:
            hint = f" ({error.help})" if error.help else ""
            raise _broken(output, f"{error}{hint}") from None
    return {name: read[name] for name in step.outputs}


def _read(output: Output, path: str, own: str, kept: str, move: bool) -> Value:
    kind = output.type.kind
    if kind == "file" or kind == "dir":
        os.lstat(path)  # where there is nothing, that is another thing than a link to nothing
        os.makedirs(kept, exist_ok=True)
        suffix = os.path.splitext(output.path or "")[1]  # so that a page is kept as a page
        target = os.path.join(kept, output.name + (suffix if len(suffix) <= 16 else ""))
        return keep(kind, path, target, own if move else "")
    value = from_text(output.type, _text(output.type, path, own))
    text = "" if value is None else to_text(value)
    if (size := len(text.encode())) > MAX_TEXT:
        raise ValueSyntaxError(f"it has {size:,} bytes, at most {MAX_TEXT:,} are allowed")
    return value


def _text(type: Type, path: str, own: str) -> str:
    """Read a value's text; of a scalar, without one final line end."""
    data = _bytes(path, own)
    if type.is_scalar:
        data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
        limit = MAX_TEXT
    else:
        limit = _MOST
    if len(data) > limit:
        raise ValueSyntaxError(f"it has {len(data):,} bytes or more, at most {limit:,} are allowed")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        found = data[error.start]
        raise ValueSyntaxError(
            f"it is not UTF-8: byte {error.start + 1} is 0x{found:02x}"
        ) from None


def _bytes(path: str, own: str) -> bytes:
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise UnfitError(describe(found))
    if not found.st_mode & 0o400 and is_inside(path, own):
        os.chmod(path, 0o600)
    with open(path, "rb") as file:
        return file.read(_MOST + 3)


def _missing(output: Output, written: str) -> BrokenContractError:
    if output.path is not None:
        return _broken(output, f'there is nothing at "{output.path}" in the working folder')
    try:
        found = sorted(os.listdir(written))
    except OSError:
        return _broken(output, "the folder $PIPEC_OUTPUTS is gone")
    shown = ", ".join(f'"{name}"' for name in found[:5]) + (", ..." if len(found) > 5 else "")
    others = f"; found {shown}" if found else ""
    return _broken(output, f"there is nothing at $PIPEC_OUTPUTS/{output.name}{others}")


def _broken(output: Output, problem: str) -> BrokenContractError:
    return BrokenContractError(f'output "{output.name}": {problem}')


def _noun(type: Type) -> str:
    return {"file": "file", "dir": "folder"}.get(type.kind, f"file with the text of a {type}")
